#include "tests/repository/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <random>

namespace child {

void Reporter::report(std::uint64_t number) const {
  // Eight octets are below PIPE_BUF: they arrive whole or not at all.
  while (::write(fd_, &number, sizeof number) < 0 && errno == EINTR) {
  }
}

Process::Process(const std::function<int(const Reporter&)>& body) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return;
  pid_ = ::fork();
  if (pid_ == 0) {
    ::close(ends[0]);
    ::_exit(body(Reporter(ends[1])));
  }
  ::close(ends[1]);
  fd_ = ends[0];
}

Process::~Process() {
  kill();
  wait();
  if (fd_ >= 0) ::close(fd_);
}

bool Process::next(std::uint64_t& number) {
  for (;;) {
    const ssize_t count = ::read(fd_, &number, sizeof number);
    if (count == static_cast<ssize_t>(sizeof number)) return true;
    if (count < 0 && errno == EINTR) continue;
    return false;
  }
}

void Process::kill() {
  if (pid_ > 0) ::kill(pid_, SIGKILL);
}

std::vector<std::uint64_t> Process::rest() {
  std::vector<std::uint64_t> out;
  for (std::uint64_t number = 0; next(number);) out.push_back(number);
  return out;
}

int Process::wait() {
  if (pid_ <= 0) return status_;
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return status_;
}

void kill_rounds(int rounds, unsigned longest_us, const std::function<int(int round, const Reporter&)>& body,
                 const std::function<void(int round, const std::vector<std::uint64_t>& reported)>& check) {
  std::mt19937 random(20240501);
  for (int round = 0; round < rounds; ++round) {
    Process process([&](const Reporter& reporter) { return body(round, reporter); });
    std::vector<std::uint64_t> reported;
    std::uint64_t first = 0;
    if (process.next(first)) reported.push_back(first);
    ::usleep(random() % longest_us);
    process.kill();
    const std::vector<std::uint64_t> rest = process.rest();
    reported.insert(reported.end(), rest.begin(), rest.end());
    process.wait();
    check(round, reported);
  }
}

}  // namespace child
