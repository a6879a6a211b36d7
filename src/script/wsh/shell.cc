#include "script/wsh/shell.h"

#include <syslog.h>
#include <unistd.h>

#include "base/utf.h"
#include "script/wsh/environment.h"
#include "script/wsh/processes.h"
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
namespace invoke = scripting::invoke;

class Shell final : public TableObject {
 public:
  explicit Shell(ScriptHost& host) : TableObject(table()), host_(host) {}

  Outcome<Variant> run(MemberCall& call) {
    READ(const Text command, scripting::to_text(call.argument(0)));
    bool wait = false;
    if (call.has(2)) {
      READ(wait, scripting::to_boolean(call.argument(2)));
    }
    READ(const std::int32_t status, run_program_of(host_, command.to_utf8(), wait));
    return Variant::int32(status);
  }
  Outcome<Variant> exec(MemberCall& call) {
    READ(const Text command, scripting::to_text(call.argument(0)));
    READ(scripting::DispatchRef made, execute_program(host_, command.to_utf8()));
    return Variant::object(std::move(made));
  }
  Outcome<Variant> popup(MemberCall& call) {
    READ(const Text text, scripting::to_text(call.argument(0)));
    std::int32_t seconds = 0;
    std::int32_t kind = 0;
    Text title(u"Windows Script Host");
    if (call.has(1)) {
      READ(seconds, scripting::to_int32(call.argument(1)));
    }
    if (call.has(2)) {
      READ(title, scripting::to_text(call.argument(2)));
    }
    if (call.has(3)) {
      READ(kind, scripting::to_int32(call.argument(3)));
    }
    const auto limit = seconds > 0 ? std::optional<std::chrono::milliseconds>(std::chrono::seconds(seconds)) : std::nullopt;
    return Variant::int32(host_.terminal().message_box(text.view(), kind, title.view(), limit));
  }

  /// All kinds (SYSTEM, USER, VOLATILE, PROCESS) are the variables of this process: Linux has no others.
  Outcome<Variant> environment(MemberCall& call) {
    if (call.has(0)) {
      READ(const Text kind, scripting::to_text(call.argument(0)));
      const std::string name = kind.to_utf8();
      if (!base::equal_ignore_case(name, "process") && !base::equal_ignore_case(name, "system") && !base::equal_ignore_case(name, "user") &&
          !base::equal_ignore_case(name, "volatile"))
        return wsh_error(kWshInvalidCall);
    }
    if (!environment_) environment_ = make_environment(host_.drives());
    return Variant::object(environment_);
  }
  Outcome<Variant> expand(MemberCall& call) {
    READ(const Text text, scripting::to_text(call.argument(0)));
    return Variant::utf8(expand_environment(host_.drives(), text.to_utf8()));
  }
  Outcome<Variant> special_folders(MemberCall&) { return Variant::object(make_special_folders(host_.drives())); }
  Outcome<Variant> current_directory(MemberCall& call) {
    if (!call.is_put()) {
      const auto here = host_.drives().to_linux(u".");
      return Variant::text(Text(host_.drives().to_windows(here.value_or("/"))));
    }
    READ(const Text folder, scripting::to_text(call.value()));
    const auto path = host_.drives().to_linux(folder.view());
    if (!path || ::chdir(path->c_str()) != 0)
      return scripting::failure(base::Hresult{0x80070002}, "The system cannot find the file specified: '" + folder.to_utf8() + "'",
                                "WshShell");
    return Variant();
  }

  Outcome<Variant> reg_read(MemberCall& call) {
    READ(const Text name, scripting::to_text(call.argument(0)));
    return registry_read(host_, name.to_utf8());
  }
  Outcome<Variant> reg_write(MemberCall& call) {
    READ(const Text name, scripting::to_text(call.argument(0)));
    Text type;
    if (call.has(2)) {
      READ(type, scripting::to_text(call.argument(2)));
    }
    return registry_write(host_, name.to_utf8(), call.argument(1), type.to_utf8());
  }
  Outcome<Variant> reg_delete(MemberCall& call) {
    READ(const Text name, scripting::to_text(call.argument(0)));
    return registry_delete(host_, name.to_utf8());
  }

  Outcome<Variant> log_event(MemberCall& call) {
    READ(const std::int32_t kind, scripting::to_int32(call.argument(0)));
    READ(const Text text, scripting::to_text(call.argument(1)));
    int priority = LOG_INFO;  // 0 success, 4 information, 8 and 16 audits
    if (kind == 1) priority = LOG_ERR;
    if (kind == 2) priority = LOG_WARNING;
    ::syslog(LOG_USER | priority, "%s: %s", host_.facts().script_name.c_str(), text.to_utf8().c_str());
    return Variant::boolean(true);
  }
  Outcome<Variant> create_shortcut(MemberCall& call) {
    READ(const Text name, scripting::to_text(call.argument(0)));
    return wsh_error(kNoSuchAction, "Shortcuts of Windows cannot be made on Linux: '" + name.to_utf8() + "'");
  }
  Outcome<Variant> app_activate(MemberCall&) { return Variant::boolean(false); }
  Outcome<Variant> send_keys(MemberCall&) { return wsh_error(kNoSuchAction, "Keys cannot be sent to other programs on Linux"); }

 private:
  static const MemberTable& table();

  ScriptHost& host_;
  scripting::DispatchRef environment_;
};

const MemberTable& Shell::table() {
  constexpr unsigned kGet = invoke::kGet;
  constexpr unsigned kMethod = invoke::kMethod;
  static const MemberTable made("IWshShell3",
                                {
                                    {"SpecialFolders", 100, kGet, "", handler<&Shell::special_folders>},
                                    {"Environment", 200, kGet, "[Type]", handler<&Shell::environment>},
                                    {"Run", 1000, kMethod, "Command, [WindowStyle], [WaitOnReturn]", handler<&Shell::run>},
                                    {"Popup", 1001, kMethod, "Text, [SecondsToWait], [Title], [Type]", handler<&Shell::popup>},
                                    {"CreateShortcut", 1002, kMethod, "PathLink", handler<&Shell::create_shortcut>},
                                    {"ExpandEnvironmentStrings", 1006, kMethod, "Src", handler<&Shell::expand>},
                                    {"RegRead", 2000, kMethod, "Name", handler<&Shell::reg_read>},
                                    {"RegWrite", 2001, kMethod, "Name, Value, [Type]", handler<&Shell::reg_write>},
                                    {"RegDelete", 2002, kMethod, "Name", handler<&Shell::reg_delete>},
                                    {"LogEvent", 3000, kMethod, "Type, Message, [Target]", handler<&Shell::log_event>},
                                    {"AppActivate", 3010, kMethod, "App, [Wait]", handler<&Shell::app_activate>},
                                    {"SendKeys", 3011, kMethod, "Keys, [Wait]", handler<&Shell::send_keys>},
                                    {"Exec", 3012, kMethod, "Command", handler<&Shell::exec>},
                                    {"CurrentDirectory", 3013, kGet | invoke::kPut, "", handler<&Shell::current_directory>},
                                });
  return made;
}

class Network final : public TableObject {
 public:
  Network() : TableObject(table()) {}
  Outcome<Variant> computer(MemberCall&) { return Variant::utf8(computer_name()); }
  Outcome<Variant> user(MemberCall&) { return Variant::utf8(user_name()); }
  Outcome<Variant> nothing(MemberCall&) { return Variant::utf8(""); }
  Outcome<Variant> empty(MemberCall&) { return Variant::object(make_empty_collection()); }
  Outcome<Variant> refused(MemberCall&) {
    return wsh_error(kNoSuchAction, "Network drives and printers are connected by Linux's own means (mount, CUPS), not by scripts");
  }

 private:
  static const MemberTable& table() {
    constexpr unsigned kGet = invoke::kGet;
    constexpr unsigned kMethod = invoke::kMethod;
    static const MemberTable made(
        "IWshNetwork2",
        {
            {"Organization", 0x60020000, kGet, "", handler<&Network::nothing>},
            {"Site", 0x60020001, kGet, "", handler<&Network::nothing>},
            {"UserProfile", 0x60020002, kGet, "", handler<&Network::nothing>},
            {"UserDomain", 0x60020003, kGet, "", handler<&Network::computer>},
            {"UserName", 0x60020004, kGet, "", handler<&Network::user>},
            {"ComputerName", 0x60020005, kGet, "", handler<&Network::computer>},
            {"EnumNetworkDrives", 0x60020006, kMethod, "", handler<&Network::empty>},
            {"EnumPrinterConnections", 0x60020007, kMethod, "", handler<&Network::empty>},
            {"AddPrinterConnection", 0x60020008, kMethod, "LocalName, RemoteName, [UpdateProfile], [UserName], [Password]",
             handler<&Network::refused>},
            {"MapNetworkDrive", 0x60020009, kMethod, "LocalName, RemoteName, [UpdateProfile], [UserName], [Password]",
             handler<&Network::refused>},
            {"RemoveNetworkDrive", 0x6002000A, kMethod, "Name, [Force], [UpdateProfile]", handler<&Network::refused>},
            {"RemovePrinterConnection", 0x6002000B, kMethod, "Name, [Force], [UpdateProfile]", handler<&Network::refused>},
            {"SetDefaultPrinter", 0x6002000C, kMethod, "Name", handler<&Network::refused>},
            {"AddWindowsPrinterConnection", 0x6002000D, kMethod, "PrinterName, [DriverName], [Port]", handler<&Network::refused>},
        });
    return made;
  }
};

}  // namespace

scripting::DispatchRef make_shell(ScriptHost& host) { return scripting::make<Shell>(host); }
scripting::DispatchRef make_network() { return scripting::make<Network>(); }

}  // namespace script::wsh
