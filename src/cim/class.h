// Classes: immutable, shared, with the layout of their instances. A class is made by ClassBuilder or decoded from octets.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cim/qualifier.h"
#include "cim/type.h"
#include "cim/value.h"

namespace cim {

class Class;
using ClassPtr = std::shared_ptr<const Class>;

/// Where a property lies in every instance of its class: what a read by handle needs. Obtained once per class, valid while the class lives.
struct PropertyHandle {
  std::uint32_t offset = 0;  // in the value table
  std::uint16_t index = 0;   // declaration order: position in the NdTable (MS-WMIO 2.2.26; the examples' octets, not its text)
  Type type;
};

struct Property {
  std::string name;
  Type type;
  std::string cim_type;            // text of the CIMTYPE qualifier: "uint32", "ref:Win32_Directory", "object:Win32_ProcessStartup"
  std::uint32_t origin = 0;        // depth of the declaring class, 0 = topmost ancestor
  bool inherited = false;          // declared by an ancestor (kInheritedBit on the wire); a local override of its default leaves it so
  bool default_inherited = false;  // the default value is the parent's (NdTable bit 1)
  Value default_value;             // effective default; NULL when none
  QualifierSet qualifiers;         // effective set, propagated ones marked; CIMTYPE included
  PropertyHandle handle;           // assigned by build()

  bool key() const { return qualifiers.is_true("key"); }
  /// "Win32_ProcessStartup" of "object:Win32_ProcessStartup" or "ref:..."; empty when untyped.
  std::string_view reference_class() const;
};

struct Method {
  std::string name;
  std::uint32_t origin = 0;
  bool inherited = false;  // wire flag 0x20
  QualifierSet qualifiers;
  ClassPtr in;   // class __PARAMETERS or null
  ClassPtr out;  // idem; holds ReturnValue when the method is not void
};

/// An immutable class. Thread-safe. All look-ups by name ignore case.
class Class {
 public:
  ~Class();
  const std::string& name() const;
  /// Empty for a top-level class.
  const std::string& superclass() const;
  /// Nearest parent first (__DERIVATION).
  const std::vector<std::string>& derivation() const;
  /// Topmost class: name() itself for a top-level class.
  const std::string& dynasty() const;
  /// Decoration (MS-WMIO 2.2.6): empty when the class came from nowhere. Namespace without server: root\cimv2 (as \ separated text).
  const std::string& server() const;
  const std::string& name_space() const;
  bool decorated() const;

  const QualifierSet& qualifiers() const;
  /// In declaration order, inherited ones first.
  std::span<const Property> properties() const;
  const Property* property(std::string_view name) const;
  std::optional<PropertyHandle> handle(std::string_view name) const;
  /// Positions in properties() of the key properties, in declaration order.
  std::span<const std::uint16_t> keys() const;
  std::span<const Method> methods() const;
  const Method* method(std::string_view name) const;
  /// The class that declared it, by the origin number.
  std::string_view origin_name(std::uint32_t origin) const;

  bool abstract() const;
  bool singleton() const;
  bool association() const;
  bool dynamic() const;
  bool has_amended_qualifiers() const;
  /// Text of the `provider` qualifier, empty for a static class.
  std::string_view provider() const;
  /// Itself or a descendant of `ancestor`.
  bool inherits_from(std::string_view ancestor) const;

  /// Positions in properties() in the order of the PropertyLookupTable (MS-WMIO 2.2.21), which per-property qualifier sets follow.
  std::span<const std::uint16_t> lookup_order() const;
  /// Octets of an instance with every property at its default.
  std::span<const std::uint8_t> blank_instance() const;
  /// Full octets of ClassPart (MS-WMIO 2.2.15): what precedes an instance part on the wire. Stable while the class lives.
  std::span<const std::uint8_t> class_part() const;
  std::span<const std::uint8_t> methods_part() const;
  /// The ParentClass octets (ClassPart MethodsPart of the parent, or the fixed empty form for a top-level class).
  std::span<const std::uint8_t> parent_octets() const;
  /// NdTable+ValueTable length of every instance, and octets of the NdTable alone.
  std::uint32_t tables_length() const;
  std::uint32_t nd_length() const;
  /// NdTable, value table and heap of the class's defaults. The tables are null for a class without properties.
  const std::uint8_t* default_tables() const;
  std::span<const std::uint8_t> default_heap() const;

  /// A copy with another decoration (shares everything else).
  ClassPtr decorate(std::string server, std::string name_space) const;

  /// The class object without name and members that GetObject(NULL) gives (MS-WMI 3.1.4.3.4).
  static ClassPtr empty();

  struct Data;  // class_data.h, for the codec and the builder
  explicit Class(std::shared_ptr<const Data> data, std::string server = {}, std::string name_space = {}, bool decorated = false);
  const Data& data() const { return *data_; }

 private:
  std::shared_ptr<const Data> data_;  // shared by copies with another decoration
  std::string server_;
  std::string name_space_;
  bool decorated_ = false;
};

/// The mutable form: a new class, a derived one, or a changed copy. Not thread-safe; cheap to discard.
/// Rules of the single object are checked here with their codes (names, types, overrides, propagated members); rules that need other
/// classes or instances are the object manager's (PutClass).
class ClassBuilder {
 public:
  /// A class without parent.
  explicit ClassBuilder(std::string name);
  /// SpawnDerivedClass: every inherited member is in place, marked inherited.
  ClassBuilder(ClassPtr parent, std::string name);
  /// A changed copy of an existing class with its parent's octets kept (Clone + Put).
  static ClassBuilder modify(const Class& existing);
  /// The local declarations of `declaration` (properties, overrides, qualifiers, methods) put onto `parent` (null for a top-level class).
  /// Errors: WBEM_E_TYPE_MISMATCH / OVERRIDE_NOT_ALLOWED / ... as the put of each member gives.
  static base::Result<ClassBuilder> rebase(const Class& declaration, ClassPtr parent);
  ClassBuilder(ClassBuilder&&) noexcept;
  ClassBuilder& operator=(ClassBuilder&&) noexcept;
  ClassBuilder(const ClassBuilder&);
  ~ClassBuilder();

  const std::string& name() const;
  void set_name(std::string name);
  void set_decoration(std::string server, std::string name_space);

  /// Adds a property or overrides an inherited one. `cim_type` defaults to the type's name ("ref:object"/"object" for those).
  /// Errors: WBEM_E_INVALID_PARAMETER/INVALID_OBJECT for names, TYPE_MISMATCH for a default of the wrong type or an override of another
  /// type, PROPAGATED_PROPERTY where an override is not allowed, CANNOT_BE_KEY ...
  base::Status put_property(std::string_view name, Type type, Value default_value = {}, std::string_view cim_type = {});
  /// Local: removed. Overridden: goes back to the parent's, WBEM_S_RESET_TO_DEFAULT. Purely inherited: WBEM_E_PROPAGATED_PROPERTY.
  base::Status delete_property(std::string_view name);
  /// Class qualifier / property qualifier / method qualifier. Errors: OVERRIDE_NOT_ALLOWED (parent says DisableOverride),
  /// CANNOT_BE_KEY, INVALID_QUALIFIER, INVALID_QUALIFIER_TYPE (boolean, sint32, string, real64 and arrays of them ... WMI's list),
  /// INVALID_FLAVOR.
  base::Status put_qualifier(Qualifier qualifier);
  base::Status put_property_qualifier(std::string_view property, Qualifier qualifier);
  base::Status put_method_qualifier(std::string_view method, Qualifier qualifier);
  base::Status delete_qualifier(std::string_view name);
  base::Status delete_property_qualifier(std::string_view property, std::string_view name);
  base::Status delete_method_qualifier(std::string_view method, std::string_view name);
  /// Adds or overrides. Parameter classes are checked: every parameter has an ID (MISSING_PARAMETER_ID), unique, consecutive from 0
  /// (NONCONSECUTIVE_PARAMETER_IDS), none on ReturnValue (PARAMETER_ID_ON_RETVAL), in/out twins agree (INVALID_DUPLICATE_PARAMETER).
  base::Status put_method(std::string_view name, ClassPtr in, ClassPtr out);
  base::Status delete_method(std::string_view name);

  std::span<const Property> properties() const;
  std::span<const Method> methods() const;
  const QualifierSet& qualifiers() const;

  /// Lays the class out and freezes it. Errors: WBEM_E_INVALID_CLASS (no name), TOO_MANY_PROPERTIES, CANNOT_BE_SINGLETON ...
  base::Result<ClassPtr> build() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Limits on classes (an attacker's class can't make a reader spend more than these).
inline constexpr std::size_t kMaxProperties = 1024;
inline constexpr std::size_t kMaxDerivation = 512;
inline constexpr std::size_t kMaxNameLength = 4096;  // characters; WBEM_MAX_IDENTIFIER

}  // namespace cim
