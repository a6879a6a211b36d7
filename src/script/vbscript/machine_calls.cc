// Calls of procedures, built-in functions and objects.
#include "script/vbscript/machine.h"

namespace script::vbscript {

using scripting::Dispatch;
using scripting::invoke::kGet;
using scripting::invoke::kMethod;
using scripting::invoke::kPut;
using scripting::invoke::kPutRef;

namespace {

/// "o" of "o.Item".
std::string_view object_text(std::string_view member) {
  const std::size_t dot = member.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : member.substr(0, dot);
}

}  // namespace

bool Machine::object_missing(const Variant& value, std::string_view text) {
  if (value.is(VarType::kDispatch)) return raised(kObjectNotSet, text);
  return raised(kObjectRequired, text.empty() ? std::string_view(describe(value)) : text);
}

/// A failed call of an object: VBScript's own words for the codes of automation.
bool Machine::automation_failure(Failure failure, const std::string& text) {
  if (failure.description.empty()) {
    const auto number = static_cast<std::uint32_t>(err_number(failure.code));
    const std::string_view known = number <= 0xFFFF ? error_text(number) : std::string_view();
    if (!known.empty()) {
      failure.description = text.empty() ? std::string(known) : std::string(known) + ": '" + text + "'";
      if (failure.source.empty()) failure.source = kRuntimeSource;
    }
  }
  return fail(std::move(failure));
}

bool Machine::call_function(std::uint32_t number, Variant* arguments, std::size_t count, Variant* result, const std::string& name) {
  const Code* code = context.function(number);
  if (code == nullptr) return raised(kTypeMismatch, name);
  return enter(*code, arguments, count, result, nullptr, name);
}

bool Machine::call_own(const Instruction& i) {
  ScriptObject& self = *frames_.back().me;
  Variant& result = at(i.a);
  return script_get(self, self.cls().members[i.b], &result + 1, i.n, result, site(i.c));
}

bool Machine::put_own(const Instruction& i, bool is_set) {
  ScriptObject& self = *frames_.back().me;
  Variant& result = at(i.a);
  return script_put(self, self.cls().members[i.b], &result + 1, i.n, result, site(i.c), is_set);
}

bool Machine::call_builtin(const Instruction& i) {
  Variant& result = at(i.a);
  Variant* const arguments = &result + 1;
  const Builtin& builtin = *frames_.back().code->builtins[i.b];
  auto value = builtin.call(*this, std::span<Variant>(arguments, i.n));
  if (!value) {
    Failure failure = std::move(value).error();
    const bool plain_error = failure.source == kRuntimeSource && err_number(failure.code) < 100;
    if (plain_error) failure.description.clear();
    return automation_failure(std::move(failure), site(i.c).text);
  }
  result = *std::move(value);
  empty_all(arguments, arguments + i.n);
  return true;
}

/// The member of a name, kept for objects of the same shape. False: there is none.
bool Machine::look_up(Dispatch& object, Site& site, bool put) {
  const void* shape = object.shape();
  if (shape != nullptr && shape == site.shape) return true;
  site.shape = nullptr;
  site.cls = nullptr;
  auto* own = dynamic_cast<ScriptObject*>(&object);
  if (own != nullptr && own->owner() == owner_) {
    const Member* found = own->find(site.name.id);
    if (found == nullptr) return false;
    const bool visible = put ? found->put_public : found->is_public;
    if (!visible && frames_.back().code->cls != &own->cls()) return false;
    site.cls = &own->cls();
    site.member = static_cast<std::uint32_t>(found - own->cls().members.data());
  } else {
    site.id = object.id_of(context.names.spelling(site.name));
    if (site.id == scripting::kUnknownName) return false;
  }
  site.shape = shape;
  return true;
}

/// The arguments end with the call; `result` may hold the object itself.
bool Machine::invoke_host(Dispatch& object, scripting::Dispid id, unsigned how, Variant* arguments, std::size_t count, Variant& result,
                          Site& site) {
  const scripting::DispatchRef held(&object);
  auto value = object.invoke(id, how, {std::span<Variant>(arguments, count), {}});
  if (!value && how == kPutRef && value.error().code == scripting::DISP_E_MEMBERNOTFOUND) {
    value = object.invoke(id, kPut, {std::span<Variant>(arguments, count), {}});
  }
  if (!value) return automation_failure(std::move(value).error(), site.text);
  result = value->is_reference() ? Variant(value->target()) : *std::move(value);
  empty_all(arguments, arguments + count);
  return true;
}

bool Machine::script_get(ScriptObject& object, const Member& member, Variant* arguments, std::size_t count, Variant& result, Site& site) {
  if (member.is_field) {
    Variant& field = object.fields()[member.field];
    if (count > 0) return index(field, arguments, count, result, site);
    result = Variant(field.target());
    return true;
  }
  if (member.get == nullptr) return raised(kNoSuchMember, site.text);
  return enter(*member.get, arguments, count, &result, &object, site.text);
}

bool Machine::script_put(ScriptObject& object, const Member& member, Variant* arguments, std::size_t count, Variant& result, Site& site,
                         bool is_set) {
  if (is_set && !arguments[count - 1].target().is(VarType::kDispatch)) return raised(kObjectRequired, describe(arguments[count - 1]));
  if (member.is_field) {
    Variant& field = object.fields()[member.field];
    auto value = is_set ? Outcome<Variant>(arguments[count - 1].target()) : plain(arguments[count - 1]);
    if (!value) return fail(std::move(value).error());
    Variant* const target = count > 1 ? element(field, arguments, count - 1, site.text) : &field;
    return target != nullptr && store(*target, *std::move(value), site.text);
  }
  const Code* code = is_set ? member.set : member.let;
  if (code == nullptr) return raised(member.get != nullptr || is_set ? kNoSuchMember : kWrongArguments, site.text);
  return enter(*code, arguments, count, &result, &object, site.text);
}

bool Machine::get_member(const Instruction& i) {
  Site& name = site(i.c);
  Variant& result = at(i.a);
  const Variant& value = at(i.b).target();
  if (!value.is(VarType::kDispatch) || value.as_object() == nullptr) return object_missing(value, object_text(name.text));
  const scripting::DispatchRef object(value.as_object());
  if (!look_up(*object, name, false)) return raised(kNoSuchMember, name.text);
  if (name.cls != nullptr) {
    auto& own = static_cast<ScriptObject&>(*object);
    return script_get(own, own.cls().members[name.member], &result + 1, i.n, result, name);
  }
  return invoke_host(*object, name.id, kGet | kMethod, &result + 1, i.n, result, name);
}

bool Machine::put_member(const Instruction& i, bool is_set) {
  Site& name = site(i.c);
  Variant& result = at(i.a);
  const Variant& value = at(i.b).target();
  if (!value.is(VarType::kDispatch) || value.as_object() == nullptr) return object_missing(value, object_text(name.text));
  const scripting::DispatchRef object(value.as_object());
  if (!look_up(*object, name, true)) return raised(kNoSuchMember, name.text);
  if (name.cls != nullptr) {
    auto& own = static_cast<ScriptObject&>(*object);
    return script_put(own, own.cls().members[name.member], &result + 1, i.n, result, name, is_set);
  }
  const Variant& given = (&result)[i.n].target();
  if (is_set && !given.is(VarType::kDispatch)) return raised(kObjectRequired, describe(given));
  (&result)[i.n] = Variant(given);
  return invoke_host(*object, name.id, is_set ? kPutRef : kPut, &result + 1, i.n, result, name);
}

/// `o(arguments)`.
bool Machine::default_get(Dispatch& object, Variant* arguments, std::size_t count, Variant& result, Site& site) {
  if (auto* own = dynamic_cast<ScriptObject*>(&object); own != nullptr && own->owner() == owner_) {
    const Member* member = own->cls().default_member;
    if (member == nullptr) return raised(kNoSuchMember, site.text);
    return script_get(*own, *member, arguments, count, result, site);
  }
  if (auto* procedure = dynamic_cast<ProcedureReference*>(&object)) {
    return call_function(procedure->function(), arguments, count, &result, site.text);
  }
  return invoke_host(object, scripting::kValue, kGet | kMethod, arguments, count, result, site);
}

bool Machine::create(const Instruction& i) {
  const Site& name = site(i.c);
  const Class* cls = context.meaning(name.name.id).cls;
  if (cls == nullptr) {
    if (compare_texts(context.names.spelling(name.name), u"RegExp", true) != 0) return raised(kClassNotDefined, name.text);
    at(i.a) = Variant::object(make_regexp(options.stop));
    return true;
  }
  if (auto room = reserve(cls->fields * sizeof(Variant) + 256); !room) return fail(std::unexpected(std::move(room).error()));
  const auto object = scripting::make<ScriptObject>(owner_, *cls);
  for (const Class::ArrayField& field : cls->arrays) {
    std::vector<scripting::Array::Bound> bounds;
    for (const std::int32_t upper : field.bounds) bounds.push_back({0, static_cast<std::uint32_t>(upper) + 1});
    auto array = scripting::Array::create(VarType::kVariant, bounds);
    if (!array) return raised(kOutOfMemory);
    array->fixed = !bounds.empty();
    object->fields()[field.field] = Variant::array(array);
  }
  Variant& result = at(i.a);
  result = Variant::object(object);
  if (cls->initialize == nullptr) return true;
  auto done = call_code(*cls->initialize, object.get(), {});
  return done ? true : fail(std::move(done).error());
}

bool Machine::get_ref(const Instruction& i) {
  Variant* const result = &at(i.a);
  if (!result[1].target().is(VarType::kString)) return raised(kTypeMismatch, "GetRef");
  auto text = to_text(result[1]);
  if (!text) return fail(std::move(text).error());
  const Meaning& known = context.meaning(context.names.add(text->view()).id);
  if (known.function < 0) return raised(kInvalidCall, "GetRef");
  *result = Variant::object(scripting::make<ProcedureReference>(owner_, static_cast<std::uint32_t>(known.function)));
  return true;
}

bool Machine::randomize_now(const Instruction& i) {
  auto done = randomize(*this, i.n == 0 ? nullptr : &at(i.a));
  return done ? true : automation_failure(std::move(done).error(), site(i.c).text);
}

/// Execute, ExecuteGlobal and Eval. The frame's own code stays as it is: what the text adds lies beside it.
bool Machine::execute_text(const Instruction& i) {
  Variant* const result = &at(i.a);
  const auto how = static_cast<Execution>(i.n);
  if (how == Execution::kEval && !result[1].target().is(VarType::kString)) {
    *result = Variant(result[1].target());
    return true;
  }
  auto source = plain(result[1]);
  if (source && !source->is(VarType::kString)) return raised(kTypeMismatch, how == Execution::kGlobal ? "ExecuteGlobal" : "Execute");
  auto text = source ? to_text(*source) : std::unexpected(std::move(source).error());
  if (!text) return fail(std::move(text).error());
  Frame& top = frames_.back();
  Surroundings around;
  if (how != Execution::kGlobal && top.code->kind != Code::kTopLevel) {
    around.procedure = top.code->kind == Code::kExecuted ? top.outer_code : top.code;
    if (around.procedure != nullptr && top.extras == nullptr) {
      top.own_extras = std::make_unique<Extras>();
      top.extras = top.own_extras.get();
    }
    around.extras = top.extras;
  }
  Parser parser(text->view(), 1, context.names);
  auto tree = how == Execution::kEval ? parser.parse_expression_text() : parser.parse_program();
  const std::string file = top.code->file;
  const auto syntax_error = [&](const SyntaxError& error) {
    error_place_ = {true, file, error.place};
    return fail(Failure{base::Hresult{kControlErrors | error.number}, std::string(kCompileSource), std::string(error_text(error.number))});
  };
  if (!tree) return syntax_error(tree.error());
  Compiler compiler(context, **tree, file, around);
  auto unit = how == Execution::kEval ? compiler.compile_expression() : compiler.compile();
  if (!unit) return syntax_error(unit.error());
  const bool local = around.procedure != nullptr;
  Variant* const outer = local ? (top.code->kind == Code::kExecuted ? top.outer : top.registers) : nullptr;
  return run_text(*std::move(unit), around, outer, result);
}

bool Machine::run_text(Unit unit, const Surroundings& around, Variant* outer, Variant* result) {
  const Code& code = *unit.main;
  std::optional<Unit> own;
  if (unit.keeps()) {
    context.keep(std::move(unit));
  } else {
    own = std::move(unit);
  }
  ScriptObject* const me = around.procedure != nullptr ? frames_.back().me : nullptr;
  if (!enter(code, stack_top(), 0, nullptr, me, {})) {
    if (frames_.back().code == &code) leave();
    return false;
  }
  Frame& made = frames_.back();
  made.outer = outer;
  made.outer_code = around.procedure;
  made.extras = around.extras;
  rebase();
  auto value = run();
  if (!value) return fail(std::move(value).error());
  *result = *std::move(value);
  Variant ended;
  ended.swap(result[1]);
  return true;
}

}  // namespace script::vbscript
