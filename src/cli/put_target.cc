#include "cli/put_target.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

#include "base/utf.h"
#include "cim/calls.h"

namespace cli {

/// The sink of one put.
class PutTarget::Pending final : public cim::Sink {
 public:
  explicit Pending(PutTarget& target) : target_(target) {}

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
    target_.ended(outcome);
    return base::WBEM_S_NO_ERROR;
  }

 private:
  PutTarget& target_;
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

void PutTarget::ended(const base::Status& status) {
  const std::lock_guard lock(mutex_);
  --outstanding_;
  if (!status.ok() && failure_.ok()) failure_ = status;
  const std::uint64_t one = 1;  // under the lock: the target may be gone once it sees zero outstanding
  (void)!::write(changed_.get(), &one, sizeof one);
}

base::Status PutTarget::first_failure() {
  const std::lock_guard lock(mutex_);
  return failure_;
}

base::Status PutTarget::wait_below(std::size_t count) {
  Interrupt* interrupt = limits_.interrupt;
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      if (outstanding_ < count) return failure_;
    }
    if (interrupt != nullptr && interrupt->wait(changed_.get(), std::nullopt)) {
      const std::lock_guard lock(mutex_);
      if (failure_.ok()) failure_ = base::Status(base::WBEM_E_CALL_CANCELLED, "cancelled; every object reported before is stored");
    } else if (interrupt == nullptr) {
      ::usleep(1000);
    }
    std::uint64_t ticks = 0;
    (void)!::read(changed_.get(), &ticks, sizeof ticks);
  }
}

base::Status PutTarget::drain() { return wait_below(1); }

base::Status PutTarget::start(cim::Services& /*services*/, const std::function<base::Status(const cim::CallOptions&, cim::SinkPtr)>& put,
                              std::uint32_t flags) {
  cim::CallOptions options = options_;
  options.flags |= flags;
  {
    const std::lock_guard lock(mutex_);
    ++outstanding_;
  }
  base::Status started = put(options, std::make_shared<Pending>(*this));
  if (!started.ok()) ended(started);
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
  TRY(drain());
  TRY_ASSIGN(cim::Services * services, connection(name_space));
  if (((flags | options_.flags) & cim::flag::kUpdateForceMode) != 0 && events_.forced) announce_force(*services, cls->name());
  TRY(start(*services, [&](const cim::CallOptions& o, cim::SinkPtr s) { return services->PutClassAsync(cls, o, std::move(s)); }, flags));
  return drain();
}

base::Status PutTarget::put_instance(std::string_view name_space, const cim::Instance& instance, std::uint32_t flags) {
  TRY(wait_below(kOutstanding));
  TRY_ASSIGN(cim::Services * services, connection(name_space));
  constexpr std::uint32_t kClassOnly = cim::flag::kUpdateSafeMode | cim::flag::kUpdateForceMode;
  TRY(start(
      *services,
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
