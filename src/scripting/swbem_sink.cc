#include "scripting/swbem_sink.h"

#include <algorithm>

#include "base/utf.h"
#include "scripting/world.h"

namespace scripting {
namespace {

constexpr InterfaceEvent kEvents[] = {
    {"OnObjectReady", SwbemSink::kOnObjectReady, "objWbemObject:ISWbemObject *, objWbemAsyncContext:ISWbemNamedValueSet *"},
    {"OnCompleted", SwbemSink::kOnCompleted,
     "iHResult:WbemErrorEnum, objWbemErrorObject:ISWbemObject *, objWbemAsyncContext:ISWbemNamedValueSet *"},
    {"OnProgress", SwbemSink::kOnProgress, "iUpperBound:long, iCurrent:long, strMessage:BSTR, objWbemAsyncContext:ISWbemNamedValueSet *"},
    {"OnObjectPut", SwbemSink::kOnObjectPut, "objWbemObjectPath:ISWbemObjectPath *, objWbemAsyncContext:ISWbemNamedValueSet *"},
};

}  // namespace

const Interface& SwbemSink::declaration() {
  static const Interface made({.object = "SWbemSink",
                               .interface = "ISWbemSink",
                               .iid = "75718c9f-f029-11d1-a1ac-00c04fb6c223",
                               .clsid = "75718c9a-f029-11d1-a1ac-00c04fb6c223",
                               .prog_id = "WbemScripting.SWbemSink",
                               .events_iid = "75718ca0-f029-11d1-a1ac-00c04fb6c223",
                               .events = kEvents},
                              {{"Cancel", 1, invoke::kMethod, 7, "", "void", handler<&SwbemSink::cancel>}});
  return made;
}

std::shared_ptr<void> SwbemSink::advise(std::shared_ptr<EventHandler> handler) {
  // The token owns a share of the handler: when it goes, the weak one here ends.
  auto token = std::make_shared<std::shared_ptr<EventHandler>>(std::move(handler));
  handlers_.push_back(std::shared_ptr<EventHandler>(token, token->get()));
  return token;
}

void SwbemSink::fire(Dispid event, std::span<Variant> arguments) {
  const Ref<SwbemSink> alive(this);
  std::erase_if(handlers_, [](const auto& handler) { return handler.expired(); });
  const auto handlers = handlers_;  // a handler may connect or disconnect another
  const std::string_view name = kEvents[event - 1].name;
  const std::u16string units(name.begin(), name.end());
  for (const auto& weak : handlers) {
    if (const auto handler = weak.lock()) handler->on_event(event, units, arguments);
  }
}

Outcome<Variant> SwbemSink::cancel(MemberCall&) {
  if (const auto world = world_.lock()) world->cancel(*this);
  return Variant();
}

}  // namespace scripting
