// An operation with one result, by the synchronous method of IWbemServices without a thread that waits (MS-WMI 3.2.4.2).
#pragma once

#include "dcom/client.h"
#include "remote/client_operation.h"
#include "remote/messages.h"

namespace remote {

class ClientCall final : public ClientOperation {
 public:
  /// `path`: what the final status says when the server does not give it: that of a put object. Of an instance without one (its key is yet
  /// to be made up), GetResultString asks the server.
  ClientCall(std::shared_ptr<ClientSession> session, cim::Operation operation, std::string subject, const cim::CallOptions& options,
             cim::SinkPtr sink, ServicesRequest request, std::string path = {})
      : ClientOperation(std::move(session), operation, std::move(subject), options, std::move(sink)),
        request_(std::move(request)),
        path_(std::move(path)),
        caller_waits_(options.caller_waits) {}

  /// Failures are those of the login where the connection had ended. On a thread of callbacks the login happens behind.
  base::Status start();

 private:
  /// `reads`: this thread waits for the answer and for nothing else.
  void send(const dcom::ProxyPtr& services, bool reads);
  void replied(const dcom::ObjectReply& reply, const dcom::Proxy* services);
  void ask_for_path(const dcom::ProxyPtr& result);
  void succeed(std::string text);
  void call(const dcom::ProxyPtr& proxy, std::uint16_t opnum, const std::function<void(rpc::NdrWriter&)>& parameters,
            std::function<void(dcom::ObjectReply)> done, bool reads = false);
  void stop() override;

  const ServicesRequest request_;
  const std::string path_;
  const bool caller_waits_;
  std::mutex mutex_;
  dcom::ProxyPtr called_;  // until stop()
  rpc::Client::CallId call_id_ = 0;
  bool stopped_ = false;
};

}  // namespace remote
