// A sink of a client, as the server calls it back (MS-WMI 3.1.1.1.1, 3.2.4.2.9). Only for the server's files.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "dcom/client.h"

namespace remote {

class ServerCore;

/// Which object of which client, as one account names it: what CancelAsyncCall finds a sink by, under whatever reference it comes.
struct SinkKey {
  std::string principal;
  dcom::Oxid oxid = 0;
  dcom::Oid oid = 0;
  auto operator<=>(const SinkKey&) const = default;
};

/// Thread-safe. Its reference is resolved in the background by the first call; calls queue behind that. With its last holder the client's
/// reference goes.
class ServerSink : public std::enable_shared_from_this<ServerSink> {
 public:
  /// Credentials and addresses of the callbacks, with the first reference to the sink.
  ServerSink(std::shared_ptr<ServerCore> core, dcom::Client::Unmarshaling unmarshaling)
      : core_(std::move(core)), unmarshaling_(std::move(unmarshaling)) {}
  ServerSink(const ServerSink&) = delete;
  ServerSink& operator=(const ServerSink&) = delete;

  /// Resolves the reference now, in the background: its client learns soon that we find our way there.
  void resolve() {
    with_proxy([](const base::Result<dcom::ProxyPtr>&) {});
  }
  /// A further reference to it, which need not be kept: to be called when it is in use already.
  void drop(const dcom::Objref& objref);

  using Parameters = std::function<void(rpc::NdrWriter&)>;
  using Done = std::function<void(dcom::ObjectReply)>;
  /// `parameters` are written when the call is sent, on any thread. `timeout` is real time.
  void call(std::uint16_t opnum, Parameters parameters, std::chrono::milliseconds timeout, Done done);

  /// It answered WBEM_S_NEW_STYLE: ObjectArrays are understood.
  std::atomic<bool> new_style{false};

 private:
  using Waiting = std::function<void(const base::Result<dcom::ProxyPtr>&)>;
  void with_proxy(Waiting action);
  void resolved(base::Result<dcom::ProxyPtr> proxy);

  const std::shared_ptr<ServerCore> core_;
  std::mutex mutex_;
  dcom::Client::Unmarshaling unmarshaling_;
  bool resolving_ = false;
  std::optional<base::Result<dcom::ProxyPtr>> proxy_;
  std::vector<Waiting> waiting_;
};
using ServerSinkPtr = std::shared_ptr<ServerSink>;

}  // namespace remote
