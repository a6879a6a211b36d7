// CIM types as MS-WMIO 2.2.82 numbers them, and the constants of flags and flavors that the object model shares.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"

namespace cim {

/// A base type (never with the array bit: arrays are a property of the declaration, see `Type`).
enum class CimType : std::uint16_t {
  kSint16 = 2,
  kSint32 = 3,
  kReal32 = 4,
  kReal64 = 5,
  kString = 8,
  kBoolean = 11,
  kObject = 13,
  kSint8 = 16,
  kUint8 = 17,
  kUint16 = 18,
  kUint32 = 19,
  kSint64 = 20,
  kUint64 = 21,
  kDatetime = 101,
  kReference = 102,
  kChar16 = 103,
};

inline constexpr std::uint32_t kArrayBit = 0x2000;
inline constexpr std::uint32_t kInheritedBit = 0x4000;  // PropertyInfo only

/// A base type and whether it is an array.
struct Type {
  CimType base = CimType::kString;
  bool array = false;
  friend bool operator==(const Type&, const Type&) = default;
};

namespace internal {
/// Octets of one value by the number of its type; 0 for what is no type.
inline constexpr std::array<std::uint8_t, 128> kValueSizes = [] {
  std::array<std::uint8_t, 128> sizes{};
  const auto set = [&sizes](CimType type, std::uint8_t size) { sizes[static_cast<std::size_t>(type)] = size; };
  for (const CimType type : {CimType::kSint8, CimType::kUint8}) set(type, 1);
  for (const CimType type : {CimType::kSint16, CimType::kUint16, CimType::kBoolean, CimType::kChar16}) set(type, 2);
  for (const CimType type : {CimType::kSint32, CimType::kUint32, CimType::kReal32, CimType::kString, CimType::kDatetime,
                             CimType::kReference, CimType::kObject}) {
    set(type, 4);
  }
  for (const CimType type : {CimType::kSint64, CimType::kUint64, CimType::kReal64}) set(type, 8);
  return sizes;
}();
}  // namespace internal

/// Octets of one slot in a value table (MS-WMIO 2.2.29): arrays and everything that lives in the heap take 4.
constexpr std::uint32_t slot_size(Type type) { return type.array ? 4 : internal::kValueSizes[static_cast<std::size_t>(type.base) & 127U]; }
/// "uint32", "datetime", "ref", "object" ...; never with the array suffix.
std::string_view type_name(CimType type);
/// The reverse; "ref" and "object" without their class; nullopt for anything else. Case-insensitive.
std::optional<CimType> type_by_name(std::string_view name);
/// Decodes the 32-bit CimType of the wire; nullopt when it is none of MS-WMIO 2.2.82.
constexpr std::optional<Type> type_from_wire(std::uint32_t wire) {
  const std::uint32_t number = wire & ~kArrayBit;
  if (number >= internal::kValueSizes.size() || internal::kValueSizes[number] == 0) return std::nullopt;
  return Type{static_cast<CimType>(number), (wire & kArrayBit) != 0};
}
constexpr std::uint32_t type_to_wire(Type type) { return static_cast<std::uint32_t>(type.base) | (type.array ? kArrayBit : 0U); }
constexpr bool is_text(CimType t) { return t == CimType::kString || t == CimType::kDatetime || t == CimType::kReference; }
constexpr bool in_heap(Type t) { return t.array || is_text(t.base) || t.base == CimType::kObject; }

/// Qualifier flavors (MS-WMIO 2.2.62).
namespace flavor {
inline constexpr std::uint8_t kToInstance = 0x01;
inline constexpr std::uint8_t kToSubclass = 0x02;
inline constexpr std::uint8_t kNotOverridable = 0x10;
inline constexpr std::uint8_t kPropagated = 0x20;
inline constexpr std::uint8_t kSystem = 0x40;
inline constexpr std::uint8_t kAmended = 0x80;
}  // namespace flavor

/// Flags of operations (MS-WMI 2.2.6 - 2.2.9); meanings that share a bit depend on the operation.
namespace flag {
inline constexpr std::uint32_t kUpdateOnly = 0x1;
inline constexpr std::uint32_t kCreateOnly = 0x2;
inline constexpr std::uint32_t kShallow = 0x1;
inline constexpr std::uint32_t kPrototype = 0x2;
inline constexpr std::uint32_t kEnsureLocatable = 0x100;  // of queries: the keys come along with whatever is selected
inline constexpr std::uint32_t kReturnImmediately = 0x10;
inline constexpr std::uint32_t kForwardOnly = 0x20;
inline constexpr std::uint32_t kUpdateSafeMode = 0x20;
inline constexpr std::uint32_t kUpdateForceMode = 0x40;
inline constexpr std::uint32_t kSendStatus = 0x80;
inline constexpr std::uint32_t kDirectRead = 0x200;
inline constexpr std::uint32_t kUseAmendedQualifiers = 0x20000;
}  // namespace flag

}  // namespace cim
