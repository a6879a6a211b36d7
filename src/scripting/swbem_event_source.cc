#include "scripting/swbem_event_source.h"

#include <algorithm>

#include "scripting/swbem_object.h"

namespace scripting {
namespace {

constexpr std::int64_t kLook = 100;  // milliseconds between looks for an interruption
constexpr base::Hresult kTimedOut{0x80043001};

}  // namespace

const Interface& SwbemEventSource::declaration() {
  static const Interface made(
      {.object = "SWbemEventSource",
       .interface = "ISWbemEventSource",
       .iid = "27d54d92-0ebe-11d2-8b22-00600806d9b6",
       .clsid = "04b83d58-21ae-11d2-8b33-00600806d9b6"},
      {{"NextEvent", 1, invoke::kMethod, 7, "iTimeoutMs:long=wbemTimeoutInfinite", "ISWbemObject", handler<&SwbemEventSource::next_event>},
       {"Security_", 2, invoke::kGet, 8, "", "ISWbemSecurity", handler<&SwbemEventSource::security>}});
  return made;
}

Outcome<Variant> SwbemEventSource::next_event(MemberCall& call) {
  using Clock = Apartment::Clock;
  World& world = session_->world();
  world.clear_last_error();
  const std::int32_t timeout = call.argument(0).as_int32();
  if (timeout < -1) return fail(WBEM_E_INVALID_PARAMETER);
  const auto deadline = Clock::now() + std::chrono::milliseconds(std::max(timeout, 0));
  std::vector<cim::Object> taken;
  for (;;) {
    std::int64_t wait = kLook;
    if (timeout >= 0) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
      wait = std::clamp<std::int64_t>(left, 0, kLook);
    }
    const base::Status status = events_->Next(static_cast<cim::Timeout>(wait), 1, taken);
    if (!taken.empty()) return Variant::object(make_object(session_, taken.front()));
    if (!status.ok()) {
      world.remember(status, subject_, events_->error_object());
      return fail(status);
    }
    if (status.code() != WBEM_S_TIMEDOUT) return fail(WBEM_E_FAILED);  // the source has ended
    if (world.apartment().interrupted()) return fail(WBEM_E_CALL_CANCELLED);
    if (timeout >= 0 && Clock::now() >= deadline) return fail(kTimedOut);
  }
}

Outcome<Variant> SwbemEventSource::security(MemberCall&) { return Variant::object(make<SwbemSecurity>(session_)); }

}  // namespace scripting
