// cim::Services of a namespace on another machine (MS-WMI 3.2.4.2). What can be checked here is checked before the start; what only the
// server can tell (rights) comes before the start with Delivery::kCallback, and by the sink otherwise.
#pragma once

#include "remote/client_session.h"
#include "remote/messages.h"

namespace remote {

/// Thread-safe.
class ServicesProxy final : public cim::Services {
 public:
  explicit ServicesProxy(ClientSessionPtr session);

  const std::string& name_space() const override { return session_->name_space(); }
  const std::vector<std::string>& locales() const override { return locales_; }
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
  /// `operation`: the synchronous form. `subject`: what it is about, for error objects; `path`: of a put object.
  base::Status start(cim::Operation operation, std::string subject, ServicesRequest request, const cim::CallOptions& options,
                     cim::SinkPtr sink, std::string path = {});
  std::string full_path(const cim::Class& cls, std::string_view relative) const;
  /// The name by which this client reaches the machine, an address or an alias, is one that the machine itself need not know: in a path
  /// that is sent it becomes `.`.
  std::string sent_path(const std::string& path) const;
  base::Status open_relative(const std::string& name, NamespaceDone done);
  base::Status open_absolute(const std::string& name, NamespaceDone done);

  const ClientSessionPtr session_;
  const std::vector<std::string> locales_;
};

}  // namespace remote
