#include "script/wsh/processes.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <thread>

#include "base/utf.h"
#include "base/windows_command.h"
#include "script/wsh/environment.h"
#include "script/wsh/text_stream.h"
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

constexpr std::chrono::milliseconds kLook{5};  // how soon the end of a program is seen

std::unexpected<scripting::Failure> not_found(const std::string& program) {
  return scripting::failure(base::Hresult{0x80070002}, "The system cannot find the file specified: '" + program + "'", "WshShell");
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && base::equal_ignore_case(text.substr(text.size() - end.size()), end);
}

std::string file_name_of(const std::string& path) { return path.substr(path.find_last_of("\\/") + 1); }

/// The program's file; nullopt when there is none.
std::optional<std::string> find_file(const ScriptHost& host, const std::string& name) {
  const bool has_folder = name.find_first_of("\\/:") != std::string::npos;
  std::string file = name;
  if (has_folder) {
    const auto path = host.drives().to_linux(base::utf8_to_utf16(name));
    if (!path) return std::nullopt;
    file = *path;
  }
  const char* search = std::getenv("PATH");
  const std::string path = search != nullptr ? search : "/usr/local/bin:/usr/bin:/bin";
  if (auto found = base::find_program(file, path)) return found;
  if (!ends_with(file, ".exe")) return std::nullopt;
  return base::find_program(file.substr(0, file.size() - 4), path);
}

bool is_host(const std::string& name) {
  const std::string file = file_name_of(name);
  for (const std::string_view known : {"cscript", "cscript.exe", "wscript", "wscript.exe"}) {
    if (base::equal_ignore_case(file, known)) return true;
  }
  return false;
}
bool is_script(const std::string& name) { return ends_with(name, ".vbs") || ends_with(name, ".js") || ends_with(name, ".wsf"); }

/// Program first, with its file in front of the words: {file, argv...}.
Outcome<std::vector<std::string>> command_words(ScriptHost& host, const std::string& command_line) {
  const auto command = base::linux_command(command_line);
  if (!command) {
    if (command.error().code() == base::codes::WBEM_E_NOT_FOUND) return not_found(command_line);
    return wsh_error(kWshInvalidCall, command.error().text());
  }
  std::vector<std::string> words = command->argv;
  if (is_host(words[0])) {
    words[0] = host.facts().program;
    words.insert(words.begin(), host.facts().program);
    return words;
  }
  if (is_script(words[0])) {
    words.insert(words.begin(), {host.facts().program, host.facts().program, "//nologo"});
    return words;
  }
  const auto file = find_file(host, words[0]);
  if (!file) return not_found(words[0]);
  words.insert(words.begin(), *file);
  return words;
}

struct Pipe {
  base::FileDescriptor read;
  base::FileDescriptor write;
  bool open() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
    read = base::FileDescriptor(ends[0]);
    write = base::FileDescriptor(ends[1]);
    return true;
  }
};

/// What a child gets besides its words.
class SpawnPlan {
 public:
  SpawnPlan() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    sigset_t usual;
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    ::posix_spawnattr_setsigdefault(&attributes_, &usual);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  void duplicate(int from, int to) { ::posix_spawn_file_actions_adddup2(&actions_, from, to); }
  int spawn(pid_t& pid, const std::vector<std::string>& words) {
    std::vector<char*> argv;
    for (std::size_t i = 1; i < words.size(); ++i) argv.push_back(const_cast<char*>(words[i].c_str()));
    argv.push_back(nullptr);
    return ::posix_spawn(&pid, words[0].c_str(), &actions_, &attributes_, argv.data(), environ);
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

std::int32_t exit_code(int status) {
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : -1;
}

class WshScriptExec final : public TableObject {
 public:
  explicit WshScriptExec(Started started)
      : TableObject(table()),
        pid_(started.pid),
        input_(stream(std::move(started.input), StreamMode::kWrite)),
        output_(stream(std::move(started.output), StreamMode::kRead)),
        error_(stream(std::move(started.error), StreamMode::kRead)) {}
  ~WshScriptExec() override {
    input_ = {};
    output_ = {};
    error_ = {};
    look();
    if (!status_) std::thread([pid = pid_] { ::waitpid(pid, nullptr, 0); }).detach();  // nobody asks any more
  }

  Outcome<Variant> status(MemberCall&) {
    look();
    return Variant::int32(status_ ? 1 : 0);
  }
  /// 0 while it runs.
  Outcome<Variant> exit_code_member(MemberCall&) {
    look();
    return Variant::int32(status_ ? exit_code(*status_) : 0);
  }
  Outcome<Variant> process_id(MemberCall&) { return Variant::int32(pid_); }
  Outcome<Variant> input(MemberCall&) { return Variant::object(input_); }
  Outcome<Variant> output(MemberCall&) { return Variant::object(output_); }
  Outcome<Variant> error(MemberCall&) { return Variant::object(error_); }
  Outcome<Variant> terminate(MemberCall&) {
    look();
    if (!status_) ::kill(pid_, SIGTERM);
    return Variant();
  }

 private:
  static scripting::DispatchRef stream(base::FileDescriptor file, StreamMode mode) {
    TextStreamOptions options;
    options.mode = mode;
    options.crlf = false;
    options.empty_all = true;
    return make_text_stream(std::move(file), options);
  }
  void look() {
    int status = 0;
    if (!status_ && ::waitpid(pid_, &status, WNOHANG) == pid_) status_ = status;
  }
  static const MemberTable& table() {
    static const MemberTable made("WshExec", {
                                                 {"Status", 1, invoke::kGet, "", handler<&WshScriptExec::status>},
                                                 {"StdIn", 2, invoke::kGet, "", handler<&WshScriptExec::input>},
                                                 {"StdOut", 3, invoke::kGet, "", handler<&WshScriptExec::output>},
                                                 {"StdErr", 4, invoke::kGet, "", handler<&WshScriptExec::error>},
                                                 {"ProcessID", 5, invoke::kGet, "", handler<&WshScriptExec::process_id>},
                                                 {"ExitCode", 6, invoke::kGet, "", handler<&WshScriptExec::exit_code_member>},
                                                 {"Terminate", 7, invoke::kMethod, "", handler<&WshScriptExec::terminate>},
                                             });
    return made;
  }

  const pid_t pid_;
  scripting::DispatchRef input_;
  scripting::DispatchRef output_;
  scripting::DispatchRef error_;
  std::optional<int> status_;
};

}  // namespace

Outcome<Started> start_program(ScriptHost& host, const std::string& command_line, bool pipes) {
  READ(const std::vector<std::string> words, command_words(host, expand_environment(host.drives(), command_line)));
  Started started;
  SpawnPlan plan;
  Pipe input;
  Pipe output;
  Pipe error;
  if (pipes) {
    if (!input.open() || !output.open() || !error.open()) return wsh_error(kWshPermissionDenied, std::strerror(errno));
    plan.duplicate(input.read.get(), 0);
    plan.duplicate(output.write.get(), 1);
    plan.duplicate(error.write.get(), 2);
  }
  const int failed = plan.spawn(started.pid, words);
  if (failed == ENOENT) return not_found(words[1]);
  if (failed != 0) return wsh_error(kWshPermissionDenied, "'" + words[1] + "': " + std::strerror(failed));
  started.input = std::move(input.write);
  started.output = std::move(output.read);
  started.error = std::move(error.read);
  return started;
}

Outcome<std::int32_t> run_program_of(ScriptHost& host, const std::string& command_line, bool wait) {
  READ(const Started started, start_program(host, command_line, false));
  if (!wait) {
    std::thread([pid = started.pid] { ::waitpid(pid, nullptr, 0); }).detach();
    return 0;
  }
  int status = 0;
  while (::waitpid(started.pid, &status, WNOHANG) == 0) {
    if (!host.wait(kLook)) return 0;
  }
  return exit_code(status);
}

Outcome<scripting::DispatchRef> execute_program(ScriptHost& host, const std::string& command_line) {
  READ(Started started, start_program(host, command_line, true));
  return scripting::DispatchRef(scripting::make<WshScriptExec>(std::move(started)));
}

}  // namespace script::wsh
