// SWbemSink: the receiver of asynchronous results, and the source of their events.
#pragma once

#include <memory>
#include <vector>

#include "scripting/swbem_base.h"

namespace scripting {

class World;

class SwbemSink final : public SwbemBase, public EventSource {
 public:
  static constexpr Dispid kOnObjectReady = 1;
  static constexpr Dispid kOnCompleted = 2;
  static constexpr Dispid kOnProgress = 3;
  static constexpr Dispid kOnObjectPut = 4;

  explicit SwbemSink(std::weak_ptr<World> world) : SwbemBase(declaration()), world_(std::move(world)) {}
  static const Interface& declaration();

  std::shared_ptr<void> advise(std::shared_ptr<EventHandler> handler) override;
  /// Hands an event to every handler, in the order in which they were advised.
  void fire(Dispid event, std::span<Variant> arguments);

  Outcome<Variant> cancel(MemberCall& call);

 private:
  const std::weak_ptr<World> world_;
  std::vector<std::weak_ptr<EventHandler>> handlers_;
};

}  // namespace scripting
