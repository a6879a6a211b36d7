#include "script/wsh/environment.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>
#include <vector>

#include "base/host_name.h"
#include "base/utf.h"
#include "script/wsh/wsh_errors.h"
#include "scripting/table_object.h"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace script::wsh {
namespace {

using scripting::handler;
using scripting::MemberCall;
using scripting::MemberTable;
using scripting::Outcome;
using scripting::TableObject;
using scripting::Variant;
namespace invoke = scripting::invoke;

std::string variable_or(const char* name, std::string otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? std::string(value) : std::move(otherwise);
}
std::string windows(const DriveMap& drives, const std::string& path) { return base::utf16_to_utf8(drives.to_windows(path)); }

/// What Windows sets by itself.
std::optional<std::string> usual_variable(const DriveMap& drives, std::string_view name) {
  const auto is = [&](std::string_view known) { return base::equal_ignore_case(name, known); };
  if (is("COMPUTERNAME")) return computer_name();
  if (is("USERNAME")) return user_name();
  if (is("USERDOMAIN")) return computer_name();
  if (is("USERPROFILE")) return windows(drives, home_folder());
  if (is("HOMEDRIVE")) return windows(drives, home_folder()).substr(0, 2);
  if (is("HOMEPATH")) return windows(drives, home_folder()).substr(2);
  if (is("TEMP") || is("TMP")) return windows(drives, variable_or("TMPDIR", "/tmp"));
  if (is("APPDATA") || is("LOCALAPPDATA")) return windows(drives, *special_folder("AppData"));
  if (is("SYSTEMROOT") || is("WINDIR")) return "C:\\Windows";
  if (is("SYSTEMDRIVE")) return "C:";
  if (is("PROGRAMFILES")) return "C:\\opt";
  if (is("COMSPEC")) return "C:\\Windows\\system32\\cmd.exe";
  if (is("PATHEXT")) return ".COM;.EXE;.BAT;.CMD;.VBS;.JS;.WSF";
  if (is("OS")) return "Windows_NT";
  if (is("NUMBER_OF_PROCESSORS")) return std::to_string(std::max(1U, std::thread::hardware_concurrency()));
#if defined(__aarch64__)
  if (is("PROCESSOR_ARCHITECTURE")) return "ARM64";
#else
  if (is("PROCESSOR_ARCHITECTURE")) return "AMD64";
#endif
  return std::nullopt;
}

/// As the variable is spelled in this process.
std::optional<std::string> spelled(std::string_view name) {
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view known = text.substr(0, text.find('='));
    if (base::equal_ignore_case(known, name)) return std::string(known);
  }
  return std::nullopt;
}

class WshEnvironment final : public TableObject {
 public:
  explicit WshEnvironment(DriveMap drives) : TableObject(table()), drives_(std::move(drives)) {}
  Outcome<scripting::Ref<scripting::Enumeration>> enumerate() override {
    std::vector<Variant> values;
    for (char** entry = environ; *entry != nullptr; ++entry) values.push_back(Variant::utf8(*entry));
    return scripting::enumerate_values(std::move(values));
  }
  Outcome<Variant> item(MemberCall& call) {
    READ(const auto name, scripting::to_text(call.argument(0)));
    if (!call.is_put()) return Variant::utf8(environment_variable(drives_, name.to_utf8()).value_or(""));
    READ(const auto value, scripting::to_text(call.value()));
    const std::string key = spelled(name.to_utf8()).value_or(name.to_utf8());
    const std::string text = value.to_utf8();
    if (text.contains('\0') || key.contains('\0') || ::setenv(key.c_str(), text.c_str(), 1) != 0) return wsh_error(kWshInvalidCall);
    return Variant();
  }
  Outcome<Variant> remove(MemberCall& call) {
    READ(const auto name, scripting::to_text(call.argument(0)));
    const auto key = spelled(name.to_utf8());
    if (!key)
      return scripting::failure(base::Hresult{0x80070057}, "There is no environment variable \"" + name.to_utf8() + "\"",
                                "WshEnvironment.Remove");
    ::unsetenv(key->c_str());
    return Variant();
  }
  Outcome<Variant> count(MemberCall&) {
    std::int32_t count = 0;
    while (environ[count] != nullptr) ++count;
    return Variant::int32(count);
  }

 private:
  static const MemberTable& table() {
    static const MemberTable made("WshEnvironment",
                                  {
                                      {"Item", scripting::kValue, invoke::kGet | invoke::kPut, "Name", handler<&WshEnvironment::item>},
                                      {"Count", 1, invoke::kMethod, "", handler<&WshEnvironment::count>},
                                      {"length", 2, invoke::kGet, "", handler<&WshEnvironment::count>},
                                      {"Remove", 3, invoke::kMethod, "Name", handler<&WshEnvironment::remove>},
                                  });
    return made;
  }
  const DriveMap drives_;
};

struct Folder {
  std::string_view name;
  std::string_view below;  // the home folder; absolute: as it is
};
constexpr Folder kFolders[] = {
    {"AllUsersDesktop", "/usr/share/applications"},
    {"AllUsersStartMenu", "/usr/share/applications"},
    {"AllUsersPrograms", "/usr/share/applications"},
    {"AllUsersStartup", "/etc/xdg/autostart"},
    {"Desktop", "Desktop"},
    {"AppData", ".config"},
    {"PrintHood", ".local/share/printers"},
    {"Templates", "Templates"},
    {"Fonts", "/usr/share/fonts"},
    {"NetHood", ".local/share/network"},
    {"StartMenu", ".local/share/applications"},
    {"SendTo", ".local/share/sendto"},
    {"Recent", ".local/share/recent"},
    {"Startup", ".config/autostart"},
    {"Favorites", ".local/share/favorites"},
    {"MyDocuments", "Documents"},
    {"Programs", ".local/share/applications"},
};

class SpecialFolders final : public TableObject {
 public:
  explicit SpecialFolders(DriveMap drives) : TableObject(table()), drives_(std::move(drives)) {}
  Outcome<scripting::Ref<scripting::Enumeration>> enumerate() override {
    std::vector<Variant> values;
    for (const Folder& folder : kFolders) values.push_back(shown(folder.name));
    return scripting::enumerate_values(std::move(values));
  }
  /// By name, "" for an unknown one; by number 9 beyond the last.
  Outcome<Variant> item(MemberCall& call) {
    READ(const Variant which, scripting::plain_value(call.argument(0)));
    if (which.is(scripting::VarType::kString)) {
      const std::string name = which.as_text().to_utf8();
      return special_folder(name) ? shown(name) : Variant::utf8("");
    }
    READ(const std::int32_t index, scripting::to_int32(which));
    if (index < 0 || static_cast<std::size_t>(index) >= std::size(kFolders)) return wsh_error(kWshSubscript, "Subscript out of range");
    return shown(kFolders[index].name);
  }
  Outcome<Variant> count(MemberCall&) { return Variant::int32(static_cast<std::int32_t>(std::size(kFolders))); }

 private:
  Variant shown(std::string_view name) const { return Variant::utf8(windows(drives_, *special_folder(name))); }
  static const MemberTable& table() {
    static const MemberTable made("WshCollection",
                                  {
                                      {"Item", scripting::kValue, invoke::kGet | invoke::kMethod, "Index", handler<&SpecialFolders::item>},
                                      {"Count", 1, invoke::kMethod, "", handler<&SpecialFolders::count>},
                                      {"length", 2, invoke::kGet, "", handler<&SpecialFolders::count>},
                                  });
    return made;
  }
  const DriveMap drives_;
};

class EmptyCollection final : public TableObject {
 public:
  EmptyCollection() : TableObject(table()) {}
  Outcome<scripting::Ref<scripting::Enumeration>> enumerate() override { return scripting::enumerate_values({}); }
  Outcome<Variant> item(MemberCall&) { return wsh_error(kWshSubscript, "Subscript out of range"); }
  Outcome<Variant> count(MemberCall&) { return Variant::int32(0); }

 private:
  static const MemberTable& table() {
    static const MemberTable made("WshCollection",
                                  {
                                      {"Item", scripting::kValue, invoke::kGet | invoke::kMethod, "Index", handler<&EmptyCollection::item>},
                                      {"Count", 1, invoke::kMethod, "", handler<&EmptyCollection::count>},
                                      {"length", 2, invoke::kGet, "", handler<&EmptyCollection::count>},
                                  });
    return made;
  }
};

}  // namespace

std::optional<std::string> environment_variable(const DriveMap& drives, std::string_view name) {
  const std::string exact(name);
  if (const char* value = std::getenv(exact.c_str())) return value;
  if (const auto other = spelled(name)) return std::getenv(other->c_str());
  return usual_variable(drives, name);
}

std::string expand_environment(const DriveMap& drives, std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t begin = std::min(text.find('%'), text.size());
    out.append(text.substr(0, begin));
    text.remove_prefix(begin);
    if (text.empty()) break;
    const std::size_t end = text.find('%', 1);
    const auto value = end == std::string_view::npos || end == 1 ? std::nullopt : environment_variable(drives, text.substr(1, end - 1));
    if (value) {
      out += *value;
      text.remove_prefix(end + 1);
    } else {
      out += '%';
      text.remove_prefix(1);
    }
  }
  return out;
}

std::optional<std::string> special_folder(std::string_view name) {
  for (const Folder& folder : kFolders) {
    if (!base::equal_ignore_case(folder.name, name)) continue;
    if (folder.below.starts_with('/')) return std::string(folder.below);
    if (folder.name == "AppData") return variable_or("XDG_CONFIG_HOME", home_folder() + "/.config");
    return home_folder() + "/" + std::string(folder.below);
  }
  return std::nullopt;
}

scripting::DispatchRef make_environment(DriveMap drives) { return scripting::make<WshEnvironment>(std::move(drives)); }
scripting::DispatchRef make_special_folders(DriveMap drives) { return scripting::make<SpecialFolders>(std::move(drives)); }
scripting::DispatchRef make_empty_collection() { return scripting::make<EmptyCollection>(); }

std::string user_name() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry != nullptr ? entry->pw_name : std::to_string(::geteuid());
}
std::string computer_name() {
  const std::string whole = base::host_name();
  if (whole.empty()) return "LOCALHOST";
  return base::fold_case(base::first_label(whole));
}
std::string home_folder() {
  const passwd* entry = ::getpwuid(::geteuid());
  return variable_or("HOME", entry != nullptr ? entry->pw_dir : "/");
}

}  // namespace script::wsh
