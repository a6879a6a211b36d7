#include "base/utf.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "base/utf_ascii.h"

namespace base {
namespace {

using namespace std::string_literals;

TEST(Utf, ValidatesShortestForms) {
  EXPECT_TRUE(is_valid_utf8(""));
  EXPECT_TRUE(is_valid_utf8("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"));
  EXPECT_FALSE(is_valid_utf8("\xC0\x80"));
  EXPECT_FALSE(is_valid_utf8("\xE0\x80\x80"));
  EXPECT_FALSE(is_valid_utf8("\xF4\x90\x80\x80"));
  EXPECT_FALSE(is_valid_utf8("abc\xE2\x82"));
  EXPECT_FALSE(is_valid_utf8("\x80"));
  EXPECT_FALSE(is_valid_utf8("\xED\xA0\x80"));
  EXPECT_TRUE(is_valid_utf8("\xED\xA0\x80", Surrogates::kAllow));
}

TEST(Utf, ToUtf16AndBack) {
  EXPECT_EQ(utf8_to_utf16le("A\xC3\xA9\xF0\x9F\x98\x80"), "A\0\xE9\0\x3D\xD8\x00\xDE"s);
  EXPECT_EQ(utf16le_to_utf8("A\0\xE9\0\x3D\xD8\x00\xDE"s), "A\xC3\xA9\xF0\x9F\x98\x80");
  EXPECT_EQ(utf16le_to_utf8("A\0B"s), "A");
  EXPECT_EQ(utf16_length("A\xC3\xA9\xF0\x9F\x98\x80"), 4U);
  EXPECT_EQ(utf16_to_utf8(u"\u20AC"), "\xE2\x82\xAC");
  EXPECT_EQ(utf8_to_utf16("long ascii prefix \xE2\x82\xAC"), u"long ascii prefix \u20AC");
}

TEST(Utf, LoneSurrogatesSurvive) {
  for (const std::u16string& units : {std::u16string{0xD800}, std::u16string{u'a', 0xDFFF, u'b'}, std::u16string{0xDC00, 0xD800}}) {
    EXPECT_EQ(utf8_to_utf16(utf16_to_utf8(units)), units);
  }
}

TEST(Utf, MalformedOctetsBecomeReplacements) { EXPECT_EQ(utf8_to_utf16("a\xFF\xC3z"), (std::u16string{u'a', 0xFFFD, 0xFFFD, u'z'})); }

TEST(Utf, Latin1) {
  EXPECT_EQ(latin1_to_utf8("plain \xE9\xFF"), "plain \xC3\xA9\xC3\xBF");
  EXPECT_EQ(utf8_to_latin1("plain \xC3\xA9\xC3\xBF"), "plain \xE9\xFF");
  EXPECT_EQ(utf8_to_latin1("\xE2\x82\xAC"), std::nullopt);
  EXPECT_FALSE(fits_latin1("\xC4\x80"));
  EXPECT_TRUE(fits_latin1("\xC3\xBF"));
  EXPECT_FALSE(fits_latin1("\xFF"));
}

TEST(Utf, AnyUnitsSurvive) {
  EXPECT_TRUE(rc::check([](const std::vector<std::uint16_t>& raw) {
    const std::u16string units(raw.begin(), raw.end());
    const std::string text = utf16_to_utf8(units);
    RC_ASSERT(is_valid_utf8(text, Surrogates::kAllow));
    RC_ASSERT(utf8_to_utf16(text) == units);
    RC_ASSERT(utf16le_to_utf8(utf8_to_utf16le(text)) == text);
    RC_ASSERT(utf16_length(text) == units.size());
  }));
}

TEST(Utf, AnyOctetsAreRead) {
  EXPECT_TRUE(rc::check([](const std::string& octets) {
    const std::string clean = utf16_to_utf8(utf8_to_utf16(octets));
    RC_ASSERT(is_valid_utf8(clean, Surrogates::kAllow));
    if (is_valid_utf8(octets)) RC_ASSERT(clean == octets);
    RC_ASSERT(utf8_to_latin1(latin1_to_utf8(octets)) == octets);
    RC_ASSERT(internal::ascii_prefix(octets) ==
              static_cast<std::size_t>(std::ranges::find_if(octets, [](char c) { return c < 0; }) - octets.begin()));
  }));
}

TEST(Fold, MapsLettersOfManyScripts) {
  EXPECT_EQ(fold_case("Win32_Process"), "WIN32_PROCESS");
  EXPECT_EQ(fold_case("\xC3\xA9\xC3\xBF\xC3\xB7"), "\xC3\x89\xC5\xB8\xC3\xB7");  // é ÿ ÷
  EXPECT_EQ(fold_case("\xCE\xB1\xCE\xA9\xD0\xB6"), "\xCE\x91\xCE\xA9\xD0\x96");  // α Ω ж
  EXPECT_EQ(fold_case("\xC4\xB1\xC5\xBF\xC2\xB5"), "\xC4\xB1\xC5\xBF\xC2\xB5");  // ı ſ µ keep their case
  EXPECT_EQ(to_upper(U'z'), U'Z');
  EXPECT_EQ(to_upper(U'{'), U'{');
  EXPECT_EQ(to_upper(0x10428), char32_t{0x10428});
  EXPECT_EQ(kUpperLatin1[0xFF], 0x178);
}

TEST(Fold, NothingBecomesAsciiExceptAscii) {
  for (char32_t c = 0x80; c < 0x10000; ++c) EXPECT_GE(to_upper(c), 0x80U) << std::hex << static_cast<unsigned>(c);
  for (char32_t c = 0; c < 0x10000; ++c) EXPECT_EQ(to_upper(to_upper(c)), to_upper(c)) << std::hex << static_cast<unsigned>(c);
}

TEST(Fold, ComparesWithoutCase) {
  EXPECT_TRUE(equal_ignore_case("__RELPATH", "__RelPath"));
  EXPECT_FALSE(equal_ignore_case("abc", "abcd"));
  EXPECT_FALSE(equal_ignore_case("abcdefgh@", "abcdefgh`"));
  EXPECT_TRUE(equal_ignore_case("12345678\xC3\xA9xyz", "12345678\xC3\x89XYZ"));
  EXPECT_TRUE(equal_ignore_case("\xC9\x90", "\xE2\xB1\xAF"));  // U+0250 and its capital U+2C6F differ in length
  EXPECT_TRUE(compare_ignore_case("abc", "ABD") < 0);
  EXPECT_TRUE(compare_ignore_case("ab", "ABC") < 0);
  EXPECT_TRUE(compare_ignore_case("a_b", "aBb") > 0);  // '_' sorts behind capitals
  EXPECT_TRUE(starts_with_ignore_case("Win32_Process", "wIN32_"));
  EXPECT_FALSE(starts_with_ignore_case("Win", "Win3"));
}

TEST(Fold, AgreesWithItself) {
  EXPECT_TRUE(rc::check([](const std::vector<std::uint16_t>& raw, const std::string& octets) {
    const std::string text = utf16_to_utf8(std::u16string(raw.begin(), raw.end())) + octets;
    const std::string folded = fold_case(text);
    RC_ASSERT(equal_ignore_case(text, folded));
    RC_ASSERT(std::is_eq(compare_ignore_case(text, folded)));
    RC_ASSERT(hash_ignore_case(text) == hash_ignore_case(folded));
    RC_ASSERT(starts_with_ignore_case(text, folded));
    RC_ASSERT(equal_ignore_case(text, octets) == (folded == fold_case(octets)));
    const bool less = folded < fold_case(octets);
    RC_ASSERT((compare_ignore_case(text, octets) < 0) == less);
  }));
}

TEST(Fold, WordwiseUpperIsOctetwiseUpper) {
  for (int c = 0; c < 128; ++c) {
    const std::string text(8, static_cast<char>(c));
    const std::uint64_t word = internal::upper8(internal::load8(text.data()));
    EXPECT_EQ(static_cast<char>(word & 0xFF), internal::upper_ascii(static_cast<char>(c)));
    EXPECT_EQ(static_cast<char>(word >> 56), internal::upper_ascii(static_cast<char>(c)));
  }
  const std::string digits = "1234567";
  for (std::size_t size = 0; size < 8; ++size) {
    std::string padded = digits.substr(0, size);
    padded.resize(8);
    EXPECT_EQ(internal::load_tail(digits.data(), size), internal::load8(padded.data()));
  }
}

}  // namespace
}  // namespace base
