// What a MOF text declares, as it is written. Names and literals are views of the sources, which the Unit owns.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cim/type.h"
#include "mof/diagnostic.h"
#include "mof/source.h"

namespace mof {

struct ClassDecl;
struct InstanceDecl;

struct Position {
  std::uint32_t source = 0;  // index in Unit::sources
  std::uint32_t line = 0;
  const char* at = nullptr;  // in that source's text
};

enum class LiteralKind : std::uint8_t { kNone, kNull, kBoolean, kInteger, kReal, kString, kCharacter, kAlias, kArray, kInstance, kClass };

/// A constant. `text` is its spelling: of a string the span from the first quote to the last, adjacent literals included; of an alias
/// its name.
struct Literal {
  LiteralKind kind = LiteralKind::kNone;
  bool truth = false;  // of kBoolean
  std::string_view text;
  Position position;
  std::vector<Literal> elements;           // of kArray
  std::unique_ptr<InstanceDecl> instance;  // of kInstance
  std::unique_ptr<ClassDecl> cls;          // of kClass
  bool present() const { return kind != LiteralKind::kNone; }
};

/// Flavors as written after a qualifier (SDK "Qualifier Flavors"; Translatable is DMTF's and has no effect).
namespace flavor_mark {
inline constexpr std::uint16_t kToInstance = 0x1;
inline constexpr std::uint16_t kNotToInstance = 0x2;
inline constexpr std::uint16_t kToSubclass = 0x4;
inline constexpr std::uint16_t kNotToSubclass = 0x8;
inline constexpr std::uint16_t kEnableOverride = 0x10;
inline constexpr std::uint16_t kDisableOverride = 0x20;
inline constexpr std::uint16_t kRestricted = 0x40;
inline constexpr std::uint16_t kAmended = 0x80;
inline constexpr std::uint16_t kTranslatable = 0x100;
}  // namespace flavor_mark

/// Where a qualifier may stand (DSP0004).
namespace scope_mark {
inline constexpr std::uint16_t kClass = 0x1;
inline constexpr std::uint16_t kAssociation = 0x2;
inline constexpr std::uint16_t kIndication = 0x4;
inline constexpr std::uint16_t kProperty = 0x8;
inline constexpr std::uint16_t kReference = 0x10;
inline constexpr std::uint16_t kMethod = 0x20;
inline constexpr std::uint16_t kParameter = 0x40;
inline constexpr std::uint16_t kSchema = 0x80;
inline constexpr std::uint16_t kInstance = 0x100;
inline constexpr std::uint16_t kAny = 0xFFFF;
}  // namespace scope_mark

struct QualifierUse {
  std::string_view name;
  Literal value;  // absent: TRUE
  std::uint16_t flavors = 0;
  Position position;
};
using QualifierList = std::vector<QualifierUse>;

/// The declared type of a property, parameter or return value.
struct TypeUse {
  cim::Type type;
  std::string_view class_name;  // of a reference or object; empty for `object`
  bool is_void = false;
  std::uint32_t array_size = 0;  // `x[20]`; 0: none given
  /// "uint32", "ref:Win32_Directory", "object:Win32_ProcessStartup".
  std::string cim_type() const;
};

/// A property, a parameter, and in a list of parameters nothing else.
struct PropertyDecl {
  QualifierList qualifiers;
  TypeUse type;
  std::string_view name;
  Literal value;  // default; absent: none given
  Position position;
};

struct MethodDecl {
  QualifierList qualifiers;
  TypeUse result;
  std::string_view name;
  std::vector<PropertyDecl> parameters;
  Position position;
};

struct ClassDecl {
  QualifierList qualifiers;
  std::string_view name;
  std::string_view superclass;
  std::string_view alias;
  std::vector<PropertyDecl> properties;
  std::vector<MethodDecl> methods;
  Position position;
  std::uint32_t last_line = 0;
};

struct Assignment {
  QualifierList qualifiers;
  std::string_view name;
  Literal value;
  Position position;
};

struct InstanceDecl {
  QualifierList qualifiers;
  std::string_view class_name;
  std::string_view alias;
  std::vector<Assignment> values;
  Position position;
  std::uint32_t last_line = 0;
};

/// `Qualifier Key : boolean = false, Scope(property), Flavor(DisableOverride);` or Windows' `Qualifier Description : ToSubClass Amended;`
struct QualifierDecl {
  std::string_view name;
  bool typed = false;  // DMTF's form
  cim::Type type;
  Literal value;
  std::uint16_t scope = scope_mark::kAny;
  std::uint16_t flavors = 0;
  Position position;
};

struct NamespacePragma {
  std::string server;      // empty for this machine ("." too)
  std::string name_space;  // root\cimv2
  Position position;
};

/// classflags, instanceflags: cim::flag bits from here on.
struct FlagsPragma {
  bool instances = false;
  std::uint32_t flags = 0;
  Position position;
};

struct DeletePragma {
  bool instance = false;
  std::string what;  // class name or instance path
  bool must_exist = false;
  Position position;
};

struct AutorecoverPragma {
  Position position;
};

struct AmendmentPragma {
  std::string locale;  // MS_409
  Position position;
};

using Declaration =
    std::variant<ClassDecl, InstanceDecl, QualifierDecl, NamespacePragma, FlagsPragma, DeletePragma, AutorecoverPragma, AmendmentPragma>;

/// A parsed file with everything that it includes, in textual order.
struct Unit {
  std::deque<Source> sources;  // the first is the file itself; addresses are stable
  std::vector<Declaration> declarations;

  Unit() = default;
  Unit(Unit&&) = default;
  Unit& operator=(Unit&&) = default;
  Unit(const Unit&) = delete;
  Unit& operator=(const Unit&) = delete;

  Place place(const Position& position) const;
  bool has_autorecover() const;
};

}  // namespace mof
