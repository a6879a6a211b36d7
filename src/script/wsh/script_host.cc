#include "script/wsh/script_host.h"

#include <algorithm>

#include "base/utf.h"
#include "script/wsh/shared_procedures.h"
#include "script/wsh/wsh_errors.h"

namespace script::wsh {
namespace {

using scripting::DispatchRef;
using scripting::Outcome;

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

/// "scripting.dictionary" of "Scripting.Dictionary.1".
std::string class_key(std::string_view prog_id) {
  std::string key = small(prog_id);
  const std::size_t dot = key.rfind('.');
  if (dot != std::string::npos && dot + 1 < key.size() && key.find_first_not_of("0123456789", dot + 1) == std::string::npos &&
      key.find('.') != dot)
    key.resize(dot);
  return key;
}

}  // namespace

std::string language_key(std::string_view name) {
  const std::string key = small(name);
  if (key == "vbscript" || key == "vbs" || key.starts_with("vbscript.")) return "vbscript";
  if (key == "jscript" || key == "js" || key.starts_with("jscript.") || key.starts_with("javascript") || key == "ecmascript" ||
      key == "livescript")
    return "jscript";
  return key;
}

/// One connection's way from an event to a procedure.
class ScriptHost::Handler final : public scripting::EventHandler {
 public:
  Handler(ScriptHost& host, std::u16string prefix) : host_(host), prefix_(std::move(prefix)) {}
  void on_event(scripting::Dispid, std::u16string_view name, std::span<scripting::Variant> arguments) override {
    if (host_.quitting_ || host_.stop_.stopped()) return;
    const std::u16string procedure = prefix_ + std::u16string(name);
    for (std::size_t i = 0; i < host_.languages_.size(); ++i) {
      Engine* engine = host_.languages_[i].engine.get();
      if (engine == nullptr || !engine->has_procedure(procedure)) continue;
      const auto result = engine->call_procedure(procedure, arguments);
      if (!result) host_.report(result.error());
      return;
    }
  }

 private:
  ScriptHost& host_;
  const std::u16string prefix_;
};

ScriptHost::ScriptHost(Terminal& terminal, scripting::Apartment& apartment, StopFlag& stop, DriveMap drives, ScriptFacts facts)
    : terminal_(terminal), apartment_(apartment), stop_(stop), drives_(std::move(drives)), facts_(std::move(facts)) {
  terminal_.set_pump([this](std::chrono::milliseconds time) { return wait(time); });
}

ScriptHost::~ScriptHost() {
  close();
  terminal_.set_pump({});
}

void ScriptHost::add_class(std::string prog_id, Maker maker) { classes_.emplace_back(small(prog_id), std::move(maker)); }
void ScriptHost::add_moniker(MonikerTest test, MonikerMaker maker) { monikers_.emplace_back(std::move(test), std::move(maker)); }
void ScriptHost::add_language(std::string name, EngineMaker maker) {
  languages_.push_back({language_key(name), std::move(maker), nullptr});
}

Engine* ScriptHost::engine(std::string_view language) {
  const std::string key = language_key(language);
  const auto found = std::ranges::find(languages_, key, &Language::name);
  if (found == languages_.end()) return nullptr;
  if (found->engine == nullptr) {
    EngineOptions options;
    options.host = this;
    options.stop = &stop_;
    options.apartment = &apartment_;
    found->engine = found->make(options);
    for (const Named& named : objects_) found->engine->add_object(named.name, named.object, named.global_members);
    if (key == "vbscript") found->engine->add_object(u"other scripts", make_shared_procedures(*this, key), true);
  }
  return found->engine.get();
}

Engine* ScriptHost::other_engine_with(std::u16string_view procedure, std::string_view language) const {
  for (const Language& other : languages_) {
    if (other.engine != nullptr && other.name != language && other.engine->has_procedure(procedure)) return other.engine.get();
  }
  return nullptr;
}

void ScriptHost::share_procedures() {
  const auto found = std::ranges::find(languages_, "jscript", &Language::name);
  if (found == languages_.end() || found->engine == nullptr) return;
  for (const Language& other : languages_) {
    if (other.engine == nullptr || &other == &*found) continue;
    for (const std::u16string& name : other.engine->procedures()) {
      if (!shared_.insert(name).second || found->engine->has_procedure(name)) continue;
      found->engine->add_object(name, make_shared_procedure(*this, found->name, name));
    }
  }
}

void ScriptHost::add_object(std::u16string_view name, DispatchRef object, bool global_members) {
  objects_.push_back({std::u16string(name), object, global_members});
  for (Language& language : languages_) {
    if (language.engine != nullptr) language.engine->add_object(name, object, global_members);
  }
}

Outcome<DispatchRef> ScriptHost::create_object(std::u16string_view prog_id, std::u16string_view server) {
  const std::string name = base::utf16_to_utf8(prog_id);
  if (!server.empty())
    return wsh_error(kServerUnavailable, "Objects are created on this machine only, not on '" + base::utf16_to_utf8(server) + "'");
  const std::string key = class_key(name);
  for (const auto& [known, make] : classes_) {
    if (known == key) return make();
  }
  return wsh_error(kCannotCreate, "ActiveX component can't create object: '" + name + "'");
}

Outcome<DispatchRef> ScriptHost::get_object(std::u16string_view moniker, std::u16string_view prog_id) {
  for (const auto& [is, make] : monikers_) {
    if (is(moniker)) return make(moniker);
  }
  if (moniker.empty() && !prog_id.empty()) return create_object(prog_id, {});
  const std::size_t colon = moniker.find(u':');
  if (moniker.empty()) return wsh_error(kCannotCreate, "ActiveX component can't create object: ''");
  if (colon != std::u16string_view::npos && colon > 1) return scripting::failure(scripting::MK_E_SYNTAX, "Invalid syntax");
  return wsh_error(kNotFoundDuringAutomation,
                   "File name or class name not found during Automation operation: '" + base::utf16_to_utf8(moniker) + "'");
}

int ScriptHost::message_box(const scripting::Text& prompt, int buttons, const scripting::Text& title) {
  return terminal_.message_box(prompt.view(), buttons, title.view());
}

std::optional<scripting::Text> ScriptHost::input_box(const scripting::Text& prompt, const scripting::Text& title,
                                                     const scripting::Text& initial) {
  return terminal_.input_box(prompt.view(), title.view(), initial.view());
}

bool ScriptHost::connect_events(scripting::Dispatch& object, std::u16string_view prefix) {
  scripting::EventSource* source = scripting::event_source_of(object);
  if (source == nullptr) return false;
  disconnect_events(object);
  connections_.push_back({DispatchRef(&object), source->advise(std::make_shared<Handler>(*this, std::u16string(prefix)))});
  return true;
}

void ScriptHost::disconnect_events(scripting::Dispatch& object) {
  std::erase_if(connections_, [&](const Connection& connection) { return connection.object->same_as(object); });
}

void ScriptHost::quit(std::int32_t status) {
  if (!quitting_) status_ = status;
  quitting_ = true;
  for (Language& language : languages_) {
    if (language.engine != nullptr) language.engine->quit();
  }
}

void ScriptHost::report(const ScriptError& error) {
  if (error.quit) {
    if (!error.description.empty()) terminal_.report(error.description);
    if (!quitting_) quit(1);
    return;
  }
  if (shows_errors_) terminal_.report(error.to_string());
  quit(1);
}

void ScriptHost::set_time_limit(std::chrono::seconds limit) {
  time_limit_ = limit;
  if (time_limit_listener_) time_limit_listener_(limit);
}

bool ScriptHost::wait(std::chrono::milliseconds time) {
  apartment_.pump(scripting::Apartment::Clock::now() + time, [this] { return quitting_ || stop_.stopped(); });
  return !quitting_ && !stop_.stopped() && !apartment_.interrupted();
}

void ScriptHost::close() {
  connections_.clear();
  for (Language& language : languages_) {
    if (language.engine != nullptr) language.engine->close();
  }
  objects_.clear();
  for (Language& language : languages_) language.engine.reset();
}

}  // namespace script::wsh
