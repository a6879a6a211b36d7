#include "tests/repository/fault_injection.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace fault {
namespace {

std::atomic<std::int64_t> g_calls = 0;
std::atomic<std::int64_t> g_first = 0;  // 0: none fails
std::atomic<std::int64_t> g_last = 0;
std::atomic<int> g_error = 0;
std::atomic<bool> g_short = false;
std::atomic<bool> g_fired = false;

bool is_data_file(int fd) {
  char link[64];
  char path[512];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t size = ::readlink(link, path, sizeof path - 1);
  if (size < 8) return false;
  return std::memcmp(path + size - 8, "data.mdb", 8) == 0;
}

enum class Verdict { kPass, kFail, kShort };

Verdict judge(int fd) {
  if (!is_data_file(fd)) return Verdict::kPass;
  const std::int64_t number = g_calls.fetch_add(1) + 1;
  const std::int64_t first = g_first.load();
  if (first == 0 || number < first || number > g_last.load()) return Verdict::kPass;
  g_fired = true;
  if (g_short.load() && number == first) return Verdict::kShort;
  errno = g_error.load();
  return Verdict::kFail;
}

}  // namespace

void arm(std::int64_t nth, int error, std::int64_t more) {
  g_calls = 0;
  g_error = error;
  g_short = false;
  g_fired = false;
  g_last = more < 0 ? INT64_MAX : nth + more;
  g_first = nth;
}

void arm_short_write(std::int64_t nth, int error) {
  arm(nth, error, -1);
  g_short = true;
}

void disarm() {
  g_first = 0;
  g_calls = 0;
}

std::int64_t calls() { return g_calls; }
bool fired() { return g_fired; }

}  // namespace fault

// The same signatures as the C library's; what they do beyond the verdict is the bare system call.
extern "C" {

ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) {
  const fault::Verdict verdict = fault::judge(fd);
  if (verdict == fault::Verdict::kFail) return -1;
  if (verdict == fault::Verdict::kShort) size /= 2;
  return ::syscall(SYS_pwrite64, fd, data, size, offset);
}

ssize_t writev(int fd, const struct iovec* parts, int count) {
  const fault::Verdict verdict = fault::judge(fd);
  if (verdict == fault::Verdict::kFail) return -1;
  if (verdict == fault::Verdict::kShort) return ::syscall(SYS_write, fd, parts[0].iov_base, parts[0].iov_len / 2);
  return ::syscall(SYS_writev, fd, parts, count);
}

int fdatasync(int fd) {
  if (fault::judge(fd) != fault::Verdict::kPass) return errno = fault::g_error, -1;
  return static_cast<int>(::syscall(SYS_fdatasync, fd));
}

int fsync(int fd) {
  if (fault::judge(fd) != fault::Verdict::kPass) return errno = fault::g_error, -1;
  return static_cast<int>(::syscall(SYS_fsync, fd));
}
}
