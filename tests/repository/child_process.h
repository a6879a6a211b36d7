// Runs parts of a test in processes of their own, to kill them or to open a store that this process must not hold.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace child {

/// What a child tells its parent: numbers over a pipe, whole even when it is killed. Thread-safe.
class Reporter {
 public:
  explicit Reporter(int fd) : fd_(fd) {}
  void report(std::uint64_t number) const;

 private:
  int fd_;
};

/// A child process. The test program must have no other threads when it is started.
class Process {
 public:
  /// `body`'s result is the exit status.
  explicit Process(const std::function<int(const Reporter&)>& body);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Blocks until the child reported a number; false when it ended.
  bool next(std::uint64_t& number);
  /// kill -9.
  void kill();
  /// What was reported and not yet taken, once it has ended.
  std::vector<std::uint64_t> rest();
  /// The exit status; -1 when a signal ended it.
  int wait();

 private:
  pid_t pid_ = -1;
  int fd_ = -1;
  int status_ = -1;
};

/// `rounds` times: runs `body` in a child that reports what was acknowledged to it, kills it with SIGKILL at a random time of up to
/// `longest_us` microseconds after its first report, and calls `check` with everything reported. `body` gets the round's number and need
/// not end by itself.
void kill_rounds(int rounds, unsigned longest_us, const std::function<int(int round, const Reporter&)>& body,
                 const std::function<void(int round, const std::vector<std::uint64_t>& reported)>& check);

}  // namespace child
