// Text where it lies in an object: Latin-1 or UTF-16LE octets against UTF-8.
#include <string_view>

#include "base/utf.h"
#include "cim/value.h"

namespace cim {
namespace {

std::string_view octets_of(const Text& text) { return {reinterpret_cast<const char*>(text.data()), text.size()}; }

/// The code point at unit `i`, which moves on; surrogate pairs are joined, lone surrogates stay.
char32_t next_of(const Text& text, std::uint32_t& i) {
  const char32_t unit = text.unit(i++);
  if (!text.wide() || unit < 0xD800 || unit >= 0xDC00 || i == text.length()) return unit;
  const char32_t low = text.unit(i);
  if (low < 0xDC00 || low >= 0xE000) return unit;
  ++i;
  return 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00);
}

template <class Map>
bool equals_mapped(const Text& text, std::string_view utf8, Map map) {
  // Every character takes at least one octet of UTF-8, and no unit more than three.
  if (text.length() > utf8.size() || utf8.size() > std::size_t{3} * text.length()) return false;
  std::uint32_t i = 0;
  std::size_t j = 0;
  while (i < text.length() && j < utf8.size()) {
    if (map(next_of(text, i)) != map(base::next_code_point(utf8, j))) return false;
  }
  return i == text.length() && j == utf8.size();
}

}  // namespace

char16_t Text::unit(std::uint32_t i) const {
  if (!wide_) return data_[i];
  return static_cast<char16_t>(data_[2 * i] | data_[2 * i + 1] << 8U);
}

std::string Text::to_utf8() const {
  if (size_ == 0) return {};
  return wide_ ? base::utf16le_to_utf8(octets_of(*this)) : base::latin1_to_utf8(octets_of(*this));
}

bool Text::equals(std::string_view utf8) const {
  if (!wide_ && size_ == utf8.size() && base::is_ascii(utf8)) return size_ == 0 || octets_of(*this) == utf8;
  return equals_mapped(*this, utf8, [](char32_t c) { return c; });
}

bool Text::equals_ignore_case(std::string_view utf8) const {
  if (!wide_ && size_ == utf8.size() && base::is_ascii(utf8)) {
    for (std::uint32_t i = 0; i < size_; ++i) {
      if (base::kUpperLatin1[data_[i]] != base::kUpperLatin1[static_cast<unsigned char>(utf8[i])]) return false;
    }
    return true;
  }
  return equals_mapped(*this, utf8, [](char32_t c) { return base::to_upper(c); });
}

}  // namespace cim
