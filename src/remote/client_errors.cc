#include "remote/client_errors.h"

#include <array>

#include <fmt/format.h>

#include "rpc/codes.h"

namespace remote {
using namespace base::codes;

namespace {

cim::ClassPtr extended_status_class() {
  static const cim::ClassPtr cls = [] {
    cim::ClassBuilder builder("__ExtendedStatus");
    constexpr cim::Type text{cim::CimType::kString, false};
    for (const char* name : {"Description", "Operation", "ParameterInfo", "ProviderName"}) (void)builder.put_property(name, text);
    (void)builder.put_property("StatusCode", {cim::CimType::kUint32, false});
    return builder.build().value_or(nullptr);
  }();
  return cls;
}

/// The connection itself is at fault, not the call.
bool is_loss(base::Hresult code) {
  return code == rpc::RPC_S_SERVER_UNAVAILABLE || code == rpc::RPC_S_CALL_FAILED || code == rpc::RPC_S_CALL_FAILED_DNE ||
         code == rpc::RPC_S_PROTOCOL_ERROR || code == rpc::RPC_S_SEC_PKG_ERROR;
}

std::string reason_of(const base::Status& status) {
  return status.text().empty() ? std::string(base::hresult_text(status.code())) : status.text();
}

}  // namespace

base::Status describe_loss(const base::Status& reason, std::string_view host) {
  const base::Hresult code = reason.ok() ? rpc::RPC_S_SERVER_UNAVAILABLE : reason.code();
  const std::string text = reason_of(reason);
  return {code, fmt::format("the connection to {} was lost{}{}", host, text.empty() ? "" : ": ", text)};
}

base::Status describe_failure(const dcom::ObjectReply& reply, std::string_view host, std::string_view operation) {
  const base::Status& status = reply.status;
  if (reply.delivered) return status;
  if (is_loss(status.code())) return describe_loss(status, host);
  if (status.code() == rpc::RPC_S_TIMEOUT) return {status.code(), fmt::format("{} did not answer {} in time", host, operation)};
  if (status.code() == dcom::RPC_E_DISCONNECTED) {
    return {status.code(), fmt::format("{} no longer knows the object that {} was called on", host, operation)};
  }
  return {status.code(), fmt::format("{} on {}: {}", operation, host, reason_of(status))};
}

cim::ObjectPtr make_error_object(const base::Status& status, std::string_view operation, std::string_view parameter_info) {
  const cim::ClassPtr cls = extended_status_class();
  if (cls == nullptr) return nullptr;
  cim::InstanceBuilder builder(cls);
  const std::string description = reason_of(status);
  const std::array<std::pair<std::string_view, std::string_view>, 3> texts{
      {{"Description", description}, {"Operation", operation}, {"ParameterInfo", parameter_info}}};
  for (const auto& [name, text] : texts) {
    if (!text.empty()) (void)builder.set(name, cim::Value::text(std::string(text)));
  }
  (void)builder.set("StatusCode", cim::Value::uint(static_cast<std::uint32_t>(status.code())));
  return std::make_shared<const cim::Object>(builder.build());
}

cim::SinkStatus failure_status(const base::Status& status, std::string_view operation, std::string_view parameter_info) {
  cim::SinkStatus out;
  out.code = status.code();
  if (!status.ok()) out.error = make_error_object(status, operation, parameter_info);
  return out;
}

}  // namespace remote
