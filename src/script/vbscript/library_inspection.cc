// What a value is: Array, IsArray ... VarType, TypeName, LBound, UBound.
#include "script/vbscript/library_support.h"
#include "scripting/dispatch.h"

namespace script::vbscript {
namespace {

using scripting::Array;

Outcome<Variant> array(Library& library, Values values) {
  if (auto room = library.reserve(values.size() * sizeof(Variant)); !room) return std::unexpected(std::move(room).error());
  std::vector<Variant> items;
  items.reserve(values.size());
  for (const Variant& value : values) {
    items.push_back(value.is_array() && !value.is_reference() ? Variant::array(value.as_array()->copy()) : value);
  }
  return Variant::array(Array::of(VarType::kVariant, std::move(items)));
}

Outcome<Variant> is_array(Library&, Values values) { return Variant::boolean(values[0].is_array()); }
Outcome<Variant> is_object(Library&, Values values) { return Variant::boolean(values[0].is(VarType::kDispatch)); }

/// The value that tells: objects stand for their default member where they have one.
Variant content(const Variant& value) {
  auto inner = plain(value);
  return inner ? *std::move(inner) : value;
}

template <VarType Type>
Outcome<Variant> is_type(Library&, Values values) {
  return Variant::boolean(content(values[0]).is(Type));
}

Outcome<Variant> is_date(Library& library, Values values) {
  const Variant value = content(values[0]);
  if (!value.is(VarType::kString)) return Variant::boolean(value.is(VarType::kDate));
  const auto text = value.as_text().view();
  const Locale& locale = locale_of(library);
  return Variant::boolean(parse_date(text, locale).has_value() && !parse_number(text, locale).has_value());
}

Outcome<Variant> is_numeric(Library& library, Values values) {
  const Variant value = content(values[0]);
  if (value.is(VarType::kString)) return Variant::boolean(parse_number(value.as_text().view(), locale_of(library)).has_value());
  if (value.is_array() || value.is(VarType::kNull) || value.is(VarType::kDate) || value.is(VarType::kError)) return Variant::boolean(false);
  return Variant::boolean(!value.is(VarType::kDispatch) && !value.is(VarType::kUnknown));
}

Outcome<Variant> var_type(Library&, Values values) {
  const bool object = values[0].is(VarType::kDispatch) && values[0].as_object() != nullptr;
  return int16_of(object ? content(values[0]).vt() : values[0].vt());
}

std::u16string_view name_of(VarType type) {
  switch (type) {
    case VarType::kEmpty: return u"Empty";
    case VarType::kNull: return u"Null";
    case VarType::kInt16: return u"Integer";
    case VarType::kInt32: return u"Long";
    case VarType::kFloat: return u"Single";
    case VarType::kDouble: return u"Double";
    case VarType::kCurrency: return u"Currency";
    case VarType::kDate: return u"Date";
    case VarType::kString: return u"String";
    case VarType::kDispatch: return u"Object";
    case VarType::kError: return u"Error";
    case VarType::kBoolean: return u"Boolean";
    case VarType::kVariant: return u"Variant";
    case VarType::kDecimal: return u"Decimal";
    case VarType::kByte: return u"Byte";
    default: return u"Unknown";
  }
}

Outcome<Variant> type_name(Library&, Values values) {
  const Variant& value = values[0];
  if (value.is_array()) return text_of(std::u16string(name_of(value.type())) + u"()");
  if (!value.is(VarType::kDispatch)) return text_of(name_of(value.type()));
  return value.as_object() == nullptr ? text_of(u"Nothing") : Variant::utf8(value.as_object()->type_name());
}

template <bool Upper>
Outcome<Variant> bound(Library&, Values values) {
  Variant value = values[0];
  if (value.is(VarType::kDispatch)) {
    READ(value, plain(value));
  }
  if (!value.is_array()) return raise(kTypeMismatch);
  READ(const std::int32_t dimension, int_or(values, 1, 1));
  const auto& bounds = value.as_array()->bounds();
  if (dimension < 1 || static_cast<std::size_t>(dimension) > bounds.size()) return raise(kSubscript);
  const Array::Bound& found = bounds[static_cast<std::size_t>(dimension - 1)];
  return int32_of(Upper ? static_cast<std::int64_t>(found.lower) + found.count - 1 : found.lower);
}

constexpr Builtin kFunctions[] = {
    {u"Array", 0, 255, array},
    {u"IsArray", 1, 1, is_array},
    {u"IsDate", 1, 1, is_date},
    {u"IsEmpty", 1, 1, is_type<VarType::kEmpty>},
    {u"IsNull", 1, 1, is_type<VarType::kNull>},
    {u"IsNumeric", 1, 1, is_numeric},
    {u"IsObject", 1, 1, is_object},
    {u"VarType", 1, 1, var_type},
    {u"TypeName", 1, 1, type_name},
    {u"LBound", 1, 2, bound<false>},
    {u"UBound", 1, 2, bound<true>},
};

}  // namespace

std::span<const Builtin> inspection_functions() { return kFunctions; }

}  // namespace script::vbscript
