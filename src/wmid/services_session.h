// One namespace of the object manager, opened for one login, in the process that faces the network. Only for services_client.cc.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "wmid/services_client.h"

namespace wmid {

/// Thread-safe. Its end lets the other process's namespace go.
class ServicesSession final : public cim::Services {
 public:
  ServicesSession(std::shared_ptr<ServicesClient> client, link::Connected what, std::string ticket)
      : client_(std::move(client)), what_(std::move(what)), ticket_(std::move(ticket)) {}
  ~ServicesSession() override { client_->tell({0, link::Close{what_.session}}); }
  ServicesSession(const ServicesSession&) = delete;
  ServicesSession& operator=(const ServicesSession&) = delete;

  const std::string& name_space() const override { return what_.name_space; }
  const std::vector<std::string>& locales() const override { return what_.locales; }
  bool requires_encryption() const override { return what_.requires_encryption; }

  base::Status OpenNamespaceAsync(const cim::OptionalText& name, const cim::CallOptions& options, NamespaceDone done) override;
  base::Status CancelAsyncCall(const cim::SinkPtr& sink) override { return client_->cancel(ticket_, sink); }
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
  base::Status start(cim::Operation operation, const cim::OptionalText& text, const cim::OptionalText& more_text, cim::ObjectPtr object,
                     const cim::CallOptions& options, cim::SinkPtr sink);

  const std::shared_ptr<ServicesClient> client_;
  const link::Connected what_;
  const std::string ticket_;
};

}  // namespace wmid
