#include "rpc/local_socket.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <thread>
#include <utility>

#include "rpc/codes.h"
#include "rpc/probe.h"

namespace rpc {
namespace {

constexpr std::size_t kPathSpace = sizeof(sockaddr_un::sun_path);
constexpr int kLockAttempts = 100;
constexpr std::chrono::milliseconds kLockPause{10};

base::Status trouble(std::string_view path, std::string_view what) {
  return {RPC_S_SERVER_UNAVAILABLE, fmt::format("the UNIX socket {}: {}", path, what)};
}
base::Status trouble(std::string_view path, int error) { return trouble(path, std::strerror(error)); }

base::FileDescriptor make_socket() { return base::FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)); }

/// Two servers that start at once must not both take away the same stale socket. The lock is a courtesy: who may read the folder can
/// hold it for ever, so it is waited for only briefly.
base::FileDescriptor lock_folder(int folder) {
  base::FileDescriptor lock(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (lock.get() < 0) return lock;
  for (int i = 0; i < kLockAttempts && ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0; ++i) std::this_thread::sleep_for(kLockPause);
  return lock;
}

base::Status remove_stale(const LocalAddress& address, const std::string& path) {
  const auto taken = [&](std::string_view why) { return base::Status(RPC_S_DUPLICATE_ENDPOINT, trouble(path, why).text()); };
  struct stat found{};
  if (::fstatat(address.folder(), address.name().c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) {
    return errno == ENOENT ? base::Status() : trouble(path, errno);
  }
  if (!S_ISSOCK(found.st_mode)) return taken("something else has the name");
  const base::FileDescriptor probe = make_socket();
  if (::connect(probe.get(), address.data(), address.size()) == 0 || errno != ECONNREFUSED) return taken("a server listens there already");
  return ::unlinkat(address.folder(), address.name().c_str(), 0) == 0 ? base::Status() : trouble(path, errno);
}

}  // namespace

base::Result<LocalAddress> LocalAddress::of(const std::string& path) {
  LocalAddress out;
  out.address_.sun_family = AF_UNIX;
  out.abstract_ = path.starts_with('@');
  const std::size_t slash = path.rfind('/');
  out.name_ = out.abstract_ ? path.substr(1) : path.substr(slash == std::string::npos ? 0 : slash + 1);
  if (out.name_.empty() || (!out.abstract_ && path.find('\0') != std::string::npos)) return base::fail(trouble(path, "no name"));
  std::string text = path;
  if (!out.abstract_) {
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    out.folder_ = base::FileDescriptor(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (out.folder_.get() < 0) return base::fail(trouble(path, errno));
    if (text.size() >= kPathSpace) text = fmt::format("/proc/self/fd/{}/{}", out.folder_.get(), out.name_);
  }
  if (text.size() >= kPathSpace) return base::fail(trouble(path, "the name is too long"));
  std::memcpy(out.address_.sun_path, text.data(), text.size());
  if (out.abstract_) out.address_.sun_path[0] = '\0';
  out.size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + text.size() + (out.abstract_ ? 0 : 1));
  return out;
}

base::Result<std::unique_ptr<LocalListener>> LocalListener::listen(const std::string& path, mode_t mode) {
  TRY_ASSIGN(auto address, LocalAddress::of(path));
  std::unique_ptr<LocalListener> out(new LocalListener(std::move(address)));
  const LocalAddress& at = out->address_;
  const base::FileDescriptor lock = at.abstract() ? base::FileDescriptor() : lock_folder(at.folder());
  if (!at.abstract()) TRY(remove_stale(at, path));
  base::FileDescriptor socket = make_socket();
  // A UNIX socket gives its own mode, less the umask, to the file that bind() makes.
  if (socket.get() < 0 || ::fchmod(socket.get(), mode) != 0) return base::fail(trouble(path, errno));
  if (::bind(socket.get(), at.data(), at.size()) != 0) {
    const bool taken = errno == EADDRINUSE;
    return base::fail(taken ? base::Status(RPC_S_DUPLICATE_ENDPOINT, trouble(path, errno).text()) : trouble(path, errno));
  }
  if (!at.abstract()) {
    struct stat made{};
    if (::fstatat(at.folder(), at.name().c_str(), &made, AT_SYMLINK_NOFOLLOW) != 0) return base::fail(trouble(path, errno));
    out->device_ = made.st_dev;
    out->inode_ = made.st_ino;
    if ((made.st_mode & 07777) != mode && ::fchmodat(at.folder(), at.name().c_str(), mode, AT_SYMLINK_NOFOLLOW) != 0) {
      return base::fail(trouble(path, errno));
    }
  }
  if (::listen(socket.get(), SOMAXCONN) != 0) return base::fail(trouble(path, errno));
  out->socket_ = std::move(socket);
  return out;
}

LocalListener::~LocalListener() {
  struct stat found{};
  if (inode_ == 0 || ::fstatat(address_.folder(), address_.name().c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) return;
  if (found.st_dev == device_ && found.st_ino == inode_) ::unlinkat(address_.folder(), address_.name().c_str(), 0);
}

base::Result<LocalIdentity> local_identity(int socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return base::fail(trouble("", errno));
  return LocalIdentity{credentials.uid, credentials.gid, credentials.pid};
}

std::string local_name(int socket) {
  sockaddr_un address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  const std::size_t begin = offsetof(sockaddr_un, sun_path);
  if (size <= begin) return {};
  std::string text(address.sun_path, std::min<std::size_t>(size, sizeof address) - begin);
  if (text[0] == '\0') return "@" + text.substr(1);
  return text.substr(0, text.find('\0'));
}

base::Result<LocalIdentity> probe_local(const std::string& path) {
  TRY_ASSIGN(const auto address, LocalAddress::of(path));
  const base::FileDescriptor socket = make_socket();
  if (::connect(socket.get(), address.data(), address.size()) != 0) return base::fail(trouble(path, errno));
  return local_identity(socket.get());
}

std::string local_text(const LocalIdentity& identity) { return fmt::format("local:{}", identity.uid); }

}  // namespace rpc
