#include "scripting/values.h"

#include <cmath>

#include <fmt/format.h>

#include "scripting/coercion.h"
#include "scripting/swbem_object.h"

namespace scripting {
namespace {

using cim::CimType;

Text make_text(const cim::Text& text) {
  if (text.size() == 0) return {};
  std::u16string units(text.length(), u'\0');
  if (text.wide()) {
    for (std::uint32_t i = 0; i < text.length(); ++i) units[i] = text.unit(i);
  } else {
    const std::uint8_t* octets = text.data();
    for (std::uint32_t i = 0; i < text.length(); ++i) units[i] = octets[i];
  }
  return Text(units);
}

Variant int32_of(std::uint32_t bits) { return Variant::int32(static_cast<std::int32_t>(bits)); }

Variant number_text(auto number) {
  char digits[24];
  char* const end = fmt::format_to(digits, "{}", number);
  char16_t units[24];
  const auto size = static_cast<std::size_t>(end - digits);
  for (std::size_t i = 0; i < size; ++i) units[i] = static_cast<unsigned char>(digits[i]);
  return Variant::text(Text(std::u16string_view(units, size)));
}

Variant scalar(const cim::Value& value, CimType type, const SessionPtr& session) {
  if (value.is_null()) return Variant::null();
  if (const std::string* text = value.as_text()) return Variant::utf8(*text);
  if (const cim::ObjectPtr* object = value.as_object()) {
    return *object ? Variant::object(make_object(session, **object)) : Variant::null();
  }
  if (const bool* truth = value.as_bool()) return Variant::boolean(*truth);
  if (const double* real = value.as_real()) {
    return type == CimType::kReal32 ? Variant::single(static_cast<float>(*real)) : Variant::real(*real);
  }
  if (type == CimType::kUint64) return number_text(value.as_uint().value_or(0));
  const std::int64_t number = value.as_sint().value_or(0);
  switch (type) {
    case CimType::kSint64: return number_text(number);
    case CimType::kSint8:
    case CimType::kSint16:
    case CimType::kChar16: return Variant::int16(static_cast<std::int16_t>(number));
    case CimType::kUint8: return Variant::byte(static_cast<std::uint8_t>(number));
    default: return int32_of(static_cast<std::uint32_t>(number));
  }
}

base::Result<cim::Value> array_value(const Array& array) {
  if (array.bounds().size() > 1) return base::fail(WBEM_E_TYPE_MISMATCH, "an array of more than one dimension is no value of CIM");
  cim::Value::Array items;
  for (const Variant& item : array.items()) {
    if (item.target().is_array()) return base::fail(WBEM_E_TYPE_MISMATCH, "an array of arrays is no value of CIM");
    TRY_ASSIGN(cim::Value value, to_value(item));
    items.push_back(std::move(value));
  }
  return cim::Value::array(std::move(items));
}

base::Result<cim::Value> object_value(const Variant& variant) {
  if (variant.as_object() == nullptr) return cim::Value::null();
  if (auto* object = dynamic_cast<SwbemObject*>(variant.as_object())) {
    TRY_ASSIGN(cim::Object held, object->live().snapshot());
    return cim::Value::object(std::make_shared<const cim::Object>(std::move(held)));
  }
  auto plain = plain_value(variant);
  if (!plain) return base::fail(WBEM_E_TYPE_MISMATCH, "the object is no SWbemObject");
  return to_value(*plain);
}

std::optional<CimType> type_of(VarType type) {
  switch (type) {
    case VarType::kInt8: return CimType::kSint8;
    case VarType::kInt16: return CimType::kSint16;
    case VarType::kInt32: return CimType::kSint32;
    case VarType::kInt64: return CimType::kSint64;
    case VarType::kByte: return CimType::kUint8;
    case VarType::kUInt16: return CimType::kUint16;
    case VarType::kUInt32: return CimType::kUint32;
    case VarType::kUInt64: return CimType::kUint64;
    case VarType::kFloat: return CimType::kReal32;
    case VarType::kDouble: return CimType::kReal64;
    case VarType::kBoolean: return CimType::kBoolean;
    case VarType::kString:
    case VarType::kNull:
    case VarType::kEmpty: return CimType::kString;
    case VarType::kDispatch: return CimType::kObject;
    default: return std::nullopt;
  }
}

bool is_integer(CimType type) {
  return type == CimType::kSint8 || type == CimType::kUint8 || type == CimType::kSint16 || type == CimType::kUint16 ||
         type == CimType::kSint32 || type == CimType::kUint32 || type == CimType::kSint64 || type == CimType::kUint64 ||
         type == CimType::kChar16;
}

/// What languages without unsigned and 64-bit integers hand over: reals that are whole, negative numbers for the high half of uint32.
cim::Value fitted(cim::Value value, CimType type) {
  if (const double* real = value.as_real(); real != nullptr && is_integer(type) && std::abs(*real) < 9.2e18) {
    if (std::nearbyint(*real) == *real) value = cim::Value::sint(static_cast<std::int64_t>(*real));
  }
  const auto number = value.as_sint();
  if (type == CimType::kUint32 && number && *number < 0 && *number >= INT32_MIN) {
    return cim::Value::uint(static_cast<std::uint32_t>(static_cast<std::int32_t>(*number)));
  }
  if (type == CimType::kString && !value.is_null() && value.as_text() == nullptr && value.as_object() == nullptr) {
    if (value.as_bool() != nullptr) return cim::Value::text(value.is_true() ? "True" : "False");
    if (const double* real = value.as_real()) return cim::Value::text(real_text(*real));
    return cim::Value::text(cim::to_display(value));
  }
  return value;
}

}  // namespace

Variant to_variant(const cim::Value& value, cim::Type type, const SessionPtr& session) {
  const cim::Value::Array* items = value.as_array();
  if (items == nullptr) return scalar(value, type.base, session);
  std::vector<Variant> out;
  out.reserve(items->size());
  for (const cim::Value& item : *items) out.push_back(scalar(item, type.base, session));
  return Variant::array(Array::of(VarType::kVariant, std::move(out)));
}

Variant read_property(const cim::InstanceView& view, const cim::Property& property, const SessionPtr& session) {
  const cim::PropertyHandle& handle = property.handle;
  if (view.is_null(handle)) return Variant::null();
  if (property.type.array) return to_variant(view.value(property), property.type, session);
  switch (property.type.base) {
    case CimType::kString:
    case CimType::kDatetime:
    case CimType::kReference: return Variant::text(make_text(view.text(handle)));
    case CimType::kBoolean: return Variant::boolean(view.boolean(handle));
    case CimType::kSint8: return Variant::int16(view.number<std::int8_t>(handle));
    case CimType::kUint8: return Variant::byte(view.number<std::uint8_t>(handle));
    case CimType::kSint16:
    case CimType::kChar16: return Variant::int16(view.number<std::int16_t>(handle));
    case CimType::kUint16: return Variant::int32(view.number<std::uint16_t>(handle));
    case CimType::kSint32:
    case CimType::kUint32: return Variant::int32(view.number<std::int32_t>(handle));
    case CimType::kSint64: return number_text(view.number<std::int64_t>(handle));
    case CimType::kUint64: return number_text(view.number<std::uint64_t>(handle));
    case CimType::kReal32: return Variant::single(view.number<float>(handle));
    case CimType::kReal64: return Variant::real(view.number<double>(handle));
    case CimType::kObject: return to_variant(view.value(property), property.type, session);
  }
  return Variant::null();
}

base::Result<cim::Value> to_value(const Variant& variant) {
  const Variant& v = variant.target();
  if (v.is_array()) return array_value(*v.as_array());
  switch (v.type()) {
    case VarType::kEmpty:
    case VarType::kNull: return cim::Value::null();
    case VarType::kError:
      if (v.is_missing()) return cim::Value::null();
      break;
    case VarType::kString: return cim::Value::text(v.as_text().to_utf8());
    case VarType::kBoolean: return cim::Value::boolean(v.as_boolean());
    case VarType::kInt16: return cim::Value::sint(v.as_int16());
    case VarType::kInt32: return cim::Value::sint(v.as_int32());
    case VarType::kByte: return cim::Value::uint(v.as_byte());
    case VarType::kFloat: return cim::Value::real(v.as_single());
    case VarType::kDouble: return cim::Value::real(v.as_real());
    case VarType::kCurrency: return cim::Value::real(static_cast<double>(v.as_currency()) / 10000);
    case VarType::kInt8:
    case VarType::kInt64: return cim::Value::sint(v.as_integer());
    case VarType::kUInt16:
    case VarType::kUInt32:
    case VarType::kUInt64: return cim::Value::uint(static_cast<std::uint64_t>(v.as_integer()));
    case VarType::kDispatch: return object_value(v);
    default: break;
  }
  return base::fail(WBEM_E_TYPE_MISMATCH, "a value of this kind cannot stand in a property");
}

base::Result<cim::Value> to_value(const Variant& variant, cim::Type type) {
  const Variant& v = variant.target();
  if (v.is(VarType::kDate) && type == cim::Type{CimType::kString, false}) {
    if (auto text = to_text(v)) return cim::Value::text(text->to_utf8());
  }
  if (v.is(VarType::kDispatch) && v.as_object() != nullptr && type.base == CimType::kReference) {
    if (auto* object = dynamic_cast<SwbemObject*>(v.as_object())) return cim::Value::text(object->live().path());
  }
  TRY_ASSIGN(cim::Value value, to_value(variant));
  if (const cim::Value::Array* items = value.as_array(); items != nullptr && type.array) {
    cim::Value::Array fitting;
    for (const cim::Value& item : *items) fitting.push_back(fitted(item, type.base));
    value = cim::Value::array(std::move(fitting));
  } else if (!type.array) {
    value = fitted(std::move(value), type.base);
  }
  return cim::coerce(value, type);
}

base::Result<cim::NamedValue> typed_value(const Variant& variant) {
  const Variant& v = variant.target();
  TRY_ASSIGN(cim::Value value, to_value(v));
  if (!v.is_array()) {
    const auto base = type_of(value.as_text() != nullptr ? VarType::kString : v.type());
    if (!base) return base::fail(WBEM_E_TYPE_MISMATCH, "a value of this kind has no type of CIM");
    return cim::NamedValue{{}, {*base, false}, std::move(value)};
  }
  VarType element = v.as_array()->element();
  if (element == VarType::kVariant) element = v.as_array()->items().empty() ? VarType::kString : v.as_array()->items()[0].target().type();
  const auto base = type_of(element);
  if (!base) return base::fail(WBEM_E_TYPE_MISMATCH, "an array of this kind has no type of CIM");
  const cim::Type type{*base, true};
  // Small and large numbers of one array need one type.
  const cim::Type wide{*base == CimType::kSint16 ? CimType::kSint32 : *base, true};
  auto coerced = cim::coerce(value, type);
  if (coerced) return cim::NamedValue{{}, type, *std::move(coerced)};
  TRY_ASSIGN(value, cim::coerce(value, wide));
  return cim::NamedValue{{}, wide, std::move(value)};
}

}  // namespace scripting
