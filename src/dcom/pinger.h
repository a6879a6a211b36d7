// Ping sets of a client (MS-DCOM 3.2.6.1): one for each resolver and identity. Only for .cc files of this folder.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "dcom/client.h"
#include "dcom/ticker.h"

namespace dcom {

class ClientCore;
struct Target;

/// Tells the resolver every two minutes what is still held. An object that comes and goes between two pings is never told; changes go
/// with the ping that is due (ComplexPing), else SimplePing. Thread-safe.
class PingSet : public Ticking, public std::enable_shared_from_this<PingSet> {
 public:
  static constexpr std::chrono::seconds kPeriod{120};
  static constexpr std::chrono::seconds kRetry{30};  // after a ping that failed: a set lives for three periods

  PingSet(ClientCore& core, Target resolver, Security security, std::string host);
  ~PingSet() override;

  void hold(Oid oid);
  void drop(Oid oid);
  /// A connection to the resolver that is logged in and has IObjectExporter, so that pings need not make one. `keep`: the set keeps it
  /// open; else it is used as long as it is.
  void offer(const std::shared_ptr<rpc::Client>& rpc, std::uint32_t auth, bool keep);

  /// Begins a ping when one is due by the clock.
  bool tick() override;
  std::size_t size() const;
  /// Nothing is held, and the resolver knows of nothing.
  bool idle() const;

 private:
  struct Changes {
    std::vector<Oid> add;
    std::vector<Oid> remove;
  };
  struct Held {
    std::size_t count = 0;
    bool told = false;
  };

  void ping(ClientCore& core);
  base::Status ping_once(ClientCore& core, rpc::Client& rpc, std::uint32_t auth);
  base::Status complex_ping(ClientCore& core, rpc::Client& rpc, std::uint32_t auth, const Changes& changes, bool& forgotten);
  base::Status simple_ping(ClientCore& core, rpc::Client& rpc, std::uint32_t auth, bool& forgotten);
  base::Result<std::shared_ptr<rpc::Client>> connection(ClientCore& core, bool fresh, std::uint32_t& auth);
  Changes changes() const;
  void note(const Changes& done);
  void forget();

  const std::weak_ptr<ClientCore> core_;
  const std::unique_ptr<const Target> resolver_;
  const Security security_;
  const std::string host_;

  mutable std::mutex mutex_;  // of all below
  std::unordered_map<Oid, Held> oids_;
  std::chrono::steady_clock::time_point next_{};
  bool ticking_ = false;
  bool under_way_ = false;
  SetId set_ = 0;
  std::uint16_t sequence_ = 0;
  std::shared_ptr<rpc::Client> kept_;
  std::weak_ptr<rpc::Client> rpc_;
  std::uint32_t auth_ = 0;
};

/// Thread-safe.
class Pinger {
 public:
  std::shared_ptr<PingSet> set_of(ClientCore& core, const Target& resolver, const Security& security, const std::string& host);
  /// Begins the pings that are due.
  void check_time();
  std::size_t size() const;

 private:
  std::vector<std::shared_ptr<PingSet>> all() const;

  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<PingSet>> sets_;
};

}  // namespace dcom
