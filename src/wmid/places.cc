#include "wmid/places.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "rpc/probe.h"

namespace wmid {
namespace {

/// Whoever may put a socket into the folder could serve doors what he likes.
bool trusted(const std::string& socket, std::uint32_t uid) {
  if (uid == 0 || uid == ::geteuid()) return true;
  struct stat folder{};
  const std::string parent = std::filesystem::path(socket).parent_path().string();
  if (::stat(parent.c_str(), &folder) != 0) return false;
  return folder.st_uid == uid && (folder.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

std::optional<FoundDaemon> daemon_at(const std::string& socket) {
  const auto server = rpc::probe_local(socket);
  if (!server || !trusted(socket, server->uid)) return {};
  return FoundDaemon{socket, server->uid};
}

}  // namespace

std::string socket_of(const std::string& repository) { return (std::filesystem::path(repository) / kSocketName).string(); }

std::optional<FoundDaemon> find_daemon(const std::string& repository, const std::string& system_socket) {
  if (!repository.empty()) return daemon_at(socket_of(repository));
  const char* variable = std::getenv("OPENWMI_REPOSITORY");
  if (variable && *variable) return daemon_at(socket_of(variable));
  if (auto found = daemon_at(system_socket)) return found;
  return daemon_at(socket_of(kSystemRepository));
}

}  // namespace wmid
