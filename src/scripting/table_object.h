// Automation objects declared by a table: name, dispid, kinds, parameters and the member function of each member.
//
//   class Counter final : public TableObject {
//    public:
//     Counter() : TableObject(table()) {}
//     Outcome<Variant> item(MemberCall& call) {
//       if (call.is_put()) { values_[...] = call.value(); return Variant(); }
//       return ...call.argument(0)...;
//     }
//     Outcome<Variant> add(MemberCall& call);
//    private:
//     static const MemberTable& table() {
//       static const MemberTable made("Counter", {
//           {"Item", kValue, invoke::kGet | invoke::kPut, "Key", handler<&Counter::item>},
//           {"Add", 1, invoke::kMethod, "Key, [Item]", handler<&Counter::add>},
//       });
//       return made;
//     }
//   };
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "scripting/dispatch.h"

namespace scripting {

/// One call as a member function sees it: arguments in the order of the parameters.
class MemberCall {
 public:
  MemberCall(unsigned how, std::span<Variant> given, Variant* value) : arguments(given), how_(how), value_(value) {}
  /// One for each parameter, left-out ones are Variant::missing(); of a list "..." those that were given.
  std::span<Variant> arguments;
  /// One bit of invoke::, one that the member declares.
  unsigned how() const { return how_; }
  bool is_put() const { return (how_ & (invoke::kPut | invoke::kPutRef)) != 0; }
  bool has(std::size_t i) const { return i < arguments.size() && !arguments[i].target().is_missing(); }
  /// The value itself, references followed.
  const Variant& argument(std::size_t i) const { return arguments[i].target(); }
  /// The new value of a put.
  const Variant& value() const { return value_->target(); }
  /// Another one in its place, of the type that the member takes.
  void replace_value(Variant value) { converted_ = std::move(value), value_ = &converted_; }
  /// Assigns to a by-reference argument; nothing happens for one that is none.
  void assign(std::size_t i, Variant value);

 private:
  unsigned how_;
  Variant* value_;
  Variant converted_;
};

class TableObject;
using MemberHandler = Outcome<Variant> (*)(TableObject& object, MemberCall& call);

/// A row of a table. `parameters`: names in order, those in brackets may be left out, "..." at the end stands for any number more:
/// "Name, [Flags], [Context]". The new value of a put is not among them.
struct Member {
  std::string_view name;
  Dispid id;
  unsigned kinds;  // invoke:: bits
  std::string_view parameters;
  MemberHandler call;
};

/// The table of one class, made once and never changed; thread-safe.
class MemberTable {
 public:
  struct Entry {
    Member member;
    std::vector<std::string_view> parameters;
    std::size_t required = 0;
    bool any_number = false;
  };

  /// `type_name` is what TypeName says. Names and ids are different from one another.
  MemberTable(std::string_view type_name, std::initializer_list<Member> members);
  MemberTable(std::string_view type_name, std::span<const Member> members);

  std::string_view type_name() const { return type_name_; }
  /// Null when there is none.
  const Entry* find(Dispid id) const;
  /// Name without case (ASCII).
  Dispid id_of(std::u16string_view name) const;
  std::span<const Entry> entries() const { return entries_; }

 private:
  std::string_view type_name_;
  std::vector<Entry> entries_;
  std::unordered_map<std::string, Dispid> ids_;  // names in small letters
  std::vector<std::pair<Dispid, std::size_t>> order_;
};

/// A Dispatch over a table. Numbers of arguments are checked (DISP_E_BADPARAMCOUNT, DISP_E_PARAMNOTOPTIONAL), named arguments are put in
/// their places (DISP_E_PARAMNOTFOUND), a kind that the member lacks is DISP_E_MEMBERNOTFOUND. Arguments for a property without
/// parameters go to the default member of the object that it gives: `o.Properties_("Name")`; so does the value of a put to a member that
/// can only be read: `o.Properties_.Item("Name") = 5`.
class TableObject : public Dispatch {
 public:
  /// `table` lives as long as the program.
  explicit TableObject(const MemberTable& table) : table_(table) {}
  Dispid id_of(std::u16string_view name) override { return table_.id_of(name); }
  /// The parameter's position.
  Dispid parameter_id(Dispid member, std::u16string_view name) override;
  Outcome<Variant> invoke(Dispid member, unsigned how, Arguments arguments) override;
  std::string type_name() const override { return std::string(table_.type_name()); }
  const void* shape() const override { return &table_; }
  const MemberTable& members() const { return table_; }

 protected:
  /// Between the checks and the member: a class whose table says more (types, values of left-out arguments) applies it here.
  virtual Outcome<Variant> call_member(const MemberTable::Entry& entry, MemberCall& call) { return entry.member.call(*this, call); }

 private:
  const MemberTable& table_;
};

namespace detail {
template <class>
struct MemberOf;
template <class Class, class Result>
struct MemberOf<Result (Class::*)(MemberCall&)> {
  using type = Class;
};
}  // namespace detail

/// The handler that calls a member function `Outcome<Variant> (Class::*)(MemberCall&)`.
template <auto Method>
Outcome<Variant> handler(TableObject& object, MemberCall& call) {
  return (static_cast<typename detail::MemberOf<decltype(Method)>::type&>(object).*Method)(call);
}

/// An enumeration of fixed values, which can be repeated and cloned.
Ref<Enumeration> enumerate_values(std::vector<Variant> values);

}  // namespace scripting
