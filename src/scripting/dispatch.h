// Automation objects: IDispatch in C++ (MS-OAUT 3.1), collections, events.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "scripting/variant.h"

namespace scripting {

using Dispid = std::int32_t;
inline constexpr Dispid kValue = 0;     // DISPID_VALUE: the default member
inline constexpr Dispid kNewEnum = -4;  // DISPID_NEWENUM
inline constexpr Dispid kUnknownName = -1;

/// What a call may be; get and method together where a language cannot tell them apart (`x = o.m`).
namespace invoke {
inline constexpr unsigned kMethod = 1;
inline constexpr unsigned kGet = 2;
inline constexpr unsigned kPut = 4;
inline constexpr unsigned kPutRef = 8;
}  // namespace invoke

inline constexpr base::Hresult DISP_E_MEMBERNOTFOUND{0x80020003};
inline constexpr base::Hresult DISP_E_PARAMNOTFOUND{0x80020004};
inline constexpr base::Hresult DISP_E_TYPEMISMATCH{0x80020005};
inline constexpr base::Hresult DISP_E_UNKNOWNNAME{0x80020006};
inline constexpr base::Hresult DISP_E_NONAMEDARGS{0x80020007};
inline constexpr base::Hresult DISP_E_OVERFLOW{0x8002000A};
inline constexpr base::Hresult DISP_E_BADINDEX{0x8002000B};
inline constexpr base::Hresult DISP_E_BADPARAMCOUNT{0x8002000E};
inline constexpr base::Hresult DISP_E_PARAMNOTOPTIONAL{0x8002000F};
inline constexpr base::Hresult DISP_E_DIVBYZERO{0x80020012};
inline constexpr base::Hresult CO_E_CLASSSTRING{0x800401F3};
inline constexpr base::Hresult MK_E_SYNTAX{0x800401E4};

/// A failed call as Err shows it. `source` empty: the engine fills in the program's name.
struct Failure {
  base::Hresult code;
  std::string source;       // "SWbemServicesEx"
  std::string description;  // empty: the engine's own text of the code
};
template <class T>
using Outcome = std::expected<T, Failure>;
inline std::unexpected<Failure> failure(base::Hresult code, std::string description = {}, std::string source = {}) {
  return std::unexpected(Failure{code, std::move(source), std::move(description)});
}

/// In the order in which they are written. By-reference arguments are Variant::reference(); the object assigns through them. Of a put the
/// last one is the new value. Left-out ones are Variant::missing(). `named`: DISPIDs of parameters (as `parameter_ids` gave them) for the
/// last `named.size()` arguments.
struct Arguments {
  std::span<Variant> values;
  std::span<const Dispid> named;
};

/// IEnumVARIANT.
class Enumeration : public Counted {
 public:
  /// nullopt at the end.
  virtual Outcome<std::optional<Variant>> next() = 0;
  virtual Outcome<bool> reset() = 0;  // false: cannot be repeated
  virtual Outcome<Ref<Enumeration>> clone();
};

/// Belongs to one thread, like everything that is reached from it.
class Dispatch : public Counted {
 public:
  /// Name without case; kUnknownName when there is none. The same name always gives the same id.
  virtual Dispid id_of(std::u16string_view name) = 0;
  /// Ids of a member's parameters by name, for named arguments; kUnknownName for those that it lacks.
  virtual Dispid parameter_id(Dispid member, std::u16string_view name);
  /// `how`: bits of invoke::. DISP_E_MEMBERNOTFOUND, DISP_E_BADPARAMCOUNT, DISP_E_TYPEMISMATCH, DISP_E_PARAMNOTOPTIONAL, or the object's
  /// own.
  virtual Outcome<Variant> invoke(Dispid member, unsigned how, Arguments arguments) = 0;
  /// For Each; DISP_E_MEMBERNOTFOUND when it is no collection.
  virtual Outcome<Ref<Enumeration>> enumerate();
  /// What TypeName says: "SWbemObjectEx", "Dictionary".
  virtual std::string type_name() const = 0;
  /// Objects of one shape (not null) give the same ids for all names, so that a caller may keep an id. null: ids are the object's own.
  virtual const void* shape() const { return nullptr; }
  /// Whether two references are the same object (`Is`); some objects are made anew for each caller.
  virtual bool same_as(const Dispatch& other) const { return this == &other; }
};
using DispatchRef = Ref<Dispatch>;

/// Takes an object's events (the sink's side of a connection point). Called on the object's thread while it pumps.
class EventHandler {
 public:
  virtual ~EventHandler() = default;
  /// `name` as declared ("OnObjectReady"). By-reference arguments may be assigned. Handlers that do not exist do nothing.
  virtual void on_event(Dispid event, std::u16string_view name, std::span<Variant> arguments) = 0;
};

/// An object that fires events.
class EventSource {
 public:
  virtual ~EventSource() = default;
  /// Until the returned token is dropped.
  virtual std::shared_ptr<void> advise(std::shared_ptr<EventHandler> handler) = 0;
};
/// The source of an object's events; null when it fires none.
EventSource* event_source_of(Dispatch& object);

// Shorthands for callers in C++; names in UTF-8.
Outcome<Variant> get(Dispatch& object, std::string_view name, std::span<Variant> arguments = {});
Outcome<Variant> call(Dispatch& object, std::string_view name, std::span<Variant> arguments = {});
Outcome<Variant> put(Dispatch& object, std::string_view name, Variant value);

}  // namespace scripting
