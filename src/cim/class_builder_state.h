// What the units of ClassBuilder share. Internal to src/cim.
#pragma once

#include <string>
#include <string_view>

#include "cim/class_data.h"

namespace cim {

struct ClassBuilder::State {
  ClassModel model;
  ClassPtr parent;  // null: none, or not known
  std::string server;
  std::string name_space;
  bool decorated = false;

  std::uint32_t depth() const { return static_cast<std::uint32_t>(model.derivation.size()); }
  Property* property(std::string_view name);
  Method* method(std::string_view name);
  const Property* parent_property(std::string_view name) const { return parent ? parent->property(name) : nullptr; }
  const Method* parent_method(std::string_view name) const { return parent ? parent->method(name) : nullptr; }
  void rebuild_index();

  base::Status put_property(std::string_view name, Type type, Value default_value, std::string_view cim_type);
  base::Status add_property(std::string_view name, Type type, Value default_value, std::string_view cim_type);
  base::Status put_qualifier(Qualifier qualifier);
  base::Status put_property_qualifier(Property& property, Qualifier qualifier);
  base::Status put_method_qualifier(Method& method, Qualifier qualifier);
  base::Status check_key(const Property& property) const;
  base::Status put_method(std::string_view name, ClassPtr in, ClassPtr out);
  base::Status check_abstract() const;
  base::Status check_singleton() const;

  base::Status rebase_property(const Property& declared);
  base::Status rebase_method(const Method& declared);
};

/// A member as a derived class inherits it.
Property inherit(const Property& from);
Method inherit(const Method& from);
/// The qualifier that repeats a property's type in words; every property has one (MS-WMIO 2.3.1).
Qualifier cimtype_qualifier(std::string_view text, std::uint8_t flavors);
/// A name as properties and methods have it: an identifier without underscore at either end.
base::Status check_member_name(std::string_view name);
/// Parameter classes of a method: IDs, twins (WBEM_E_MISSING_PARAMETER_ID and its kin).
base::Status check_signature(const Class* in, const Class* out);
bool same_signature(const Class* a, const Class* b);
bool has_local_qualifiers(const QualifierSet& set);

}  // namespace cim
