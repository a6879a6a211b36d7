#include "cli/grants.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/spell.h"
#include "base/utf.h"
#include "cim/caller.h"

namespace cli {
namespace {

using security::Ace;
using security::AceType;

struct RightName {
  std::string_view name;
  std::uint32_t bits;
};
constexpr std::array kRightNames{
    RightName{"enable", cim::right::kEnable},
    RightName{"methods", cim::right::kMethodExecute},
    RightName{"full-write", cim::right::kFullWrite},
    RightName{"partial-write", cim::right::kPartialWrite},
    RightName{"provider-write", cim::right::kWriteProvider},
    RightName{"remote", cim::right::kRemoteEnable},
    RightName{"subscribe", cim::right::kSubscribe},
    RightName{"publish", cim::right::kPublish},
    RightName{"read-security", cim::right::kReadControl},
    RightName{"edit-security", cim::right::kWriteDac},
    RightName{"all", cim::right::kAll},
};

base::Result<std::uint32_t> parse_number(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  const std::string_view digits = hexadecimal ? text.substr(2) : text;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, hexadecimal ? 16 : 10);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.empty() || (value & ~cim::right::kAll) != 0)
    return base::fail(base::WBEM_E_INVALID_PARAMETER, fmt::format("{} is no sum of rights within 0x{:X}", text, cim::right::kAll));
  return value;
}

base::Result<std::uint32_t> parse_right(std::string_view text) {
  if (!text.empty() && text.front() >= '0' && text.front() <= '9') return parse_number(text);
  base::Speller speller(text);
  std::string names;
  for (const RightName& right : kRightNames) {
    if (base::equal_ignore_case(right.name, text)) return right.bits;
    speller.offer(std::string(right.name));
    names += names.empty() ? "" : ", ";
    names += right.name;
  }
  if (!speller.best().empty())
    return base::fail(base::WBEM_E_INVALID_PARAMETER, fmt::format("'{}' is no right; did you mean {}?", text, speller.best()));
  return base::fail(base::WBEM_E_INVALID_PARAMETER, fmt::format("'{}' is no right; rights are {}", text, names));
}

bool is_inherited(const Ace& ace) { return (ace.flags & security::ace_flag::kInherited) != 0; }

bool concerns(const Ace& ace, const Grant& change) {
  return ace.type == (change.deny ? AceType::kDenied : AceType::kAllowed) && ace.sid == change.who;
}

}  // namespace

base::Result<std::uint32_t> parse_rights(std::string_view text) {
  std::uint32_t out = 0;
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    TRY_ASSIGN(const std::uint32_t bits, parse_right(text.substr(0, comma)));
    out |= bits;
    if (comma == text.size()) break;
    text.remove_prefix(comma + 1);
  }
  if (out == 0) return base::fail(base::WBEM_E_INVALID_PARAMETER, "no right is named");
  return out;
}

std::vector<std::string> right_names(std::uint32_t mask) {
  std::vector<std::string> out;
  if ((mask & cim::right::kAll) == cim::right::kAll) {
    out.emplace_back("all");
    mask &= ~cim::right::kAll;
  }
  for (const RightName& right : kRightNames) {
    if ((mask & right.bits) == 0) continue;
    out.emplace_back(right.name);
    mask &= ~right.bits;
  }
  if (mask != 0) out.push_back(fmt::format("0x{:X}", mask));
  return out;
}

void grant(security::SecurityDescriptor& descriptor, const Grant& change) {
  if (!change.deny) {
    Grant denial = change;
    denial.deny = true;
    revoke(descriptor, denial);
  }
  if (!descriptor.dacl) descriptor.dacl.emplace();
  descriptor.control |= security::control::kDaclPresent;
  auto& aces = descriptor.dacl->aces;
  const std::uint8_t flags = change.below ? security::ace_flag::kContainerInherit : 0;
  const auto same = std::ranges::find_if(aces, [&](const Ace& ace) { return concerns(ace, change) && ace.flags == flags; });
  if (same != aces.end()) {
    same->mask |= change.rights;
    return;
  }
  const auto place = change.deny ? aces.begin() : std::ranges::find_if(aces, is_inherited);
  aces.insert(place, {change.deny ? AceType::kDenied : AceType::kAllowed, flags, change.rights, change.who, {}});
}

std::uint32_t revoke(security::SecurityDescriptor& descriptor, const Grant& change) {
  if (!descriptor.dacl) return 0;
  std::uint32_t taken = 0;
  for (Ace& ace : descriptor.dacl->aces) {
    if (!concerns(ace, change) || is_inherited(ace)) continue;
    taken |= ace.mask & change.rights;
    ace.mask &= ~change.rights;
  }
  std::erase_if(descriptor.dacl->aces, [&](const Ace& ace) { return concerns(ace, change) && !is_inherited(ace) && ace.mask == 0; });
  return taken;
}

std::uint32_t inherited_rights(const security::SecurityDescriptor& descriptor, const Grant& change) {
  std::uint32_t out = 0;
  if (!descriptor.dacl) return out;
  for (const Ace& ace : descriptor.dacl->aces) {
    if (concerns(ace, change) && is_inherited(ace)) out |= ace.mask & change.rights;
  }
  return out;
}

}  // namespace cli
