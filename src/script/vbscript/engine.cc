// VBScript behind the contract of script engines.
#include "script/engine.h"

#include "base/utf.h"
#include "script/vbscript/machine.h"

namespace script {
namespace vbscript {
namespace {

class VbScript final : public Engine {
 public:
  explicit VbScript(EngineOptions options) : options_(std::move(options)), machine_(options_) {}

  void add_object(std::u16string_view name, scripting::DispatchRef object, bool global_members) override {
    if (global_members) machine_.context.member_objects.push_back(object);
    machine_.context.meaning(machine_.context.names.add(name).id).host = Variant::object(std::move(object));
  }

  std::expected<void, ScriptError> run(std::string_view source, const std::string& file, std::uint32_t first_line) override {
    machine_.start_again();
    auto unit = compile(source, file, first_line);
    if (!unit) return std::unexpected(std::move(unit).error());
    auto result = machine_.run_unit(*std::move(unit));
    if (!result) return std::unexpected(runtime_error(result.error()));
    return {};
  }

  std::expected<void, ScriptError> check(std::string_view source, const std::string& file) override {
    const std::u16string text = base::utf8_to_utf16(source);
    Context scratch;
    auto tree = Parser(text, 1, scratch.names).parse_program();
    if (!tree) return std::unexpected(syntax_error(tree.error(), file));
    if (const auto unit = Compiler(scratch, **tree, file).compile(); !unit) return std::unexpected(syntax_error(unit.error(), file));
    return {};
  }

  bool has_procedure(std::u16string_view name) const override {
    auto& context = const_cast<Context&>(machine_.context);  // looking a name up may give it a number
    return context.meaning(context.names.add(name).id).function >= 0;
  }

  std::expected<Variant, ScriptError> call_procedure(std::u16string_view name, std::span<Variant> arguments) override {
    machine_.start_again();
    const Meaning& known = machine_.context.meaning(machine_.context.names.add(name).id);
    const Code* code = known.function < 0 ? nullptr : machine_.context.function(static_cast<std::uint32_t>(known.function));
    if (code == nullptr) return std::unexpected(runtime_error(raise(kSubNotDefined, base::utf16_to_utf8(name)).error()));
    std::vector<Variant> values(arguments.begin(), arguments.end());
    auto result = machine_.call_code(*code, nullptr, values);
    if (!result) return std::unexpected(runtime_error(result.error()));
    return *std::move(result);
  }

  std::vector<std::u16string> procedures() const override { return machine_.context.procedures(); }

  void quit() override { machine_.end(); }
  void close() override { machine_.close(); }

 private:
  std::expected<Unit, ScriptError> compile(std::string_view source, const std::string& file, std::uint32_t first_line) {
    const std::u16string text = base::utf8_to_utf16(source);
    auto tree = Parser(text, first_line, machine_.context.names).parse_program();
    if (!tree) return std::unexpected(syntax_error(tree.error(), file));
    auto unit = Compiler(machine_.context, **tree, file).compile();
    if (!unit) return std::unexpected(syntax_error(unit.error(), file));
    return *std::move(unit);
  }

  static ScriptError syntax_error(const SyntaxError& error, const std::string& file) {
    ScriptError made;
    made.compile = true;
    made.number = error.number;
    made.source = kCompileSource;
    made.description = error_text(error.number);
    made.file = file;
    made.line = error.place.line;
    made.column = error.place.column;
    return made;
  }

  ScriptError runtime_error(const Failure& failure) {
    ScriptError made;
    const ErrorPlace place = machine_.take_error_place();
    if (place.known) {
      made.file = place.file;
      made.line = place.place.line;
      made.column = place.place.column;
    }
    const bool stopped = options_.stop != nullptr && options_.stop->stopped();
    if (machine_.ending() || stopped) {
      made.quit = true;
      made.description = machine_.end_reason();
      return made;
    }
    const ErrorState state = machine_.state_of(failure);
    made.number = static_cast<std::uint32_t>(state.number);
    made.compile = failure.source == kCompileSource;
    made.source = state.source;
    made.description = state.description;
    return made;
  }

  EngineOptions options_;
  Machine machine_;
};

}  // namespace
}  // namespace vbscript

std::unique_ptr<Engine> make_vbscript(EngineOptions options) { return std::make_unique<vbscript::VbScript>(std::move(options)); }

}  // namespace script
