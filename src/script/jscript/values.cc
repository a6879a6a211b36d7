#include "script/jscript/values.h"

#include <cmath>
#include <ctime>

#include "script/vbscript/conversions.h"

namespace script::jscript {
namespace {

constexpr double kMillisecond = 1000.0;

void push_date(duk_context* duk, double days) {
  const vbscript::CivilTime time = vbscript::civil_time(days);
  push_stashed(duk, kDate);
  for (const int part : {time.year, time.month - 1, time.day, time.hour, time.minute, time.second}) duk_push_int(duk, part);
  duk_new(duk, 6);
}

bool is_date(duk_context* duk, duk_idx_t index) {
  if (!duk_is_object(duk, index) || duk_is_function(duk, index)) return false;
  push_stashed(duk, kDate);
  const bool is = duk_instanceof(duk, index, -1) != 0;
  duk_pop(duk);
  return is;
}

/// Local time.
Variant date_at(duk_context* duk, duk_idx_t index) {
  duk_get_prop_string(duk, index,
                      "\x82"
                      "Value");
  const double value = duk_get_number(duk, -1);
  duk_pop(duk);
  if (!std::isfinite(value)) return Variant::null();
  const double seconds = std::floor(value / kMillisecond);
  const auto whole = static_cast<std::time_t>(seconds);
  std::tm local{};
  if (::localtime_r(&whole, &local) == nullptr) return Variant::null();
  const auto day = vbscript::date_value(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
  if (!day) return Variant::null();
  const double time = vbscript::time_value(local.tm_hour, local.tm_min, local.tm_sec);
  return Variant::date(vbscript::join_date(*day, time));
}

Variant number_of(double value) {
  const bool whole = value >= -2147483648.0 && value <= 2147483647.0 && value == std::trunc(value) && !(value == 0 && std::signbit(value));
  return whole ? Variant::int32(static_cast<std::int32_t>(value)) : Variant::real(value);
}

duk_ret_t release_array(duk_context* duk) {
  duk_get_prop_string(duk, 0, DUK_HIDDEN_SYMBOL("array"));
  if (auto* array = static_cast<scripting::Array*>(duk_get_pointer(duk, -1))) array->release();
  duk_push_pointer(duk, nullptr);
  duk_put_prop_string(duk, 0, DUK_HIDDEN_SYMBOL("array"));
  return 0;
}

void push_array(duk_context* duk, scripting::Array* array) {
  duk_push_object(duk);
  push_stashed(duk, kVbArrayPrototype);
  duk_set_prototype(duk, -2);
  array->retain();
  duk_push_pointer(duk, array);
  duk_put_prop_string(duk, -2, DUK_HIDDEN_SYMBOL("array"));
  duk_push_c_function(duk, release_array, 1);
  duk_set_finalizer(duk, -2);
}

void push_plain(duk_context* duk, const Variant& value) {
  switch (value.type()) {
    case VarType::kEmpty: return duk_push_undefined(duk);
    case VarType::kNull: return duk_push_null(duk);
    case VarType::kBoolean: return duk_push_boolean(duk, value.as_boolean() ? 1 : 0);
    case VarType::kInt16: return duk_push_int(duk, value.as_int16());
    case VarType::kInt32: return duk_push_int(duk, value.as_int32());
    case VarType::kByte: return duk_push_int(duk, value.as_byte());
    case VarType::kFloat: return duk_push_number(duk, static_cast<double>(value.as_single()));
    case VarType::kDouble: return duk_push_number(duk, value.as_real());
    case VarType::kCurrency: return duk_push_number(duk, static_cast<double>(value.as_currency()) / 10'000);
    case VarType::kDate: return push_date(duk, value.as_real());
    case VarType::kString: return push_text(duk, value.as_text().view());
    case VarType::kDispatch: return push_object(duk, value.as_object());
    case VarType::kUInt64: return duk_push_number(duk, static_cast<double>(static_cast<std::uint64_t>(value.as_integer())));
    case VarType::kInt8:
    case VarType::kUInt16:
    case VarType::kUInt32:
    case VarType::kInt64: return duk_push_number(duk, static_cast<double>(value.as_integer()));
    case VarType::kError:
      if (value.is_missing()) return duk_push_undefined(duk);
      return duk_push_int(duk, value.as_error());
    default: return duk_push_undefined(duk);
  }
}

}  // namespace

std::string to_cesu8(std::u16string_view units) {
  std::string out;
  out.reserve(units.size());
  for (const char16_t unit : units) {
    if (unit < 0x80) {
      out += static_cast<char>(unit);
    } else if (unit < 0x800) {
      out += static_cast<char>(0xC0 | unit >> 6);
      out += static_cast<char>(0x80 | (unit & 0x3F));
    } else {
      out += static_cast<char>(0xE0 | unit >> 12);
      out += static_cast<char>(0x80 | (unit >> 6 & 0x3F));
      out += static_cast<char>(0x80 | (unit & 0x3F));
    }
  }
  return out;
}

std::u16string from_cesu8(std::string_view octets) {
  std::u16string out;
  out.reserve(octets.size());
  const auto part = [&](std::size_t i) { return static_cast<std::uint32_t>(i < octets.size() ? octets[i] & 0x3F : 0); };
  for (std::size_t i = 0; i < octets.size();) {
    const auto lead = static_cast<unsigned char>(octets[i]);
    if (lead < 0x80) {
      out += static_cast<char16_t>(lead);
      i += 1;
    } else if (lead < 0xE0) {
      out += static_cast<char16_t>((lead & 0x1FU) << 6 | part(i + 1));
      i += 2;
    } else if (lead < 0xF0) {
      out += static_cast<char16_t>((lead & 0x0FU) << 12 | part(i + 1) << 6 | part(i + 2));
      i += 3;
    } else {  // four octets: a character that Duktape keeps whole
      const std::uint32_t code = (lead & 0x07U) << 18 | part(i + 1) << 12 | part(i + 2) << 6 | part(i + 3);
      out += static_cast<char16_t>(0xD800 + ((code - 0x10000) >> 10 & 0x3FF));
      out += static_cast<char16_t>(0xDC00 + ((code - 0x10000) & 0x3FF));
      i += 4;
    }
  }
  return out;
}

void push_stashed(duk_context* duk, const char* name) {
  duk_push_global_stash(duk);
  duk_get_prop_string(duk, -1, name);
  duk_remove(duk, -2);
}

void stash(duk_context* duk, const char* name) {
  duk_push_global_stash(duk);
  duk_swap_top(duk, -2);
  duk_put_prop_string(duk, -2, name);
  duk_pop(duk);
}

void push_text(duk_context* duk, std::u16string_view units) {
  const std::string octets = to_cesu8(units);
  duk_push_lstring(duk, octets.data(), octets.size());
}

std::u16string text_at(duk_context* duk, duk_idx_t index) {
  duk_size_t size = 0;
  const char* octets = duk_get_lstring(duk, index, &size);
  if (octets == nullptr || duk_is_symbol(duk, index)) return {};
  return from_cesu8({octets, size});
}

void push_value(duk_context* duk, const Variant& given) {
  const Variant& value = given.target();
  if (value.is_array()) {
    push_array(duk, value.as_array());
  } else {
    push_plain(duk, value);
  }
}

Variant value_at(duk_context* duk, duk_idx_t index) {
  index = duk_normalize_index(duk, index);
  switch (duk_get_type(duk, index)) {
    case DUK_TYPE_NULL: return Variant::null();
    case DUK_TYPE_BOOLEAN: return Variant::boolean(duk_get_boolean(duk, index) != 0);
    case DUK_TYPE_NUMBER: return number_of(duk_get_number(duk, index));
    case DUK_TYPE_STRING: return duk_is_symbol(duk, index) ? Variant() : Variant::text(Text(text_at(duk, index)));
    case DUK_TYPE_OBJECT:
    case DUK_TYPE_BUFFER:
    case DUK_TYPE_LIGHTFUNC: break;
    default: return {};
  }
  if (Dispatch* object = object_at(duk, index)) return Variant::object(DispatchRef(object));
  if (scripting::Array* array = array_at(duk, index)) return Variant::array(scripting::Ref<scripting::Array>(array));
  if (is_date(duk, index)) return date_at(duk, index);
  return Variant::object(make_script_object(duk, index));
}

std::vector<Variant> values_from(duk_context* duk, duk_idx_t first) {
  std::vector<Variant> out;
  for (duk_idx_t i = first; i < duk_get_top(duk); ++i) out.push_back(value_at(duk, i));
  return out;
}

Variant with_array(duk_context* duk, duk_idx_t index) {
  index = duk_normalize_index(duk, index);
  if (!duk_is_array(duk, index)) return value_at(duk, index);
  std::vector<Variant> items;
  const auto count = static_cast<duk_uarridx_t>(duk_get_length(duk, index));
  if (count > scripting::Array::kMaxElements) return value_at(duk, index);
  for (duk_uarridx_t i = 0; i < count; ++i) {
    duk_get_prop_index(duk, index, i);
    items.push_back(value_at(duk, -1));
    duk_pop(duk);
  }
  return Variant::array(scripting::Array::of(VarType::kVariant, std::move(items)));
}

scripting::Array* array_at(duk_context* duk, duk_idx_t index) {
  if (!duk_is_object(duk, index)) return nullptr;
  duk_get_prop_string(duk, index, DUK_HIDDEN_SYMBOL("array"));
  auto* array = static_cast<scripting::Array*>(duk_get_pointer(duk, -1));
  duk_pop(duk);
  return array;
}

}  // namespace script::jscript
