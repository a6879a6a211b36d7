// A script engine: what a host gives it and asks of it (IActiveScript in C++).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scripting/apartment.h"
#include "scripting/dispatch.h"

namespace script {

/// An error that left the script, or one of its text.
struct ScriptError {
  bool compile = false;      // found before anything ran
  std::uint32_t number = 0;  // Err.Number
  std::string source;        // "Microsoft VBScript runtime error"
  std::string description;   // "Object required: 'x'"
  std::string file;
  std::uint32_t line = 0;    // from 1; 0: unknown
  std::uint32_t column = 0;  // from 1
  bool quit = false;         // no error: the script was ended (WScript.Quit, //T:, Ctrl-C)
  /// As Windows prints it: `file.vbs(12, 5) Microsoft VBScript runtime error: Object required: 'x'`.
  std::string to_string() const;
};

/// Bounds for scripts that nobody watches; 0: none. In brackets the attack.
struct Limits {
  std::uint64_t steps = 0;          // back jumps and calls [a loop without end]
  std::size_t memory = 0;           // octets of texts and arrays that the script holds [doubling a text]
  std::uint32_t call_depth = 4096;  // [recursion]: "Out of stack space"
};

/// What engines ask of their host. On the script's thread.
class Host {
 public:
  virtual ~Host() = default;
  /// CreateObject, New ActiveXObject. 429 (0x800A01AD) with the ProgID for unknown ones.
  virtual scripting::Outcome<scripting::DispatchRef> create_object(std::u16string_view prog_id, std::u16string_view server) = 0;
  /// GetObject: monikers and files.
  virtual scripting::Outcome<scripting::DispatchRef> get_object(std::u16string_view moniker, std::u16string_view prog_id) = 0;
  /// MsgBox, InputBox: on the terminal. The button's number; nullopt for Cancel.
  virtual int message_box(const scripting::Text& prompt, int buttons, const scripting::Text& title) = 0;
  virtual std::optional<scripting::Text> input_box(const scripting::Text& prompt, const scripting::Text& title,
                                                   const scripting::Text& initial) = 0;
};

/// Set by others to end a script: read at each step. Thread-safe.
class StopFlag {
 public:
  void stop() { stopped_.store(true, std::memory_order_relaxed); }
  bool stopped() const { return stopped_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> stopped_{false};
};

/// One script context. On one thread, except for the StopFlag.
class Engine {
 public:
  virtual ~Engine() = default;
  /// A name that all code sees (WScript). `global_members`: its members are names too (constants of a type library).
  virtual void add_object(std::u16string_view name, scripting::DispatchRef object, bool global_members = false) = 0;
  /// Compiles `source` (UTF-8) into the context and runs its top level. Several may follow one another (.wsf): they share the context.
  virtual std::expected<void, ScriptError> run(std::string_view source, const std::string& file, std::uint32_t first_line = 1) = 0;
  /// The same without running: the errors of the text alone.
  virtual std::expected<void, ScriptError> check(std::string_view source, const std::string& file) = 0;
  /// Whether a procedure of that name (without case in VBScript) exists at the top level.
  virtual bool has_procedure(std::u16string_view name) const = 0;
  virtual std::expected<scripting::Variant, ScriptError> call_procedure(std::u16string_view name,
                                                                        std::span<scripting::Variant> arguments) = 0;
  /// The procedures of the top level as they were written, for engines that do not ask others for names while they run.
  virtual std::vector<std::u16string> procedures() const { return {}; }
  /// Ends what runs as soon as control comes back (WScript.Quit, called from within).
  virtual void quit() = 0;
  /// Gives up all objects, in the language's order (Class_Terminate runs).
  virtual void close() = 0;
};

struct EngineOptions {
  Host* host = nullptr;
  StopFlag* stop = nullptr;
  scripting::Apartment* apartment = nullptr;
  Limits limits;
  std::string locale = "en-US";
};

std::unique_ptr<Engine> make_vbscript(EngineOptions options);
std::unique_ptr<Engine> make_jscript(EngineOptions options);

}  // namespace script
