// One interface of an object elsewhere. Only for .cc files of this folder.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "dcom/client_core.h"
#include "dcom/ticker.h"

namespace dcom {

class Connection;

/// Until its connection and interface are agreed on, calls wait in a queue; afterwards they go straight to the connection.
class ProxyImpl final : public Proxy, public Ticking, public std::enable_shared_from_this<ProxyImpl> {
 public:
  ProxyImpl(std::shared_ptr<ClientCore> core, const Guid& iid, const StdObjref& object);
  ~ProxyImpl() override;

  // Before it is ready, in this order, the second by itself where it can:
  /// The connection is there, and takes over the references.
  void connect(std::shared_ptr<Connection> connection);
  /// Nothing more will come.
  void fail(const base::Status& status);
  /// Calls go through from now on, or what went wrong; at once if that is known.
  void when_ready(std::function<void(base::Status)> action);
  /// The same, waiting.
  base::Status wait_ready();

  const Guid& iid() const override { return iid_; }
  const Ipid& ipid() const override { return object_.ipid; }
  Oid oid() const override { return object_.oid; }
  rpc::Client::CallId call(std::uint16_t opnum, const std::function<void(rpc::NdrWriter&)>& parameters, std::chrono::milliseconds timeout,
                           std::function<void(ObjectReply)> done) override {
    return call(opnum, parameters, timeout, std::move(done), false);
  }
  rpc::Client::CallId call_reading(std::uint16_t opnum, const std::function<void(rpc::NdrWriter&)>& parameters,
                                   std::chrono::milliseconds timeout, std::function<void(ObjectReply)> done) override {
    return call(opnum, parameters, timeout, std::move(done), true);
  }
  void read_until(rpc::Client::CallId call) override;
  ObjectReply call(std::uint16_t opnum, const std::function<void(rpc::NdrWriter&)>& parameters, std::chrono::milliseconds timeout) override;
  void cancel(rpc::Client::CallId call) override;
  base::Result<ProxyPtr> query_interface(const Guid& iid) override;
  void query_interface(const Guid& iid, std::function<void(base::Result<ProxyPtr>)> done) override;
  base::Result<ProxyPtr> unmarshal(const Objref& objref) override;
  const rpc::ConnectionEnds& ends() const override;
  void on_closed(std::function<void(base::Status)> action) override;

  /// Ends queued calls whose time is over.
  bool tick() override;

 private:
  struct Queued {
    rpc::Client::CallId id = 0;
    std::uint16_t opnum = 0;
    std::string stub;
    Deadline deadline;
    std::function<void(ObjectReply)> done;
  };
  enum class State { kWaiting, kReady, kFailed };

  rpc::Client::CallId call(std::uint16_t opnum, const std::function<void(rpc::NdrWriter&)>& parameters, std::chrono::milliseconds timeout,
                           std::function<void(ObjectReply)> done, bool caller_reads);
  rpc::Client::CallId enqueue(std::uint16_t opnum, std::string stub, std::chrono::milliseconds timeout,
                              std::function<void(ObjectReply)> done);
  void become_ready();
  static void refuse(std::vector<Queued> calls, const base::Status& status);
  base::Result<ProxyPtr> unmarshal_elsewhere(const Objref& objref);

  const std::shared_ptr<ClientCore> core_;
  const Guid iid_;
  const StdObjref object_;
  std::atomic<State> state_{State::kWaiting};
  std::shared_ptr<Connection> connection_;  // does not change once state_ is kReady

  std::mutex mutex_;  // of all below, and of changes of those above
  base::Status failure_;
  std::vector<Queued> queue_;
  rpc::Client::CallId last_queued_ = 0;
  std::vector<std::pair<rpc::Client::CallId, rpc::Client::CallId>> sent_;  // ids of calls that waited, and theirs now
  std::vector<std::function<void(base::Status)>> readiness_;               // when_ready()
  std::vector<std::function<void(base::Status)>> watchers_;                // on_closed()
  bool ticking_ = false;
};

}  // namespace dcom
