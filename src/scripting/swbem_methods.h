// SWbemMethodSet and SWbemMethod.
#pragma once

#include "scripting/live_object.h"
#include "scripting/swbem_base.h"
#include "scripting/world.h"

namespace scripting {

class SwbemMethodSet final : public SwbemBase {
 public:
  SwbemMethodSet(SessionPtr session, Ref<LiveObject> live)
      : SwbemBase(declaration()), session_(std::move(session)), live_(std::move(live)) {}
  static const Interface& declaration();
  Outcome<Ref<Enumeration>> enumerate() override;

  Outcome<Variant> item(MemberCall& call);
  Outcome<Variant> count(MemberCall& call);

 private:
  const SessionPtr session_;
  const Ref<LiveObject> live_;
};

/// InParameters and OutParameters are classes, Nothing where the method has none.
class SwbemMethod final : public SwbemBase {
 public:
  SwbemMethod(SessionPtr session, Ref<LiveObject> live, std::string name)
      : SwbemBase(declaration()), session_(std::move(session)), live_(std::move(live)), name_(std::move(name)) {}
  static const Interface& declaration();

  Outcome<Variant> name(MemberCall& call);
  Outcome<Variant> origin(MemberCall& call);
  Outcome<Variant> in_parameters(MemberCall& call);
  Outcome<Variant> out_parameters(MemberCall& call);
  Outcome<Variant> qualifiers(MemberCall& call);

 private:
  const SessionPtr session_;
  const Ref<LiveObject> live_;
  const std::string name_;
};

}  // namespace scripting
