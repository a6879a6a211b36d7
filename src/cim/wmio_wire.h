// The octets of MS-WMIO from below: heap references, strings, values and qualifier sets. Internal to src/cim.
// Reading never leaves the heap whatever the octets say; checking (limits, budget, errors) is wmio_validate.h's.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "cim/qualifier.h"
#include "cim/type.h"
#include "cim/value.h"

namespace cim::wire {

inline constexpr std::uint32_t kNullRef = 0xFFFFFFFFU;
inline constexpr std::uint32_t kHighBit = 0x80000000U;  // of a reference: dictionary (2.2.80); of a heap's length: always set
inline constexpr std::uint32_t kDictionarySize = 11;
inline constexpr std::uint32_t kPropertyInfoHeader = 14;  // type, order, offset, origin (2.2.30)
inline constexpr std::uint32_t kMethodRow = 24;           // 2.2.41
inline constexpr std::uint8_t kMethodInherited = 0x20;    // 2.2.43

namespace object_flag {  // 2.2.6
inline constexpr std::uint8_t kClass = 0x01;
inline constexpr std::uint8_t kInstance = 0x02;
inline constexpr std::uint8_t kDecorated = 0x04;
inline constexpr std::uint8_t kPrototypeBits = 0x50;  // prototype, keys missing
}  // namespace object_flag

template <class T>
T load(const void* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
inline std::uint32_t u32(const std::uint8_t* from) { return load<std::uint32_t>(from); }

/// A heap's octets without its length.
struct Heap {
  const std::uint8_t* data = nullptr;
  std::uint32_t size = 0;
};

/// The dictionary's word, for n < kDictionarySize.
std::string_view dictionary(std::uint32_t n);
/// The reference to a word that the dictionary has (exactly), or kNullRef.
std::uint32_t dictionary_reference(std::string_view text);
/// The same, whatever the letters' case.
std::uint32_t dictionary_reference_ignoring_case(std::string_view text);

/// The string of a HeapStringRef; empty for NULL and for what is none.
Text text_at(Heap heap, std::uint32_t reference);
/// An Encoded-String (2.2.78) that starts at `at`.
Text inline_text(const std::uint8_t* at, const std::uint8_t* end);

/// The value of a slot (2.2.71). NULL for a reference that leads nowhere.
Value decode_value(Type type, const std::uint8_t* slot, Heap heap);
/// The set whose length field lies at `at`; its names and values lie in `heap`.
QualifierSet decode_qualifiers(const std::uint8_t* at, const std::uint8_t* end, Heap heap);

/// Appends an Encoded-String: Latin-1 when every character fits, else UTF-16LE. Text ends at its first NUL.
void append_text(std::string& out, std::string_view utf8);
/// Puts a string into a heap; the reference to it.
std::uint32_t put_text(std::string& heap, std::string_view utf8);
/// The same for the name of a property or a qualifier, which is a dictionary reference where the dictionary has it: Windows looks those
/// up by ordinal. Other strings are written out, although 2.2.80 wants the dictionary for them too: every reader knows it in names, and
/// the common ones (impacket) fail on it in values.
std::uint32_t put_name(std::string& heap, std::string_view utf8);
/// Of a qualifier the case is the dictionary's: there are clients (impacket) that look for `key` exactly.
std::uint32_t put_qualifier_name(std::string& heap, std::string_view utf8);
/// Writes slot_size(type) octets over `out` at `at`; what does not fit a slot goes into `heap`, which may be `out` itself.
/// `value` has the representation that coerce() gives, and is not NULL.
void encode_value(const Value& value, Type type, std::string& out, std::size_t at, std::string& heap);
/// Appends a QualifierSet to `out`; `heap` may be `out` itself.
void encode_qualifiers(const QualifierSet& set, std::string& out, std::string& heap);

inline void append_u16(std::string& out, std::uint16_t v) { out.append(reinterpret_cast<const char*>(&v), sizeof v); }
inline void append_u32(std::string& out, std::uint32_t v) { out.append(reinterpret_cast<const char*>(&v), sizeof v); }
inline void patch_u32(std::string& out, std::size_t at, std::uint32_t v) { std::memcpy(out.data() + at, &v, sizeof v); }
inline std::string_view view(std::span<const std::uint8_t> octets) { return {reinterpret_cast<const char*>(octets.data()), octets.size()}; }
inline std::span<const std::uint8_t> span(std::string_view octets) {
  return {reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()};
}

/// Octets that objects share, in one allocation.
using Buffer = std::shared_ptr<const std::uint8_t[]>;
inline Buffer copy(std::span<const std::uint8_t> octets) {
  auto out = std::make_shared_for_overwrite<std::uint8_t[]>(octets.size());
  if (!octets.empty()) std::memcpy(out.get(), octets.data(), octets.size());
  return out;
}

}  // namespace cim::wire
