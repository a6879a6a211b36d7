// The object exporter (MS-DCOM 3.1.1): objects of this process that others call. In servers, and in clients for their sinks.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "dcom/bindings.h"
#include "dcom/orpc.h"
#include "rpc/server.h"

namespace dcom {

class Activity;

/// What limits per peer count by: account and address.
std::string owner_of(const security::Peer* peer, const rpc::ConnectionEnds& ends);

/// One call on an object: ORPCTHIS was read and checked. Thread-safe; the first answer counts; dropped without one: a fault E_UNEXPECTED.
class ObjectCall {
 public:
  /// `activity`: of the object, which is not reclaimed while it has calls; may be null.
  ObjectCall(std::shared_ptr<rpc::Call> call, const Guid& iid, OrpcThis header, std::size_t stub_offset,
             std::shared_ptr<Activity> activity = {});
  ~ObjectCall();
  ObjectCall(const ObjectCall&) = delete;
  ObjectCall& operator=(const ObjectCall&) = delete;

  /// Interface of the IPID that was called, whatever the presentation context said.
  const Guid& iid() const { return iid_; }
  std::uint16_t opnum() const { return call_->opnum(); }
  /// A reader behind the ORPCTHIS, aligned as the whole stub.
  rpc::NdrReader parameters() const;
  const Guid& causality() const { return header_.causality; }
  const std::shared_ptr<const security::Peer>& peer() const { return call_->peer(); }
  security::Level level() const { return call_->level(); }
  const rpc::ConnectionEnds& ends() const { return call_->ends(); }
  std::string owner() const { return owner_of(peer().get(), ends()); }
  std::uint32_t association() const { return call_->association(); }
  bool cancelled() const { return call_->cancelled(); }
  void on_cancel(std::function<void()> action) { call_->on_cancel(std::move(action)); }

  /// ORPCTHAT, what `outputs` writes, then the HRESULT. With a failure that has text, and `outputs` empty or not, ErrorInfo goes along
  /// as an extension of the ORPCTHAT.
  void respond(base::Hresult result, const std::function<void(rpc::NdrWriter&)>& outputs = {});
  void respond(const base::Status& result, const std::function<void(rpc::NdrWriter&)>& outputs);
  /// An RPC fault: rpc::fault values or an HRESULT.
  void fault(std::uint32_t status) { call_->fault(status); }

 private:
  const std::shared_ptr<rpc::Call> call_;
  const Guid iid_;
  const OrpcThis header_;
  const std::size_t stub_offset_;
  const std::shared_ptr<Activity> activity_;
};
using ObjectCallPtr = std::shared_ptr<ObjectCall>;

/// What can be exported. The exporter holds it as long as others hold references.
class Object {
 public:
  virtual ~Object() = default;
  /// Other than IUnknown.
  virtual bool implements(const Guid& iid) const = 0;
  /// On a network thread, several calls at once; must not block. Unknown opnums: call->fault(rpc::fault::kOpnumRange).
  /// Who may call it is checked by the object itself, besides querying and releasing.
  virtual void call(ObjectCallPtr call) = 0;
  /// Called once, without locks, when the exporter lets go of it: released by its clients, withdrawn, or its pings stopped.
  virtual void released() {}
};
using ObjectPtr = std::shared_ptr<Object>;

/// Thread-safe. Ends after its Server has shut down.
class Exporter {
 public:
  struct Options {
    Bindings bindings;
    security::Level least_level = security::Level::kIntegrity;  // below: fault 5, E_ACCESSDENIED for IRemUnknown (CVE-2021-26414)
    std::size_t max_objects = 200'000;                          // [references that are never released fill memory]
    std::size_t max_objects_per_peer = 20'000;                  // by account and address
    const base::Clock* clock = nullptr;
    base::Random* random = nullptr;
    base::Log* log = nullptr;
    /// For a client's sinks with --callback-auth unverified: callers without a proven identity come through, at any level, if may_call says
    /// so.
    bool allow_anonymous_calls = false;
    /// Asked before each call, IRemUnknown included: false is access denied. Empty: whoever is authenticated at least_level.
    std::function<bool(const rpc::Call&)> may_call;
  };
  /// Registers IRemUnknown and IRemUnknown2 with `server`.
  Exporter(rpc::Server& server, Options options);
  ~Exporter();
  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;

  /// Registers interfaces with the server, so that clients may bind them. Before the first marshal of one.
  void offer(std::span<const Guid> iids);

  /// A reference to `object` for the client at `ends`, with kNewReferences public references on `iid` (3.1.1.5.1). The same object is
  /// exported under one OID however often. E_NOINTERFACE; WBEM_E_QUOTA_VIOLATION over the limits. `no_ping`: it lives until it is
  /// released or withdrawn, without pings. `owner`: what max_objects_per_peer counts by, may be empty.
  base::Result<Objref> marshal(const ObjectPtr& object, const Guid& iid, const rpc::ConnectionEnds& ends, std::string_view owner = {},
                               bool no_ping = false);
  /// The object that an OBJREF of this exporter names; null for others and for withdrawn ones.
  ObjectPtr find(const Objref& objref) const;
  /// The same of one that came back as a parameter: the references that it carries end with it (3.1.1.5.3).
  ObjectPtr take(const Objref& objref);
  /// Calls under way are answered by the object; later ones are RPC_E_DISCONNECTED.
  void withdraw(const ObjectPtr& object);

  Oxid oxid() const;
  const Ipid& rem_unknown() const;
  const Bindings& bindings() const;
  security::Level least_level() const;

  // For the resolver of this process (3.1.1.6, 3.1.2.6):
  bool knows(Oid oid) const;
  /// A ping set holds the object now, or does so no longer. False for an unknown OID. An object that is in no set goes three ping periods
  /// after its last call, reference given out, or removal from a set.
  bool pinged(Oid oid, bool held);
  /// A ping set that held it has expired (and said so by pinged()): it goes one ping period after its last call, unless a set takes it.
  void expired(Oid oid);
  /// By the clock: reclaims. Called by the resolver.
  void check_time();

  struct Figures {
    std::size_t objects = 0;
    std::size_t interfaces = 0;
  };
  Figures figures() const;

 private:
  struct State;
  const std::shared_ptr<State> state_;
};

}  // namespace dcom
