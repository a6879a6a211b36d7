#include "remote/services_proxy.h"

#include <fmt/format.h>

#include "base/utf.h"
#include "cim/path.h"
#include "remote/callback_sink.h"
#include "remote/client_call.h"
#include "remote/machine_core.h"
#include "remote/smart_reader.h"

namespace remote {

using cim::Operation;

namespace {

/// The asynchronous form's name and flags are what a caller of this contract knows.
Operation async_form(Operation operation) { return static_cast<Operation>(static_cast<std::uint8_t>(operation) + 1); }

base::Status check_start(Operation operation, const cim::CallOptions& options, const cim::SinkPtr& sink) {
  TRY(cim::check_flags(async_form(operation), options.flags));
  if (sink == nullptr) {
    return {WBEM_E_INVALID_PARAMETER, fmt::format("{} needs a sink", cim::operation_name(async_form(operation)))};
  }
  return {};
}

base::Status missing(Operation operation, std::string_view what) {
  return {WBEM_E_INVALID_PARAMETER, fmt::format("{} needs {}", cim::operation_name(async_form(operation)), what)};
}

base::Status check_length(std::string_view what, std::string_view text, std::size_t most) {
  if (text.size() <= most || base::utf16_length(text) <= most) return {};
  return {WBEM_E_QUOTA_VIOLATION, fmt::format("{} is longer than {} characters", what, most)};
}

/// The path of a class or an instance.
base::Status check_path(const std::string& text, bool only_instances) {
  TRY_ASSIGN(const cim::PathParts path, cim::split_path(text));
  if (path.class_name.empty()) {
    return {WBEM_E_INVALID_OBJECT_PATH, fmt::format("{} names a namespace, not a class or an instance", text)};
  }
  if (only_instances && path.is_class()) {
    return {WBEM_E_INVALID_OBJECT_PATH, fmt::format("{} is the path of a class, not of an instance", text)};
  }
  return {};
}

bool enumerates(Operation operation) {
  return operation == Operation::kCreateClassEnum || operation == Operation::kCreateInstanceEnum || operation == Operation::kExecQuery ||
         operation == Operation::kExecNotificationQuery;
}

std::vector<std::string> told_locales(const std::vector<std::string>& asked) {
  return asked.empty() ? std::vector<std::string>{"MS_409"} : asked;
}

/// What a server takes; kEnsureLocatable is in no list of MS-WMI 3.1.4.3, but servers know it for queries.
std::uint32_t flags_to_send(Operation operation, std::uint32_t flags) {
  const bool query = operation == Operation::kExecQuery || operation == Operation::kExecQueryAsync;
  return flags & (cim::allowed_flags(operation) | (query ? cim::flag::kEnsureLocatable : 0));
}

}  // namespace

ServicesProxy::ServicesProxy(ClientSessionPtr session) : session_(std::move(session)), locales_(told_locales(session_->locales())) {}

base::Status ServicesProxy::start(Operation operation, std::string subject, ServicesRequest request, const cim::CallOptions& options,
                                  cim::SinkPtr sink, std::string path) {
  request.context = options.context;
  if (options.delivery == cim::Delivery::kCallback) {
    request.flags = flags_to_send(async_form(operation), options.flags);
    return std::make_shared<CallbackSink>(session_, operation, std::move(subject), options, std::move(sink), std::move(request),
                                          std::move(path))
        ->start();
  }
  request.flags = flags_to_send(operation, options.flags);
  if (enumerates(operation)) {
    request.flags |= cim::flag::kReturnImmediately | cim::flag::kForwardOnly;
    return std::make_shared<SmartReader>(session_, operation, std::move(subject), options, std::move(sink), std::move(request))->start();
  }
  request.wants_object = operation == Operation::kGetObject || operation == Operation::kExecMethod;
  request.wants_result = operation == Operation::kPutInstance && path.empty();
  return std::make_shared<ClientCall>(session_, operation, std::move(subject), options, std::move(sink), std::move(request),
                                      std::move(path))
      ->start();
}

std::string ServicesProxy::full_path(const cim::Class& cls, std::string_view relative) const {
  const bool from_here = cls.decorated() && base::equal_ignore_case(cls.name_space(), name_space());
  return fmt::format("\\\\{}\\{}:{}", from_here ? cls.server() : session_->core().server_name(), name_space(), relative);
}

std::string ServicesProxy::sent_path(const std::string& path) const {
  if (!path.starts_with("\\\\") && !path.starts_with("//")) return path;
  auto parsed = cim::ObjectPath::parse(path);
  if (!parsed || !base::equal_ignore_case(parsed->server, session_->core().server_name())) return path;
  parsed->server = ".";
  return parsed->to_string();
}

// MS-WMI 3.1.4.3.2, for both kinds of calls under way.
base::Status ServicesProxy::CancelAsyncCall(const cim::SinkPtr& sink) {
  if (sink == nullptr) return {WBEM_E_INVALID_PARAMETER, "CancelAsyncCall needs a sink"};
  const auto operations = session_->core().of_sink(sink.get());
  if (operations.empty()) return {WBEM_E_NOT_FOUND, "no operation uses this sink"};
  for (const auto& operation : operations) operation->cancel();
  return {};
}

base::Status ServicesProxy::GetObjectAsync(const cim::OptionalText& path, const cim::CallOptions& options, cim::SinkPtr sink) {
  TRY(check_start(Operation::kGetObject, options, sink));
  if (path && !path->empty()) TRY(check_path(*path, false));
  ServicesRequest request;
  request.text = path ? cim::OptionalText(sent_path(*path)) : path;
  return start(Operation::kGetObject, path.value_or(""), std::move(request), options, std::move(sink));
}

base::Status ServicesProxy::PutClassAsync(const cim::ClassPtr& cls, const cim::CallOptions& options, cim::SinkPtr sink) {
  TRY(check_start(Operation::kPutClass, options, sink));
  if (cls == nullptr) return missing(Operation::kPutClass, "a class");
  ServicesRequest request;
  request.object = cls;
  return start(Operation::kPutClass, cls->name(), std::move(request), options, std::move(sink), full_path(*cls, cls->name()));
}

base::Status ServicesProxy::DeleteClassAsync(const cim::OptionalText& name, const cim::CallOptions& options, cim::SinkPtr sink) {
  TRY(check_start(Operation::kDeleteClass, options, sink));
  if (!name || name->empty()) return missing(Operation::kDeleteClass, "the name of a class");
  TRY(check_length("the class name", *name, kMaxIdentifier));
  ServicesRequest request;
  request.text = name;
  return start(Operation::kDeleteClass, *name, std::move(request), options, std::move(sink));
}

base::Status ServicesProxy::CreateClassEnumAsync(const cim::OptionalText& superclass, const cim::CallOptions& options, cim::SinkPtr sink) {
  TRY(check_start(Operation::kCreateClassEnum, options, sink));
  TRY(check_length("the class name", superclass.value_or(""), kMaxIdentifier));
  ServicesRequest request;
  request.text = superclass;
  return start(Operation::kCreateClassEnum, superclass.value_or(""), std::move(request), options, std::move(sink));
}

base::Status ServicesProxy::PutInstanceAsync(const std::optional<cim::Instance>& instance, const cim::CallOptions& options,
                                             cim::SinkPtr sink) {
  TRY(check_start(Operation::kPutInstance, options, sink));
  if (!instance) return missing(Operation::kPutInstance, "an instance");
  const std::string relative = instance->view().relative_path();
  TRY(check_length("__RELPATH", relative, kMaxPath));
  ServicesRequest request;
  request.object = *instance;
  const std::string path = relative.empty() ? std::string() : full_path(*instance->cls(), relative);
  return start(Operation::kPutInstance, relative.empty() ? instance->cls()->name() : relative, std::move(request), options, std::move(sink),
               path);
}

base::Status ServicesProxy::DeleteInstanceAsync(const cim::OptionalText& path, const cim::CallOptions& options, cim::SinkPtr sink) {
  TRY(check_start(Operation::kDeleteInstance, options, sink));
  if (!path || path->empty()) return missing(Operation::kDeleteInstance, "the path of an instance");
  TRY(check_path(*path, true));
  ServicesRequest request;
  request.text = sent_path(*path);
  return start(Operation::kDeleteInstance, *path, std::move(request), options, std::move(sink));
}

base::Status ServicesProxy::CreateInstanceEnumAsync(const cim::OptionalText& class_name, const cim::CallOptions& options,
                                                    cim::SinkPtr sink) {
  TRY(check_start(Operation::kCreateInstanceEnum, options, sink));
  if (!class_name || class_name->empty()) return missing(Operation::kCreateInstanceEnum, "the name of a class");
  TRY(check_length("the class name", *class_name, kMaxIdentifier));
  ServicesRequest request;
  request.text = class_name;
  return start(Operation::kCreateInstanceEnum, *class_name, std::move(request), options, std::move(sink));
}

base::Status ServicesProxy::ExecQueryAsync(const cim::OptionalText& language, const cim::OptionalText& query,
                                           const cim::CallOptions& options, cim::SinkPtr sink) {
  TRY(check_start(Operation::kExecQuery, options, sink));
  if (!language || !query) return missing(Operation::kExecQuery, "the query's language and its text");
  TRY(check_length("the query", *query, kMaxQuery));
  ServicesRequest request;
  request.text = language;
  request.more_text = query;
  return start(Operation::kExecQuery, *query, std::move(request), options, std::move(sink));
}

base::Status ServicesProxy::ExecNotificationQueryAsync(const cim::OptionalText& language, const cim::OptionalText& query,
                                                       const cim::CallOptions& options, cim::SinkPtr sink) {
  TRY(check_start(Operation::kExecNotificationQuery, options, sink));
  if (!language || !query) return missing(Operation::kExecNotificationQuery, "the query's language and its text");
  TRY(check_length("the query", *query, kMaxQuery));
  ServicesRequest request;
  request.text = language;
  request.more_text = query;
  return start(Operation::kExecNotificationQuery, *query, std::move(request), options, std::move(sink));
}

base::Status ServicesProxy::ExecMethodAsync(const cim::OptionalText& path, const cim::OptionalText& method,
                                            const std::optional<cim::Instance>& in, const cim::CallOptions& options, cim::SinkPtr sink) {
  TRY(check_start(Operation::kExecMethod, options, sink));
  if (!path || path->empty()) return missing(Operation::kExecMethod, "the path of a class or an instance");
  if (!method || method->empty()) return missing(Operation::kExecMethod, "the name of a method");
  TRY(check_length("the method name", *method, kMaxIdentifier));
  TRY(check_path(*path, false));
  ServicesRequest request;
  request.text = sent_path(*path);
  request.more_text = method;
  if (in) request.object = *in;
  return start(Operation::kExecMethod, fmt::format("{}::{}", *path, *method), std::move(request), options, std::move(sink));
}

}  // namespace remote
