// An enumeration: a semi-synchronous enumerator that is read one request ahead (MS-WMI 3.2.4.2, 3.1.4.4, 3.1.4.6, 3.1.4.7). It begins with
// plain IEnumWbemClassObject::Next; when more than a few rows come, IWbemWCOSmartEnum takes over where the server has it.
#pragma once

#include "dcom/client.h"
#include "remote/client_operation.h"
#include "remote/messages.h"

namespace remote {

class SmartReader final : public ClientOperation {
 public:
  SmartReader(std::shared_ptr<ClientSession> session, cim::Operation operation, std::string subject, const cim::CallOptions& options,
              cim::SinkPtr sink, ServicesRequest request);
  /// As ClientCall::start().
  base::Status start();

 private:
  using Lock = std::unique_lock<std::mutex>;
  /// One answer of either Next, not yet read.
  struct Answer {
    dcom::ObjectReply reply;
    std::uint32_t asked = 0;
    bool smart = false;
  };

  void send(const dcom::ProxyPtr& services);
  void opened(const dcom::ObjectReply& reply, const dcom::ProxyPtr& services);
  void seek_smart(const dcom::ProxyPtr& enumerator);
  void got_smart(const dcom::ObjectReply& reply, const dcom::ProxyPtr& fetch);

  void pump();
  void ask(Lock& lock);
  void take_answer(Lock& lock);
  void deliver(Lock& lock);
  base::Result<cim::Batch> read_rows(const Answer& answer);
  void note_pace(const Answer& answer, std::size_t rows, std::size_t octets);
  bool events() const { return operation() == cim::Operation::kExecNotificationQuery; }
  void stop() override;

  const ServicesRequest request_;
  const Guid proxy_id_;
  ClassCache cache_;  // used by one thread at a time: who pumps

  std::mutex mutex_;
  bool pumping_ = false;
  bool pump_again_ = false;
  bool stopped_ = false;
  dcom::ProxyPtr called_;  // whose call can be cancelled
  rpc::Client::CallId call_id_ = 0;
  dcom::ProxyPtr enumerator_;
  dcom::ProxyPtr smart_;
  bool smart_sought_ = false;

  bool in_flight_ = false;
  bool delivering_ = false;
  bool at_end_ = false;
  base::Status end_;
  std::optional<Answer> answer_;
  std::optional<cim::Batch> ready_;
  std::uint32_t count_;  // rows to ask for next
  const std::uint32_t patience_;
  std::uint32_t wait_;  // milliseconds that the server may wait for them
};

}  // namespace remote
