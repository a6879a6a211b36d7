// Objects of automation as Proxies. Reading a member asks for a property first; what is none becomes a function that calls the method. The
// Proxy itself can be called: that is the default member.
#include <optional>
#include <span>

#include "base/utf.h"
#include "script/jscript/values.h"

namespace script::jscript {
namespace {

namespace invoke = scripting::invoke;
constexpr unsigned kRead = invoke::kGet | invoke::kMethod;
constexpr std::u16string_view kKeyMark = u"\x01key:";

bool is_swbem(Dispatch& object) { return object.type_name().starts_with("SWbem"); }

std::vector<Variant> arguments_from(duk_context* duk, duk_idx_t first, bool arrays) {
  if (!arrays) return values_from(duk, first);
  std::vector<Variant> out;
  for (duk_idx_t i = first; i < duk_get_top(duk); ++i) out.push_back(with_array(duk, i));
  return out;
}

Outcome<bool> push_result(duk_context* duk, Outcome<Variant> result) {
  if (!result) return std::unexpected(std::move(result).error());
  push_value(duk, *result);
  return true;
}

/// Whether a call failed because the member does not take such arguments, or is none to read.
bool is_method(const Failure& failure) {
  constexpr std::uint32_t kWrongArguments = 0x800A01C2;
  return failure.code == scripting::DISP_E_MEMBERNOTFOUND || failure.code == scripting::DISP_E_BADPARAMCOUNT ||
         failure.code == scripting::DISP_E_PARAMNOTOPTIONAL || failure.code == base::Hresult{kWrongArguments};
}

/// Keeps with an object that `owner.member` gave where it came from.
void remember_owner(duk_context* duk, Dispatch* owner, scripting::Dispid member) {
  if (object_at(duk, -1) == nullptr) return;
  duk_push_pointer(duk, owner);
  duk_put_prop_string(duk, -2, DUK_HIDDEN_SYMBOL("owner"));
  duk_push_int(duk, member);
  duk_put_prop_string(duk, -2, DUK_HIDDEN_SYMBOL("member"));
}

/// `owner.Member(arguments)`: the property may take them itself (WshShell.Environment). nullopt: it does not.
std::optional<Outcome<Variant>> read_from_owner(duk_context* duk, duk_idx_t function, std::span<Variant> arguments) {
  duk_push_this(duk);
  const DispatchRef receiver(object_at(duk, -1));
  duk_pop(duk);
  if (!receiver) return std::nullopt;
  duk_get_prop_string(duk, function, DUK_HIDDEN_SYMBOL("owner"));
  const auto* owner = static_cast<Dispatch*>(duk_get_pointer(duk, -1));
  duk_get_prop_string(duk, function, DUK_HIDDEN_SYMBOL("member"));
  const scripting::Dispid member = duk_get_int(duk, -1);
  duk_pop_2(duk);
  if (receiver.get() != owner) return std::nullopt;
  auto result = receiver->invoke(member, kRead, {arguments, {}});
  if (!result && is_method(result.error())) return std::nullopt;
  return result;
}

/// The Proxy called as a function: its default member.
duk_ret_t call_default(duk_context* duk) {
  return guarded(duk, [duk]() -> Outcome<bool> {
    duk_push_current_function(duk);
    const DispatchRef object(object_at(duk, -1));
    duk_insert(duk, 0);
    if (!object) return scripting::failure(scripting::DISP_E_MEMBERNOTFOUND);
    std::vector<Variant> arguments = arguments_from(duk, 1, is_swbem(*object));
    if (auto read = read_from_owner(duk, 0, arguments)) return push_result(duk, *std::move(read));
    return push_result(duk, object->invoke(scripting::kValue, kRead, {arguments, {}}));
  });
}

/// The object and the member that a method's function stands for.
Outcome<std::pair<DispatchRef, scripting::Dispid>> method_at(duk_context* duk, duk_idx_t index) {
  index = duk_normalize_index(duk, index);
  duk_get_prop_string(duk, index, DUK_HIDDEN_SYMBOL("target"));
  DispatchRef object(object_at(duk, -1));
  duk_get_prop_string(duk, index, DUK_HIDDEN_SYMBOL("member"));
  const scripting::Dispid member = duk_get_int(duk, -1);
  duk_pop_2(duk);
  if (!object) return scripting::failure(scripting::DISP_E_MEMBERNOTFOUND);
  return std::pair(std::move(object), member);
}

/// A method that was read as `o.Name`.
duk_ret_t call_method(duk_context* duk) {
  return guarded(duk, [duk]() -> Outcome<bool> {
    duk_push_current_function(duk);
    auto method = method_at(duk, -1);
    duk_pop(duk);
    if (!method) return std::unexpected(std::move(method).error());
    std::vector<Variant> arguments = arguments_from(duk, 0, is_swbem(*method->first));
    return push_result(duk, method->first->invoke(method->second, kRead, {arguments, {}}));
  });
}

/// `o.Count + 1` where Count is a method without arguments: its result.
duk_ret_t method_value(duk_context* duk) {
  duk_push_this(duk);
  duk_call(duk, 0);
  return 1;
}
duk_ret_t method_text(duk_context* duk) {
  method_value(duk);
  duk_to_string(duk, -1);
  return 1;
}

void push_method(duk_context* duk, scripting::Dispid member) {
  duk_push_c_function(duk, call_method, DUK_VARARGS);
  duk_dup(duk, 0);
  duk_put_prop_string(duk, -2, DUK_HIDDEN_SYMBOL("target"));
  duk_push_int(duk, member);
  duk_put_prop_string(duk, -2, DUK_HIDDEN_SYMBOL("member"));
  push_stashed(duk, kMethodPrototype);
  duk_set_prototype(duk, -2);
  push_stashed(duk, kMethodHandler);
  duk_push_proxy(duk, 0);
}

/// String(o), o + "": the default member, else the type's name.
duk_ret_t object_text(duk_context* duk) {
  return guarded(duk, [duk]() -> Outcome<bool> {
    duk_push_this(duk);
    const DispatchRef object(object_at(duk, -1));
    if (!object) return scripting::failure(scripting::DISP_E_MEMBERNOTFOUND);
    auto value = object->invoke(scripting::kValue, kRead, {});
    if (value && !value->is(VarType::kDispatch) && !value->is_array()) return push_result(duk, std::move(value));
    push_text(duk, base::utf8_to_utf16("[object " + object->type_name() + "]"));
    return true;
  });
}

std::uint64_t key_number(const std::u16string& name) {
  return std::strtoull(base::utf16_to_utf8(name.substr(kKeyMark.size())).c_str(), nullptr, 10);
}
/// The arguments that a $$key() made; null for other names.
AssignmentKey* key_of(duk_context* duk, const std::u16string& name) {
  if (!name.starts_with(kKeyMark)) return nullptr;
  const auto found = context_of(duk)->keys.find(key_number(name));
  return found == context_of(duk)->keys.end() ? nullptr : &found->second;
}
AssignmentKey take_key(duk_context* duk, const std::u16string& name) {
  auto taken = context_of(duk)->keys.extract(key_number(name));
  return taken.empty() ? AssignmentKey() : std::move(taken.mapped());
}

/// The new value lies at 2.
Outcome<bool> put(duk_context* duk, Dispatch& object, scripting::Dispid member, std::vector<Variant> arguments) {
  arguments.push_back(is_swbem(object) ? with_array(duk, 2) : value_at(duk, 2));
  const unsigned how = arguments.back().is(VarType::kDispatch) ? invoke::kPut | invoke::kPutRef : invoke::kPut;
  auto result = object.invoke(member, how, {arguments, {}});
  if (!result) return std::unexpected(std::move(result).error());
  duk_push_true(duk);
  return true;
}

// Assignments to what a method gives: (function, key, [value], receiver).
duk_ret_t method_get(duk_context* duk) {
  if (duk_is_symbol(duk, 1)) return 0;
  duk_to_string(duk, 1);
  if (key_of(duk, text_at(duk, 1)) == nullptr) {
    duk_dup(duk, 1);
    duk_get_prop(duk, 0);
    return 1;
  }
  return guarded(duk, [duk]() -> Outcome<bool> {
    auto method = method_at(duk, 0);
    if (!method) return std::unexpected(std::move(method).error());
    std::vector<Variant> arguments = *key_of(duk, text_at(duk, 1));
    return push_result(duk, method->first->invoke(method->second, kRead, {arguments, {}}));
  });
}
duk_ret_t method_set(duk_context* duk) {
  if (duk_is_symbol(duk, 1)) return 0;
  duk_to_string(duk, 1);
  return guarded(duk, [duk]() -> Outcome<bool> {
    const std::u16string name = text_at(duk, 1);
    auto method = method_at(duk, 0);
    if (!method) return std::unexpected(std::move(method).error());
    if (key_of(duk, name) == nullptr) return scripting::failure(scripting::DISP_E_UNKNOWNNAME);
    return put(duk, *method->first, method->second, take_key(duk, name));
  });
}

/// (target, key, receiver)
duk_ret_t trap_get(duk_context* duk) {
  if (duk_is_symbol(duk, 1)) return 0;
  duk_to_string(duk, 1);
  return guarded(duk, [duk]() -> Outcome<bool> {
    const DispatchRef object(object_at(duk, 0));
    if (!object) return false;
    const std::u16string name = text_at(duk, 1);
    if (const AssignmentKey* key = key_of(duk, name)) {
      std::vector<Variant> arguments = *key;
      return push_result(duk, object->invoke(scripting::kValue, kRead, {arguments, {}}));
    }
    const scripting::Dispid member = object->id_of(name);
    if (member == scripting::kUnknownName) {
      if (name != u"toString" && name != u"valueOf") return false;
      duk_push_c_function(duk, object_text, 0);
      return true;
    }
    auto value = object->invoke(member, invoke::kGet, {});
    if (value || !is_method(value.error())) {
      auto pushed = push_result(duk, std::move(value));
      if (pushed) remember_owner(duk, object.get(), member);
      return pushed;
    }
    push_method(duk, member);
    return true;
  });
}

/// (target, key, value, receiver)
duk_ret_t trap_set(duk_context* duk) {
  if (duk_is_symbol(duk, 1)) return 0;
  duk_to_string(duk, 1);
  return guarded(duk, [duk]() -> Outcome<bool> {
    const DispatchRef object(object_at(duk, 0));
    if (!object) return scripting::failure(scripting::DISP_E_MEMBERNOTFOUND);
    const std::u16string name = text_at(duk, 1);
    if (key_of(duk, name) != nullptr) return put(duk, *object, scripting::kValue, take_key(duk, name));
    const scripting::Dispid member = object->id_of(name);
    if (member == scripting::kUnknownName) return scripting::failure(scripting::DISP_E_UNKNOWNNAME);
    return put(duk, *object, member, {});
  });
}

/// (target, key)
duk_ret_t trap_has(duk_context* duk) {
  if (duk_is_symbol(duk, 1)) return 0;
  duk_to_string(duk, 1);
  return guarded(duk, [duk]() -> Outcome<bool> {
    const DispatchRef object(object_at(duk, 0));
    duk_push_boolean(duk, object && object->id_of(text_at(duk, 1)) != scripting::kUnknownName ? 1 : 0);
    return true;
  });
}

duk_ret_t trap_nothing(duk_context*) { return 0; }

duk_ret_t release_object(duk_context* duk) {
  duk_get_prop_string(duk, 0, DUK_HIDDEN_SYMBOL("object"));
  auto* object = static_cast<Dispatch*>(duk_get_pointer(duk, -1));
  if (object == nullptr) return 0;
  duk_push_pointer(duk, nullptr);
  duk_put_prop_string(duk, 0, DUK_HIDDEN_SYMBOL("object"));
  object->release();
  return 0;
}

/// The end of a Proxy's handler is that of the Proxy: a call keeps its target alone, so that may live longer.
duk_ret_t forget_proxy(duk_context* duk) {
  duk_get_prop_string(duk, 0, DUK_HIDDEN_SYMBOL("object"));
  context_of(duk)->objects.erase(static_cast<Dispatch*>(duk_get_pointer(duk, -1)));
  return 0;
}
void push_handler_of(duk_context* duk, Dispatch* object) {
  duk_push_object(duk);
  push_stashed(duk, kHandler);
  duk_set_prototype(duk, -2);
  duk_push_pointer(duk, object);
  duk_put_prop_string(duk, -2, DUK_HIDDEN_SYMBOL("object"));
  duk_push_c_function(duk, forget_proxy, 1);
  duk_set_finalizer(duk, -2);
}

/// $$key(arguments...): what stands between the brackets of an assignment.
duk_ret_t make_key(duk_context* duk) {
  return guarded(duk, [duk]() -> Outcome<bool> {
    constexpr std::size_t kMaxKeys = 10'000;  // of assignments that never came about
    Context& context = *context_of(duk);
    if (context.keys.size() >= kMaxKeys) context.keys.clear();
    context.keys[++context.last_key] = values_from(duk, 0);
    push_text(duk, std::u16string(kKeyMark) + base::utf8_to_utf16(std::to_string(context.last_key)));
    return true;
  });
}

struct Trap {
  const char* name;
  duk_c_function function;
  duk_idx_t count;
};
void push_handler(duk_context* duk, std::initializer_list<Trap> traps) {
  duk_push_object(duk);
  for (const Trap& trap : traps) {
    duk_push_c_function(duk, trap.function, trap.count);
    duk_put_prop_string(duk, -2, trap.name);
  }
}

}  // namespace

void push_object(duk_context* duk, Dispatch* object) {
  if (object == nullptr) return duk_push_null(duk);
  Context& context = *context_of(duk);
  if (const auto known = context.objects.find(object); known != context.objects.end()) {
    duk_push_heapptr(duk, known->second);
    return;
  }
  if (push_own_object(duk, *object)) return;
  duk_require_stack(duk, 8);
  duk_push_c_function(duk, call_default, DUK_VARARGS);
  object->retain();
  duk_push_pointer(duk, object);
  duk_put_prop_string(duk, -2, DUK_HIDDEN_SYMBOL("object"));
  duk_push_c_function(duk, release_object, 1);
  duk_set_finalizer(duk, -2);
  push_handler_of(duk, object);
  duk_push_proxy(duk, 0);
  context.objects[object] = duk_get_heapptr(duk, -1);
}

Dispatch* object_at(duk_context* duk, duk_idx_t index) {
  if (!duk_is_object(duk, index)) return nullptr;
  duk_get_prop_string(duk, index, DUK_HIDDEN_SYMBOL("object"));
  auto* object = static_cast<Dispatch*>(duk_get_pointer(duk, -1));
  duk_pop(duk);
  return object;
}

void add_proxies(duk_context* duk) {
  push_handler(duk, {{"get", trap_get, 3}, {"set", trap_set, 4}, {"has", trap_has, 2}, {"deleteProperty", trap_nothing, 2}});
  stash(duk, kHandler);
  push_handler(duk, {{"get", method_get, 3}, {"set", method_set, 4}});
  stash(duk, kMethodHandler);
  duk_push_object(duk);
  duk_push_c_function(duk, method_value, 0);
  duk_put_prop_string(duk, -2, "valueOf");
  duk_push_c_function(duk, method_text, 0);
  duk_put_prop_string(duk, -2, "toString");
  stash(duk, kMethodPrototype);
  duk_push_c_function(duk, make_key, DUK_VARARGS);
  duk_put_global_string(duk, "$$key");
}

}  // namespace script::jscript
