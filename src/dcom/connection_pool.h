// The connections of a client to object exporters, so that one is shared by all who may. Only for .cc files of this folder.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "dcom/ids.h"
#include "security/auth.h"

namespace dcom {

class Connection;

/// Where objects of one exporter are reached under one identity. The OXID counts only beside the resolver that told it: another machine
/// that claims the same number gets a place of its own. Whoever looks or connects holds `mutex`, so that one login serves all who wait.
struct ConnectionPlace {
  std::mutex mutex;
  std::vector<std::weak_ptr<Connection>> connections;  // one for each level

  /// nullptr when there is none that is open. Under the mutex.
  std::shared_ptr<Connection> find(security::Level level);
};

/// Thread-safe.
class ConnectionPool {
 public:
  std::shared_ptr<ConnectionPlace> place(const std::string& resolver, Oxid oxid, const std::string& identity);

  /// For ending all, and for figures. False when the pool has ended: the connection is to be closed.
  bool enlist(const std::shared_ptr<Connection>& connection);
  std::size_t open() const;

  /// Releases on their way to servers.
  void release_began();
  void release_ended();

  /// Waits a little for releases, then closes all.
  void stop(std::chrono::milliseconds grace);

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
  std::size_t releases_ = 0;
  std::map<std::string, std::weak_ptr<ConnectionPlace>> places_;
  std::size_t next_sweep_ = 64;
  std::vector<std::weak_ptr<Connection>> all_;
};

}  // namespace dcom
