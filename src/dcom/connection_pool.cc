#include "dcom/connection_pool.h"

#include <fmt/format.h>

#include <algorithm>

#include "dcom/object_connection.h"

namespace dcom {

std::shared_ptr<Connection> ConnectionPlace::find(security::Level level) {
  std::erase_if(connections, [](const auto& entry) {
    const auto connection = entry.lock();
    return !connection || !connection->open();
  });
  for (const auto& entry : connections) {
    auto connection = entry.lock();
    if (connection && connection->level() == level) return connection;
  }
  return nullptr;
}

std::shared_ptr<ConnectionPlace> ConnectionPool::place(const std::string& resolver, Oxid oxid, const std::string& identity) {
  const std::string key = fmt::format("{}\n{:x}\n{}", resolver, oxid, identity);
  const std::lock_guard lock(mutex_);
  if (places_.size() >= next_sweep_) {
    std::erase_if(places_, [](const auto& entry) { return entry.second.expired(); });
    next_sweep_ = std::max<std::size_t>(64, places_.size() * 2);
  }
  std::weak_ptr<ConnectionPlace>& entry = places_[key];
  auto place = entry.lock();
  if (!place) entry = place = std::make_shared<ConnectionPlace>();
  return place;
}

bool ConnectionPool::enlist(const std::shared_ptr<Connection>& connection) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return false;
  std::erase_if(all_, [](const auto& entry) { return entry.expired(); });
  all_.push_back(connection);
  return true;
}

std::size_t ConnectionPool::open() const {
  std::vector<std::shared_ptr<Connection>> all;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& entry : all_) {
      if (auto connection = entry.lock()) all.push_back(std::move(connection));
    }
  }
  return static_cast<std::size_t>(std::ranges::count_if(all, [](const auto& connection) { return connection->open(); }));
}

void ConnectionPool::release_began() {
  const std::lock_guard lock(mutex_);
  ++releases_;
}

void ConnectionPool::release_ended() {
  const std::lock_guard lock(mutex_);
  if (--releases_ == 0) changed_.notify_all();
}

void ConnectionPool::stop(std::chrono::milliseconds grace) {
  std::vector<std::shared_ptr<Connection>> all;
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, grace, [this] { return releases_ == 0; });
    stopped_ = true;
    for (const auto& entry : all_) {
      if (auto connection = entry.lock()) all.push_back(std::move(connection));
    }
  }
  for (const auto& connection : all) connection->close();
}

}  // namespace dcom
