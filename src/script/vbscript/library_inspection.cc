// What a value is: Array, IsArray ... VarType, TypeName, LBound, UBound.
#include "script/vbscript/library.h"

namespace script::vbscript {
namespace {

using Arguments = std::span<Variant>;

Outcome<Variant> array(Library& library, Arguments arguments) {
  if (auto room = library.reserve(arguments.size() * sizeof(Variant)); !room) return std::unexpected(room.error());
  std::vector<Variant> items(arguments.begin(), arguments.end());
  for (Variant& item : items) {
    if (item.is_array()) item = Variant::array(item.as_array()->copy());
  }
  return Variant::array(scripting::Array::of(VarType::kVariant, std::move(items)));
}

Outcome<Variant> is_array(Library&, Arguments arguments) { return Variant::boolean(arguments[0].is_array()); }
Outcome<Variant> is_empty(Library&, Arguments arguments) { return Variant::boolean(arguments[0].is(VarType::kEmpty)); }
Outcome<Variant> is_null(Library&, Arguments arguments) { return Variant::boolean(arguments[0].is(VarType::kNull)); }
Outcome<Variant> is_object(Library&, Arguments arguments) { return Variant::boolean(arguments[0].is(VarType::kDispatch)); }

Outcome<Variant> is_numeric(Library&, Arguments arguments) {
  auto value = plain(arguments[0]);
  if (!value || value->is_array()) return Variant::boolean(false);
  switch (static_cast<VarType>(value->vt())) {
    case VarType::kString: return Variant::boolean(parse_number(value->as_text().view()).has_value());
    case VarType::kNull:
    case VarType::kDate:
    case VarType::kError: return Variant::boolean(false);
    default: return Variant::boolean(true);
  }
}

Outcome<Variant> is_date(Library&, Arguments arguments) {
  auto value = plain(arguments[0]);
  if (!value) return Variant::boolean(false);
  if (value->is(VarType::kDate)) return Variant::boolean(true);
  if (!value->is(VarType::kString)) return Variant::boolean(false);
  const auto text = value->as_text().view();
  return Variant::boolean(!parse_number(text) && parse_date(text));
}

Outcome<Variant> var_type(Library&, Arguments arguments) {
  const Variant& value = arguments[0];
  if (value.is(VarType::kDispatch) && value.as_object() != nullptr) {
    if (const auto inner = plain(value)) return Variant::int16(static_cast<std::int16_t>(inner->vt()));
  }
  return Variant::int16(static_cast<std::int16_t>(value.vt()));
}

std::u16string_view type_text(VarType type) {
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

Outcome<Variant> type_name(Library&, Arguments arguments) {
  const Variant& value = arguments[0];
  if (value.is(VarType::kDispatch)) {
    return Variant::utf8(value.as_object() == nullptr ? std::string("Nothing") : value.as_object()->type_name());
  }
  std::u16string name(type_text(value.type()));
  if (value.is_array()) name += u"()";
  return Variant::text(Text(name));
}

/// The bounds of the dimension that the second argument names.
Outcome<scripting::Array::Bound> bound(Arguments arguments) {
  if (!arguments[0].is_array()) return raise(kTypeMismatch);
  std::int32_t dimension = 1;
  if (arguments.size() > 1 && !arguments[1].is_missing()) {
    auto given = to_int32(arguments[1]);
    if (!given) return std::unexpected(std::move(given).error());
    dimension = *given;
  }
  const auto& bounds = arguments[0].as_array()->bounds();
  if (dimension < 1 || static_cast<std::size_t>(dimension) > bounds.size()) return raise(kSubscript);
  return bounds[static_cast<std::size_t>(dimension) - 1];
}

Outcome<Variant> lower_bound(Library&, Arguments arguments) {
  auto found = bound(arguments);
  if (!found) return std::unexpected(std::move(found).error());
  return Variant::int32(found->lower);
}

Outcome<Variant> upper_bound(Library&, Arguments arguments) {
  auto found = bound(arguments);
  if (!found) return std::unexpected(std::move(found).error());
  return Variant::int32(found->lower + static_cast<std::int32_t>(found->count) - 1);
}

constexpr Builtin kFunctions[] = {
    {u"Array", 0, 255, array},      {u"IsArray", 1, 1, is_array},     {u"IsDate", 1, 1, is_date},     {u"IsEmpty", 1, 1, is_empty},
    {u"IsNull", 1, 1, is_null},     {u"IsNumeric", 1, 1, is_numeric}, {u"IsObject", 1, 1, is_object}, {u"LBound", 1, 2, lower_bound},
    {u"TypeName", 1, 1, type_name}, {u"UBound", 1, 2, upper_bound},   {u"VarType", 1, 1, var_type},
};

}  // namespace

std::span<const Builtin> inspection_functions() { return kFunctions; }

}  // namespace script::vbscript
