#include "remote/refreshing_services.h"

#include "cim/path.h"

namespace remote {

namespace {

std::string_view name_of(RefreshingOp method) {
  switch (method) {
    case RefreshingOp::kAddObjectToRefresher: return "AddObjectToRefresher";
    case RefreshingOp::kAddObjectToRefresherByTemplate: return "AddObjectToRefresherByTemplate";
    case RefreshingOp::kAddEnumToRefresher: return "AddEnumToRefresher";
    case RefreshingOp::kRemoveObjectFromRefresher: return "RemoveObjectFromRefresher";
    case RefreshingOp::kGetRemoteRefresher: return "GetRemoteRefresher";
    case RefreshingOp::kReconnectRemoteRefresher: return "ReconnectRemoteRefresher";
  }
  return {};
}

/// What is to be looked up for an Add: an instance's path, or a class.
base::Result<std::string> wanted(RefreshingOp method, const AddToRefresherRequest& request) {
  if (method != RefreshingOp::kAddObjectToRefresherByTemplate) return request.text;
  if (!request.template_object || request.template_object->is_class()) {
    return base::fail(WBEM_E_INVALID_PARAMETER, "the template is no instance");
  }
  std::string path = request.template_object->relative_path();
  if (path.empty()) return base::fail(WBEM_E_INVALID_PARAMETER, "the template has no path");
  return path;
}

}  // namespace

void get_object(const Owner& owner, const std::string& path, const cim::ContextPtr& context,
                std::function<void(base::Result<cim::Object>)> done) {
  auto result = std::make_shared<SingleResult>();
  result->watch(*owner.core, [services = owner.services, weak = std::weak_ptr(result)] {
    if (const auto sink = weak.lock()) services->CancelAsyncCall(sink).ok();
  });
  cim::CallOptions options;
  options.context = context;
  if (base::Status status = owner.services->GetObjectAsync(path, options, result); !status.ok()) return done(base::fail(std::move(status)));
  result->when_finished([weak = std::weak_ptr(result), done = std::move(done)] {
    const auto ended = weak.lock();
    if (!ended->status().ok()) return done(base::fail(ended->status()));
    if (!ended->object()) return done(base::fail(WBEM_E_UNEXPECTED, "the operation gave no object"));
    done(*ended->object());
  });
}

void in_turn(std::size_t count, std::function<void(std::size_t, std::function<void()>)> step, std::function<void()> done) {
  struct Turns : std::enable_shared_from_this<Turns> {
    std::size_t count = 0;
    std::size_t next = 0;
    std::function<void(std::size_t, std::function<void()>)> step;
    std::function<void()> done;
    std::atomic<int> due{0};
    void go() {
      if (due.fetch_add(1) != 0) return;  // the loop that runs takes it
      do {
        if (next == count) return done();
        step(next++, [self = shared_from_this()] { self->go(); });
      } while (due.fetch_sub(1) != 1);
    }
  };
  auto turns = std::make_shared<Turns>();
  turns->count = count;
  turns->step = std::move(step);
  turns->done = std::move(done);
  turns->go();
}

void RefreshingServices::enter(const InvocationPtr& invocation, std::function<void()> work) const {
  if (base::Status status = owner_.check(invocation->call()); !status.ok()) return invocation->fail(std::move(status));
  Invocation::admit(invocation, false, std::move(work));
}

void RefreshingServices::call(dcom::ObjectCallPtr call) {
  const auto method = static_cast<RefreshingOp>(call->opnum());
  if (name_of(method).empty()) return call->fault(rpc::fault::kOpnumRange);
  rpc::NdrReader in = call->parameters();
  const auto invocation = std::make_shared<Invocation>(owner_.core, std::move(call), name_of(method));
  switch (method) {
    case RefreshingOp::kRemoveObjectFromRefresher: return remove(invocation, in);
    case RefreshingOp::kGetRemoteRefresher: return get_refresher(invocation, in);
    case RefreshingOp::kReconnectRemoteRefresher: return reconnect(invocation, in);
    default: return add(method, invocation, in);
  }
}

void RefreshingServices::add(RefreshingOp method, const InvocationPtr& invocation, rpc::NdrReader& in) {
  invocation->set_nothing([](rpc::NdrWriter& out) { write_add_to_refresher_reply(out, {}); });
  const auto request = read_add_to_refresher(in, method, &owner_.core->interner());
  if (!request) return invocation->fail_to_read(request.error());
  enter(invocation, [self = shared_from_this(), method, invocation, request = *request] {
    if (!request.problem.ok()) return invocation->fail(request.problem);
    const base::Result<std::string> path = wanted(method, request);
    if (!path) return invocation->fail(path.error());
    get_object(self->owner_, *path, request.context, [self, method, invocation](const base::Result<cim::Object>& object) {
      if (!object) return invocation->fail(object.error());
      if (object->is_class() != (method == RefreshingOp::kAddEnumToRefresher)) {
        return invocation->fail({WBEM_E_INVALID_PARAMETER, "enumerations are added by class, objects by the path of an instance"});
      }
      RefreshNonHiperf info;
      info.name_space = self->owner_.services->name_space();
      info.template_object = cim::InstanceBuilder(object->cls()).build(true);  // all properties at their defaults
      AddToRefresherReply reply;
      reply.info.info = std::move(info);
      reply.info.cancel_id = ++self->last_id_;
      invocation->succeed(WBEM_S_NO_ERROR, [&](rpc::NdrWriter& out) { write_add_to_refresher_reply(out, reply); });
    });
  });
}

// MS-WMI 3.1.4.12.4: the answer is always this one.
void RefreshingServices::remove(const InvocationPtr& invocation, rpc::NdrReader& in) {
  invocation->set_nothing([](rpc::NdrWriter& out) { write_refresher_version(out); });
  const auto request = read_remove_from_refresher(in);
  if (!request) return invocation->fail_to_read(request.error());
  enter(invocation, [invocation] { invocation->fail(WBEM_E_NOT_AVAILABLE); });
}

std::shared_ptr<RemoteRefresher> RefreshingServices::refresher(const RefresherId& id) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(refreshers_, [](const auto& entry) { return entry.second.expired(); });
  std::weak_ptr<RemoteRefresher>& known = refreshers_[id.id];
  std::shared_ptr<RemoteRefresher> out = known.lock();
  if (!out) {
    out = std::make_shared<RemoteRefresher>(owner_, Guid::random(*owner_.core->options().random));
    known = out;
  }
  return out;
}

std::shared_ptr<RemoteRefresher> RefreshingServices::keep(const RefresherId& id) {
  std::shared_ptr<RemoteRefresher> out = refresher(id);
  const std::scoped_lock lock(mutex_);
  std::erase(kept_, out);
  kept_.push_back(out);
  if (kept_.size() > kMaxKept) kept_.pop_front();
  return out;
}

void RefreshingServices::get_refresher(const InvocationPtr& invocation, rpc::NdrReader& in) {
  invocation->set_nothing([](rpc::NdrWriter& out) { write_get_remote_refresher_reply(out, {}); });
  const auto request = read_get_remote_refresher(in);
  if (!request) return invocation->fail_to_read(request.error());
  enter(invocation, [self = shared_from_this(), invocation, request = *request] {
    const std::shared_ptr<RemoteRefresher> refresher = self->refresher(request.refresher);
    const auto reference = invocation->core().marshal(refresher, iid::kRemoteRefresher, invocation->call());
    if (!reference) return invocation->fail(reference.error());
    GetRemoteRefresherReply reply;
    reply.refresher = *reference;
    reply.id = refresher->id();
    invocation->succeed(WBEM_S_NO_ERROR, [&](rpc::NdrWriter& out) { write_get_remote_refresher_reply(out, reply); });
  });
}

// MS-WMI 3.1.4.12.6: each object by itself; its failure is in its result.
void RefreshingServices::reconnect(const InvocationPtr& invocation, rpc::NdrReader& in) {
  const auto request = read_reconnect(in);
  if (!request) return invocation->fail_to_read(request.error());
  ReconnectReply nothing;
  nothing.results = request->results;
  invocation->set_nothing([nothing](rpc::NdrWriter& out) { write_reconnect_reply(out, nothing); });
  enter(invocation, [self = shared_from_this(), invocation, infos = request->infos, refresher = request->refresher] {
    auto reply = std::make_shared<ReconnectReply>();
    reply->results.resize(infos.size());
    const auto target = self->keep(refresher);
    const auto step = [self, reply, infos, target](std::size_t i, std::function<void()> next) {
      const ReconnectInfo& info = infos[i];
      const auto settle = [reply, i](base::Hresult code) { reply->results[i].result = static_cast<std::uint32_t>(code); };
      if (info.type > static_cast<std::uint32_t>(ReconnectInfo::Type::kEnum) || !info.path) {
        settle(WBEM_E_INVALID_PARAMETER);
        return next();
      }
      const bool is_enum = info.type == static_cast<std::uint32_t>(ReconnectInfo::Type::kEnum);
      get_object(self->owner_, *info.path, {}, [=, path = *info.path](const base::Result<cim::Object>& object) {
        if (!object) {
          settle(object.error().code());
        } else if (object->is_class() != is_enum) {
          settle(WBEM_E_INVALID_PARAMETER);
        } else if (const auto id = target->add(is_enum, path)) {
          reply->results[i].id = *id;
        } else {
          settle(id.error().code());
        }
        next();
      });
    };
    in_turn(infos.size(), step, [invocation, reply] {
      invocation->succeed(WBEM_S_NO_ERROR, [&](rpc::NdrWriter& out) { write_reconnect_reply(out, *reply); });
    });
  });
}

}  // namespace remote
