// Text: UTF-8 <-> UTF-16LE octets <-> Latin-1, and the case-insensitive comparison of names that WMI needs.
// A lone surrogate survives the way through UTF-8 as its three-octet form (WTF-8). All functions are thread-safe and accept any
// octets; what is not valid UTF-8 counts as U+FFFD, one per octet.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace base {

/// True when no octet is above 0x7F.
bool is_ascii(std::string_view text);

/// True for well-formed UTF-8: shortest forms up to U+10FFFF. Surrogates in three-octet form are allowed only on request.
enum class Surrogates { kRefuse, kAllow };
bool is_valid_utf8(std::string_view text, Surrogates surrogates = Surrogates::kRefuse);

/// The code point at `position`, which moves behind it; U+FFFD and one octet on for a malformed sequence. Requires
/// position < text.size().
char32_t next_code_point(std::string_view text, std::size_t& position);

/// Appends one code point (surrogates included) as UTF-8.
void append_code_point(std::string& out, char32_t code_point);

/// Octets of UTF-16LE to UTF-8; an odd last octet is ignored.
std::string utf16le_to_utf8(std::string_view octets);
void append_utf16le(std::string& out, std::string_view octets);

/// UTF-8 to octets of UTF-16LE, without BOM or terminator.
std::string utf8_to_utf16le(std::string_view text);
void append_as_utf16le(std::string& out, std::string_view text);

/// The same for code units in memory.
std::u16string utf8_to_utf16(std::string_view text);
std::string utf16_to_utf8(std::u16string_view units);

/// The number of UTF-16 code units of a UTF-8 text.
std::size_t utf16_length(std::string_view text);

/// Latin-1 to UTF-8, always possible.
std::string latin1_to_utf8(std::string_view octets);
void append_latin1(std::string& out, std::string_view octets);

/// UTF-8 to Latin-1, or nothing when a character is above U+00FF or the text is malformed.
std::optional<std::string> utf8_to_latin1(std::string_view text);
bool fits_latin1(std::string_view text);

/// The capital of each Latin-1 character as a code point (only U+00FF leaves Latin-1).
extern const std::array<char16_t, 256> kUpperLatin1;

/// The simple capital of a code point; itself when it has none. ASCII maps to ASCII only and nothing else maps there.
char32_t to_upper(char32_t code_point);

/// The form in which names are compared and stored as keys: every character replaced by its simple capital.
std::string fold_case(std::string_view text);

/// fold_case(a) == fold_case(b), and their order by code point, without making either.
bool equal_ignore_case(std::string_view a, std::string_view b);
std::strong_ordering compare_ignore_case(std::string_view a, std::string_view b);
bool starts_with_ignore_case(std::string_view text, std::string_view prefix);

/// Equal for texts that are equal_ignore_case. Not for storing: it may change between versions.
std::uint64_t hash_ignore_case(std::string_view text);

/// Transparent functors for containers keyed by names.
struct IHash {
  using is_transparent = void;
  using is_avalanching = void;
  std::size_t operator()(std::string_view text) const { return static_cast<std::size_t>(hash_ignore_case(text)); }
};
struct IEqual {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return equal_ignore_case(a, b); }
};
struct ILess {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return compare_ignore_case(a, b) < 0; }
};

}  // namespace base
