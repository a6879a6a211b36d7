#include "scripting/dispatch.h"

#include "base/utf.h"

namespace scripting {

Outcome<Ref<Enumeration>> Enumeration::clone() { return failure(E_NOTIMPL); }

Dispid Dispatch::parameter_id(Dispid, std::u16string_view) { return kUnknownName; }

Outcome<Ref<Enumeration>> Dispatch::enumerate() { return failure(DISP_E_MEMBERNOTFOUND); }

EventSource* event_source_of(Dispatch& object) { return dynamic_cast<EventSource*>(&object); }

namespace {

Outcome<Variant> invoke_named(Dispatch& object, std::string_view name, unsigned how, std::span<Variant> arguments) {
  const Dispid id = object.id_of(base::utf8_to_utf16(name));
  if (id == kUnknownName) return failure(DISP_E_UNKNOWNNAME);
  return object.invoke(id, how, {arguments, {}});
}

}  // namespace

Outcome<Variant> get(Dispatch& object, std::string_view name, std::span<Variant> arguments) {
  return invoke_named(object, name, invoke::kGet, arguments);
}

Outcome<Variant> call(Dispatch& object, std::string_view name, std::span<Variant> arguments) {
  return invoke_named(object, name, invoke::kMethod | invoke::kGet, arguments);
}

Outcome<Variant> put(Dispatch& object, std::string_view name, Variant value) {
  const bool is_object = value.is(VarType::kDispatch);
  return invoke_named(object, name, is_object ? invoke::kPutRef : invoke::kPut, {&value, 1});
}

}  // namespace scripting
