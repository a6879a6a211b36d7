// IWbemServices of this machine (MS-WMI 3.1.4.3): what is checked before an operation starts, then the operation.
#pragma once

#include "cim/services.h"
#include "manager/connection.h"

namespace manager {

class ServicesImpl final : public cim::Services {
 public:
  explicit ServicesImpl(ConnectionPtr connection) : connection_(std::move(connection)) {}

  const std::string& name_space() const override { return connection_->name_space; }
  const std::vector<std::string>& locales() const override { return connection_->locales; }
  bool requires_encryption() const override { return connection_->requires_encryption; }

  base::Status OpenNamespaceAsync(const cim::OptionalText& name, const cim::CallOptions& options, NamespaceDone done) override;
  base::Status CancelAsyncCall(const cim::SinkPtr& sink) override;
  base::Result<cim::SinkPtr> QueryObjectSink(std::uint32_t flags) override;
  base::Status GetObjectAsync(const cim::OptionalText& path, const cim::CallOptions& options, cim::SinkPtr sink) override;
  base::Status PutClassAsync(const cim::ClassPtr& cls, const cim::CallOptions& options, cim::SinkPtr sink) override;
  base::Status DeleteClassAsync(const cim::OptionalText& name, const cim::CallOptions& options, cim::SinkPtr sink) override;
  base::Status CreateClassEnumAsync(const cim::OptionalText& superclass, const cim::CallOptions& options, cim::SinkPtr sink) override;
  base::Status PutInstanceAsync(const std::optional<cim::Instance>& instance, const cim::CallOptions& options, cim::SinkPtr sink) override;
  base::Status DeleteInstanceAsync(const cim::OptionalText& path, const cim::CallOptions& options, cim::SinkPtr sink) override;
  base::Status CreateInstanceEnumAsync(const cim::OptionalText& class_name, const cim::CallOptions& options, cim::SinkPtr sink) override;
  base::Status ExecQueryAsync(const cim::OptionalText& language, const cim::OptionalText& query, const cim::CallOptions& options,
                              cim::SinkPtr sink) override;
  base::Status ExecNotificationQueryAsync(const cim::OptionalText& language, const cim::OptionalText& query,
                                          const cim::CallOptions& options, cim::SinkPtr sink) override;
  base::Status ExecMethodAsync(const cim::OptionalText& path, const cim::OptionalText& method, const std::optional<cim::Instance>& in,
                               const cim::CallOptions& options, cim::SinkPtr sink) override;

 private:
  /// Rights, flags and sink, in this order.
  base::Status check(cim::Operation op, std::uint32_t needed, const cim::CallOptions& options, const cim::SinkPtr& sink) const;

  const ConnectionPtr connection_;
};

/// Opens `name_space` (a full path) for a caller. Errors as cim::Locator::connect.
base::Result<cim::ServicesPtr> open_services(const std::shared_ptr<Core>& core, std::string_view name_space,
                                             std::shared_ptr<const cim::Caller> caller, std::vector<std::string> locales);
/// "MS_409,de-DE" to names in order; WBEM_E_INVALID_PARAMETER.
base::Result<std::vector<std::string>> parse_locales(std::string_view text);
/// root\cimv2 of \\server\root\cimv2, //./root/cimv2 or root/cimv2 (any server: that is the locator's business). Errors:
/// WBEM_E_QUOTA_VIOLATION, WBEM_E_INVALID_NAMESPACE for what is no path.
base::Result<std::string> normalize_namespace(std::string_view text);

}  // namespace manager
