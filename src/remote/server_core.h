// What the objects of one server share. Only for the server's files.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "cim/row_reader.h"
#include "remote/async_table.h"
#include "remote/blocking_pool.h"
#include "remote/ids.h"
#include "remote/request_gate.h"
#include "remote/server.h"
#include "remote/timers.h"

namespace remote {

/// One more of something as long as it lives.
class Counted {
 public:
  explicit Counted(std::atomic<std::size_t>& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::atomic<std::size_t>& count_;
};

/// Thread-safe.
class ServerCore : public std::enable_shared_from_this<ServerCore> {
 public:
  ServerCore(dcom::Exporter& exporter, dcom::Client& client, Server::Options options);
  ~ServerCore();
  ServerCore(const ServerCore&) = delete;
  ServerCore& operator=(const ServerCore&) = delete;

  const Server::Options& options() const { return options_; }
  Timers& timers() { return timers_; }
  BlockingPool& pool() { return pool_; }
  RequestGate& gate() { return gate_; }
  AsyncTable& async_calls() { return async_calls_; }
  const AsyncTable& async_calls() const { return async_calls_; }
  cim::ClassInterner& interner() { return interner_; }

  /// A reference for whoever made `call`. WBEM_E_SHUTTING_DOWN after end().
  base::Result<dcom::Objref> marshal(const dcom::ObjectPtr& object, const Guid& iid, const dcom::ObjectCall& call);
  /// dcom::Client::unmarshal, but for what comes after end().
  void unmarshal(dcom::Client::Unmarshaling what, std::function<void(base::Result<dcom::ProxyPtr>)> done);
  /// Exporter, resolver and client are used no more.
  void end();

  /// The line of an operation that failed.
  void log_failure(std::string_view caller, std::string_view operation, const base::Status& status) const;

  /// NamespaceConnections of before the last Restore are gone: their number is another one (MS-WMI 3.1.4).
  std::uint64_t generation() const { return generation_; }
  void forget_namespaces() { ++generation_; }

  /// What is to end when the server shuts down, as long as the token lives.
  class UnderWay {
   public:
    UnderWay(std::shared_ptr<ServerCore> core, std::uint64_t id) : core_(std::move(core)), id_(id) {}
    ~UnderWay();
    UnderWay(const UnderWay&) = delete;
    UnderWay& operator=(const UnderWay&) = delete;

   private:
    const std::shared_ptr<ServerCore> core_;
    const std::uint64_t id_;
  };
  std::unique_ptr<UnderWay> under_way(std::function<void(base::Status)> end);
  /// Ends all of them with `code`.
  void end_all(const base::Status& code);

  /// Room for one more enumerator of this principal, as long as the result lives; WBEM_E_QUOTA_VIOLATION.
  base::Result<std::shared_ptr<void>> enumerator_of(const std::string& principal);
  /// What the enumerators of this principal may keep together; one of them is open.
  std::shared_ptr<cim::RowAllowance> allowance_of(const std::string& principal);

  /// The backup timer: a later one, or 0, takes the place of the one before, which is cancelled.
  void set_pause_timer(Timers::Id timer) { timers_.cancel(pause_timer_.exchange(timer)); }

  std::atomic<std::size_t> connections{0};
  std::atomic<std::size_t> enumerators{0};

 private:
  struct Enumerators {
    std::size_t count = 0;
    std::shared_ptr<cim::RowAllowance> allowance;
  };
  /// What stands in where the options name none. Operations may outlive the Server, so these lie here.
  struct Defaults {
    base::SystemClock clock;
    base::SystemRandom random;
    std::unique_ptr<base::Log> log = base::make_null_log();
  };
  static Server::Options complete(Server::Options options, Defaults& defaults);

  Defaults defaults_;
  const Server::Options options_;
  cim::ClassInterner interner_;
  Timers timers_;
  BlockingPool pool_;
  RequestGate gate_;
  AsyncTable async_calls_;
  std::atomic<std::uint64_t> generation_{0};
  std::atomic<Timers::Id> pause_timer_{0};

  std::shared_mutex life_;
  dcom::Exporter* exporter_;  // null after end()
  dcom::Client* client_;

  std::mutex mutex_;
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, std::function<void(base::Status)>> under_way_;
  std::map<std::string, Enumerators> enumerators_of_;
};
using ServerCorePtr = std::shared_ptr<ServerCore>;

}  // namespace remote
