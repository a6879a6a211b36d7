// Objects of a script as others see them: their properties are members.
#include "base/utf.h"
#include "script/jscript/values.h"
#include "scripting/table_object.h"

namespace script::jscript {
namespace {

namespace invoke = scripting::invoke;
constexpr scripting::Dispid kMaxNames = 1 << 20;

/// The value itself lies in the stash, by number.
class ScriptObject final : public Dispatch {
 public:
  ScriptObject(ContextPtr context, std::uint64_t number, std::string type)
      : context_(std::move(context)), number_(number), type_(std::move(type)) {}
  ~ScriptObject() override {
    duk_context* duk = context_->duk;
    if (duk == nullptr) return;
    (void)run(duk, [&] {
      push_held(duk);
      duk_push_number(duk, static_cast<double>(number_));
      duk_del_prop(duk, -2);
    });
  }

  const ContextPtr& context() const { return context_; }
  void push(duk_context* duk) const {
    push_held(duk);
    duk_push_number(duk, static_cast<double>(number_));
    duk_get_prop(duk, -2);
    duk_remove(duk, -2);
  }

  scripting::Dispid id_of(std::u16string_view name) override {
    duk_context* duk = context_->duk;
    if (duk == nullptr) return scripting::kUnknownName;
    bool has = false;
    const auto done = run(duk, [&] {
      push(duk);
      push_text(duk, name);
      has = duk_has_prop(duk, -2) != 0;
    });
    if (!done || !has) return scripting::kUnknownName;
    return number_of(name);
  }

  Outcome<Variant> invoke(scripting::Dispid member, unsigned how, scripting::Arguments arguments) override {
    duk_context* duk = context_->duk;
    if (duk == nullptr) return scripting::failure(scripting::DISP_E_MEMBERNOTFOUND);
    if (!arguments.named.empty()) return scripting::failure(scripting::DISP_E_NONAMEDARGS);
    if (member != scripting::kValue && (member < 1 || static_cast<std::size_t>(member) > context_->names.size()))
      return scripting::failure(scripting::DISP_E_MEMBERNOTFOUND);
    const scripting::Ref<ScriptObject> alive(this);
    Variant result;
    bool found = true;
    auto done = run(duk, [&] {
      push(duk);
      found = member == scripting::kValue ? call_itself(duk, how, arguments) : use_member(duk, member, how, arguments);
      if (found) result = value_at(duk, -1);
    });
    if (!done) return std::unexpected(std::move(done).error());
    if (!found) return scripting::failure(scripting::DISP_E_MEMBERNOTFOUND);
    return result;
  }

  /// The elements of an Array.
  Outcome<scripting::Ref<scripting::Enumeration>> enumerate() override {
    duk_context* duk = context_->duk;
    bool is_array = false;
    std::vector<Variant> items;
    if (duk != nullptr) {
      auto done = run(duk, [&] {
        push(duk);
        is_array = duk_is_array(duk, -1) != 0;
        const Variant copy = with_array(duk, -1);
        if (copy.is_array()) items = copy.as_array()->items();
      });
      if (!done) return std::unexpected(std::move(done).error());
    }
    if (!is_array) return scripting::failure(scripting::DISP_E_MEMBERNOTFOUND);
    return scripting::enumerate_values(std::move(items));
  }
  std::string type_name() const override { return type_; }
  bool same_as(const Dispatch& other) const override {
    const auto* own = dynamic_cast<const ScriptObject*>(&other);
    duk_context* duk = context_->duk;
    if (own == nullptr || own->context_ != context_ || duk == nullptr) return this == &other;
    bool same = false;
    (void)run(duk, [&] {
      push(duk);
      own->push(duk);
      same = duk_strict_equals(duk, -1, -2) != 0;
    });
    return same;
  }

 private:
  static Outcome<void> run(duk_context* duk, const std::function<void()>& work) {
    if (!protect(duk, work)) return std::unexpected(take_failure(duk));
    return {};
  }
  static void push_held(duk_context* duk) { push_stashed(duk, kHeld); }
  scripting::Dispid number_of(std::u16string_view name) const {
    const auto known = context_->name_ids.find(std::u16string(name));
    if (known != context_->name_ids.end()) return known->second;
    if (context_->names.size() >= kMaxNames) return scripting::kUnknownName;
    context_->names.emplace_back(name);
    return context_->name_ids[std::u16string(name)] = static_cast<scripting::Dispid>(context_->names.size());
  }

  /// A function is called; of others the value is their text. The object is on top.
  static bool call_itself(duk_context* duk, unsigned how, scripting::Arguments arguments) {
    if ((how & (invoke::kPut | invoke::kPutRef)) != 0) return false;
    if (duk_is_function(duk, -1)) {
      duk_require_stack(duk, static_cast<duk_idx_t>(arguments.values.size()));
      for (const Variant& value : arguments.values) push_value(duk, value);
      duk_call(duk, static_cast<duk_idx_t>(arguments.values.size()));
      return true;
    }
    if (!arguments.values.empty()) return false;
    duk_to_primitive(duk, -1, DUK_HINT_NONE);
    return true;
  }
  bool use_member(duk_context* duk, scripting::Dispid member, unsigned how, scripting::Arguments arguments) {
    push_text(duk, context_->names[static_cast<std::size_t>(member) - 1]);
    if ((how & (invoke::kPut | invoke::kPutRef)) != 0) {
      if (arguments.values.size() != 1) return false;
      push_value(duk, arguments.values[0]);
      duk_put_prop(duk, -3);
      duk_push_undefined(duk);
      return true;
    }
    duk_get_prop(duk, -2);
    const bool calls = (how & invoke::kMethod) != 0 && duk_is_function(duk, -1) && object_at(duk, -1) == nullptr;
    if (!calls) return arguments.values.empty();
    duk_dup(duk, -2);
    duk_require_stack(duk, static_cast<duk_idx_t>(arguments.values.size()));
    for (const Variant& value : arguments.values) push_value(duk, value);
    duk_call_method(duk, static_cast<duk_idx_t>(arguments.values.size()));
    return true;
  }

  const ContextPtr context_;
  const std::uint64_t number_;
  const std::string type_;
};

}  // namespace

DispatchRef make_script_object(duk_context* duk, duk_idx_t index) {
  index = duk_normalize_index(duk, index);
  const ContextPtr& context = context_of(duk);
  const std::uint64_t number = ++context->last_value;
  push_stashed(duk, kHeld);
  duk_push_number(duk, static_cast<double>(number));
  duk_dup(duk, index);
  duk_put_prop(duk, -3);
  duk_pop(duk);
  return scripting::make<ScriptObject>(context, number, duk_is_function(duk, index) ? "Object" : "JScriptTypeInfo");
}

bool push_own_object(duk_context* duk, Dispatch& object) {
  const auto* own = dynamic_cast<const ScriptObject*>(&object);
  if (own == nullptr || own->context() != context_of(duk)) return false;
  own->push(duk);
  return true;
}

}  // namespace script::jscript
