#include "wmid/services_session.h"

namespace wmid {

using cim::CallOptions;
using cim::OptionalText;
using cim::SinkPtr;
using enum cim::Operation;

namespace {

cim::ObjectPtr object_of(const std::optional<cim::Instance>& instance) {
  return instance ? std::make_shared<const cim::Object>(*instance) : nullptr;
}

}  // namespace

base::Status ServicesSession::start(cim::Operation operation, const OptionalText& text, const OptionalText& more_text,
                                    cim::ObjectPtr object, const CallOptions& options, SinkPtr sink) {
  link::Start what;
  what.session = what_.session;
  what.operation = operation;
  what.text = text;
  what.more_text = more_text;
  what.object = std::move(object);
  return client_->start(std::move(what), ticket_, options, std::move(sink));
}

base::Status ServicesSession::OpenNamespaceAsync(const OptionalText& name, const CallOptions& options, NamespaceDone done) {
  return client_->open(what_.session, ticket_, name, options, std::move(done));
}

base::Result<SinkPtr> ServicesSession::QueryObjectSink(std::uint32_t flags) {
  TRY(client_->query_sink(what_.session, flags));
  return base::fail(base::WBEM_E_NOT_SUPPORTED, "events cannot be delivered yet");
}

base::Status ServicesSession::GetObjectAsync(const OptionalText& path, const CallOptions& options, SinkPtr sink) {
  return start(kGetObjectAsync, path, {}, nullptr, options, std::move(sink));
}
base::Status ServicesSession::PutClassAsync(const cim::ClassPtr& cls, const CallOptions& options, SinkPtr sink) {
  return start(kPutClassAsync, {}, {}, cls ? std::make_shared<const cim::Object>(cls) : nullptr, options, std::move(sink));
}
base::Status ServicesSession::DeleteClassAsync(const OptionalText& name, const CallOptions& options, SinkPtr sink) {
  return start(kDeleteClassAsync, name, {}, nullptr, options, std::move(sink));
}
base::Status ServicesSession::CreateClassEnumAsync(const OptionalText& superclass, const CallOptions& options, SinkPtr sink) {
  return start(kCreateClassEnumAsync, superclass, {}, nullptr, options, std::move(sink));
}
base::Status ServicesSession::PutInstanceAsync(const std::optional<cim::Instance>& instance, const CallOptions& options, SinkPtr sink) {
  return start(kPutInstanceAsync, {}, {}, object_of(instance), options, std::move(sink));
}
base::Status ServicesSession::DeleteInstanceAsync(const OptionalText& path, const CallOptions& options, SinkPtr sink) {
  return start(kDeleteInstanceAsync, path, {}, nullptr, options, std::move(sink));
}
base::Status ServicesSession::CreateInstanceEnumAsync(const OptionalText& class_name, const CallOptions& options, SinkPtr sink) {
  return start(kCreateInstanceEnumAsync, class_name, {}, nullptr, options, std::move(sink));
}
base::Status ServicesSession::ExecQueryAsync(const OptionalText& language, const OptionalText& query, const CallOptions& options,
                                             SinkPtr sink) {
  return start(kExecQueryAsync, language, query, nullptr, options, std::move(sink));
}
base::Status ServicesSession::ExecNotificationQueryAsync(const OptionalText& language, const OptionalText& query,
                                                         const CallOptions& options, SinkPtr sink) {
  return start(kExecNotificationQueryAsync, language, query, nullptr, options, std::move(sink));
}
base::Status ServicesSession::ExecMethodAsync(const OptionalText& path, const OptionalText& method, const std::optional<cim::Instance>& in,
                                              const CallOptions& options, SinkPtr sink) {
  return start(kExecMethodAsync, path, method, object_of(in), options, std::move(sink));
}

}  // namespace wmid
