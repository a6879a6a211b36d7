// Values outside an instance's octets: what builders take, what qualifiers hold, what a general read returns.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/status.h"
#include "cim/type.h"

namespace cim {

class Object;
using ObjectPtr = std::shared_ptr<const Object>;

/// Text where it lies in an object's octets: Latin-1 or UTF-16LE, not NUL-terminated in `data`. Valid as long as its owner.
class Text {
 public:
  Text() = default;
  Text(const std::uint8_t* data, std::uint32_t size, bool wide) : data_(data), size_(size), wide_(wide) {}
  const std::uint8_t* data() const { return data_; }
  /// Octets, without the terminator.
  std::uint32_t size() const { return size_; }
  bool wide() const { return wide_; }
  std::uint32_t length() const { return wide_ ? size_ / 2 : size_; }
  char16_t unit(std::uint32_t i) const;
  /// Converted to UTF-8 (lone surrogates survive as WTF-8).
  std::string to_utf8() const;
  /// Equal to UTF-8 text, case-sensitively / after simple case folding. No allocation for ASCII.
  bool equals(std::string_view utf8) const;
  bool equals_ignore_case(std::string_view utf8) const;

 private:
  const std::uint8_t* data_ = nullptr;
  std::uint32_t size_ = 0;
  bool wide_ = false;
};

/// A value of any CIM type; the type itself stands in the declaration beside it.
/// NULL is the empty variant. Signed integers are int64_t, unsigned ones and char16 uint64_t, reals double;
/// string, datetime and reference are UTF-8 text; embedded objects are shared and immutable.
class Value {
 public:
  using Array = std::vector<Value>;
  using Variant = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, ObjectPtr, Array>;

  Value() = default;
  Value(Variant v) : v_(std::move(v)) {}  // NOLINT(google-explicit-constructor)
  static Value null() { return {}; }
  static Value boolean(bool b) { return Value(Variant(b)); }
  static Value sint(std::int64_t i) { return Value(Variant(i)); }
  static Value uint(std::uint64_t u) { return Value(Variant(u)); }
  static Value real(double d) { return Value(Variant(d)); }
  static Value text(std::string s) { return Value(Variant(std::move(s))); }
  static Value object(ObjectPtr o) { return Value(Variant(std::move(o))); }
  static Value array(Array a) { return Value(Variant(std::move(a))); }

  bool is_null() const { return v_.index() == 0; }
  bool is_array() const { return std::holds_alternative<Array>(v_); }
  const Variant& variant() const { return v_; }
  /// Null when the value is of another kind.
  const std::string* as_text() const { return std::get_if<std::string>(&v_); }
  const bool* as_bool() const { return std::get_if<bool>(&v_); }
  const Array* as_array() const { return std::get_if<Array>(&v_); }
  const ObjectPtr* as_object() const { return std::get_if<ObjectPtr>(&v_); }
  const double* as_real() const { return std::get_if<double>(&v_); }
  /// Any integer kind (and char16) that fits; nullopt otherwise.
  std::optional<std::int64_t> as_sint() const;
  std::optional<std::uint64_t> as_uint() const;
  /// True only for boolean TRUE: how qualifiers such as `key` are tested.
  bool is_true() const { return as_bool() && *as_bool(); }

  /// Same kind and content; text case-sensitive; objects by content (MS-WMIO octets after normalisation).
  friend bool operator==(const Value& a, const Value& b);

 private:
  Variant v_;
};

/// Converts a value to the representation of `type` where WMI does (integers that fit, decimal or hexadecimal text to integers,
/// integers to reals, 0/1/-1 to boolean, datetime text checked); NULL stays NULL; a NULL array element is refused for every type but
/// string. Errors: WBEM_E_TYPE_MISMATCH with the value and the type, WBEM_E_VALUE_OUT_OF_RANGE for numbers that do not fit.
base::Result<Value> coerce(const Value& value, Type type);

/// For people and messages: 5, "text", {1, 2}, NULL, TRUE. Not MOF-exact (see mof/printer.h).
std::string to_display(const Value& value);

}  // namespace cim
