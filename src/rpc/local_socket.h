// UNIX stream sockets by path: long paths, stale sockets, identities. Only for .cc files of this folder.
#pragma once

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

#include <cstdint>
#include <memory>
#include <string>

#include "base/files.h"
#include "base/status.h"
#include "rpc/call.h"

namespace rpc {

/// Where a socket lies, as the kernel takes it: names too long for sun_path go by the descriptor of their folder, which stays open as
/// long as this. "@name" is an abstract one. RPC_S_SERVER_UNAVAILABLE for names that cannot be and folders that are not there.
class LocalAddress {
 public:
  static base::Result<LocalAddress> of(const std::string& path);

  const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&address_); }
  socklen_t size() const { return size_; }
  bool abstract() const { return abstract_; }
  int folder() const { return folder_.get(); }       // -1 for an abstract one
  const std::string& name() const { return name_; }  // within the folder

 private:
  sockaddr_un address_{};
  socklen_t size_ = 0;
  bool abstract_ = false;
  base::FileDescriptor folder_;
  std::string name_;
};

/// A socket that listens at a path and takes it away again at its end, if it is still its own.
class LocalListener {
 public:
  /// Takes the place of a socket that nobody listens on; RPC_S_DUPLICATE_ENDPOINT when someone does, or something else has the name.
  /// Nobody whom `mode` forbids it can connect at any moment.
  static base::Result<std::unique_ptr<LocalListener>> listen(const std::string& path, mode_t mode);
  ~LocalListener();

  /// The listening socket, once: it is the caller's from then on.
  int take() { return socket_.release(); }

 private:
  explicit LocalListener(LocalAddress address) : address_(std::move(address)) {}

  LocalAddress address_;
  base::FileDescriptor socket_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

/// SO_PEERCRED.
base::Result<LocalIdentity> local_identity(int socket);

/// The path that a socket is bound to, "@name" for an abstract one, empty for none.
std::string local_name(int socket);

/// "local:<uid>", as ConnectionEnds has it.
std::string local_text(const LocalIdentity& identity);

}  // namespace rpc
