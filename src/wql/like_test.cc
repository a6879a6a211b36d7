#include "wql/like.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "base/utf.h"
#include "wql/folded.h"

namespace wql {
namespace {

bool like(std::string_view text, std::string_view pattern) {
  const auto compiled = LikePattern::compile(pattern);
  EXPECT_TRUE(compiled.has_value()) << pattern;
  return compiled && compiled->matches(OwnedText(text).text());
}

/// The definition, tried in every way: for short ASCII texts and patterns of letters, % and _.
bool naive(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '%') return naive(text, pattern.substr(1)) || (!text.empty() && naive(text.substr(1), pattern));
  if (text.empty()) return false;
  const bool one = pattern.front() == '_' || base::equal_ignore_case(text.substr(0, 1), pattern.substr(0, 1));
  return one && naive(text.substr(1), pattern.substr(1));
}

TEST(Like, AgreesWithTheDefinition) {
  std::mt19937 random(1);
  const auto pick = [&](std::string_view letters, std::size_t most) {
    std::string out;
    for (std::size_t n = random() % (most + 1); n > 0; --n) out += letters[random() % letters.size()];
    return out;
  };
  for (int i = 0; i < 100'000; ++i) {
    const std::string text = pick("aAbB", 10);
    const std::string pattern = pick("ab%_%", 7);
    ASSERT_EQ(like(text, pattern), naive(text, pattern)) << text << " LIKE " << pattern;
    // The same as UTF-16: a letter that Latin-1 has not, on both sides.
    ASSERT_EQ(like("\u03a9" + text, "\u03c9" + pattern), naive(text, pattern)) << text << " LIKE " << pattern;
  }
}

TEST(Like, Sets) {
  EXPECT_TRUE(like("c", "[a-f]"));
  EXPECT_TRUE(like("C", "[a-f]"));
  EXPECT_TRUE(like("c", "[A=F]"));
  EXPECT_FALSE(like("g", "[a-f]"));
  EXPECT_TRUE(like("-", "[a-]"));
  EXPECT_TRUE(like("=", "[a=]"));
  EXPECT_FALSE(like("b", "[a-]"));
  EXPECT_FALSE(like("d", "[^ad-f]"));
  EXPECT_TRUE(like("b", "[^ad-f]"));
  EXPECT_TRUE(like("^", "[^]"));
  EXPECT_FALSE(like("a", "[^]"));
  EXPECT_FALSE(like("^", "[^^]"));
  EXPECT_TRUE(like("^", "[a^]"));
  EXPECT_TRUE(like("%", "[%]"));
  EXPECT_FALSE(like("x", "[_]"));
  EXPECT_TRUE(like("[", "[[]"));
  EXPECT_TRUE(like("]", "]"));
  EXPECT_FALSE(like("", "[a]"));
  EXPECT_TRUE(like("\u0416", "[\u0430-\u044f]"));  // a Cyrillic capital in a range of small letters
  EXPECT_TRUE(like("x", "[^\u0430-\u044f]"));
  EXPECT_TRUE(like("\u00ff", "[\u0178]"));  // its capital lies outside Latin-1
  EXPECT_TRUE(like("\U0001F600", "_"));     // one character, two units
}

TEST(Like, RefusesBrokenSets) {
  EXPECT_EQ(LikePattern::compile("a[b").error().code(), WBEM_E_INVALID_QUERY);
  EXPECT_EQ(LikePattern::compile("a[]").error().code(), WBEM_E_INVALID_QUERY);
  EXPECT_EQ(LikePattern::compile("%" + std::string(LikePattern::kMaxMixed + 1, '_')).error().code(), WBEM_E_QUOTA_VIOLATION);
}

TEST(Like, LongLiterals) {
  const std::string needle = std::string(40, 'a') + "b";
  EXPECT_TRUE(like(std::string(100, 'A') + "b!", "%" + needle + "%"));
  EXPECT_FALSE(like(std::string(100, 'a'), "%" + needle + "%"));
  EXPECT_TRUE(like("\u0416" + std::string(60, 'a') + "b", "%" + needle));
}

TEST(Like, TimeIsLinear) {
  std::string pattern = "%";
  for (int i = 0; i < 500; ++i) pattern += std::string(20, 'a') + "%";
  const std::string text = std::string(1'000'000, 'a') + "b";
  const std::string hard = "%" + std::string(8000, 'a') + "c%";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(like(text, pattern));
  EXPECT_FALSE(like(text, pattern + "c"));
  EXPECT_FALSE(like(text, hard));
  EXPECT_FALSE(like(text, "%" + std::string(200, '_') + "c%"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

TEST(Folded, Latin1AndUtf16Agree) {
  for (char32_t c = 1; c < 0x500; ++c) {
    std::string letter;
    base::append_code_point(letter, c);
    const FoldedText folded(letter);
    for (const std::string& other : {letter, base::fold_case(letter)}) {
      const OwnedText text(other);
      EXPECT_TRUE(folded.equals(text.text())) << letter;
      const std::string wide = base::utf8_to_utf16le(other);
      const cim::Text as_wide(reinterpret_cast<const std::uint8_t*>(wide.data()), static_cast<std::uint32_t>(wide.size()), true);
      EXPECT_TRUE(folded.equals(as_wide)) << letter;
      EXPECT_EQ(folded.order_of(as_wide), std::strong_ordering::equal);
    }
    EXPECT_EQ(FoldedText("m").order_of(OwnedText(letter).text()), base::compare_ignore_case(letter, "m"));
  }
}

}  // namespace
}  // namespace wql
