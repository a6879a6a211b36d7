#include "base/utf.h"

#include <bit>
#include <cstring>

#include "base/utf_ascii.h"

namespace base {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

constexpr bool is_high(char32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
constexpr bool is_low(char32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// The length of the well-formed sequence at `position` (surrogates allowed), or 0; its value in `out`.
std::size_t decode(std::string_view text, std::size_t position, char32_t& out) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[position + i]); };
  const std::size_t left = text.size() - position;
  const auto continues = [&](std::size_t i) { return (at(i) & 0xC0U) == 0x80U; };
  const unsigned char lead = at(0);
  if (lead < 0x80) {
    out = lead;
    return 1;
  }
  if (lead >= 0xC2 && lead < 0xE0) {
    if (left < 2 || !continues(1)) return 0;
    out = (lead & 0x1FU) << 6 | (at(1) & 0x3FU);
    return 2;
  }
  if (lead >= 0xE0 && lead < 0xF0) {
    if (left < 3 || !continues(1) || !continues(2)) return 0;
    out = (lead & 0x0FU) << 12 | (at(1) & 0x3FU) << 6 | (at(2) & 0x3FU);
    return out >= 0x800 ? 3 : 0;
  }
  if (lead >= 0xF0 && lead < 0xF5) {
    if (left < 4 || !continues(1) || !continues(2) || !continues(3)) return 0;
    out = (lead & 0x07U) << 18 | (at(1) & 0x3FU) << 12 | (at(2) & 0x3FU) << 6 | (at(3) & 0x3FU);
    return out >= 0x10000 && out <= 0x10FFFF ? 4 : 0;
  }
  return 0;
}

template <class Put>
void each_unit(std::string_view text, Put put) {
  for (std::size_t position = 0; position < text.size();) {
    const char32_t code_point = next_code_point(text, position);
    if (code_point < 0x10000) {
      put(static_cast<char16_t>(code_point));
    } else {
      put(static_cast<char16_t>(0xD7C0 + (code_point >> 10)));
      put(static_cast<char16_t>(0xDC00 + (code_point & 0x3FF)));
    }
  }
}

// Appends units i = 0 .. count-1 that `unit(i)` reads; pairs of surrogates join, lone ones stay.
template <class Unit>
void append_units(std::string& out, std::size_t count, Unit unit) {
  for (std::size_t i = 0; i < count; ++i) {
    char32_t code_point = unit(i);
    if (is_high(code_point) && i + 1 < count && is_low(unit(i + 1))) {
      code_point = 0x10000 + ((code_point - 0xD800) << 10) + (unit(++i) - 0xDC00);
    }
    append_code_point(out, code_point);
  }
}

char16_t load_unit(const char* octets) {
  char16_t unit;
  std::memcpy(&unit, octets, sizeof unit);
  static_assert(std::endian::native == std::endian::little);
  return unit;
}

}  // namespace

bool is_ascii(std::string_view text) { return internal::ascii_prefix(text) == text.size(); }

bool is_valid_utf8(std::string_view text, Surrogates surrogates) {
  for (std::size_t position = internal::ascii_prefix(text); position < text.size();) {
    char32_t code_point = 0;
    const std::size_t length = decode(text, position, code_point);
    if (length == 0) return false;
    if (surrogates == Surrogates::kRefuse && code_point >= 0xD800 && code_point < 0xE000) return false;
    position += length;
  }
  return true;
}

char32_t next_code_point(std::string_view text, std::size_t& position) {
  char32_t code_point = 0;
  const std::size_t length = decode(text, position, code_point);
  position += length == 0 ? 1 : length;
  return length == 0 ? kReplacement : code_point;
}

void append_code_point(std::string& out, char32_t code_point) {
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | (code_point >> shift & 0x3F)); };
  if (code_point < 0x80) {
    out.push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    const char octets[] = {static_cast<char>(0xC0 | code_point >> 6), tail(0)};
    out.append(octets, sizeof octets);
  } else if (code_point < 0x10000) {
    const char octets[] = {static_cast<char>(0xE0 | code_point >> 12), tail(6), tail(0)};
    out.append(octets, sizeof octets);
  } else {
    const char octets[] = {static_cast<char>(0xF0 | code_point >> 18), tail(12), tail(6), tail(0)};
    out.append(octets, sizeof octets);
  }
}

void append_utf16le(std::string& out, std::string_view octets) {
  const std::size_t count = octets.size() / 2;
  const char* data = octets.data();
  std::size_t done = 0;
  // Nearly all text is ASCII: narrow it in place until a unit is not, then go the general way.
  const std::size_t start = out.size();
  out.resize(start + count);
  for (; done < count; ++done) {
    const char16_t unit = load_unit(data + 2 * done);
    if (unit >= 0x80) break;
    out[start + done] = static_cast<char>(unit);
  }
  out.resize(start + done);
  if (done == count) return;
  const char* rest = data + 2 * done;
  append_units(out, count - done, [rest](std::size_t i) { return load_unit(rest + 2 * i); });
}

std::string utf16le_to_utf8(std::string_view octets) {
  std::string out;
  append_utf16le(out, octets);
  return out;
}

void append_as_utf16le(std::string& out, std::string_view text) {
  const std::size_t prefix = internal::ascii_prefix(text);
  const std::size_t start = out.size();
  out.resize(start + 2 * prefix);
  char* target = out.data() + start;
  for (std::size_t i = 0; i < prefix; ++i) {
    target[2 * i] = text[i];
    target[2 * i + 1] = 0;
  }
  each_unit(text.substr(prefix), [&out](char16_t unit) {
    const char octets[] = {static_cast<char>(unit & 0xFF), static_cast<char>(unit >> 8)};
    out.append(octets, sizeof octets);
  });
}

std::string utf8_to_utf16le(std::string_view text) {
  std::string out;
  append_as_utf16le(out, text);
  return out;
}

std::u16string utf8_to_utf16(std::string_view text) {
  const std::size_t prefix = internal::ascii_prefix(text);
  std::u16string out(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(prefix));
  each_unit(text.substr(prefix), [&out](char16_t unit) { out.push_back(unit); });
  return out;
}

std::string utf16_to_utf8(std::u16string_view units) {
  std::string out;
  out.reserve(units.size());
  append_units(out, units.size(), [units](std::size_t i) { return units[i]; });
  return out;
}

std::size_t utf16_length(std::string_view text) {
  std::size_t count = internal::ascii_prefix(text);
  each_unit(text.substr(count), [&count](char16_t) { ++count; });
  return count;
}

void append_latin1(std::string& out, std::string_view octets) {
  const std::size_t prefix = internal::ascii_prefix(octets);
  out.append(octets.substr(0, prefix));
  for (const char c : octets.substr(prefix)) append_code_point(out, static_cast<unsigned char>(c));
}

std::string latin1_to_utf8(std::string_view octets) {
  std::string out;
  append_latin1(out, octets);
  return out;
}

bool fits_latin1(std::string_view text) {
  for (std::size_t position = internal::ascii_prefix(text); position < text.size();) {
    char32_t code_point = 0;
    const std::size_t length = decode(text, position, code_point);
    if (length == 0 || code_point > 0xFF) return false;
    position += length;
  }
  return true;
}

std::optional<std::string> utf8_to_latin1(std::string_view text) {
  const std::size_t prefix = internal::ascii_prefix(text);
  std::string out(text.substr(0, prefix));
  for (std::size_t position = prefix; position < text.size();) {
    char32_t code_point = 0;
    const std::size_t length = decode(text, position, code_point);
    if (length == 0 || code_point > 0xFF) return std::nullopt;
    out.push_back(static_cast<char>(code_point));
    position += length;
  }
  return out;
}

}  // namespace base
