// cscript: runs scripts of the Windows Script Host. Also as `wscript`.
#include <unistd.h>

#include <climits>
#include <cstdio>
#include <cstdlib>

#include "apps/cscript/connections.h"
#include "base/utf.h"
#include "cli/console.h"
#include "cli/location.h"
#include "script/wsh/file_system.h"
#include "script/wsh/program.h"
#include "scripting/swbem.h"

namespace {

using script::wsh::ScriptHost;

std::string program_path() {
  char path[PATH_MAX];
  const ssize_t size = ::readlink("/proc/self/exe", path, sizeof path);
  return size > 0 ? std::string(path, static_cast<std::size_t>(size)) : "/usr/bin/cscript";
}

std::string user_registry() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  const std::string base =
      config != nullptr && *config != '\0' ? std::string(config) : std::string(home != nullptr ? home : "") + "/.config";
  return base + "/openwmi/registry";
}

std::vector<script::wsh::TypeLibrary> type_libraries() {
  std::vector<script::wsh::Constant> wmi;
  for (const auto& constant : scripting::swbem_constants()) wmi.push_back({std::string(constant.name), constant.value});
  std::vector<script::wsh::Constant> files;
  for (const auto& constant : script::wsh::scripting_constants()) files.push_back({base::utf16_to_utf8(constant.name), constant.value});
  const auto wmi_object = script::wsh::make_constants(std::move(wmi));
  const auto files_object = script::wsh::make_constants(std::move(files));
  return {{"WbemScripting.", "{565783C6-CB41-11D1-8B02-00600806D9B6}", wmi_object},
          {"Scripting.", "{420B2830-E718-11CF-893D-00A0C9054228}", files_object},
          {"WScript.", "{F935DC20-1CF0-11D0-ADB9-00C04FD58A0B}", files_object}};
}

/// ProgIDs and monikers of WMI. Gives what ends before the apartment.
std::weak_ptr<scripting::Swbem> add_wmi(ScriptHost& host, cscript::Connections& connections) {
  const auto swbem = std::make_shared<scripting::Swbem>(
      host.apartment(), [&connections](const scripting::ConnectRequest& request) { return connections.connect(request); });
  for (const char* name :
       {"SWbemLocator", "SWbemSink", "SWbemDateTime", "SWbemNamedValueSet", "SWbemObjectPath", "SWbemRefresher", "SWbemLastError"}) {
    const std::string prog_id = std::string("WbemScripting.") + name;
    host.add_class(prog_id, [swbem, id = base::utf8_to_utf16(prog_id)] { return swbem->create(id); });
  }
  host.add_moniker([](std::u16string_view text) { return scripting::Swbem::is_moniker(text); },
                   [swbem](std::u16string_view text) { return swbem->get_moniker(text); });
  return swbem;
}

}  // namespace

int main(int argc, char** argv) {
  cli::Console::hold_streams();
  const std::string called = argc > 0 ? argv[0] : "cscript";
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  const auto line = script::wsh::parse_command_line(words);
  if (!line) {
    std::fprintf(stderr, "Input Error: %s\n", line.error().c_str());
    return 1;
  }
  cscript::Connections connections;
  base::SystemFiles files;
  std::weak_ptr<scripting::Swbem> swbem;
  script::wsh::Program program;
  program.name = called.substr(called.rfind('/') + 1);
  program.path = program_path();
  program.drives = script::wsh::DriveMap::from_environment();
  program.libraries = [] { return type_libraries(); };
  program.prepare = [&](ScriptHost& host) {
    swbem = add_wmi(host, connections);
    host.set_registry(base::make_registry_store(files, cli::repository_directory("").string() + "/registry", user_registry()));
  };
  program.finish = [&] {
    if (const auto wmi = swbem.lock()) wmi->finish();
  };
  return script::wsh::run_program(*line, program);
}
