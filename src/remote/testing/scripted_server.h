// For tests of the client: a server of MS-WMI on loopback that does what a script says, and that can be told to be less than it should.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "dcom/client.h"
#include "dcom/exporter.h"
#include "dcom/resolver.h"
#include "remote/messages.h"
#include "rpc/server.h"

namespace remote::testing {

/// What the server does; may be changed between calls.
struct ServerScript {
  bool own = true;    // answers kOpenWmi
  bool smart = true;  // enumerators answer IWbemFetchSmartEnum
  std::vector<cim::Object> rows;
  base::Status next_failure;  // of Next, when `rows` are used up
  bool hang = false;          // Next and single calls are kept unanswered
  bool deaf = false;          // sinks are neither resolved nor called
  std::string calls_as = "alice";
  bool forget = false;  // IWbemServices calls are RPC_E_DISCONNECTED
  base::Status result;  // of single calls and of the start of others
  std::optional<cim::Object> object;
  cim::OptionalText result_string;
};

class ScriptedServer {
 public:
  explicit ScriptedServer(rpc::Network& network, std::uint16_t port = 0, const std::string& address = "127.0.0.1")
      : network_(network), client_(network, client_options()) {
    if (!security::crypto_ready().ok()) std::abort();
    accounts_.add({"alice", security::nt_hash("secret"), "nobody", {}, true});
    rpc::ServerOptions options;
    options.security = &security_;
    options.accounts = &accounts_;
    server_ = std::make_unique<rpc::Server>(network, options);
    port_ = *server_->listen(address, port);
    dcom::Exporter::Options exports;
    exports.bindings.endpoint_port = port_;
    exports.bindings.object_port = port_;
    exports.random = &random_;
    exporter_ = std::make_unique<dcom::Exporter>(*server_, exports);
    const Guid offered[] = {iid::kLevel1Login, iid::kServices,   iid::kEnum,   iid::kFetchSmartEnum,
                            iid::kSmartEnum,   iid::kCallResult, iid::kOpenWmi};
    exporter_->offer(offered);
    dcom::Resolver::Options resolves;
    resolves.exporter = exporter_.get();
    resolves.random = &random_;
    resolver_ = std::make_unique<dcom::Resolver>(*server_, resolves);
    resolver_->add_class(clsid::kLevel1Login, [this](const rpc::Call&) -> base::Result<dcom::ObjectPtr> {
      const std::lock_guard lock(mutex_);
      ++activations_;
      return std::make_shared<Login>(*this);
    });
  }
  ~ScriptedServer() { stop(); }
  void stop() {
    std::vector<dcom::ObjectCallPtr> kept;
    {
      const std::lock_guard lock(mutex_);
      kept.swap(kept_);
    }
    kept.clear();
    server_->shutdown(std::chrono::milliseconds(0));
    drop_sinks();
    resolver_.reset();
    exporter_.reset();
  }

  std::uint16_t port() const { return port_; }
  ServerScript script() {
    const std::lock_guard lock(mutex_);
    return script_;
  }
  void set(ServerScript script) {
    const std::lock_guard lock(mutex_);
    script_ = std::move(script);
  }
  int activations() { return locked(activations_); }
  int enumerators_released() { return locked(enumerators_released_); }
  int cancelled_sinks() { return locked(cancelled_sinks_); }
  std::vector<std::string> resources() { return locked(resources_); }
  std::vector<std::string> calls() { return locked(calls_); }  // "Next 16", "SmartNext 256", "GetObject x"
  bool wait_call(const std::string& name) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(60),
                             [&] { return std::ranges::any_of(calls_, [&](const auto& call) { return call.starts_with(name); }); });
  }
  /// The sink of the asynchronous call number `index`, as a proxy.
  base::Result<dcom::ProxyPtr> sink(std::size_t index = 0) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(60), [&] { return sinks_.size() > index; });
    if (sinks_.size() <= index) return base::fail(WBEM_E_NOT_FOUND);
    return sinks_[index];
  }
  dcom::ObjectReply indicate(dcom::Proxy& sink, const cim::Batch& batch) {
    return sink.call(static_cast<std::uint16_t>(SinkOp::kIndicate), [&](rpc::NdrWriter& out) { write_indicate(out, batch); });
  }
  dcom::ObjectReply set_status(dcom::Proxy& sink, const SetStatusRequest& status) {
    return sink.call(static_cast<std::uint16_t>(SinkOp::kSetStatus), [&](rpc::NdrWriter& out) { write_set_status(out, status); });
  }
  void drop_sinks() {
    std::vector<base::Result<dcom::ProxyPtr>> sinks;
    const std::lock_guard lock(mutex_);
    sinks.swap(sinks_);
  }

 private:
  static dcom::Client::Options client_options() { return {}; }
  template <class T>
  T locked(const T& value) {
    const std::lock_guard lock(mutex_);
    return value;
  }
  void note(std::string call) {
    const std::lock_guard lock(mutex_);
    calls_.push_back(std::move(call));
    changed_.notify_all();
  }
  void keep(dcom::ObjectCallPtr call) {
    const std::lock_guard lock(mutex_);
    kept_.push_back(std::move(call));
  }

  struct Login final : dcom::Object {
    explicit Login(ScriptedServer& server) : owner(server) {}
    bool implements(const Guid& iid) const override { return iid == iid::kLevel1Login || (iid == iid::kOpenWmi && owner.script().own); }
    void call(dcom::ObjectCallPtr call) override {
      rpc::NdrReader in = call->parameters();
      if (call->opnum() == static_cast<std::uint16_t>(LoginOp::kEstablishPosition)) {
        owner.note("EstablishPosition");
        return call->respond(WBEM_S_NO_ERROR, [](rpc::NdrWriter& out) { write_establish_position_reply(out, 1); });
      }
      const auto request = read_ntlm_login(in, nullptr);
      if (!request) return call->fault(rpc::fault::kBadStubData);
      {
        const std::lock_guard lock(owner.mutex_);
        owner.resources_.push_back(request->network_resource.value_or("(none)") + " " + request->locales.value_or("(none)"));
      }
      const auto services = owner.exporter_->marshal(std::make_shared<ServicesObject>(owner), iid::kServices, call->ends());
      call->respond(WBEM_S_NO_ERROR, [&](rpc::NdrWriter& out) { write_interface_reply(out, *services); });
    }
    ScriptedServer& owner;
  };

  struct ServicesObject final : dcom::Object {
    explicit ServicesObject(ScriptedServer& server) : owner(server) {}
    bool implements(const Guid& iid) const override { return iid == iid::kServices; }
    void call(dcom::ObjectCallPtr call) override {
      const ServerScript script = owner.script();
      const auto operation = static_cast<cim::Operation>(call->opnum());
      rpc::NdrReader in = call->parameters();
      const auto request = read_request(in, operation, nullptr);
      if (!request) return call->fault(rpc::fault::kBadStubData);
      owner.note(std::string(cim::operation_name(operation)) + " " + request->text.value_or("(null)"));
      if (script.forget) return call->fault(static_cast<std::uint32_t>(dcom::RPC_E_DISCONNECTED));
      if (operation == cim::Operation::kCancelAsyncCall) {
        const std::lock_guard lock(owner.mutex_);
        ++owner.cancelled_sinks_;
        return call->respond(WBEM_S_NO_ERROR);
      }
      ServicesReply reply;
      if (script.result.ok() && request->sink) return take_sink(*request->sink, call);
      if (script.hang && operation == cim::Operation::kGetObject) return owner.keep(std::move(call));
      if (script.result.ok()) {
        reply.object = script.object;
        if (request->wants_object && operation == cim::Operation::kOpenNamespace) {
          reply.object.reset();
          reply.reference = *owner.exporter_->marshal(std::make_shared<ServicesObject>(owner), iid::kServices, call->ends());
        }
        if ((request->flags & cim::flag::kReturnImmediately) != 0) {
          reply.reference = *owner.exporter_->marshal(std::make_shared<EnumObject>(owner), iid::kEnum, call->ends());
        }
        if (request->wants_result) {
          reply.call_result = *owner.exporter_->marshal(std::make_shared<ResultObject>(owner), iid::kCallResult, call->ends());
        }
      }
      call->respond(script.result, [&](rpc::NdrWriter& out) { write_reply(out, operation, *request, reply); });
    }
    void take_sink(const dcom::Objref& sink, const dcom::ObjectCallPtr& call) {
      if (owner.script().deaf) return call->respond(WBEM_S_NO_ERROR);
      dcom::Client::Unmarshaling what;
      what.objref = sink;
      what.security.credentials.user = owner.script().calls_as;
      what.security.credentials.nt_hash = security::nt_hash("secret");
      what.reached = call->ends().remote.address;
      owner.client_.unmarshal(std::move(what), [owner = &owner, call](base::Result<dcom::ProxyPtr> proxy) {
        {
          const std::lock_guard lock(owner->mutex_);
          owner->sinks_.push_back(proxy);
          owner->changed_.notify_all();
        }
        call->respond(WBEM_S_NO_ERROR);
      });
    }
    ScriptedServer& owner;
  };

  struct ResultObject final : dcom::Object {
    explicit ResultObject(ScriptedServer& server) : owner(server) {}
    bool implements(const Guid& iid) const override { return iid == iid::kCallResult; }
    void call(dcom::ObjectCallPtr call) override {
      owner.note("GetResultString");
      const auto text = owner.script().result_string;
      call->respond(text ? WBEM_S_NO_ERROR : WBEM_E_INVALID_OPERATION, [&](rpc::NdrWriter& out) { write_result_string(out, text); });
    }
    ScriptedServer& owner;
  };

  struct Cursor {
    std::mutex mutex;
    std::size_t position = 0;
  };
  struct EnumObject final : dcom::Object {
    explicit EnumObject(ScriptedServer& server, std::shared_ptr<Cursor> place = std::make_shared<Cursor>(), bool smart = false)
        : owner(server), cursor(std::move(place)), is_smart(smart), ids(owner.random_) {}
    bool implements(const Guid& iid) const override {
      if (is_smart) return iid == iid::kSmartEnum;
      return iid == iid::kEnum || (iid == iid::kFetchSmartEnum && owner.script().smart);
    }
    void released() override {
      const std::lock_guard lock(owner.mutex_);
      ++owner.enumerators_released_;
    }
    void call(dcom::ObjectCallPtr call) override {
      if (call->iid() == iid::kFetchSmartEnum) {
        const auto made = owner.exporter_->marshal(std::make_shared<EnumObject>(owner, cursor, true), iid::kSmartEnum, call->ends());
        return call->respond(WBEM_S_NO_ERROR, [&](rpc::NdrWriter& out) { write_interface_reply(out, *made); });
      }
      const ServerScript script = owner.script();
      rpc::NdrReader in = call->parameters();
      std::uint32_t count = 0;
      if (is_smart) {
        const auto next = read_smart_next(in);
        count = next ? next->count : 0;
      } else {
        const auto next = read_next(in);
        count = next ? next->count : 0;
      }
      owner.note((is_smart ? "SmartNext " : "Next ") + std::to_string(count));
      std::vector<cim::Object> rows;
      const std::lock_guard lock(cursor->mutex);
      while (rows.size() < count && cursor->position < script.rows.size()) rows.push_back(script.rows[cursor->position++]);
      if (rows.empty() && script.hang) return owner.keep(std::move(call));
      base::Status result = rows.size() < count ? base::Status(script.hang ? WBEM_S_TIMEDOUT : WBEM_S_FALSE) : base::Status();
      if (rows.size() < count && !script.next_failure.ok()) result = rows.empty() ? script.next_failure : base::Status(WBEM_S_TIMEDOUT);
      call->respond(result, [&](rpc::NdrWriter& out) {
        if (!is_smart) return write_next_reply(out, count, rows);
        cim::BatchBuilder builder;
        for (const auto& row : rows) builder.add(row);
        const cim::Batch batch = builder.take();
        std::string packet;
        if (!batch.empty()) {
          ObjectArrayWriter writer(packet, PacketType::kNext, ids);
          for (std::size_t i = 0; i < batch.size(); ++i) writer.add(batch, i);
          writer.finish();
        }
        write_smart_next_reply(out, {static_cast<std::uint32_t>(rows.size()), packet});
      });
    }
    ScriptedServer& owner;
    const std::shared_ptr<Cursor> cursor;
    const bool is_smart;
    ClassIds ids;
  };

  rpc::Network& network_;
  base::SystemRandom random_;
  security::ServerOptions security_;
  security::AccountList accounts_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<dcom::Exporter> exporter_;
  std::unique_ptr<dcom::Resolver> resolver_;
  std::uint16_t port_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  ServerScript script_;
  int activations_ = 0;
  int enumerators_released_ = 0;
  int cancelled_sinks_ = 0;
  std::vector<std::string> resources_;
  std::vector<std::string> calls_;
  std::vector<dcom::ObjectCallPtr> kept_;
  std::vector<base::Result<dcom::ProxyPtr>> sinks_;
  dcom::Client client_;  // calls sinks back; ends first
};

}  // namespace remote::testing
