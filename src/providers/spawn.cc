#include "providers/spawn.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/eventfd.h>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "base/windows_command.h"
#include "providers/machine.h"
#include "providers/pidfd.h"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace providers {
namespace {

/// Everything that the child needs, made before fork(): between fork and exec only async-signal-safe calls are allowed.
struct Prepared {
  std::string program;
  std::string directory;
  std::vector<std::string> arguments;
  std::vector<std::string> variables;
  std::vector<char*> argv;
  std::vector<char*> envp;
  std::vector<gid_t> groups;
};

std::string_view variable_name(std::string_view setting) { return setting.substr(0, setting.find('=')); }

MethodResult result_of_errno(int error) {
  switch (error) {
    case EACCES: return MethodResult::kAccessDenied;
    case EPERM: return MethodResult::kInsufficientPrivilege;
    case ENOENT:
    case ENOTDIR:
    case ELOOP: return MethodResult::kPathNotFound;
    case ENAMETOOLONG:
    case E2BIG:
    case EINVAL: return MethodResult::kInvalidParameter;
    default: return MethodResult::kUnknownFailure;
  }
}

MethodResult prepare_directory(const SpawnRequest& request, Prepared& out) {
  if (!request.directory || request.directory->empty()) {
    if (request.uid) out.directory = "/";  // ours may be closed to that user
    return MethodResult::kSuccess;
  }
  const auto directory = base::linux_path(*request.directory);
  struct stat info{};
  if (!directory || directory->find('\0') != std::string::npos) return MethodResult::kPathNotFound;
  if (::stat(directory->c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) return MethodResult::kPathNotFound;
  out.directory = *directory;
  return MethodResult::kSuccess;
}

std::vector<std::string> own_environment() {
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) out.emplace_back(*entry);
  return out;
}

/// What another user's process starts with: nothing of ours but the language and the time zone.
std::vector<std::string> user_environment(std::uint32_t uid) {
  std::vector<std::string> out{"PATH=/usr/local/bin:/usr/bin:/bin"};
  for (const char* name : {"LANG", "TZ"})
    if (const char* value = std::getenv(name)) out.push_back(std::string(name) + "=" + value);
  if (const auto user = user_record(uid)) {
    out.push_back("HOME=" + user->home);
    out.push_back("SHELL=" + user->shell);
    out.push_back("USER=" + user->name);
    out.push_back("LOGNAME=" + user->name);
  }
  return out;
}

MethodResult prepare_environment(const SpawnRequest& request, Prepared& out) {
  for (std::string& entry : request.uid ? user_environment(*request.uid) : own_environment()) {
    const std::string_view name = variable_name(entry);
    const bool replaced = std::ranges::any_of(request.environment, [&](const std::string& s) { return variable_name(s) == name; });
    if (!replaced) out.variables.push_back(std::move(entry));
  }
  for (const std::string& setting : request.environment) {
    const std::size_t equals = setting.find('=');
    if (equals == 0 || equals == std::string::npos || setting.find('\0') != std::string::npos) return MethodResult::kInvalidParameter;
    out.variables.push_back(setting);
  }
  return MethodResult::kSuccess;
}

/// The caller's own groups, so that a process started for another user has that user's rights and no others.
void prepare_user(const SpawnRequest& request, Prepared& out) {
  if (!request.uid) return;
  out.groups.resize(64);
  int count = static_cast<int>(out.groups.size());
  const std::string name = user_name(*request.uid);
  const gid_t gid = request.gid.value_or(std::numeric_limits<gid_t>::max());
  if (::getgrouplist(name.c_str(), gid, out.groups.data(), &count) < 0) {
    out.groups.resize(static_cast<std::size_t>(count));
    ::getgrouplist(name.c_str(), gid, out.groups.data(), &count);
  }
  out.groups.resize(static_cast<std::size_t>(std::max(count, 0)));
}

MethodResult prepare(const SpawnRequest& request, Prepared& out) {
  auto command = base::linux_command(request.command_line, request.map_cmd);
  if (!command) return command.error().code() == WBEM_E_NOT_FOUND ? MethodResult::kPathNotFound : MethodResult::kInvalidParameter;
  if (const MethodResult r = prepare_directory(request, out); r != MethodResult::kSuccess) return r;
  if (const MethodResult r = prepare_environment(request, out); r != MethodResult::kSuccess) return r;
  out.arguments = std::move(command->argv);
  const char* path = std::getenv("PATH");
  const auto own = std::ranges::find_if(out.variables, [](const std::string& s) { return variable_name(s) == "PATH"; });
  const std::string search = own != out.variables.end() ? own->substr(5) : std::string(path != nullptr ? path : "/usr/bin:/bin");
  std::string name = out.arguments[0];
  if (name.find('/') != std::string::npos && name[0] != '/' && !out.directory.empty()) name = out.directory + "/" + name;
  const auto program = base::find_program(name, search);
  if (!program)
    return ::access(name.c_str(), F_OK) == 0 && name.find('/') != std::string::npos ? MethodResult::kAccessDenied
                                                                                    : MethodResult::kPathNotFound;
  out.program = *program;
  for (std::string& s : out.arguments) out.argv.push_back(s.data());
  for (std::string& s : out.variables) out.envp.push_back(s.data());
  out.argv.push_back(nullptr);
  out.envp.push_back(nullptr);
  prepare_user(request, out);
  return MethodResult::kSuccess;
}

[[noreturn]] void report_and_exit(int pipe) {
  const int error = errno;
  (void)!::write(pipe, &error, sizeof error);
  ::_exit(127);
}

[[noreturn]] void run_child(const SpawnRequest& request, const Prepared& p, int pipe) {
  ::setsid();
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  const int null = ::open("/dev/null", O_RDWR);
  if (null >= 0)
    for (int fd = 0; fd < 3; ++fd) ::dup2(null, fd);
  ::close_range(3, std::numeric_limits<unsigned>::max(), CLOSE_RANGE_CLOEXEC);
  if (request.uid) {
    // In a call that runs as its caller only the saved user is root: the way back, to change all of them for good.
    (void)::setresuid(static_cast<uid_t>(-1), 0, static_cast<uid_t>(-1));
    if (::setgroups(p.groups.size(), p.groups.data()) != 0) report_and_exit(pipe);
    if (::setgid(request.gid.value_or(std::numeric_limits<gid_t>::max())) != 0) report_and_exit(pipe);
    if (::setuid(*request.uid) != 0) report_and_exit(pipe);
  }
  if (request.nice && ::setpriority(PRIO_PROCESS, 0, *request.nice) != 0) {  // with the user's own rights
    if (errno == EACCES) errno = EPERM;                                      // a privilege that is lacking, not a file
    report_and_exit(pipe);
  }
  if (!p.directory.empty() && ::chdir(p.directory.c_str()) != 0) report_and_exit(pipe);
  ::execve(p.program.c_str(), p.argv.data(), p.envp.data());
  report_and_exit(pipe);
}

/// A thread that is started in a call has the rights of its caller. This one serves all of them: it takes back those of the process, so
/// that none of them may signal it.
void leave_caller() {
  const uid_t own = process_uid();
  gid_t real = 0;
  gid_t effective = 0;
  gid_t saved = 0;
  if (own == ::geteuid() || ::getresgid(&real, &effective, &saved) != 0) return;
  ::syscall(SYS_setresuid, own, own, own);
  ::syscall(SYS_setresgid, saved, saved, saved);
}

}  // namespace

SpawnOutcome spawn(const SpawnRequest& request, Reaper& reaper) {
  Prepared prepared;
  if (const MethodResult r = prepare(request, prepared); r != MethodResult::kSuccess) return {r, 0};
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return {MethodResult::kUnknownFailure, 0};
  const base::FileDescriptor read_end(ends[0]);
  base::FileDescriptor write_end(ends[1]);
  const pid_t pid = ::fork();
  if (pid < 0) return {MethodResult::kUnknownFailure, 0};
  if (pid == 0) run_child(request, prepared, write_end.get());
  write_end = base::FileDescriptor();
  int error = 0;
  ssize_t got = 0;
  do got = ::read(read_end.get(), &error, sizeof error);
  while (got < 0 && errno == EINTR);
  if (got == static_cast<ssize_t>(sizeof error)) {  // the pipe closes silently when exec succeeds
    ::waitpid(pid, nullptr, 0);
    return {result_of_errno(error), 0};
  }
  if (request.stopped) ::kill(pid, SIGSTOP);
  reaper.add(pid);
  return {MethodResult::kSuccess, static_cast<std::uint32_t>(pid)};
}

std::uint32_t process_uid() {
  uid_t real = 0;
  uid_t effective = 0;
  uid_t saved = 0;
  return ::getresuid(&real, &effective, &saved) == 0 ? saved : ::geteuid();
}

Reaper::Reaper() : wake_(::eventfd(0, EFD_CLOEXEC)) {}

Reaper::~Reaper() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  const std::uint64_t one = 1;
  (void)!::write(wake_.get(), &one, sizeof one);
  if (thread_.joinable()) thread_.join();
}

void Reaper::add(pid_t pid) {
  const std::lock_guard lock(mutex_);
  added_.push_back(pid);
  if (!started_) {
    started_ = true;
    thread_ = std::thread([this] { run(); });
  }
  const std::uint64_t one = 1;
  (void)!::write(wake_.get(), &one, sizeof one);
}

void Reaper::run() {
  leave_caller();
  std::vector<pollfd> watched{{wake_.get(), POLLIN, 0}};
  std::vector<pid_t> pids{0};
  while (true) {
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return;
    for (std::size_t i = watched.size(); i-- > 1;) {
      if (watched[i].revents == 0) continue;
      ::waitpid(pids[i], nullptr, WNOHANG);
      ::close(watched[i].fd);
      watched.erase(watched.begin() + static_cast<std::ptrdiff_t>(i));
      pids.erase(pids.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (watched[0].revents == 0) continue;
    std::uint64_t count = 0;
    (void)!::read(wake_.get(), &count, sizeof count);
    const std::lock_guard lock(mutex_);
    if (stop_) {
      for (std::size_t i = 1; i < watched.size(); ++i) ::close(watched[i].fd);
      return;
    }
    for (const pid_t pid : added_) {
      const int fd = ::pidfd_open(pid, 0);
      if (fd < 0) {
        ::waitpid(pid, nullptr, WNOHANG);
        continue;
      }
      watched.push_back({fd, POLLIN, 0});
      pids.push_back(pid);
    }
    added_.clear();
  }
}

}  // namespace providers
