#include "script/wsh/wscript.h"

#include "base/utf.h"
#include "script/vbscript/conversions.h"
#include "script/wsh/text_stream.h"
#include "script/wsh/wscript_arguments.h"
#include "script/wsh/wsh_errors.h"
#include "scripting/table_object.h"

namespace script::wsh {
namespace {

using scripting::handler;
using scripting::MemberCall;
using scripting::MemberTable;
using scripting::Outcome;
using scripting::TableObject;
using scripting::Text;
using scripting::Variant;
using scripting::VarType;
namespace invoke = scripting::invoke;

constexpr std::string_view kName = "Windows Script Host";

Outcome<Text> text_or_empty(const MemberCall& call, std::size_t i) {
  if (!call.has(i)) return Text();
  return scripting::to_text(call.argument(i));
}

/// `C:\usr\bin\cscript.exe`: scripts look for the name's end.
std::u16string shown_program(const ScriptHost& host) { return host.drives().to_windows(host.facts().program) + u".exe"; }

class WScript final : public TableObject {
 public:
  explicit WScript(ScriptHost& host) : TableObject(table()), host_(host) {}

  Outcome<Variant> echo(MemberCall& call) {
    Text line;
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
      READ(const Text word, echo_text(call.argument(i)));
      if (i > 0) line.append(u" ");
      line.append(word.view());
    }
    host_.terminal().echo(line.view());
    return Variant();
  }
  Outcome<Variant> quit(MemberCall& call) {
    std::int32_t status = 0;
    if (call.has(0)) {
      READ(status, scripting::to_int32(call.argument(0)));
    }
    host_.quit(status);
    return Variant();
  }
  Outcome<Variant> sleep(MemberCall& call) {
    READ(const std::int32_t time, scripting::to_int32(call.argument(0)));
    if (time < 0) return wsh_error(kWshInvalidCall);
    host_.wait(std::chrono::milliseconds(time));
    return Variant();
  }

  Outcome<Variant> create_object(MemberCall& call) {
    READ(const Text prog_id, scripting::to_text(call.argument(0)));
    READ(const Text prefix, text_or_empty(call, 1));
    READ(scripting::DispatchRef object, host_.create_object(prog_id.view(), {}));
    return connected(std::move(object), call.has(1), prefix);
  }
  Outcome<Variant> get_object(MemberCall& call) {
    READ(const Text name, scripting::to_text(call.argument(0)));
    READ(const Text prog_id, text_or_empty(call, 1));
    READ(const Text prefix, text_or_empty(call, 2));
    READ(scripting::DispatchRef object, host_.get_object(name.view(), prog_id.view()));
    return connected(std::move(object), call.has(2), prefix);
  }
  Outcome<Variant> connect_object(MemberCall& call) {
    READ(scripting::DispatchRef object, object_of(call.argument(0)));
    READ(const Text prefix, scripting::to_text(call.argument(1)));
    READ(const Variant done, connected(std::move(object), true, prefix));
    return Variant();
  }
  Outcome<Variant> disconnect_object(MemberCall& call) {
    READ(const scripting::DispatchRef object, object_of(call.argument(0)));
    host_.disconnect_events(*object);
    return Variant();
  }

  Outcome<Variant> arguments(MemberCall&) {
    if (!arguments_) arguments_ = make_arguments(host_.facts().arguments, [&host = host_] { host.terminal().print(host.facts().usage); });
    return Variant::object(arguments_);
  }
  template <int Descriptor>
  Outcome<Variant> stream(MemberCall&) {
    auto& made = streams_[Descriptor];
    const Terminal::Options& options = host_.terminal().options();
    const int descriptor = Descriptor == 0 ? options.input : Descriptor == 1 ? options.output : options.error;
    if (!made) made = make_standard_stream(descriptor, options.utf16 && Descriptor != 0);
    return Variant::object(made);
  }

  Outcome<Variant> application(MemberCall&) { return Variant::object(scripting::DispatchRef(this)); }
  Outcome<Variant> name(MemberCall&) { return Variant::utf8(kName); }
  Outcome<Variant> version(MemberCall&) { return Variant::utf8(kVersion); }
  Outcome<Variant> build_version(MemberCall&) { return Variant::int32(kBuildVersion); }
  Outcome<Variant> full_name(MemberCall&) { return Variant::text(Text(shown_program(host_))); }
  Outcome<Variant> path(MemberCall&) { return Variant::text(Text(paths::parent_folder(shown_program(host_)))); }
  Outcome<Variant> script_name(MemberCall&) { return Variant::utf8(host_.facts().script_name); }
  Outcome<Variant> script_full_name(MemberCall&) { return Variant::text(Text(host_.drives().to_windows(host_.facts().script))); }
  Outcome<Variant> interactive(MemberCall& call) {
    if (!call.is_put()) return Variant::boolean(!host_.terminal().options().silent);
    READ(const bool interactive, scripting::to_boolean(call.value()));
    host_.terminal().silence(!interactive);
    return Variant();
  }
  Outcome<Variant> timeout(MemberCall& call) {
    if (!call.is_put()) return Variant::int32(static_cast<std::int32_t>(host_.time_limit().count()));
    READ(const std::int32_t seconds, scripting::to_int32(call.value()));
    if (seconds < 0) return wsh_error(kWshInvalidCall);
    host_.set_time_limit(std::chrono::seconds(seconds));
    return Variant();
  }

 private:
  static Outcome<scripting::DispatchRef> object_of(const Variant& value) {
    if (!value.is(VarType::kDispatch) || value.as_object() == nullptr) return wsh_error(kWshTypeMismatch);
    return scripting::DispatchRef(value.as_object());
  }
  Outcome<Variant> connected(scripting::DispatchRef object, bool connect, const Text& prefix) {
    if (connect && !host_.connect_events(*object, prefix.view()))
      return scripting::failure(base::Hresult{0x80040200}, "Could not connect object: " + object->type_name() + " fires no events",
                                "WScript");
    return Variant::object(std::move(object));
  }
  static const MemberTable& table();

  ScriptHost& host_;
  scripting::DispatchRef arguments_;
  scripting::DispatchRef streams_[3];
};

const MemberTable& WScript::table() {
  constexpr unsigned kGet = invoke::kGet;
  constexpr unsigned kMethod = invoke::kMethod;
  static const MemberTable made("Object", {
                                              {"Name", scripting::kValue, kGet, "", handler<&WScript::name>},
                                              {"Echo", 1, kMethod, "...", handler<&WScript::echo>},
                                              {"Quit", 2, kMethod, "[ExitCode]", handler<&WScript::quit>},
                                              {"Sleep", 3, kMethod, "Time", handler<&WScript::sleep>},
                                              {"CreateObject", 4, kMethod, "ProgID, [Prefix]", handler<&WScript::create_object>},
                                              {"GetObject", 5, kMethod, "Pathname, [ProgID], [Prefix]", handler<&WScript::get_object>},
                                              {"ConnectObject", 6, kMethod, "Object, Prefix", handler<&WScript::connect_object>},
                                              {"DisconnectObject", 7, kMethod, "Object", handler<&WScript::disconnect_object>},
                                              {"Arguments", 8, kGet, "", handler<&WScript::arguments>},
                                              {"StdIn", 9, kGet, "", handler<&WScript::stream<0>>},
                                              {"StdOut", 10, kGet, "", handler<&WScript::stream<1>>},
                                              {"StdErr", 11, kGet, "", handler<&WScript::stream<2>>},
                                              {"Application", 12, kGet, "", handler<&WScript::application>},
                                              {"Version", 13, kGet, "", handler<&WScript::version>},
                                              {"BuildVersion", 14, kGet, "", handler<&WScript::build_version>},
                                              {"FullName", 15, kGet, "", handler<&WScript::full_name>},
                                              {"Path", 16, kGet, "", handler<&WScript::path>},
                                              {"ScriptName", 17, kGet, "", handler<&WScript::script_name>},
                                              {"ScriptFullName", 18, kGet, "", handler<&WScript::script_full_name>},
                                              {"Interactive", 19, kGet | invoke::kPut, "", handler<&WScript::interactive>},
                                              {"Timeout", 20, kGet | invoke::kPut, "", handler<&WScript::timeout>},
                                          });
  return made;
}

}  // namespace

Outcome<Text> echo_text(const Variant& value) {
  READ(const Variant plain, scripting::plain_value(value));
  if (plain.is(VarType::kNull)) return Text(u"null");
  if (plain.is(VarType::kBoolean)) return Text(plain.as_boolean() ? u"-1" : u"0");
  return vbscript::to_text(plain);
}

scripting::DispatchRef make_wscript(ScriptHost& host) { return scripting::make<WScript>(host); }

}  // namespace script::wsh
