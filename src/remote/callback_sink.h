// Our IWbemObjectSink in somebody else's hands: the server calls it, the caller's sink gets it (MS-WMI 3.2.4.2.9, 3.1.4.2).
#pragma once

#include <deque>

#include "dcom/client.h"
#include "dcom/exporter.h"
#include "remote/client_operation.h"
#include "remote/messages.h"

namespace remote {

class CallbackHost;

/// One asynchronous call with callbacks over the wire. Thread-safe. Exported until the server gave its final status, let go of it, or went.
class CallbackSink final : public dcom::Object, public ClientOperation {
 public:
  /// `path`: what the final status says when the server gives none (puts of classes).
  CallbackSink(std::shared_ptr<ClientSession> session, cim::Operation operation, std::string subject, const cim::CallOptions& options,
               cim::SinkPtr sink, ServicesRequest request, std::string path);
  /// Makes the call and waits for its start; on a thread of callbacks it does not wait, and a failure is the final status.
  base::Status start();

  // dcom::Object
  bool implements(const Guid& iid) const override { return iid == iid::kObjectSink; }
  void call(dcom::ObjectCallPtr call) override;
  void released() override;

  // ClientOperation
  bool called_back() const override;

 private:
  using Lock = std::unique_lock<std::mutex>;
  std::shared_ptr<CallbackSink> self() { return std::static_pointer_cast<CallbackSink>(shared_from_this()); }

  base::Status connect();
  void make_call(bool wait, base::Status* started);
  bool take_over(const dcom::ProxyPtr& services);
  base::Status started(const dcom::ObjectReply& reply, const dcom::Proxy* services);
  void serve();
  bool serve_one(const dcom::ObjectCallPtr& call);
  bool indicate(const dcom::ObjectCallPtr& call);
  bool set_status(const dcom::ObjectCallPtr& call);
  void answered();
  void withdraw();
  void stop() override;

  ServicesRequest request_;
  const std::string path_;
  const bool wants_progress_;
  ClassCache cache_;  // used by the one callback that is served

  mutable std::mutex mutex_;
  dcom::ProxyPtr services_;
  std::shared_ptr<CallbackHost> host_;
  std::deque<dcom::ObjectCallPtr> calls_;
  bool serving_ = false;
  bool started_ = false;
  bool released_ = false;
  bool server_done_ = false;  // it gave its final status
  bool withdrawn_ = false;
  bool stopped_ = false;
};

}  // namespace remote
