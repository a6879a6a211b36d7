// SWbemPropertySet and SWbemProperty, of WMI properties or of system properties.
#pragma once

#include "scripting/live_object.h"
#include "scripting/swbem_base.h"
#include "scripting/world.h"

namespace scripting {

class SwbemPropertySet final : public SwbemBase {
 public:
  /// `system`: __CLASS and its kin, which can neither be added nor removed.
  SwbemPropertySet(SessionPtr session, Ref<LiveObject> live, bool system)
      : SwbemBase(declaration()), session_(std::move(session)), live_(std::move(live)), system_(system) {}
  static const Interface& declaration();
  Outcome<Ref<Enumeration>> enumerate() override;

  Outcome<Variant> item(MemberCall& call);
  Outcome<Variant> count(MemberCall& call);
  Outcome<Variant> add(MemberCall& call);
  Outcome<Variant> remove(MemberCall& call);

 private:
  const SessionPtr session_;
  const Ref<LiveObject> live_;
  const bool system_;
};

/// Looks its property up by name at each access; WBEM_E_NOT_FOUND once that is removed.
class SwbemProperty final : public SwbemBase {
 public:
  SwbemProperty(SessionPtr session, Ref<LiveObject> live, std::string name)
      : SwbemBase(declaration()), session_(std::move(session)), live_(std::move(live)), name_(std::move(name)) {}
  static const Interface& declaration();

  Outcome<Variant> value(MemberCall& call);
  Outcome<Variant> name(MemberCall& call);
  Outcome<Variant> is_local(MemberCall& call);
  Outcome<Variant> origin(MemberCall& call);
  Outcome<Variant> cim_type(MemberCall& call);
  Outcome<Variant> qualifiers(MemberCall& call);
  Outcome<Variant> is_array(MemberCall& call);

 private:
  bool system() const { return is_system_name(name_); }

  const SessionPtr session_;
  const Ref<LiveObject> live_;
  const std::string name_;
};

/// Type of a system property.
cim::Type system_property_type(std::string_view name);

}  // namespace scripting
