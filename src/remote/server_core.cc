#include "remote/server_core.h"

#include <fmt/format.h>

namespace remote {

ServerCore::ServerCore(dcom::Exporter& exporter, dcom::Client& client, Server::Options options)
    : options_(complete(std::move(options), defaults_)),
      timers_(*options_.clock),
      pool_(options_.blocking_threads),
      gate_(options_.max_requests),
      async_calls_(options_.max_requests),
      exporter_(&exporter),
      client_(&client) {}

ServerCore::~ServerCore() = default;

Server::Options ServerCore::complete(Server::Options options, Defaults& defaults) {
  if (!options.clock) options.clock = &defaults.clock;
  if (!options.random) options.random = &defaults.random;
  if (!options.log) options.log = defaults.log.get();
  return options;
}

base::Result<dcom::Objref> ServerCore::marshal(const dcom::ObjectPtr& object, const Guid& iid, const dcom::ObjectCall& call) {
  const std::shared_lock lock(life_);
  if (!exporter_) return base::fail(WBEM_E_SHUTTING_DOWN, "the server has ended");
  return exporter_->marshal(object, iid, call.ends(), dcom::owner_of(call.peer().get(), call.ends()));
}

void ServerCore::unmarshal(dcom::Client::Unmarshaling what, std::function<void(base::Result<dcom::ProxyPtr>)> done) {
  {
    const std::shared_lock lock(life_);
    if (client_) {
      client_->unmarshal(std::move(what), std::move(done));
      return;
    }
  }
  done(base::fail(WBEM_E_SHUTTING_DOWN, "the server has ended"));
}

void ServerCore::log_failure(std::string_view caller, std::string_view operation, const base::Status& status) const {
  const bool refused = status.code() == WBEM_E_ACCESS_DENIED || status.code() == WBEM_E_SERVER_TOO_BUSY ||
                       status.code() == WBEM_E_QUOTA_VIOLATION || status.code() == rpc::RPC_X_BAD_STUB_DATA;
  const base::LogLevel level = refused ? base::LogLevel::kWarning : base::LogLevel::kInfo;
  if (options_.log->enabled(level)) options_.log->write(level, fmt::format("{}: {}: {}", caller, operation, status.to_string()));
}

void ServerCore::end() {
  const std::unique_lock lock(life_);
  exporter_ = nullptr;
  client_ = nullptr;
}

ServerCore::UnderWay::~UnderWay() {
  std::function<void(base::Status)> dropped;  // freed without the lock
  const std::scoped_lock lock(core_->mutex_);
  const auto found = core_->under_way_.find(id_);
  if (found == core_->under_way_.end()) return;
  dropped = std::move(found->second);
  core_->under_way_.erase(found);
}

std::unique_ptr<ServerCore::UnderWay> ServerCore::under_way(std::function<void(base::Status)> end) {
  const std::scoped_lock lock(mutex_);
  const std::uint64_t id = ++last_id_;
  under_way_.emplace(id, std::move(end));
  return std::make_unique<UnderWay>(shared_from_this(), id);
}

void ServerCore::end_all(const base::Status& code) {
  std::unordered_map<std::uint64_t, std::function<void(base::Status)>> all;
  {
    const std::scoped_lock lock(mutex_);
    all.swap(under_way_);
  }
  for (const auto& [id, end] : all) end(code);
}

base::Result<std::shared_ptr<void>> ServerCore::enumerator_of(const std::string& principal) {
  const std::scoped_lock lock(mutex_);
  Enumerators& open = enumerators_of_[principal];
  std::size_t& count = open.count;
  if (count >= options_.max_enumerators_per_caller) {
    return base::fail(WBEM_E_QUOTA_VIOLATION, fmt::format("{} enumerators of this account are open", count));
  }
  if (!open.allowance) open.allowance = std::make_shared<cim::RowAllowance>(options_.max_rows_per_caller);
  ++count;
  ++enumerators;
  return std::shared_ptr<void>(static_cast<void*>(this), [core = shared_from_this(), principal](void*) {
    --core->enumerators;
    const std::scoped_lock guard(core->mutex_);
    const auto found = core->enumerators_of_.find(principal);
    if (--found->second.count == 0) core->enumerators_of_.erase(found);
  });
}

std::shared_ptr<cim::RowAllowance> ServerCore::allowance_of(const std::string& principal) {
  const std::scoped_lock lock(mutex_);
  const auto found = enumerators_of_.find(principal);
  return found == enumerators_of_.end() ? nullptr : found->second.allowance;
}

}  // namespace remote
