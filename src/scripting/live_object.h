// A class or an instance that scripts may change: what SWbemObject and the sets that hang on it share (IWbemClassObject).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cim/object.h"
#include "scripting/variant.h"

namespace scripting {

/// Whose qualifiers are meant: the object's own, those of a property or of a method.
struct QualifierOwner {
  enum class Kind : std::uint8_t { kObject, kProperty, kMethod } kind = Kind::kObject;
  std::string name;
};

/// On the script's thread. Changes stay here until the object is put.
class LiveObject final : public Counted {
 public:
  explicit LiveObject(cim::Object object);
  /// A derived class that has no name yet.
  LiveObject(cim::ClassBuilder fresh, cim::ClassPtr parent);

  bool is_class() const { return class_.has_value() || object_->is_class(); }
  /// The instance as it is, null for a class and for an instance that was changed since it came.
  const cim::Instance* plain_instance() const { return instance_ ? nullptr : object_ ? object_->as_instance() : nullptr; }
  /// The instance's class; of a class its form before changes (null for a new one).
  cim::ClassPtr cls() const { return object_ ? object_->cls() : nullptr; }
  /// As it is now. Errors: those of ClassBuilder::build(), WBEM_E_INVALID_CLASS without a name.
  base::Result<cim::Object> snapshot() const;
  /// A copy with the changes.
  Ref<LiveObject> clone() const;
  bool is_clone() const { return clone_; }
  /// Another state of the same object (Refresh_).
  void replace(cim::Object object);

  std::string class_name() const;
  /// WBEM_E_INVALID_OPERATION for an instance, WBEM_E_INVALID_PARAMETER for what is no name.
  base::Status set_class_name(std::string name);
  /// Nearest ancestor first.
  std::vector<std::string> derivation() const;
  /// The full path where the object has a server and a namespace, else the relative one; empty without keys or name.
  std::string path() const;
  std::string relative_path() const;

  std::span<const cim::Property> properties() const;
  const cim::Property* property(std::string_view name) const;
  std::span<const cim::Method> methods() const;
  const cim::Method* method(std::string_view name) const;
  /// True of an instance that came without its class's methods: from another machine (MS-WMIO has none in instances), or of a class that a
  /// query trimmed.
  bool lacks_methods() const { return !is_class() && !lent_ && object_->cls()->methods().empty(); }
  /// The methods are `whole`'s from here on; null: there are none.
  void lend_methods(cim::ClassPtr whole) { lent_ = std::move(whole); }
  /// The name of the class that declared it.
  std::string origin(std::uint32_t number) const;
  std::string origin(const cim::Method& method) const;

  /// The value of an instance, the default of a class.
  cim::Value value(const cim::Property& property) const;
  /// A system property; WBEM_E_NOT_FOUND for other names.
  base::Result<cim::Value> system_value(std::string_view name) const;
  /// `value` of the property's type. Errors: those of InstanceBuilder::set and ClassBuilder::put_property.
  base::Status set_value(std::string_view name, cim::Value value);
  /// Of classes only: WBEM_E_INVALID_OPERATION for an instance.
  base::Status add_property(std::string_view name, cim::Type type);
  /// WBEM_S_RESET_TO_DEFAULT: a property of an instance, or overridden in a class, has its class's (its parent's) default again.
  base::Status delete_property(std::string_view name);

  /// WBEM_E_NOT_FOUND when the owner is gone.
  base::Result<cim::QualifierSet> qualifiers(const QualifierOwner& owner) const;
  base::Status put_qualifier(const QualifierOwner& owner, cim::Qualifier qualifier);
  base::Status delete_qualifier(const QualifierOwner& owner, std::string_view name);

 private:
  cim::ClassBuilder& edit_class();
  cim::InstanceBuilder& edit_instance();

  /// Whose methods an instance has.
  const cim::Class& method_class() const { return lent_ && *lent_ ? **lent_ : *object_->cls(); }

  std::optional<cim::Object> object_;
  bool clone_ = false;
  std::optional<cim::ClassPtr> lent_;             // nullopt: not asked for yet
  cim::ClassPtr parent_;                          // of a new class
  std::optional<cim::ClassBuilder> class_;        // a changed class
  std::optional<cim::InstanceBuilder> instance_;  // a changed instance
  mutable std::optional<cim::Object> current_;    // built from it
};

/// True for the names of system properties (__CLASS ...).
bool is_system_name(std::string_view name);

}  // namespace scripting
