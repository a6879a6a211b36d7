// SWbemNamedValueSet and SWbemNamedValue: values that travel with a call, keys of a path, the context of an asynchronous call.
#pragma once

#include <vector>

#include "cim/context.h"
#include "scripting/swbem_base.h"

namespace scripting {

/// The values themselves, shared by a set and the objects that look at it.
class NamedValues final : public Counted {
 public:
  struct Entry {
    Text name;
    Variant value;
  };
  std::vector<Entry> entries;
  bool read_only = false;  // for scripts
  /// Name without case; null when there is none.
  Entry* find(std::u16string_view name);
};

class SwbemNamedValueSet final : public SwbemBase {
 public:
  explicit SwbemNamedValueSet(Ref<NamedValues> values = make<NamedValues>()) : SwbemBase(declaration()), values_(std::move(values)) {}
  static const Interface& declaration();
  Outcome<Ref<Enumeration>> enumerate() override;
  const NamedValues& values() const { return *values_; }

  Outcome<Variant> item(MemberCall& call);
  Outcome<Variant> count(MemberCall& call);
  Outcome<Variant> add(MemberCall& call);
  Outcome<Variant> remove(MemberCall& call);
  Outcome<Variant> clone(MemberCall& call);
  Outcome<Variant> delete_all(MemberCall& call);

 private:
  const Ref<NamedValues> values_;
};

/// Keeps its value when it is removed from its set.
class SwbemNamedValue final : public SwbemBase {
 public:
  SwbemNamedValue(Ref<NamedValues> values, Text name, Variant value)
      : SwbemBase(declaration()), values_(std::move(values)), name_(std::move(name)), value_(std::move(value)) {}
  static const Interface& declaration();

  Outcome<Variant> value(MemberCall& call);
  Outcome<Variant> name(MemberCall& call);

 private:
  const Ref<NamedValues> values_;
  const Text name_;
  Variant value_;
};

/// The argument objWbemNamedValueSet as an operation takes it; null for none. WBEM_E_INVALID_PARAMETER for another object,
/// WBEM_E_INVALID_CONTEXT for values that no context can hold.
base::Result<cim::ContextPtr> context_of(Dispatch* named_value_set);

}  // namespace scripting
