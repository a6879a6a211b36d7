// What an exporter has given out: objects by OID, their interfaces by IPID, reference counts (MS-DCOM 3.1.1.1). Only for .cc files of this
// folder and its tests.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "dcom/exporter.h"
#include "dcom/messages.h"

namespace dcom {

/// Whether an object is in use. Thread-safe.
class Activity {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Activity(const base::Clock& clock) : clock_(clock) { touch(); }

  void begin() { ++calls_; }
  void end() {
    touch();
    --calls_;
  }
  void touch() { last_ = clock_.steady_now(); }
  /// When it was last of use; nullopt while it is.
  std::optional<Time> idle_since() const {
    if (calls_ != 0) return {};
    return last_.load();
  }

 private:
  const base::Clock& clock_;
  std::atomic<Time> last_;
  std::atomic<std::uint32_t> calls_{0};
};

/// An entry of the OID table. What is not const is guarded by the table's mutex.
class Exported {
 public:
  Exported(const base::Clock& clock, Oid oid, ObjectPtr object, std::string owner, bool no_ping)
      : activity_(std::make_shared<Activity>(clock)), oid_(oid), object_(std::move(object)), owner_(std::move(owner)), no_ping_(no_ping) {}

  /// On its own: an object that keeps a call shall not keep itself.
  const std::shared_ptr<Activity>& activity() const { return activity_; }
  Oid oid() const { return oid_; }
  const ObjectPtr& object() const { return object_; }
  bool no_ping() const { return no_ping_; }

 private:
  friend class ObjectTable;

  struct Interface {
    Ipid ipid;
    Guid iid;
    std::uint64_t public_references = 0;
    std::map<std::string, std::uint64_t> private_references;  // by account
    bool referenced() const { return public_references != 0 || !private_references.empty(); }
  };

  const std::shared_ptr<Activity> activity_;
  const Oid oid_;
  const ObjectPtr object_;
  const std::string owner_;
  const bool no_ping_;
  std::vector<Interface> interfaces_;
  bool gone_ = false;
  std::size_t sets_ = 0;  // ping sets that hold it
  bool expired_ = false;
  Activity::Time unheld_since_{};
};
using ExportedPtr = std::shared_ptr<Exported>;

/// Thread-safe. Objects are called without a lock; the look-up of a call takes one of many locks, shared.
class ObjectTable {
 public:
  struct Limits {
    std::size_t objects;
    std::size_t objects_per_owner;
  };
  ObjectTable(Limits limits, const base::Clock& clock, base::Random& random);

  struct Found {
    ExportedPtr exported;  // null: unknown
    Guid iid;
  };
  Found find(const Ipid& ipid) const;

  /// References to an interface that the object is known to have. WBEM_E_QUOTA_VIOLATION.
  struct Reference {
    Ipid ipid;
    Oid oid = 0;
    bool no_ping = false;
  };
  base::Result<Reference> add(const ObjectPtr& object, const Guid& iid, std::uint32_t references, std::string_view owner, bool no_ping);
  /// The same for an object that was found; nullopt when it has gone meanwhile.
  std::optional<Reference> query(Exported& exported, const Guid& iid, std::uint32_t references);

  /// False: unknown IPID. Private references belong to `account`.
  bool add_references(const InterfaceReferences& references, const std::string& account);
  /// Interfaces without references go, objects without referenced interfaces too (3.1.1.5.6.1.3). Unknown IPIDs are passed over.
  void release(const std::vector<InterfaceReferences>& references, const std::string& account);
  void withdraw(const ObjectPtr& object);
  void withdraw_all();

  bool knows(Oid oid) const;
  bool pinged(Oid oid, bool held);
  void expired(Oid oid);
  void check_time();

  Exporter::Figures figures() const;

 private:
  struct HashIpid {
    std::size_t operator()(const Ipid& ipid) const {
      std::size_t out;  // ours are random
      std::memcpy(&out, ipid.data4.data(), sizeof out);
      return out ^ ipid.data1;
    }
  };
  struct alignas(64) Shard {
    mutable std::shared_mutex mutex;
    std::unordered_map<Ipid, Found, HashIpid> interfaces;
  };
  using Dropped = std::vector<ExportedPtr>;

  Shard& shard_of(const Ipid& ipid) { return shards_[HashIpid()(ipid) % shards_.size()]; }
  const Shard& shard_of(const Ipid& ipid) const { return shards_[HashIpid()(ipid) % shards_.size()]; }
  // With mutex_ held:
  base::Result<ExportedPtr> create(const ObjectPtr& object, std::string_view owner, bool no_ping);
  Exported::Interface& interface_of(const ExportedPtr& exported, const Guid& iid);
  Exported::Interface* entry_of(const Ipid& ipid, ExportedPtr& exported);
  void forget(const Ipid& ipid);
  void drop(ExportedPtr exported, Dropped& dropped);
  bool reclaimable(const Exported& exported, Activity::Time now) const;
  // Without:
  static void tell(const Dropped& dropped);

  const Limits limits_;
  const base::Clock& clock_;
  base::Random& random_;
  std::array<Shard, 32> shards_;
  mutable std::mutex mutex_;  // before that of a shard
  std::unordered_map<Oid, ExportedPtr> objects_;
  std::unordered_map<const Object*, ExportedPtr> by_pointer_;
  std::unordered_map<std::string, std::size_t> owners_;
  std::size_t interfaces_ = 0;
  std::vector<Oid> expired_;
  Activity::Time last_scan_;
};

}  // namespace dcom
