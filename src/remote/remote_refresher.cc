#include <algorithm>
#include <unordered_set>

#include "cim/row_reader.h"
#include "remote/refreshing_services.h"

namespace remote {

namespace {

std::string_view name_of(RefresherOp method) {
  switch (method) {
    case RefresherOp::kRemoteRefresh: return "RemoteRefresh";
    case RefresherOp::kStopRefreshing: return "StopRefreshing";
    case RefresherOp::kGetGuid: return "Opnum5NotUsedOnWire";
  }
  return {};
}

void write_no_objects(rpc::NdrWriter& out) { write_remote_refresh_reply(out, {}); }

/// All instances of exactly that class, or the failure.
void read_instances(const Owner& owner, const std::string& class_name,
                    std::function<void(const base::Status&, const std::vector<cim::Slice>&)> done) {
  const std::uint32_t flags = cim::flag::kReturnImmediately | cim::flag::kForwardOnly | cim::flag::kShallow;
  const base::Result<cim::RowReaderPtr> reader =
      cim::open_rows(cim::Operation::kCreateInstanceEnum, owner.services, class_name, {}, flags, {});
  if (!reader) return done(reader.error(), {});
  const auto under_way = std::make_shared<cim::RowReaderPtr>(*reader);  // until it has answered
  (*reader)->begin_next(cim::kInfinite, {owner.core->options().max_reply, {}},
                        [under_way, done = std::move(done)](const base::Status& status, const std::vector<cim::Slice>& rows) {
                          done(status, rows);
                          under_way->reset();
                        });
}

}  // namespace

base::Result<std::uint32_t> RemoteRefresher::add(bool is_enum, std::string path) {
  const std::scoped_lock lock(mutex_);
  if (items_.size() >= kMaxRefreshed || path.size() > kMaxPathOctets - path_octets_) {
    return base::fail(WBEM_E_QUOTA_VIOLATION, "too many objects are in the refresher");
  }
  path_octets_ += path.size();
  items_.push_back({++last_id_, is_enum, std::move(path)});
  return last_id_;
}

void RemoteRefresher::call(dcom::ObjectCallPtr call) {
  const auto method = static_cast<RefresherOp>(call->opnum());
  if (name_of(method).empty()) return call->fault(rpc::fault::kOpnumRange);
  rpc::NdrReader in = call->parameters();
  const auto invocation = std::make_shared<Invocation>(owner_.core, std::move(call), name_of(method));
  if (base::Status status = owner_.check(invocation->call()); !status.ok()) {
    if (method == RefresherOp::kRemoteRefresh) invocation->set_nothing(write_no_objects);
    if (method == RefresherOp::kGetGuid) invocation->set_nothing([](rpc::NdrWriter& out) { write_refresher_guid(out, {}); });
    return invocation->fail(std::move(status));
  }
  const auto self = shared_from_this();
  if (method == RefresherOp::kStopRefreshing) {
    const auto request = read_stop_refreshing(in);
    if (!request) return invocation->fail_to_read(request.error());
    return Invocation::admit(invocation, false, [self, invocation, request = *request] { invocation->answer(self->stop(request)); });
  }
  const base::Result<std::uint32_t> flags = read_timeout(in);  // not used
  if (!flags) return invocation->fail_to_read(flags.error());
  if (method == RefresherOp::kGetGuid) {
    return invocation->succeed(WBEM_S_NO_ERROR, [this](rpc::NdrWriter& out) { write_refresher_guid(out, id_); });
  }
  invocation->set_nothing(write_no_objects);
  Invocation::admit(invocation, false, [self, invocation] { self->refresh(invocation); });
}

// MS-WMI 3.1.4.13.1: the current values of all that was added.
void RemoteRefresher::refresh(const InvocationPtr& invocation) {
  struct Refresh {
    std::vector<Item> items;
    std::vector<RefreshedObject> objects;
    std::size_t octets = 0;
  };
  auto state = std::make_shared<Refresh>();
  {
    const std::scoped_lock lock(mutex_);
    state->items = items_;
  }
  const auto put = [state](const Item& item, BlobType type, std::string blob) {
    state->octets += blob.size();
    state->objects.push_back({item.id, type, std::move(blob)});
  };
  const auto step = [owner = owner_, state, put](std::size_t i, std::function<void()> next) {
    const Item& item = state->items[i];
    if (state->octets > owner.core->options().max_reply) return next();
    if (item.is_enum) {
      return read_instances(owner, item.path, [=](const base::Status& status, const std::vector<cim::Slice>& rows) {
        std::vector<cim::Instance> instances;
        for (const cim::Slice& slice : rows) {
          for (std::size_t row = 0; row < slice.count; ++row) instances.push_back(slice.batch->object(slice.first + row).instance());
        }
        const bool all = status.code() == WBEM_S_FALSE;  // the end was reached
        put(state->items[i], all ? BlobType::kEnum : BlobType::kError, all ? encode_instance_blob(instances) : std::string());
        next();
      });
    }
    get_object(owner, item.path, {}, [=](const base::Result<cim::Object>& object) {
      const cim::Instance* instance = object ? object->as_instance() : nullptr;
      put(state->items[i], instance ? BlobType::kAll : BlobType::kError, instance ? encode_refreshed(*instance) : std::string());
      next();
    });
  };
  in_turn(state->items.size(), step, [state, invocation] {
    if (state->octets > invocation->core().options().max_reply) {
      return invocation->fail({WBEM_E_BUFFER_TOO_SMALL, "the refreshed objects are larger than one answer may be"});
    }
    invocation->succeed(WBEM_S_NO_ERROR, [&](rpc::NdrWriter& out) { write_remote_refresh_reply(out, state->objects); });
  });
}

base::Status RemoteRefresher::stop(const StopRefreshingRequest& request) {
  base::Status status;
  const std::scoped_lock lock(mutex_);
  // Ids ascend. Each is looked up, not each compared with all: both lists may have tens of thousands.
  std::unordered_set<std::uint32_t> stopped;
  for (const std::uint32_t id : request.ids) {
    const auto at = std::ranges::lower_bound(items_, id, {}, &Item::id);
    if (at == items_.end() || at->id != id || !stopped.insert(id).second) {
      status = {WBEM_E_NOT_FOUND, "the refresher has no such object"};
    }
  }
  std::erase_if(items_, [&](const Item& item) {
    if (!stopped.contains(item.id)) return false;
    path_octets_ -= item.path.size();
    return true;
  });
  return status;
}

}  // namespace remote
