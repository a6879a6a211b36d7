// Ping sets (MS-DCOM 3.1.2.1, 3.1.2.5.1.2, 3.1.2.5.1.3, 3.1.2.6). Only for .cc files of this folder and its tests.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/random.h"
#include "dcom/messages.h"

namespace dcom {

/// error_status_t of a client over its limits: RPC_S_OUT_OF_RESOURCES (MS-ERREF 2.2).
inline constexpr std::uint32_t kOutOfResources = 1721;

/// Not thread-safe.
class PingSets {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Limits {
    std::size_t sets_per_peer;
    std::size_t oids_per_set;
  };
  /// A set holds an OID, or does so no longer. False for an unknown OID.
  using Hold = std::function<bool(Oid oid, bool held)>;

  PingSets(Limits limits, Hold hold, base::Random& random) : limits_(limits), hold_(std::move(hold)), random_(random) {}

  /// `peer`: whose set a new one is. Of an existing set every OID is taken or let go that can be, also when one is unknown: the others must
  /// not go because of it.
  ComplexPingReply complex_ping(const std::string& peer, const ComplexPingRequest& request, Time now);
  std::uint32_t simple_ping(SetId set, Time now);

  struct Expired {
    std::string peer;
    std::vector<Oid> oids;  // let go
  };
  std::vector<Expired> expire(Time now);

  std::size_t sets() const { return sets_.size(); }
  std::size_t oids() const { return oids_; }

 private:
  struct Set {
    std::string peer;
    std::uint16_t sequence = 0;
    Time pinged;
    std::unordered_set<Oid> oids;
  };

  std::uint32_t add(Set& set, Oid oid);
  void remove(Set& set, Oid oid);
  std::size_t count_of(const std::string& peer) const;
  void leave(const std::string& peer);
  /// Clients give up a set when they have emptied it (3.2.6.1), without a word; it takes up room until it expires or a new one needs it.
  void forget_empty(const std::string& peer);
  ComplexPingReply create(const std::string& peer, const ComplexPingRequest& request, Time now);

  const Limits limits_;
  const Hold hold_;
  base::Random& random_;
  std::unordered_map<SetId, Set> sets_;
  std::unordered_map<std::string, std::size_t> peers_;
  std::size_t oids_ = 0;
};

}  // namespace dcom
