// The stores that this process has open, by directory. LMDB forbids to open a file twice in one process: closing one of the
// two would drop the other's file locks, and another process could then overwrite what it reads.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "repository/store.h"

namespace repository {

/// Thread-safe.
class StoreRegistry {
 public:
  static StoreRegistry& instance();

  using Open = std::function<base::Result<std::unique_ptr<Store>>()>;
  /// The store of this directory, opened when it is not. Waits for one that is just being closed.
  base::Result<std::shared_ptr<Store>> find_or_open(const std::filesystem::path& directory, const Open& open);
  /// Runs `action` while no store of the directory is open in this process; WBEM_E_BACKUP_RESTORE_WINMGMT_RUNNING when one is.
  base::Status while_closed(const std::filesystem::path& directory, const std::function<base::Status()>& action);

 private:
  using Key = std::pair<dev_t, ino_t>;
  static base::Result<Key> key_of(const std::filesystem::path& directory);
  void close(const Key& key, Store* store);
  /// Marks the directory as taken; false: a store of it is open, then it is in `open_store`.
  bool reserve(std::unique_lock<std::mutex>& lock, const Key& key, std::shared_ptr<Store>& open_store);
  void release(const Key& key);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<Key, std::weak_ptr<Store>> stores_;  // an expired one is being opened or closed
};

}  // namespace repository
