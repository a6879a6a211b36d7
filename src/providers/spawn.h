// Starting a real process: Win32_Process.Create's work.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/files.h"
#include "cim/caller.h"

namespace providers {

/// Return values that Win32_Process's methods document.
enum class MethodResult : std::uint32_t {
  kSuccess = 0,
  kAccessDenied = 2,
  kInsufficientPrivilege = 3,
  kUnknownFailure = 8,
  kPathNotFound = 9,
  kInvalidParameter = 21,
};

struct SpawnRequest {
  std::string command_line;
  std::optional<std::string> directory;  // Windows or Linux form
  std::vector<std::string> environment;  // NAME=value, added to this process's own, or to a plain one for another user
  std::optional<int> nice;
  bool stopped = false;              // SIGSTOP right after the start
  bool map_cmd = true;               // cmd.exe /c TEXT goes to the shell
  std::optional<std::uint32_t> uid;  // run as this user (of a root process); nullopt: as this process
  std::optional<std::uint32_t> gid;
};

struct SpawnOutcome {
  MethodResult result = MethodResult::kSuccess;
  std::uint32_t pid = 0;
};

/// The user whose this process is, also inside a call that runs with its caller's rights.
std::uint32_t process_uid();

/// Waits for started processes, so that none stays a zombie of ours while we live; when we end, they go to init. Thread-safe.
class Reaper {
 public:
  Reaper();
  ~Reaper();
  Reaper(const Reaper&) = delete;
  Reaper& operator=(const Reaper&) = delete;
  void add(pid_t pid);

 private:
  void run();
  std::mutex mutex_;
  std::vector<pid_t> added_;
  base::FileDescriptor wake_;  // eventfd
  bool stop_ = false;
  bool started_ = false;
  std::thread thread_;
};

/// Starts the program in a session of its own, with /dev/null for its standard streams, default signals and no other descriptor of ours.
/// Returns once the program runs or could not be executed. Thread-safe.
SpawnOutcome spawn(const SpawnRequest& request, Reaper& reaper);

}  // namespace providers
