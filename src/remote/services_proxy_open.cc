// OpenNamespace and QueryObjectSink of another machine: what gives connections and sinks.
#include <fmt/format.h>

#include "base/utf.h"
#include "remote/client_errors.h"
#include "remote/client_names.h"
#include "remote/machine_core.h"
#include "remote/services_proxy.h"
#include "remote/sink_feed.h"

namespace remote {

namespace {

/// A sink in the server's hands. Its answers come back as deferred replies.
class SinkProxy final : public cim::Sink {
 public:
  explicit SinkProxy(dcom::ProxyPtr sink) : sink_(std::move(sink)) {}

  base::Hresult Indicate(const cim::Batch& batch, cim::CallbackScope& scope) override {
    return call(SinkOp::kIndicate, scope, [&](rpc::NdrWriter& out) { write_indicate(out, batch); });
  }
  base::Hresult SetStatus(const cim::SinkStatus& status, cim::CallbackScope& scope) override {
    return call(SinkOp::kSetStatus, scope, [&](rpc::NdrWriter& out) {
      SetStatusRequest request{static_cast<std::uint32_t>(status.type), static_cast<std::uint32_t>(status.code), status.text, {}};
      if (status.error) request.object = *status.error;
      write_set_status(out, request);
    });
  }

 private:
  base::Hresult call(SinkOp op, cim::CallbackScope& scope, const std::function<void(rpc::NdrWriter&)>& parameters) {
    const std::shared_ptr<cim::DeferredReply> reply = scope.defer();
    sink_->call(static_cast<std::uint16_t>(op), parameters, {}, [reply](const dcom::ObjectReply& answer) {
      const CallbackMark mark;
      reply->complete(answer.status.code());
    });
    return WBEM_S_NO_ERROR;
  }
  const dcom::ProxyPtr sink_;
};

/// Runs what waits: here, or behind where this thread must not.
base::Status run_waiting(const ClientSession& session, std::function<void()> work) {
  if (!CallbackMark::here()) {
    work();
    return {};
  }
  if (session.core().post(std::move(work))) return {};
  return {rpc::RPC_S_CALL_CANCELLED, fmt::format("the client of {} has ended", session.core().host())};
}

}  // namespace

base::Status ServicesProxy::OpenNamespaceAsync(const cim::OptionalText& name, const cim::CallOptions& options, NamespaceDone done) {
  TRY(cim::check_flags(cim::Operation::kOpenNamespace, options.flags));
  if (!name) return {WBEM_E_INVALID_PARAMETER, "OpenNamespace needs the name of a namespace"};
  if (options.context != nullptr) return {WBEM_E_INVALID_PARAMETER, "OpenNamespace takes no context"};
  if (!done) return {WBEM_E_INVALID_PARAMETER, "OpenNamespace needs somebody to answer"};
  TRY_ASSIGN(const std::string path, plain_namespace(*name));
  return is_absolute_namespace(*name) ? open_absolute(path, std::move(done)) : open_relative(path, std::move(done));
}

/// From the top of the machine: a login of its own.
base::Status ServicesProxy::open_absolute(const std::string& name, NamespaceDone done) {
  auto session = std::make_shared<ClientSession>(session_->shared_core(), name, session_->locales());
  return run_waiting(*session, [session, done = std::move(done)] {
    const auto proxy = session->proxy();
    if (!proxy) return done(base::fail(proxy.error()));
    done(std::make_shared<ServicesProxy>(session));
  });
}

/// MS-WMI 3.1.4.3.1.
base::Status ServicesProxy::open_relative(const std::string& name, NamespaceDone done) {
  ServicesRequest request;
  request.text = name;
  request.wants_object = true;
  const auto answered = [session = session_, request, name, done = std::move(done)](const dcom::ObjectReply& reply,
                                                                                    const dcom::ProxyPtr& services) {
    const CallbackMark mark;
    if (!reply.status.ok()) {
      if (reply.status.code() == dcom::RPC_E_DISCONNECTED) session->forget(services.get());
      return done(base::fail(describe_failure(reply, session->core().host(), "OpenNamespace")));
    }
    rpc::NdrReader in = reply.results();
    const auto read = read_reply(in, cim::Operation::kOpenNamespace, request, nullptr);
    if (!read) return done(base::fail(read.error()));
    if (!read->reference) return done(base::fail(WBEM_E_UNEXPECTED, fmt::format("the server gave no services for {}", name)));
    auto proxy = services->unmarshal(*read->reference);
    if (!proxy) return done(base::fail(proxy.error()));
    auto opened = std::make_shared<ClientSession>(session->shared_core(), session->name_space() + "\\" + name, session->locales());
    opened->adopt(*std::move(proxy));
    done(std::make_shared<ServicesProxy>(std::move(opened)));
  };
  const auto send = [request, answered](const dcom::ProxyPtr& services) {
    services->call(
        static_cast<std::uint16_t>(cim::Operation::kOpenNamespace),
        [&](rpc::NdrWriter& out) { write_request(out, cim::Operation::kOpenNamespace, request); }, {},
        [answered, services](const dcom::ObjectReply& reply) { answered(reply, services); });
  };
  if (const auto services = session_->current()) {
    send(services);
    return {};
  }
  if (!CallbackMark::here()) {
    TRY_ASSIGN(const dcom::ProxyPtr services, session_->proxy());
    send(services);
    return {};
  }
  return run_waiting(*session_, [session = session_, send, answered] {
    const auto services = session->proxy();
    if (services) return send(*services);
    dcom::ObjectReply failure;
    failure.status = services.error();
    failure.delivered = true;
    answered(failure, nullptr);
  });
}

base::Result<cim::SinkPtr> ServicesProxy::QueryObjectSink(std::uint32_t flags) {
  TRY(cim::check_flags(cim::Operation::kQueryObjectSink, flags));
  if (CallbackMark::here()) {
    return base::fail(WBEM_E_INVALID_OPERATION, "QueryObjectSink waits for the server: not from within a callback");
  }
  TRY_ASSIGN(const dcom::ProxyPtr services, session_->proxy());
  ServicesRequest request;
  request.flags = flags;
  const auto reply = services->call(static_cast<std::uint16_t>(cim::Operation::kQueryObjectSink),
                                    [&](rpc::NdrWriter& out) { write_request(out, cim::Operation::kQueryObjectSink, request); });
  if (!reply.status.ok()) {
    if (reply.status.code() == dcom::RPC_E_DISCONNECTED) session_->forget(services.get());
    return base::fail(describe_failure(reply, session_->core().host(), "QueryObjectSink"));
  }
  rpc::NdrReader in = reply.results();
  TRY_ASSIGN(const ServicesReply read, read_reply(in, cim::Operation::kQueryObjectSink, request, nullptr));
  if (!read.reference) return base::fail(WBEM_E_UNEXPECTED, fmt::format("{} gave no sink", session_->core().host()));
  TRY_ASSIGN(dcom::ProxyPtr sink, services->unmarshal(*read.reference));
  return std::make_shared<SinkProxy>(std::move(sink));
}

}  // namespace remote
