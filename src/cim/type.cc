#include "cim/type.h"

#include <array>
#include <utility>

#include "base/utf.h"

namespace cim {
namespace {

constexpr std::array<std::pair<CimType, std::string_view>, 16> kNames = {{
    {CimType::kSint8, "sint8"},
    {CimType::kUint8, "uint8"},
    {CimType::kSint16, "sint16"},
    {CimType::kUint16, "uint16"},
    {CimType::kSint32, "sint32"},
    {CimType::kUint32, "uint32"},
    {CimType::kSint64, "sint64"},
    {CimType::kUint64, "uint64"},
    {CimType::kReal32, "real32"},
    {CimType::kReal64, "real64"},
    {CimType::kBoolean, "boolean"},
    {CimType::kString, "string"},
    {CimType::kDatetime, "datetime"},
    {CimType::kReference, "ref"},
    {CimType::kChar16, "char16"},
    {CimType::kObject, "object"},
}};

}  // namespace

std::string_view type_name(CimType type) {
  for (const auto& [candidate, name] : kNames) {
    if (candidate == type) return name;
  }
  return "unknown";
}

std::optional<CimType> type_by_name(std::string_view name) {
  for (const auto& [type, candidate] : kNames) {
    if (base::equal_ignore_case(candidate, name)) return type;
  }
  return std::nullopt;
}

}  // namespace cim
