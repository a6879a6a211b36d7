// SWbemServices and SWbemServicesEx: a namespace.
#pragma once

#include "scripting/operations.h"
#include "scripting/swbem_base.h"
#include "scripting/world.h"

namespace scripting {

/// Asynchronous members raise what is found before the operation starts; everything else arrives as OnCompleted.
class SwbemServices final : public SwbemBase {
 public:
  explicit SwbemServices(SessionPtr session) : SwbemBase(extended_declaration()), session_(std::move(session)) {}
  static const Interface& declaration();           // SWbemServices
  static const Interface& extended_declaration();  // SWbemServicesEx
  const SessionPtr& session() const { return session_; }

  // swbem_services.cc
  Outcome<Variant> get_object(MemberCall& call);
  Outcome<Variant> remove(MemberCall& call);
  Outcome<Variant> instances_of(MemberCall& call);
  Outcome<Variant> subclasses_of(MemberCall& call);
  Outcome<Variant> exec_query(MemberCall& call);
  Outcome<Variant> associators_of(MemberCall& call);
  Outcome<Variant> references_to(MemberCall& call);
  Outcome<Variant> exec_notification_query(MemberCall& call);
  Outcome<Variant> exec_method(MemberCall& call);
  Outcome<Variant> security(MemberCall& call);
  Outcome<Variant> put(MemberCall& call);
  // swbem_services_async.cc
  Outcome<Variant> get_async(MemberCall& call);
  Outcome<Variant> remove_async(MemberCall& call);
  Outcome<Variant> instances_of_async(MemberCall& call);
  Outcome<Variant> subclasses_of_async(MemberCall& call);
  Outcome<Variant> exec_query_async(MemberCall& call);
  Outcome<Variant> associators_of_async(MemberCall& call);
  Outcome<Variant> references_to_async(MemberCall& call);
  Outcome<Variant> exec_notification_query_async(MemberCall& call);
  Outcome<Variant> exec_method_async(MemberCall& call);
  Outcome<Variant> put_async(MemberCall& call);

 private:
  /// Starts an asynchronous member. `sink`, `flags`: positions of arguments; named values and context follow the flags.
  Outcome<Variant> begin(MemberCall& call, std::size_t sink, std::size_t flags, cim::Operation operation, const std::string& subject,
                         const World::Start& start, bool puts = false);
  Outcome<Variant> set_of(MemberCall& call, std::size_t flags, cim::Operation operation, const std::string& text,
                          const std::string& more = {});

  const SessionPtr session_;
};

}  // namespace scripting
