#include "repository/store_registry.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

namespace repository {

StoreRegistry& StoreRegistry::instance() {
  static StoreRegistry* registry = new StoreRegistry;  // outlives every static object that holds a repository
  return *registry;
}

base::Result<StoreRegistry::Key> StoreRegistry::key_of(const std::filesystem::path& directory) {
  struct stat info{};
  if (::stat(directory.c_str(), &info) != 0) return base::fail(base::errno_status(errno, "opening the repository " + directory.string()));
  return Key{info.st_dev, info.st_ino};
}

bool StoreRegistry::reserve(std::unique_lock<std::mutex>& lock, const Key& key, std::shared_ptr<Store>& open_store) {
  for (;;) {
    const auto [found, inserted] = stores_.try_emplace(key);
    if (inserted) return true;
    open_store = found->second.lock();
    if (open_store) return false;
    changed_.wait(lock);
  }
}

void StoreRegistry::release(const Key& key) {
  const std::lock_guard lock(mutex_);
  stores_.erase(key);
  changed_.notify_all();
}

base::Result<std::shared_ptr<Store>> StoreRegistry::find_or_open(const std::filesystem::path& directory, const Open& open) {
  TRY_ASSIGN(const Key key, key_of(directory));
  std::shared_ptr<Store> store;
  {
    std::unique_lock lock(mutex_);
    if (!reserve(lock, key, store)) return store;
  }
  auto opened = open();
  if (!opened) {
    release(key);
    return base::fail(std::move(opened).error());
  }
  store = std::shared_ptr<Store>(opened->release(), [this, key](Store* closing) { close(key, closing); });
  const std::lock_guard lock(mutex_);
  stores_[key] = store;
  changed_.notify_all();
  return store;
}

void StoreRegistry::close(const Key& key, Store* store) {
  delete store;
  release(key);
}

base::Status StoreRegistry::while_closed(const std::filesystem::path& directory, const std::function<base::Status()>& action) {
  TRY_ASSIGN(const Key key, key_of(directory));
  {
    std::shared_ptr<Store> store;
    std::unique_lock lock(mutex_);
    if (!reserve(lock, key, store)) {
      return {WBEM_E_BACKUP_RESTORE_WINMGMT_RUNNING, fmt::format("this process has the repository {} open", directory.string())};
    }
  }
  base::Status status = action();
  release(key);
  return status;
}

}  // namespace repository
