// What one run of a script shares: its engines, the objects that it may create, its connections to events, its end.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/registry_store.h"
#include "script/engine.h"
#include "script/wsh/drive_map.h"
#include "script/wsh/terminal.h"

namespace script::wsh {

/// What WScript shows of the run. Paths are Linux paths.
struct ScriptFacts {
  std::string program;      // of the host, absolute
  std::string script;       // absolute
  std::string script_name;  // file name
  std::vector<std::string> arguments;
  std::string usage;  // of Arguments.ShowUsage
};

/// On the script's thread. Outlives the engines.
class ScriptHost final : public Host {
 public:
  using Maker = std::function<scripting::Outcome<scripting::DispatchRef>()>;
  using MonikerTest = std::function<bool(std::u16string_view)>;
  using MonikerMaker = std::function<scripting::Outcome<scripting::DispatchRef>(std::u16string_view)>;
  using EngineMaker = std::function<std::unique_ptr<Engine>(const EngineOptions&)>;

  ScriptHost(Terminal& terminal, scripting::Apartment& apartment, StopFlag& stop, DriveMap drives, ScriptFacts facts);
  ~ScriptHost() override;

  Terminal& terminal() { return terminal_; }
  scripting::Apartment& apartment() { return apartment_; }
  StopFlag& stop() { return stop_; }
  const DriveMap& drives() const { return drives_; }
  const ScriptFacts& facts() const { return facts_; }

  /// ProgIDs without regard to case; versions ("Scripting.Dictionary.1") count as the name without them.
  void add_class(std::string prog_id, Maker maker);
  void add_moniker(MonikerTest test, MonikerMaker maker);
  /// A language that scripts may be written in.
  void add_language(std::string name, EngineMaker maker);

  /// The engine of a language, made at the first call; null for an unknown one. Names without regard to case; `JavaScript` and the like are
  /// understood.
  Engine* engine(std::string_view language);
  /// An engine of another language that has the procedure; null when there is none.
  Engine* other_engine_with(std::u16string_view procedure, std::string_view language) const;
  /// Makes procedures known to JScript that other languages have by now.
  void share_procedures();
  /// Each engine has it, also those made later.
  void add_object(std::u16string_view name, scripting::DispatchRef object, bool global_members = false);

  scripting::Outcome<scripting::DispatchRef> create_object(std::u16string_view prog_id, std::u16string_view server) override;
  scripting::Outcome<scripting::DispatchRef> get_object(std::u16string_view moniker, std::u16string_view prog_id) override;
  int message_box(const scripting::Text& prompt, int buttons, const scripting::Text& title) override;
  std::optional<scripting::Text> input_box(const scripting::Text& prompt, const scripting::Text& title,
                                           const scripting::Text& initial) override;

  /// Events of `object` call `prefix` + name in whichever engine has such a procedure. False when it fires none.
  bool connect_events(scripting::Dispatch& object, std::u16string_view prefix);
  void disconnect_events(scripting::Dispatch& object);

  /// What RegRead and its kin work on; may be null.
  base::RegistryStore* registry() { return registry_.get(); }
  void set_registry(std::unique_ptr<base::RegistryStore> registry) { registry_ = std::move(registry); }

  /// WScript.Quit.
  void quit(std::int32_t status);
  bool quitting() const { return quitting_; }
  std::int32_t status() const { return status_; }
  /// An error that left a script or an event handler: it is printed, and the run ends with status 1. What merely ended is not printed.
  void report(const ScriptError& error);
  void show_errors(bool show) { shows_errors_ = show; }

  /// WScript.Timeout; 0: none. A new one counts from when it is set.
  std::chrono::seconds time_limit() const { return time_limit_; }
  void set_time_limit(std::chrono::seconds limit);
  /// Told of each new limit.
  void on_time_limit(std::function<void(std::chrono::seconds)> listener) { time_limit_listener_ = std::move(listener); }

  /// Waits for so long, with events. False: the script is to end.
  bool wait(std::chrono::milliseconds time);
  /// Gives up engines, connections and objects, in this order.
  void close();

 private:
  class Handler;
  struct Connection {
    scripting::DispatchRef object;
    std::shared_ptr<void> token;
  };
  struct Language {
    std::string name;
    EngineMaker make;
    std::unique_ptr<Engine> engine;
  };
  struct Named {
    std::u16string name;
    scripting::DispatchRef object;
    bool global_members;
  };

  Terminal& terminal_;
  scripting::Apartment& apartment_;
  StopFlag& stop_;
  const DriveMap drives_;
  const ScriptFacts facts_;
  std::vector<std::pair<std::string, Maker>> classes_;  // names in small letters
  std::vector<std::pair<MonikerTest, MonikerMaker>> monikers_;
  std::vector<Language> languages_;
  std::vector<Named> objects_;
  std::set<std::u16string> shared_;  // procedures that JScript has from others
  std::vector<Connection> connections_;
  std::unique_ptr<base::RegistryStore> registry_;
  std::chrono::seconds time_limit_{0};
  std::function<void(std::chrono::seconds)> time_limit_listener_;
  bool quitting_ = false;
  bool shows_errors_ = true;
  std::int32_t status_ = 0;
};

/// "vbscript" for VBScript, VBS and `VBScript.Encode`'s plain form; "jscript" for JScript, JavaScript, ECMAScript, JS; else as it is.
std::string language_key(std::string_view name);

}  // namespace script::wsh
