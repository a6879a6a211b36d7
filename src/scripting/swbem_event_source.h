// SWbemEventSource: the events of ExecNotificationQuery, one at a time.
#pragma once

#include "cim/calls.h"
#include "scripting/swbem_base.h"
#include "scripting/world.h"

namespace scripting {

class SwbemEventSource final : public SwbemBase {
 public:
  SwbemEventSource(SessionPtr session, cim::EnumeratorPtr events, CallSubject subject)
      : SwbemBase(declaration()), session_(std::move(session)), events_(std::move(events)), subject_(std::move(subject)) {}
  static const Interface& declaration();

  /// Waits; wbemErrTimedout (0x80043001) when none came in time.
  Outcome<Variant> next_event(MemberCall& call);
  Outcome<Variant> security(MemberCall& call);

 private:
  const SessionPtr session_;
  const cim::EnumeratorPtr events_;
  const CallSubject subject_;
};

}  // namespace scripting
