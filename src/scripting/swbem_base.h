// What all automation objects of WMI share: typed arguments, errors with their source.
#pragma once

#include <string>

#include "base/status.h"
#include "scripting/interface.h"

namespace scripting {

/// A TableObject over an Interface: arguments are converted to the types of its rows, left-out ones have their defaults, failures carry
/// the object's name as Err.Source and WMI's phrase as Err.Description.
class SwbemBase : public TableObject {
 public:
  explicit SwbemBase(const Interface& interface) : TableObject(interface.table()), interface_(interface) {}
  const Interface& interface() const { return interface_; }
  /// Indices given to a Value that holds an array are its element's: `set("name")(1)`.
  Outcome<Variant> invoke(Dispid member, unsigned how, Arguments arguments) override;

 protected:
  Outcome<Variant> call_member(const MemberTable::Entry& entry, MemberCall& call) override;
  /// A failure with this object as its source.
  std::unexpected<Failure> fail(base::Hresult code) const;
  std::unexpected<Failure> fail(const base::Status& status) const;
  Failure dressed(Failure failure) const;

 private:
  const Interface& interface_;
};

/// DISP_E_TYPEMISMATCH, DISP_E_OVERFLOW. Nothing, Null and Empty are no object.
Outcome<Variant> convert_argument(const Variant& value, ParameterType type);

/// The element of `array` at `indices`. DISP_E_BADPARAMCOUNT for what is no array, DISP_E_BADINDEX outside of it.
Outcome<Variant*> element_at(const Variant& array, std::span<const Variant> indices);

/// WMI's phrase of a code, with its trailing blank ("Not found "); empty for codes that have none.
std::string status_phrase(base::Hresult code);
/// That, or what the status itself says where its code has no phrase.
std::string status_phrase(const base::Status& status);

/// Arguments as call_member() left them.
std::string text_argument(const MemberCall& call, std::size_t i);
std::uint32_t flags_argument(const MemberCall& call, std::size_t i);
bool boolean_argument(const MemberCall& call, std::size_t i);
Dispatch* object_argument(const MemberCall& call, std::size_t i);

}  // namespace scripting
