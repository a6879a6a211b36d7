// IWbemServices and IWbemRefreshingServices on the server, over a cim::Services (MS-WMI 3.1.4.3, 3.1.4.12). Only for the server's files.
#pragma once

#include "remote/call_result_stub.h"
#include "remote/refreshing_services.h"

namespace remote {

class ServicesStub final : public dcom::Object, public std::enable_shared_from_this<ServicesStub> {
 public:
  explicit ServicesStub(Owner owner)
      : owner_(std::move(owner)), counted_(owner_.core->connections), refreshing_(std::make_shared<RefreshingServices>(owner_)) {}
  bool implements(const Guid& iid) const override { return iid == iid::kServices || iid == iid::kRefreshingServices; }
  void call(dcom::ObjectCallPtr call) override;

 private:
  using Operation = cim::Operation;
  using RequestPtr = std::shared_ptr<const ServicesRequest>;

  void begin(Operation operation, const InvocationPtr& invocation, const RequestPtr& request);
  // services_single.cc: one result, synchronous or semi-synchronous
  void begin_single(Operation operation, const InvocationPtr& invocation, const RequestPtr& request);
  void finish_single(Operation operation, const InvocationPtr& invocation, const RequestPtr& request, const SingleResultPtr& result);
  // services_enum.cc
  void begin_enumeration(Operation operation, const InvocationPtr& invocation, const RequestPtr& request);
  // services_async.cc
  void begin_async(Operation operation, const InvocationPtr& invocation, const RequestPtr& request);
  void cancel_async(const InvocationPtr& invocation, const ServicesRequest& request);
  void query_sink(const InvocationPtr& invocation, const RequestPtr& request);

  /// Starts what the operation, or the synchronous form of it, does.
  base::Status start(Operation operation, const ServicesRequest& request, const cim::CallOptions& options, cim::SinkPtr sink);

  const Owner owner_;
  const Counted counted_;
  const std::shared_ptr<RefreshingServices> refreshing_;
};

/// Exports `services` to whoever made `call`, whose it will be. WBEM_E_ACCESS_DENIED when its namespace requires encryption and the call
/// came without; the exporter's failures.
base::Result<dcom::Objref> marshal_services(const ServerCorePtr& core, const cim::ServicesPtr& services, const dcom::ObjectCall& call);

}  // namespace remote
