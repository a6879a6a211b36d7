#include "cim/path_reader.h"

#include <fmt/format.h>

#include <array>
#include <limits>

#include "base/utf.h"
#include "cim/datetime.h"

namespace cim::internal {
namespace {

constexpr std::size_t kDatetimeLength = 25;

enum CharClass : std::uint8_t { kOther = 0, kNameStart = 1, kDigit = 2, kNonAscii = 4, kSlash = 8, kNamespaceExtra = 16 };
constexpr std::uint8_t kNameCharacter = kNameStart | kDigit | kNonAscii;
constexpr std::uint8_t kFrontCharacter = kNameCharacter | kSlash | kNamespaceExtra;

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> table{};
  for (unsigned c = 'a'; c <= 'z'; ++c) table[c] = kNameStart;
  for (unsigned c = 'A'; c <= 'Z'; ++c) table[c] = kNameStart;
  for (unsigned c = '0'; c <= '9'; ++c) table[c] = kDigit;
  for (unsigned c = 0x80; c < 0x100; ++c) table[c] = kNonAscii;
  table['_'] = kNameStart;
  table['\\'] = table['/'] = kSlash;
  table['-'] = table['$'] = kNamespaceExtra;
  return table;
}
constexpr std::array<std::uint8_t, 256> kClasses = make_classes();

std::uint8_t class_of(char c) { return kClasses[static_cast<unsigned char>(c)]; }
bool is_slash(char c) { return c == '\\' || c == '/'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The character of a one-letter escape, or 0.
char simple_escape(char c) {
  switch (c) {
    case '\\':
    case '"':
    case '\'': return c;
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'a': return '\a';
    case 'v': return '\v';
    default: return 0;
  }
}

/// The number behind `\x` at `position`, which moves behind its one to four digits; negative when there is none.
std::int32_t read_hex(std::string_view text, std::size_t& position) {
  std::int32_t value = -1;
  for (int i = 0; i < 4 && position < text.size(); ++i, ++position) {
    const int digit = hex_digit(text[position]);
    if (digit < 0) break;
    value = (value < 0 ? 0 : value * 16) + digit;
  }
  return value;
}

bool is_high_surrogate(std::int32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low_surrogate(std::int32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

std::size_t name_end(std::string_view text, std::size_t position) {
  while (position < text.size() && (class_of(text[position]) & kNameCharacter) != 0) ++position;
  return position;
}

}  // namespace

base::Status PathReader::bad(std::size_t position, std::string_view expected) const {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < position && i < text_.size(); ++characters) base::next_code_point(text_, i);
  std::string found = "the end";
  if (position < text_.size()) {
    std::size_t i = position;
    const char32_t code_point = base::next_code_point(text_, i);
    const auto octet = static_cast<unsigned char>(text_[position]);
    if (octet < 0x20) {
      found = fmt::format("the control character U+{:04X}", octet);
    } else if (code_point == 0xFFFD && i == position + 1) {
      found = fmt::format("the octet 0x{:02X}", octet);
    } else {
      found = fmt::format("'{}'", text_.substr(position, i - position));
    }
  }
  return {WBEM_E_INVALID_OBJECT_PATH, fmt::format("object path, position {}: expected {}, found {}", characters + 1, expected, found)};
}

base::Status PathReader::read_front(PathParts& out) {
  if (text_.size() > kMaxPathLength && base::utf16_length(text_) > kMaxPathLength) {
    return {WBEM_E_QUOTA_VIOLATION, fmt::format("an object path may have at most {} characters", kMaxPathLength)};
  }
  if (text_.size() >= 2 && is_slash(text_[0]) && is_slash(text_[1])) {
    TRY(read_server(out));
    if (at_end()) return {};
  }
  const std::size_t start = position_;
  bool slashes = !out.server.empty();  // then a namespace must follow
  std::size_t end = start;
  for (; end < text_.size(); ++end) {
    const std::uint8_t kind = class_of(text_[end]);
    if ((kind & kFrontCharacter) == 0) break;
    slashes = slashes || kind == kSlash;
  }
  if (end < text_.size() && text_[end] == ':') {
    out.name_space = text_.substr(start, end - start);
    if (slashes || end != start) TRY(check_namespace(out.name_space, start));
    position_ = end + 1;
    end = name_end(text_, position_);
  } else if (slashes) {
    out.name_space = text_.substr(start, end - start);
    TRY(check_namespace(out.name_space, start));
    position_ = end;
    return end == text_.size() ? base::Status() : bad(end, "':' and a class name behind the namespace");
  }
  out.class_name = text_.substr(position_, end - position_);
  if (!valid_identifier(out.class_name)) {
    const std::size_t good = name_end(text_, position_);
    return good < end && good != position_ ? bad(good, "'.', '=' or the end behind the class name") : bad(position_, "a class name");
  }
  position_ = end;
  if (end < text_.size() && text_[end] != '.' && text_[end] != '=') return bad(end, "'.' or '=' behind the class name");
  return {};
}

base::Status PathReader::read_server(PathParts& out) {
  std::size_t end = 2;
  while (end < text_.size() && !is_slash(text_[end])) {
    const auto c = static_cast<unsigned char>(text_[end]);
    const bool bracketed = text_[2] == '[';  // an IPv6 address
    if (c <= 0x20 || c == '"' || c == '\'' || c == '=' || c == ',' || (c == ':' && !bracketed))
      return bad(end, "a server name and a slash");
    ++end;
  }
  out.server = text_.substr(2, end - 2);
  if (out.server.empty()) return bad(2, "a server name or '.'");
  position_ = end;
  if (end < text_.size()) {
    ++position_;
    if (at_end()) return bad(position_, "a namespace");
  }
  return {};
}

base::Status PathReader::check_namespace(std::string_view name, std::size_t position) const {
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= name.size(); ++i) {
    if (i < name.size() && !is_slash(name[i])) continue;
    if (i == begin) return bad(position + i, "the name of a namespace");
    begin = i + 1;
  }
  if (!base::is_valid_utf8(name, base::Surrogates::kAllow)) return bad(position, "a namespace in UTF-8");
  return {};
}

bool PathReader::read_singleton() {
  if (rest() != "=@") return false;
  position_ = text_.size();
  return true;
}

base::Status PathReader::read_key(KeyToken& out) {
  if (first_key_ && text_[position_] == '=') {
    ++position_;
    TRY(read_value(out));
    return at_end() ? base::Status() : bad(position_, "the end (a second key needs the names of both)");
  }
  if (!first_key_ && text_[position_] != ',') return bad(position_, "',' or the end");
  first_key_ = false;
  ++position_;
  const std::size_t end = name_end(text_, position_);
  out.name = text_.substr(position_, end - position_);
  if (!valid_identifier(out.name)) return bad(position_, "the name of a key");
  if (end == text_.size() || text_[end] != '=') return bad(end, "'=' behind the name of the key");
  position_ = end + 1;
  return read_value(out);
}

base::Status PathReader::read_value(KeyToken& out) {
  if (at_end()) return bad(position_, "a value");
  const char c = text_[position_];
  if (c == '"' || c == '\'') return read_text(out);
  if ((class_of(c) & kNameStart) != 0) return read_word(out);
  if (read_datetime(out)) return {};
  return read_number(out);
}

base::Status PathReader::read_text(KeyToken& out) {
  const char quote = text_[position_];
  const std::size_t start = position_ + 1;
  bool non_ascii = false;
  std::size_t i = start;
  for (; i < text_.size() && text_[i] != quote; ++i) {
    const auto c = static_cast<unsigned char>(text_[i]);
    if (c < 0x20) return bad(i, "no control character (write \\n, \\t or \\xHHHH)");
    non_ascii = non_ascii || c >= 0x80;
    if (c != '\\') continue;
    out.escaped = true;
    ++i;
    if (i < text_.size() && (text_[i] == 'x' || text_[i] == 'X')) {
      std::size_t digits = i + 1;
      if (read_hex(text_, digits) < 0) return bad(i + 1, "hexadecimal digits behind \\x");
    } else if (i == text_.size() || simple_escape(text_[i]) == 0) {
      return bad(i, "an escape: \\\\ for a backslash, \\\" \\' \\n \\r \\t \\b \\f \\a \\v or \\xHHHH");
    }
  }
  if (i >= text_.size()) return bad(text_.size(), fmt::format("the closing {}", quote));
  out.raw = text_.substr(start, i - start);
  if (non_ascii && !base::is_valid_utf8(out.raw, base::Surrogates::kAllow)) return bad(start, "text in UTF-8");
  out.kind = KeyToken::Kind::kText;
  position_ = i + 1;
  if (!at_value_end(position_)) return bad(position_, "',' or the end");
  return {};
}

base::Status PathReader::read_word(KeyToken& out) {
  const std::size_t end = name_end(text_, position_);
  out.raw = text_.substr(position_, end - position_);
  out.boolean = base::equal_ignore_case(out.raw, "TRUE");
  if ((!out.boolean && !base::equal_ignore_case(out.raw, "FALSE")) || !at_value_end(end)) {
    return bad(position_, "a value: text in quotes, a number, TRUE or FALSE");
  }
  out.kind = KeyToken::Kind::kBoolean;
  position_ = end;
  return {};
}

bool PathReader::read_datetime(KeyToken& out) {
  const std::size_t end = position_ + kDatetimeLength;
  if (end > text_.size() || !at_value_end(end) || text_[position_ + 14] != '.') return false;
  const std::string_view text = text_.substr(position_, kDatetimeLength);
  if (!DateTime::parse(text)) return false;
  out.kind = KeyToken::Kind::kText;
  out.raw = text;
  position_ = end;
  return true;
}

base::Status PathReader::read_number(KeyToken& out) {
  std::size_t i = position_;
  out.negative = text_[i] == '-';
  if (out.negative || text_[i] == '+') ++i;
  const std::size_t digits = i;
  std::uint64_t value = 0;
  bool too_large = false;
  for (; i < text_.size() && is_digit(text_[i]); ++i) {
    const auto digit = static_cast<std::uint64_t>(text_[i] - '0');
    too_large = too_large || value > (std::numeric_limits<std::uint64_t>::max() - digit) / 10;
    value = value * 10 + digit;
  }
  if (i == digits) return bad(i, digits == position_ ? "a value: text in quotes, a decimal number, TRUE or FALSE" : "a digit");
  if (!at_value_end(i)) return bad(i, "',' or the end behind a decimal number");
  if (too_large || (out.negative && value > std::uint64_t{1} << 63U)) return bad(digits, "a number of at most 64 bits");
  out.kind = KeyToken::Kind::kNumber;
  out.raw = text_.substr(position_, i - position_);
  out.magnitude = value;
  position_ = i;
  return {};
}

void append_token_text(const KeyToken& token, std::string& out) {
  if (!token.escaped) {
    out += token.raw;
    return;
  }
  const std::string_view raw = token.raw;
  out.reserve(out.size() + raw.size());
  for (std::size_t i = 0; i < raw.size();) {
    if (raw[i] != '\\') {
      const std::size_t plain = std::min(raw.find('\\', i), raw.size());
      out += raw.substr(i, plain - i);
      i = plain;
      continue;
    }
    ++i;
    if (raw[i] != 'x' && raw[i] != 'X') {
      out += simple_escape(raw[i++]);
      continue;
    }
    ++i;
    std::int32_t unit = read_hex(raw, i);
    if (is_high_surrogate(unit) && i + 1 < raw.size() && raw[i] == '\\' && (raw[i + 1] | 0x20) == 'x') {
      std::size_t behind = i + 2;
      const std::int32_t low = read_hex(raw, behind);
      if (is_low_surrogate(low)) {
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        i = behind;
      }
    }
    base::append_code_point(out, static_cast<char32_t>(unit));
  }
}

Value token_value(const KeyToken& token) {
  switch (token.kind) {
    case KeyToken::Kind::kBoolean: return Value::boolean(token.boolean);
    case KeyToken::Kind::kNumber:
      if (token.negative) return Value::sint(static_cast<std::int64_t>(0 - token.magnitude));
      return Value::uint(token.magnitude);
    case KeyToken::Kind::kText: break;
  }
  std::string text;
  append_token_text(token, text);
  return Value::text(std::move(text));
}

}  // namespace cim::internal
