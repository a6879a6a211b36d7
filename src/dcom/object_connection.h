// A connection to an object exporter, and what is done for its objects as a whole. Only for .cc files of this folder.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dcom/client_core.h"
#include "dcom/messages.h"

namespace dcom {

class PingSet;
class ProxyImpl;

/// Stays open while somebody holds it: proxies, calls and releases under way. Once closed it stays so. Thread-safe.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  struct Facts {
    Oxid oxid = 0;
    Ipid rem_unknown;
    Version version;  // the lower one of both ends
    security::Level level = security::Level::kPrivacy;
    std::uint32_t auth = 0;
    Security security;
    std::string host;  // as its user calls it
    Target resolver;
    std::shared_ptr<ConnectionPlace> place;  // where others find it as long as it lives
    std::vector<Guid> agreed;                // interfaces that may be called at once; IRemUnknown among them
  };
  /// RPC_S_CALL_CANCELLED when the client has ended.
  static base::Result<std::shared_ptr<Connection>> make(ClientCore& core, std::shared_ptr<rpc::Client> rpc, Facts facts);
  Connection(ClientCore& core, std::shared_ptr<rpc::Client> rpc, Facts facts);

  ClientCore& core() const { return *core_; }
  const Facts& facts() const { return facts_; }
  security::Level level() const { return facts_.level; }
  const rpc::ConnectionEnds& ends() const { return rpc_->ends(); }
  bool local() const { return ends().local_peer.has_value(); }
  bool open() const { return rpc_->open(); }
  void close() { rpc_->close(); }
  void on_closed(std::function<void(base::Status)> action) { rpc_->on_closed(std::move(action)); }

  /// The ORPCTHIS (3.2.4.2), to which the parameters are appended.
  std::string begin_stub();
  rpc::Client::CallId call(const Guid& iid, const Ipid& ipid, std::uint16_t opnum, std::string stub, std::chrono::milliseconds timeout,
                           std::function<void(ObjectReply)> done, bool caller_reads = false);
  void read_until(rpc::Client::CallId call) { rpc_->read_until(call); }
  void cancel(rpc::Client::CallId call) { rpc_->cancel(call); }

  /// Whether calls may bear the interface already; else agree() sees to it by alter_context.
  bool agreed(const Guid& iid) const;
  void agree(const Guid& iid, std::function<void(base::Status)> done);

  /// A proxy that has the references of `object`. Does not wait: what is missing is agreed on in the background.
  std::shared_ptr<ProxyImpl> adopt(const Guid& iid, const StdObjref& object);
  /// 3.2.4.4.3. `done` as for call().
  void query_interface(const Ipid& ipid, const Guid& iid, std::uint32_t references, std::function<void(base::Result<StdObjref>)> done);

  /// 3.2.4.4.1, 3.2.4.4.2: in the background; releases that come together go together.
  void add_references(const Ipid& ipid);
  void release(const Ipid& ipid, std::uint32_t references);

  /// Objects to be pinged, counted.
  void hold(Oid oid);
  void drop(Oid oid);

 private:
  void closed();
  void send_releases();
  base::Result<StdObjref> read_queried(const ObjectReply& reply, const Guid& iid) const;

  const std::shared_ptr<ClientCore> core_;
  const std::shared_ptr<rpc::Client> rpc_;
  const Facts facts_;
  const std::shared_ptr<PingSet> pings_;

  mutable std::mutex mutex_;  // of all below; no call to rpc_ under it
  std::vector<Guid> agreed_;
  std::vector<InterfaceReferences> releases_;
  bool releasing_ = false;
  bool closed_ = false;
  std::unordered_map<Oid, std::size_t> held_;
};

/// The answer of an object, from that of RPC.
ObjectReply read_object_reply(rpc::Reply reply, const std::string& host);

}  // namespace dcom
