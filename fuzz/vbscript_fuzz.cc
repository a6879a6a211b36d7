// VBScript texts through everything: lexer, parser, compiler and machine, with bounds on steps, memory and depth, twice in one context, and
// a call of a procedure that the text may define.
#include <cstdint>
#include <string_view>

#include "script/engine.h"
#include "scripting/table_object.h"

namespace {

using scripting::MemberCall;
using scripting::Outcome;
using scripting::Variant;

/// An object that stores, assigns to arguments, calls back and gives collections.
class Toy final : public scripting::TableObject {
 public:
  Toy() : TableObject(table()) {}
  Outcome<Variant> item(MemberCall& call) {
    if (call.is_put()) {
      stored_ = call.value().is(scripting::VarType::kDispatch) ? Variant() : call.value();  // a cycle would live for ever
      return Variant();
    }
    return call.has(0) ? call.argument(0) : stored_;
  }
  Outcome<Variant> assign(MemberCall& call) {
    call.assign(0, stored_);
    return Variant();
  }
  Outcome<Variant> run(MemberCall& call) {
    if (!call.argument(0).is(scripting::VarType::kDispatch) || call.argument(0).as_object() == nullptr) return Variant();
    return call.argument(0).as_object()->invoke(scripting::kValue, scripting::invoke::kMethod | scripting::invoke::kGet, {});
  }
  Outcome<scripting::Ref<scripting::Enumeration>> enumerate() override {
    return scripting::enumerate_values({stored_, Variant::int16(1), Variant::null()});
  }

 private:
  static const scripting::MemberTable& table() {
    using namespace scripting::invoke;
    using scripting::handler;
    static const scripting::MemberTable made("Toy", {{"Item", scripting::kValue, kGet | kPut | kPutRef, "[Key]", handler<&Toy::item>},
                                                     {"Assign", 1, kMethod, "Value", handler<&Toy::assign>},
                                                     {"Run", 2, kMethod, "Procedure", handler<&Toy::run>}});
    return made;
  }
  Variant stored_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  script::EngineOptions options;
  options.limits.steps = 20'000;
  options.limits.memory = 8 << 20;
  options.limits.call_depth = 100;
  const auto engine = script::make_vbscript(options);
  engine->add_object(u"Toy", scripting::make<Toy>(), true);
  if (!engine->check(text, "fuzz.vbs")) return 0;
  for (int i = 0; i < 2; ++i) {
    const auto result = engine->run(text, "fuzz.vbs");
    if (!result) (void)result.error().to_string();
  }
  Variant value = Variant::int16(1);
  Variant arguments[] = {Variant::reference(&value)};
  (void)engine->call_procedure(u"f", arguments);
  engine->close();
  return 0;
}
