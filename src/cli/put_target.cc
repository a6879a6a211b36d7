#include "cli/put_target.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "base/utf.h"
#include "cim/calls.h"

namespace cli {
namespace {

constexpr std::chrono::seconds kGrace(2);

base::Status interrupted_status() { return {base::WBEM_E_CALL_CANCELLED, "cancelled; every object reported before is stored"}; }

}  // namespace

/// The sink of one put.
class PutTarget::Pending final : public cim::Sink {
 public:
  Pending(PutTarget& target, std::size_t object) : target_(target), object_(object) {}

  base::Hresult Indicate(const cim::Batch& /*batch*/, cim::CallbackScope& /*scope*/) override { return base::WBEM_S_NO_ERROR; }

  base::Hresult SetStatus(const cim::SinkStatus& status, cim::CallbackScope& /*scope*/) override {
    const base::Status outcome = status_of(status);
    {
      const std::lock_guard lock(target_.events_mutex_);
      if (status.type != cim::StatusType::kComplete) {
        if (target_.events_.progress) target_.events_.progress(status);
        return base::WBEM_S_NO_ERROR;
      }
      if (outcome.ok() && target_.events_.put) target_.events_.put(status.text);
      if (target_.events_.completed) target_.events_.completed(outcome);
    }
    target_.ended(object_, outcome);
    return base::WBEM_S_NO_ERROR;
  }

 private:
  PutTarget& target_;
  const std::size_t object_;
};

PutTarget::PutTarget(cim::ServicesPtr services, RunLimits limits, cim::CallOptions options, PutEvents events)
    : services_(std::move(services)),
      limits_(limits),
      options_(std::move(options)),
      events_(std::move(events)),
      changed_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

PutTarget::~PutTarget() { (void)drain(); }

base::Result<cim::Services*> PutTarget::connection(std::string_view name_space) {
  if (base::equal_ignore_case(name_space, services_->name_space())) return services_.get();
  std::string folded = base::fold_case(name_space);
  if (const auto it = connections_.find(folded); it != connections_.end()) return it->second.get();
  TRY_ASSIGN(cim::ServicesPtr opened, cim::OpenNamespace(*services_, std::string(name_space)));
  return connections_.emplace(std::move(folded), std::move(opened)).first->second.get();
}

void PutTarget::ended(std::size_t object, const base::Status& status) {
  UnderWay released;  // after the lock: its sink may be the last reference
  const std::lock_guard lock(mutex_);
  if (const auto it = under_way_.find(object); it != under_way_.end()) {
    released = std::move(it->second);
    under_way_.erase(it);
  }
  last_end_ = Clock::now();
  if (!status.ok() && (failure_.status.ok() || object < failure_.object)) failure_ = {status, object};
  const std::uint64_t one = 1;  // under the lock: the target may be gone once it sees nothing under way
  (void)!::write(changed_.get(), &one, sizeof one);
}

base::Status PutTarget::first_failure() {
  const std::lock_guard lock(mutex_);
  return failure_.status;
}

PutFailure PutTarget::failure() {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void PutTarget::give_up(base::Status why) {
  const std::lock_guard lock(mutex_);
  if (failure_.status.ok()) failure_ = {std::move(why), 0};
}

void PutTarget::check_interrupt() {
  if (limits_.wait(changed_.get(), std::chrono::milliseconds(0))) give_up(interrupted_status());
}

void PutTarget::cancel() {
  std::vector<UnderWay> cancelled;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [object, put] : under_way_) cancelled.push_back(put);
  }
  for (const UnderWay& put : cancelled) (void)put.services->CancelAsyncCall(put.sink);
}

base::Status PutTarget::wait_below(std::size_t count) {
  std::optional<Clock::time_point> deadline;  // of what is under way once the user has interrupted
  bool interrupted = false;
  for (bool cancelled = false;;) {
    {
      const std::lock_guard lock(mutex_);
      if (under_way_.size() < count) return failure_.status;
    }
    const std::optional<Clock::time_point> limit = deadline          ? deadline
                                                   : limits_.timeout ? std::optional(last_end() + *limits_.timeout)
                                                                     : std::nullopt;
    std::optional<std::chrono::milliseconds> left;
    if (limit && !cancelled)
      left = std::max(std::chrono::ceil<std::chrono::milliseconds>(*limit - Clock::now()), std::chrono::milliseconds(0));
    if (limits_.waiting) left = std::min(left.value_or(kTick), kTick);
    if (limits_.wait(changed_.get(), left, interrupted)) {
      interrupted = true;
      give_up(interrupted_status());
      deadline = Clock::now() + kGrace;
    } else if (limit && !cancelled && Clock::now() >= *limit) {
      if (!deadline) give_up(timed_out(*limits_.timeout));
      cancel();
      cancelled = true;
    }
    if (limits_.waiting) limits_.waiting();
    std::uint64_t ticks = 0;
    (void)!::read(changed_.get(), &ticks, sizeof ticks);
  }
}

PutTarget::Clock::time_point PutTarget::last_end() {
  const std::lock_guard lock(mutex_);
  return last_end_;
}

base::Status PutTarget::drain() { return wait_below(1); }

base::Status PutTarget::start(cim::Services& services, std::size_t object,
                              const std::function<base::Status(const cim::CallOptions&, cim::SinkPtr)>& put, std::uint32_t flags) {
  cim::CallOptions options = options_;
  options.flags |= flags;
  const auto sink = std::make_shared<Pending>(*this, object);
  {
    const std::lock_guard lock(mutex_);
    if (under_way_.empty()) last_end_ = Clock::now();
    under_way_.emplace(object, UnderWay{&services, sink});
  }
  base::Status started = put(options, sink);
  if (!started.ok()) ended(object, started);
  return started;
}

base::Result<cim::ClassPtr> PutTarget::get_class(std::string_view name_space, std::string_view name) {
  TRY_ASSIGN(cim::Services * services, connection(name_space));
  TRY_ASSIGN(const cim::Object object, cim::GetObject(*services, std::string(name)));
  return object.cls();
}

void PutTarget::announce_force(cim::Services& services, const std::string& class_name) {
  const auto stored = cim::GetObject(services, class_name);
  if (!stored || stored->cls()->dynamic()) return;
  std::size_t count = 0;
  Handlers handlers;
  handlers.object = [&count](const cim::Object&) { ++count; };
  const base::Status counted = run_operation(services, limits_, std::move(handlers), [&](cim::SinkPtr sink) {
    return services.CreateInstanceEnumAsync(class_name, {}, std::move(sink));
  });
  if (counted.ok() && count > 0) events_.forced(class_name, count);
}

base::Status PutTarget::put_class(std::string_view name_space, const cim::ClassPtr& cls, std::uint32_t flags) {
  const std::size_t object = ++objects_;
  TRY(drain());
  TRY_ASSIGN(cim::Services * services, connection(name_space));
  if (((flags | options_.flags) & cim::flag::kUpdateForceMode) != 0 && events_.forced) announce_force(*services, cls->name());
  TRY(start(
      *services, object, [&](const cim::CallOptions& o, cim::SinkPtr s) { return services->PutClassAsync(cls, o, std::move(s)); }, flags));
  return drain();
}

base::Status PutTarget::put_instance(std::string_view name_space, const cim::Instance& instance, std::uint32_t flags) {
  const std::size_t object = ++objects_;
  check_interrupt();
  TRY(first_failure());
  TRY(wait_below(kOutstanding));
  TRY_ASSIGN(cim::Services * services, connection(name_space));
  constexpr std::uint32_t kClassOnly = cim::flag::kUpdateSafeMode | cim::flag::kUpdateForceMode;
  TRY(start(
      *services, object,
      [&](const cim::CallOptions& o, cim::SinkPtr s) {
        cim::CallOptions own = o;
        own.flags &= ~kClassOnly;  // update modes of the command concern its classes
        return services->PutInstanceAsync(instance, own, std::move(s));
      },
      flags));
  return instance.cls()->inherits_from("__Namespace") ? drain() : first_failure();
}

base::Status PutTarget::delete_class(std::string_view name_space, std::string_view name) {
  TRY(drain());
  TRY_ASSIGN(cim::Services * services, connection(name_space));
  return cim::DeleteClass(*services, std::string(name));
}

base::Status PutTarget::delete_instance(std::string_view name_space, std::string_view path) {
  TRY(drain());
  TRY_ASSIGN(cim::Services * services, connection(name_space));
  return cim::DeleteInstance(*services, std::string(path));
}

base::Status PutTarget::create_namespace(std::string_view name_space) {
  TRY(drain());
  const std::size_t slash = name_space.rfind('\\');
  if (connection(name_space) || slash == std::string_view::npos) return {};
  TRY(create_namespace(name_space.substr(0, slash)));
  TRY_ASSIGN(cim::Services * parent, connection(name_space.substr(0, slash)));
  TRY_ASSIGN(const cim::Object cls, cim::GetObject(*parent, "__Namespace"));
  cim::InstanceBuilder builder(cls.cls());
  TRY(builder.set("Name", cim::Value::text(std::string(name_space.substr(slash + 1)))));
  const auto put = cim::PutInstance(*parent, builder.build());
  return put ? base::Status() : put.error();
}

}  // namespace cli
