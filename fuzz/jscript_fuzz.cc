// Any text as JScript with the host's objects: it ends within its limits of steps and memory.
#include <cstdint>
#include <string_view>

#include "script/engine.h"
#include "script/wsh/dictionary.h"
#include "scripting/table_object.h"

namespace {

using scripting::Outcome;
using scripting::Variant;

/// A host that has dictionaries only.
class FuzzHost final : public script::Host {
 public:
  Outcome<scripting::DispatchRef> create_object(std::u16string_view prog_id, std::u16string_view) override {
    if (prog_id.size() > 3) return script::wsh::make_dictionary();
    return scripting::failure(base::Hresult{0x800A01AD}, "no such object");
  }
  Outcome<scripting::DispatchRef> get_object(std::u16string_view, std::u16string_view) override {
    return scripting::failure(scripting::MK_E_SYNTAX);
  }
  int message_box(const scripting::Text&, int, const scripting::Text&) override { return 1; }
  std::optional<scripting::Text> input_box(const scripting::Text&, const scripting::Text&, const scripting::Text&) override {
    return std::nullopt;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  FuzzHost host;
  script::EngineOptions options;
  options.host = &host;
  options.limits.steps = 2'000;
  options.limits.memory = 8U << 20;
  const auto engine = script::make_jscript(options);
  engine->add_object(u"d", script::wsh::make_dictionary());
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)engine->check(text, "f.js");
  (void)engine->run(text, "f.js");
  Variant argument[] = {Variant::int32(1)};
  if (engine->has_procedure(u"f")) (void)engine->call_procedure(u"f", argument);
  return 0;
}
