// The interfaces of WbemScripting's type library as one declarative table: what IDispatch needs (names, DISPIDs, parameters with their
// types and defaults), and what a vtable needs (slots, IIDs, order). Each object's rows stand in its own unit.
#pragma once

#include <deque>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scripting/table_object.h"

namespace scripting {

/// What a parameter takes; arguments are converted to it before the member sees them.
enum class ParameterType : std::uint8_t { kAny, kText, kLong, kBoolean, kDate, kObject };

struct Parameter {
  std::string_view name;
  std::string_view idl_type;     // "BSTR", "long", "IDispatch *", "WbemPrivilegeEnum" ...
  std::string_view idl_default;  // "wbemFlagReturnImmediately", L"WQL", 0; empty: required
  ParameterType type = ParameterType::kAny;
  std::int32_t number = 0;  // the default's value
  std::string text;
  bool optional() const { return !idl_default.empty(); }
  /// The value of a left-out argument.
  Variant default_value() const;
};

/// A row. `parameters` as the IDL has them: "strObjectPath:BSTR=L\"\", iFlags:long=0". `type`: of the result, and of the value put.
struct InterfaceMember {
  std::string_view name;
  Dispid id;
  unsigned kinds;  // invoke:: bits
  unsigned slot;   // in the vtable, of the getter or the method; a putter follows its getter
  std::string_view parameters;
  std::string_view type;
  MemberHandler call;
};

struct InterfaceEvent {
  std::string_view name;
  Dispid id;
  std::string_view parameters;
};

/// Made once, never changed; thread-safe.
class Interface {
 public:
  struct Names {
    std::string_view object;     // "SWbemServices": coclass, what TypeName says, and the source of errors
    std::string_view interface;  // "ISWbemServices"
    std::string_view iid;
    std::string_view clsid;
    std::string_view prog_id = {};                // "WbemScripting.SWbemLocator" where scripts may create it
    const Interface* base = nullptr;              // whose rows come first
    std::string_view events_iid = {};             // of the event interface
    std::span<const InterfaceEvent> events = {};  // in the order of their ids
  };
  Interface(Names names, std::initializer_list<InterfaceMember> members);
  Interface(const Interface&) = delete;
  Interface& operator=(const Interface&) = delete;

  const Names& names() const { return names_; }
  /// Its own rows, in the order of the vtable.
  std::span<const InterfaceMember> members() const { return members_; }
  /// All rows, those of the base first: entries in the order of all().
  const MemberTable& table() const { return *table_; }
  const std::vector<InterfaceMember>& all() const { return all_; }
  /// Of row `row` of all().
  std::span<const Parameter> parameters(std::size_t row) const { return parameters_[row]; }
  ParameterType value_type(std::size_t row) const { return value_types_[row]; }

 private:
  Names names_;
  std::vector<InterfaceMember> members_;
  std::vector<InterfaceMember> all_;
  std::deque<std::vector<Parameter>> parameters_;
  std::vector<ParameterType> value_types_;
  std::deque<std::string> forms_;  // "Name, [Flags]" for the MemberTable
  std::unique_ptr<MemberTable> table_;
};

/// "BSTR" and so on; enumerations are numbers, interfaces objects.
ParameterType parameter_type(std::string_view idl_type);

/// Every object of the library by name, in alphabetical order.
std::span<const Interface* const> swbem_interfaces();

/// The default handler of rows of _NewEnum: the collection itself, which enumerate() walks.
Outcome<Variant> self_enumerating(TableObject& object, MemberCall& call);

}  // namespace scripting
