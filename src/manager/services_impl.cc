#include "manager/services_impl.h"

#include "base/utf.h"
#include "manager/access.h"
#include "manager/core.h"

namespace manager {

base::Status ServicesImpl::check(cim::Operation op, std::uint32_t needed, const cim::CallOptions& options, const cim::SinkPtr& sink) const {
  TRY(require_rights(connection_->rights, needed, *connection_->caller, connection_->name_space));
  TRY(cim::check_flags(op, options.flags));
  if (sink == nullptr) return {WBEM_E_INVALID_PARAMETER, fmt::format("{} needs a sink", cim::operation_name(op))};
  return {};
}

// MS-WMI 3.1.4.3.2. Operations are a client's own: the same sink in another client's hands is unknown here.
base::Status ServicesImpl::CancelAsyncCall(const cim::SinkPtr& sink) {
  if (sink == nullptr) return {WBEM_E_INVALID_PARAMETER, "CancelAsyncCall needs a sink"};
  const std::vector<OperationPtr> operations = connection_->core->table.of_sink(sink.get(), *connection_->caller);
  if (operations.empty()) return {WBEM_E_NOT_FOUND, "no operation uses this sink"};
  for (const OperationPtr& operation : operations) operation->cancel();
  return {};
}

// MS-WMI 3.1.4.3.3. The place of extrinsic events.
base::Result<cim::SinkPtr> ServicesImpl::QueryObjectSink(std::uint32_t flags) {
  TRY(require_rights(connection_->rights, cim::right::kEnable | cim::right::kFullWrite, *connection_->caller, connection_->name_space));
  TRY(cim::check_flags(cim::Operation::kQueryObjectSink, flags));
  return base::fail(WBEM_E_NOT_SUPPORTED, "events cannot be delivered yet");
}

// MS-WMI 3.1.4.3.21. The place of event queries.
base::Status ServicesImpl::ExecNotificationQueryAsync(const cim::OptionalText& language, const cim::OptionalText& query,
                                                      const cim::CallOptions& options, cim::SinkPtr sink) {
  TRY(check(cim::Operation::kExecNotificationQueryAsync, cim::right::kEnable, options, sink));
  if (!language || !query) return {WBEM_E_INVALID_PARAMETER, "a notification query needs its language and its text"};
  if (!base::equal_ignore_case(*language, "WQL")) {
    return {WBEM_E_INVALID_QUERY_TYPE, fmt::format("the query language is WQL, not {}", *language)};
  }
  TRY_ASSIGN([[maybe_unused]] const wql::Query parsed, wql::parse(*query));
  return {WBEM_E_NOT_SUPPORTED, "event queries are not supported yet"};
}

}  // namespace manager
