#include "cim/type.h"

#include <array>

#include "base/utf.h"

namespace cim {
namespace {

struct TypeRow {
  CimType type;
  std::uint8_t size;  // of one value in a slot or an array
  std::string_view name;
};

constexpr std::array<TypeRow, 16> kTypes = {{
    {CimType::kSint8, 1, "sint8"},
    {CimType::kUint8, 1, "uint8"},
    {CimType::kSint16, 2, "sint16"},
    {CimType::kUint16, 2, "uint16"},
    {CimType::kSint32, 4, "sint32"},
    {CimType::kUint32, 4, "uint32"},
    {CimType::kSint64, 8, "sint64"},
    {CimType::kUint64, 8, "uint64"},
    {CimType::kReal32, 4, "real32"},
    {CimType::kReal64, 8, "real64"},
    {CimType::kBoolean, 2, "boolean"},
    {CimType::kString, 4, "string"},
    {CimType::kDatetime, 4, "datetime"},
    {CimType::kReference, 4, "ref"},
    {CimType::kChar16, 2, "char16"},
    {CimType::kObject, 4, "object"},
}};

constexpr std::array<std::uint8_t, 128> row_by_number() {
  std::array<std::uint8_t, 128> rows{};
  for (std::size_t i = 0; i < kTypes.size(); ++i) rows[static_cast<std::size_t>(kTypes[i].type)] = static_cast<std::uint8_t>(i + 1);
  return rows;
}
constexpr std::array<std::uint8_t, 128> kRowByNumber = row_by_number();

const TypeRow* row(std::uint32_t number) {
  if (number >= kRowByNumber.size() || kRowByNumber[number] == 0) return nullptr;
  return &kTypes[kRowByNumber[number] - 1U];
}

}  // namespace

std::uint32_t slot_size(Type type) {
  if (type.array) return 4;
  const TypeRow* found = row(static_cast<std::uint32_t>(type.base));
  return found ? found->size : 4;
}

std::string_view type_name(CimType type) {
  const TypeRow* found = row(static_cast<std::uint32_t>(type));
  return found ? found->name : std::string_view("unknown");
}

std::optional<CimType> type_by_name(std::string_view name) {
  for (const TypeRow& candidate : kTypes) {
    if (base::equal_ignore_case(candidate.name, name)) return candidate.type;
  }
  return std::nullopt;
}

std::optional<Type> type_from_wire(std::uint32_t wire) {
  const TypeRow* found = row(wire & ~kArrayBit);
  if (!found) return std::nullopt;
  return Type{found->type, (wire & kArrayBit) != 0};
}

std::uint32_t type_to_wire(Type type) { return static_cast<std::uint32_t>(type.base) | (type.array ? kArrayBit : 0U); }

}  // namespace cim
