// The sink that QueryObjectSink gives to clients, for extrinsic events (MS-WMI 3.1.4.2, 3.1.4.3.3). Only for the server's files.
#pragma once

#include "remote/call_result_stub.h"

namespace remote {

class EventSink final : public dcom::Object, public std::enable_shared_from_this<EventSink> {
 public:
  EventSink(Owner owner, cim::SinkPtr sink) : owner_(std::move(owner)), sink_(std::move(sink)) {}
  bool implements(const Guid& iid) const override { return iid == iid::kObjectSink; }
  void call(dcom::ObjectCallPtr call) override;

 private:
  void indicate(const InvocationPtr& invocation, const cim::Batch& batch);
  void set_status(const InvocationPtr& invocation, const SetStatusRequest& request);

  const Owner owner_;
  const cim::SinkPtr sink_;
  std::mutex mutex_;
  ClassCache classes_;
  std::atomic<bool> indicated_{false};
};

}  // namespace remote
