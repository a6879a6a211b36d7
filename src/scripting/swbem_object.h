// SWbemObject, SWbemObjectEx, SWbemLastError: classes and instances with their properties and methods as members.
#pragma once

#include <string>
#include <vector>

#include "cim/services.h"
#include "scripting/live_object.h"
#include "scripting/swbem_base.h"
#include "scripting/world.h"

namespace scripting {

/// Besides the rows of its interface it has the WMI properties and methods of its object as members (SDK "Manipulating Class and Instance
/// Information"): `o.Name`, `o.Size = 5`, `o.IPAddress(0)`, `o.Create("x", , , pid)`. A method's name read as a property alone, without
/// the right to call it, is DISP_E_MEMBERNOTFOUND: callers that look before they call take it for a method then.
class SwbemObject final : public SwbemBase {
 public:
  SwbemObject(const Interface& interface, SessionPtr session, Ref<LiveObject> live)
      : SwbemBase(interface), session_(std::move(session)), live_(std::move(live)) {}
  static const Interface& declaration();             // SWbemObject
  static const Interface& extended_declaration();    // SWbemObjectEx
  static const Interface& last_error_declaration();  // SWbemLastError

  LiveObject& live() const { return *live_; }
  const SessionPtr& session() const { return session_; }

  Dispid id_of(std::u16string_view name) override;
  Dispid parameter_id(Dispid member, std::u16string_view name) override;
  Outcome<Variant> invoke(Dispid member, unsigned how, Arguments arguments) override;
  const void* shape() const override;

  // swbem_object.cc
  Outcome<Variant> clone(MemberCall& call);
  Outcome<Variant> get_object_text(MemberCall& call);
  Outcome<Variant> spawn_derived_class(MemberCall& call);
  Outcome<Variant> spawn_instance(MemberCall& call);
  Outcome<Variant> compare_to(MemberCall& call);
  Outcome<Variant> qualifiers(MemberCall& call);
  Outcome<Variant> properties(MemberCall& call);
  Outcome<Variant> methods(MemberCall& call);
  Outcome<Variant> derivation(MemberCall& call);
  Outcome<Variant> path(MemberCall& call);
  Outcome<Variant> security(MemberCall& call);
  Outcome<Variant> system_properties(MemberCall& call);
  Outcome<Variant> get_text(MemberCall& call);
  Outcome<Variant> set_from_text(MemberCall& call);
  // swbem_object_calls.cc
  Outcome<Variant> put(MemberCall& call);
  Outcome<Variant> put_async(MemberCall& call);
  Outcome<Variant> remove(MemberCall& call);
  Outcome<Variant> remove_async(MemberCall& call);
  Outcome<Variant> instances(MemberCall& call);
  Outcome<Variant> instances_async(MemberCall& call);
  Outcome<Variant> subclasses(MemberCall& call);
  Outcome<Variant> subclasses_async(MemberCall& call);
  Outcome<Variant> associators(MemberCall& call);
  Outcome<Variant> associators_async(MemberCall& call);
  Outcome<Variant> references(MemberCall& call);
  Outcome<Variant> references_async(MemberCall& call);
  Outcome<Variant> exec_method(MemberCall& call);
  Outcome<Variant> exec_method_async(MemberCall& call);
  Outcome<Variant> refresh(MemberCall& call);

 private:
  // swbem_object_members.cc
  Outcome<Variant> invoke_property(const cim::Property& property, unsigned how, Arguments arguments);
  Outcome<Variant> invoke_system(std::string_view name, unsigned how, Arguments arguments);
  Outcome<Variant> invoke_method(const cim::Method& method, unsigned how, Arguments arguments);
  Outcome<Variant> invoke_named(const std::string& name, unsigned how, Arguments arguments);
  Outcome<Variant> read(const cim::Property& property) const;
  const cim::Method* method_of(Dispid member) const;
  // swbem_object_calls.cc; `flags`: the position of that argument, named values (and the context) follow it
  Outcome<CallOutput> run(MemberCall& call, std::size_t flags, CallSubject subject, const World::Start& start);
  Outcome<Variant> begin(MemberCall& call, std::size_t flags, CallSubject subject, const World::Start& start, bool puts = false);
  Outcome<Variant> set_of(MemberCall& call, std::size_t flags, cim::Operation operation, const std::string& text,
                          const std::string& more = {});
  std::string own_path() const;

  SessionPtr session_;                         // null: the object came from nowhere
  std::shared_ptr<OwnSecurity> own_security_;  // then
  const Ref<LiveObject> live_;
  std::vector<std::string> names_;  // of a class: its members may change, the ids of their names may not
};

/// SWbemObjectEx over an object; `session` may be null.
DispatchRef make_object(const SessionPtr& session, cim::Object object);
DispatchRef make_live_object(const SessionPtr& session, Ref<LiveObject> live);
/// SWbemLastError over an __ExtendedStatus.
DispatchRef make_last_error(const SessionPtr& session, const cim::ObjectPtr& status);

}  // namespace scripting
