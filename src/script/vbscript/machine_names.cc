// Names that nobody declared: what they stand for is found when they are used.
#include "script/vbscript/machine.h"

namespace script::vbscript {

using scripting::invoke::kGet;
using scripting::invoke::kMethod;

/// The top level's variable of that name, if it was declared or assigned.
Variant* Machine::bound_global(NameId id) {
  const Meaning& known = context.meaning(id);
  if (known.global < 0 || !(known.declared || known.bound)) return nullptr;
  return context.globals() + known.global;
}

bool Machine::bind(const Instruction& i) {
  Variant& variable = at(i.a);
  Site& name = site(i.c);
  Variant* const global = bound_global(name.name.id);
  if (global != nullptr) {
    if (global != &variable) variable = Variant::reference(global);
    return true;
  }
  Meaning& known = context.meaning(name.name.id);
  if (known.function >= 0 || known.host.is(VarType::kDispatch)) return raised(kIllegalAssignment, name.text);
  if (frames_.back().code->option_explicit) return raised(kUndefined, name.text);
  if (i.a >> kBaseShift == kGlobals) known.bound = true;
  return true;
}

/// What else a name may be: a function, an object of the host or one of its members.
bool Machine::dynamic_value(Site& name, Variant& result, Variant* arguments, std::size_t count, bool& found) {
  found = true;
  const Meaning& known = context.meaning(name.name.id);
  if (known.function >= 0) return call_function(static_cast<std::uint32_t>(known.function), arguments, count, &result, name.text);
  if (known.host.is(VarType::kDispatch)) {
    Variant object = known.host;
    if (count > 0) return index(object, arguments, count, result, name);
    result = std::move(object);
    return true;
  }
  if (known.constant) {
    result = *known.constant;
    return true;
  }
  for (std::size_t k = 0; k < context.member_objects.size(); ++k) {
    const scripting::DispatchRef object = context.member_objects[k];
    const scripting::Dispid id = object->id_of(context.names.spelling(name.name));
    if (id != scripting::kUnknownName) return invoke_host(*object, id, kGet | kMethod, arguments, count, result, name);
  }
  found = false;
  return true;
}

bool Machine::get_name(const Instruction& i, bool by_reference) {
  Variant& variable = at(i.b);
  Site& name = site(i.c);
  if (variable.is(VarType::kEmpty)) {
    Variant* const global = bound_global(name.name.id);
    if (global != nullptr && global != &variable) variable = Variant::reference(global);
    if (global == nullptr) {
      bool found = false;
      if (!dynamic_value(name, at(i.a), &at(i.a) + 1, 0, found)) return false;
      if (found) return true;
      if (frames_.back().code->option_explicit) return raised(kUndefined, name.text);
      if (by_reference && i.b >> kBaseShift == kGlobals) context.meaning(name.name.id).bound = true;
    }
  }
  if (by_reference) {
    at(i.a) = variable.is_reference() ? variable : Variant::reference(&variable);
  } else {
    at(i.a) = Variant(variable.target());
  }
  return true;
}

bool Machine::call_name(const Instruction& i) {
  Variant& variable = at(i.b);
  Variant& result = at(i.a);
  Site& name = site(i.c);
  if (variable.is(VarType::kEmpty)) {
    Variant* const global = bound_global(name.name.id);
    if (global != nullptr) return index(*global, &result + 1, i.n, result, name);
    bool found = false;
    if (!dynamic_value(name, result, &result + 1, i.n, found)) return false;
    if (found) return true;
    return raised(frames_.back().code->option_explicit ? kUndefined : kTypeMismatch, name.text);
  }
  return index(variable, &result + 1, i.n, result, name);
}

}  // namespace script::vbscript
