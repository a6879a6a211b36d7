// Canonical keys: the octets under which an instance is found, whichever way its path is spelled.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/utf.h"
#include "cim/datetime.h"
#include "cim/path_reader.h"

namespace cim {
namespace {

using internal::KeyToken;
using internal::PathReader;

constexpr char kEndOfValue = '\0';
constexpr char kEscape = '\1';
constexpr char kEndOfPart = '\2';  // inside a reference
constexpr char kEndOfName = '\3';  // inside a reference
constexpr char kEscapeShift = 0x10;

/// Capital of an ASCII character; 0 for those that take the slow way (controls that must be escaped, everything above ASCII).
constexpr std::array<char, 256> make_quick() {
  std::array<char, 256> table{};
  for (unsigned c = 4; c < 0x80; ++c) table[c] = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return table;
}
constexpr std::array<char, 256> kQuick = make_quick();

void append_folded(std::string& out, char32_t code_point) {
  if (code_point < 4) {
    out += kEscape;
    out += static_cast<char>(kEscapeShift + static_cast<char>(code_point));
  } else {
    base::append_code_point(out, base::to_upper(code_point));
  }
}

void append_folded(std::string& out, std::string_view text) {
  const std::size_t at = out.size();
  out.resize(at + text.size());
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const char quick = kQuick[static_cast<unsigned char>(text[i])];
    if (quick == 0) break;
    out[at + i] = quick;
  }
  out.resize(at + i);
  while (i < text.size()) {
    if (const char quick = kQuick[static_cast<unsigned char>(text[i])]) {
      out += quick;
      ++i;
    } else {
      append_folded(out, base::next_code_point(text, i));
    }
  }
}

void append_folded(std::string& out, const Text& text) {
  if (text.wide()) return append_folded(out, text.to_utf8());
  for (std::uint32_t i = 0; i < text.size(); ++i) {
    if (const char quick = kQuick[text.data()[i]]) {
      out += quick;
    } else {
      append_folded(out, static_cast<char32_t>(text.data()[i]));
    }
  }
}

template <class Integer>
void append_decimal(std::string& out, Integer value) {
  std::array<char, 24> digits;
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

/// The object that a path means, for comparisons: parts that say where "here" is are left out.
void append_object(std::string& out, const ObjectPath& path, std::string_view server, std::string_view name_space) {
  if (!is_local_server(path.server, server)) append_folded(out, path.server);
  out += kEndOfPart;
  if (!base::equal_ignore_case(path.name_space, name_space)) append_folded(out, path.name_space);
  out += kEndOfPart;
  append_folded(out, path.class_name);
  out += kEndOfPart;
  if (path.singleton) out += '@';
  std::vector<std::pair<std::string, std::string>> keys;
  for (const PathKey& key : path.keys) {
    auto& [name, value] = keys.emplace_back();
    if (path.keys.size() > 1) append_folded(name, key.name);
    if (const auto* text = key.value.as_text()) {
      append_folded(value, *text);
    } else {
      append_folded(value, to_display(key.value));
    }
  }
  std::ranges::sort(keys);
  for (const auto& [name, value] : keys) {
    out += kEndOfPart;  // also before the first: tells `X=@` from `X="@"`
    out += name;
    out += kEndOfName;
    out += value;
  }
}

void append_reference(std::string& out, const Class& cls, std::string_view text) {
  if (auto path = ObjectPath::parse(text)) {
    append_object(out, *path, cls.server(), cls.name_space());
  } else {
    out += kEndOfName;  // no object's octets begin so
    append_folded(out, text);
  }
}

/// `text` of a key of a text type.
void append_text(std::string& out, const Class& cls, CimType type, std::string_view text) {
  if (type == CimType::kReference) return append_reference(out, cls, text);
  if (type == CimType::kDatetime) {
    if (auto moment = DateTime::parse(text)) {
      out += moment->to_string();
      return;
    }
  }
  append_folded(out, text);
}

void append_converted(std::string& out, const Class& cls, CimType type, const Value& value) {
  if (const auto* text = value.as_text()) {
    append_text(out, cls, type, *text);
  } else if (const auto* flag = value.as_bool()) {
    out += *flag ? '1' : '0';
  } else if (const auto u = value.as_uint()) {
    append_decimal(out, *u);
  } else if (const auto i = value.as_sint()) {
    append_decimal(out, *i);
  } else {
    append_folded(out, to_display(value));
  }
}

base::Status bad(const Class& cls, std::string text) {
  return {WBEM_E_INVALID_OBJECT_PATH, fmt::format("object path of {}: {}", cls.name(), text)};
}

/// A key as a path gives it, brought to the type that the class declares.
base::Status append_typed(std::string& out, const Class& cls, const Property& key, const Value& value) {
  if (is_text(key.type.base) && !value.as_text()) {
    // Digits or a word without quotes.
    append_text(out, cls, key.type.base, to_display(value));
    out += kEndOfValue;
    return {};
  }
  auto converted = coerce(value, key.type);
  if (!converted) return bad(cls, fmt::format("key {}: {}", key.name, converted.error().text()));
  if (converted->is_null()) return bad(cls, fmt::format("key {} has no value", key.name));
  append_converted(out, cls, key.type.base, *converted);
  out += kEndOfValue;
  return {};
}

struct Range {
  std::uint64_t negative = 0;
  std::uint64_t positive = 0;
};

/// Magnitudes that an integer type holds; {0, 0} for the other types.
constexpr Range range_of(CimType type) {
  switch (type) {
    case CimType::kSint8: return {0x80, 0x7F};
    case CimType::kSint16: return {0x8000, 0x7FFF};
    case CimType::kSint32: return {0x80000000, 0x7FFFFFFF};
    case CimType::kSint64: return {0x8000000000000000, 0x7FFFFFFFFFFFFFFF};
    case CimType::kUint8: return {0, 0xFF};
    case CimType::kUint16:
    case CimType::kChar16: return {0, 0xFFFF};
    case CimType::kUint32: return {0, 0xFFFFFFFF};
    case CimType::kUint64: return {0, 0xFFFFFFFFFFFFFFFF};
    default: return {0, 0};
  }
}

base::Status append_typed(std::string& out, const Class& cls, const Property& key, const KeyToken& token) {
  if (token.kind == KeyToken::Kind::kNumber && !key.type.array) {
    const Range range = range_of(key.type.base);
    if (range.positive != 0 && token.magnitude <= (token.negative ? range.negative : range.positive)) {
      if (token.negative && token.magnitude != 0) out += '-';
      append_decimal(out, token.magnitude);
      out += kEndOfValue;
      return {};
    }
  }
  if (token.kind == KeyToken::Kind::kText && key.type.base == CimType::kString && !token.escaped && !key.type.array) {
    append_folded(out, token.raw);
    out += kEndOfValue;
    return {};
  }
  return append_typed(out, cls, key, token_value(token));
}

/// What must hold before keys are looked at.
base::Status check_kind(const Class& cls, bool singleton, std::size_t keys) {
  if (singleton != cls.singleton()) {
    return bad(cls, singleton ? "it is no singleton: expected its keys in place of '=@'" : "it is a singleton: expected '=@'");
  }
  if (singleton) return {};
  if (keys == 0) return bad(cls, "expected the keys of an instance");
  if (cls.keys().empty()) return bad(cls, "the class has no keys");
  return {};
}

const Property& key_of(const Class& cls, std::size_t i) { return cls.properties()[cls.keys()[i]]; }

std::string key_names(const Class& cls) {
  std::string out;
  for (std::size_t i = 0; i < cls.keys().size(); ++i) out += (i == 0 ? "" : ", ") + key_of(cls, i).name;
  return out;
}

/// `keys`: PathKey or KeyToken, in any order.
template <class Keys>
base::Status append_all(std::string& out, const Class& cls, const Keys& keys, auto&& value_of) {
  const std::size_t count = cls.keys().size();
  if (keys.size() == 1 && keys[0].name.empty()) {
    if (count != 1) return bad(cls, fmt::format("expected the names of its {} keys ({})", count, key_names(cls)));
    return append_typed(out, cls, key_of(cls, 0), value_of(keys[0]));
  }
  for (std::size_t i = 0; i < count; ++i) {
    const Property& key = key_of(cls, i);
    const auto matches = [&](const auto& given) { return base::equal_ignore_case(given.name, key.name); };
    const auto found = std::ranges::find_if(keys, matches);
    if (found == keys.end()) return bad(cls, fmt::format("key {} is missing", key.name));
    if (std::find_if(found + 1, keys.end(), matches) != keys.end()) return bad(cls, fmt::format("key {} is given twice", key.name));
    TRY(append_typed(out, cls, key, value_of(*found)));
  }
  if (keys.size() == count) return {};
  for (const auto& given : keys) {
    const auto names_it = [&](std::uint16_t k) { return base::equal_ignore_case(cls.properties()[k].name, given.name); };
    if (std::ranges::none_of(cls.keys(), names_it)) return bad(cls, fmt::format("{} is no key (its keys: {})", given.name, key_names(cls)));
  }
  return bad(cls, "a key is given twice");
}

template <class T>
void append_number(std::string& out, const InstanceView& instance, PropertyHandle h) {
  append_decimal(out, instance.number<T>(h));
}

void append_from(std::string& out, const InstanceView& instance, const Property& key) {
  const PropertyHandle h = key.handle;
  switch (key.type.array ? CimType::kObject : key.type.base) {
    case CimType::kString: return append_folded(out, instance.text(h));
    case CimType::kSint8: return append_decimal(out, static_cast<int>(instance.number<std::int8_t>(h)));
    case CimType::kUint8: return append_decimal(out, static_cast<unsigned>(instance.number<std::uint8_t>(h)));
    case CimType::kSint16: return append_number<std::int16_t>(out, instance, h);
    case CimType::kUint16:
    case CimType::kChar16: return append_number<std::uint16_t>(out, instance, h);
    case CimType::kSint32: return append_number<std::int32_t>(out, instance, h);
    case CimType::kUint32: return append_number<std::uint32_t>(out, instance, h);
    case CimType::kSint64: return append_number<std::int64_t>(out, instance, h);
    case CimType::kUint64: return append_number<std::uint64_t>(out, instance, h);
    default: return append_converted(out, instance.cls(), key.type.base, instance.value(key));
  }
}

}  // namespace

base::Status canonical_key(const Class& cls, const ObjectPath& path, std::string& out) {
  TRY(check_kind(cls, path.singleton, path.keys.size()));
  if (path.singleton) {
    out += '@';
    return {};
  }
  return append_all(out, cls, path.keys, [](const PathKey& key) -> const Value& { return key.value; });
}

base::Status canonical_key(const Class& cls, const PathParts& path, std::string& out) {
  TRY(check_kind(cls, path.singleton, path.keys.size()));
  if (path.singleton) {
    out += '@';
    return {};
  }
  PathReader reader(path.keys);
  std::array<KeyToken, 1> first;
  TRY(reader.read_key(first[0]));
  const auto itself = [](const KeyToken& token) -> const KeyToken& { return token; };
  if (reader.at_end()) return append_all(out, cls, first, itself);
  std::vector<KeyToken> tokens(first.begin(), first.end());
  while (!reader.at_end()) TRY(reader.read_key(tokens.emplace_back()));
  return append_all(out, cls, tokens, itself);
}

base::Status canonical_key(const InstanceView& instance, std::string& out) {
  const Class& cls = instance.cls();
  if (cls.singleton()) {
    out += '@';
    return {};
  }
  if (cls.keys().empty()) return {WBEM_E_NO_KEY, fmt::format("class {} has no key, so it cannot have instances", cls.name())};
  for (std::size_t i = 0; i < cls.keys().size(); ++i) {
    const Property& key = key_of(cls, i);
    if (instance.is_null(key.handle)) {
      if (instance.is_default(key.handle)) return {WBEM_E_NO_KEY, fmt::format("key {} of {} has no value", key.name, cls.name())};
      return {WBEM_E_ILLEGAL_NULL, fmt::format("key {} of {} is NULL", key.name, cls.name())};
    }
    append_from(out, instance, key);
    out += kEndOfValue;
  }
  return {};
}

bool same_path(const ObjectPath& a, const ObjectPath& b, std::string_view local_server) {
  std::string left;
  std::string right;
  append_object(left, a, local_server, {});
  append_object(right, b, local_server, {});
  return left == right;
}

}  // namespace cim
