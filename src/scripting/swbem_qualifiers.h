// SWbemQualifierSet and SWbemQualifier, of objects, properties and methods.
#pragma once

#include "scripting/live_object.h"
#include "scripting/swbem_base.h"
#include "scripting/world.h"

namespace scripting {

class SwbemQualifierSet final : public SwbemBase {
 public:
  SwbemQualifierSet(SessionPtr session, Ref<LiveObject> live, QualifierOwner owner)
      : SwbemBase(declaration()), session_(std::move(session)), live_(std::move(live)), owner_(std::move(owner)) {}
  static const Interface& declaration();
  Outcome<Ref<Enumeration>> enumerate() override;

  Outcome<Variant> item(MemberCall& call);
  Outcome<Variant> count(MemberCall& call);
  Outcome<Variant> add(MemberCall& call);
  Outcome<Variant> remove(MemberCall& call);

 private:
  const SessionPtr session_;
  const Ref<LiveObject> live_;
  const QualifierOwner owner_;
};

/// Looks its qualifier up at each access; WBEM_E_NOT_FOUND once that is removed.
class SwbemQualifier final : public SwbemBase {
 public:
  SwbemQualifier(SessionPtr session, Ref<LiveObject> live, QualifierOwner owner, std::string name)
      : SwbemBase(declaration()), session_(std::move(session)), live_(std::move(live)), owner_(std::move(owner)), name_(std::move(name)) {}
  static const Interface& declaration();

  Outcome<Variant> value(MemberCall& call);
  Outcome<Variant> name(MemberCall& call);
  Outcome<Variant> is_local(MemberCall& call);
  Outcome<Variant> propagates_to_subclass(MemberCall& call);
  Outcome<Variant> propagates_to_instance(MemberCall& call);
  Outcome<Variant> is_overridable(MemberCall& call);
  Outcome<Variant> is_amended(MemberCall& call);

 private:
  base::Result<cim::Qualifier> find() const;
  Outcome<Variant> flavor(MemberCall& call, std::uint8_t bit, bool inverse);

  const SessionPtr session_;
  const Ref<LiveObject> live_;
  const QualifierOwner owner_;
  const std::string name_;
};

}  // namespace scripting
