#include <algorithm>

#include "security/descriptor.h"
#include "security/sspi_status.h"

namespace security {
namespace {

constexpr std::size_t kMaxListOctets = 65'532;  // a list's size has 16 bits
constexpr std::uint32_t kGenericRead = 0x80000000;
constexpr std::uint32_t kGenericWrite = 0x40000000;
constexpr std::uint32_t kGenericExecute = 0x20000000;
constexpr std::uint32_t kGenericAll = 0x10000000;
constexpr std::uint32_t kReadControl = 0x20000;
constexpr std::uint32_t kWriteDac = 0x40000;

std::uint32_t map_generic(std::uint32_t mask, const GenericMapping& mapping) {
  std::uint32_t out = mask & 0x0FFFFFFFU;
  if ((mask & kGenericRead) != 0) out |= mapping.read;
  if ((mask & kGenericWrite) != 0) out |= mapping.write;
  if ((mask & kGenericExecute) != 0) out |= mapping.execute;
  if ((mask & kGenericAll) != 0) out |= mapping.all;
  return out;
}

/// Kinds of denying ACEs that are not evaluated: object, callback, object callback (MS-DTYP 2.4.4.1).
bool denies(AceType type) {
  const auto value = static_cast<std::uint8_t>(type);
  return value == 6 || value == 0xA || value == 0xC;
}

std::size_t octets_of(const Ace& ace) { return is_simple(ace.type) ? 8 + ace.sid.size() : 4 + ace.opaque.size(); }

/// The parent's inheritable ACEs as they stand in a child (MS-WMI 2.2.30.2).
void append_inherited(const Acl& parent, Acl& child) {
  std::size_t size = 8;
  for (const Ace& ace : child.aces) size += octets_of(ace);
  for (const Ace& ace : parent.aces) {
    if ((ace.flags & ace_flag::kContainerInherit) == 0) continue;
    size += octets_of(ace);
    if (child.aces.size() == SecurityDescriptor::kMaxAces || size > kMaxListOctets) return;
    Ace copy = ace;
    if ((ace.flags & ace_flag::kNoPropagate) != 0) copy.flags &= static_cast<std::uint8_t>(~ace_flag::kContainerInherit);
    copy.flags &= static_cast<std::uint8_t>(~ace_flag::kInheritOnly);
    copy.flags |= ace_flag::kInherited;
    child.aces.push_back(std::move(copy));
  }
}

void drop_inherited(std::optional<Acl>& acl) {
  if (!acl) return;
  std::erase_if(acl->aces, [](const Ace& ace) { return (ace.flags & ace_flag::kInherited) != 0; });
}

Ace allow(const Sid& sid, std::uint32_t mask) { return {AceType::kAllowed, ace_flag::kContainerInherit, mask, sid, {}}; }

}  // namespace

std::uint32_t granted_rights(const SecurityDescriptor& descriptor, std::span<const Sid> sids, const GenericMapping& mapping) {
  if (!descriptor.dacl) return mapping.all;
  const auto holds = [&](const Sid& sid) { return std::ranges::find(sids, sid) != sids.end(); };
  const bool owner = descriptor.owner && holds(*descriptor.owner);
  const auto& aces = descriptor.dacl->aces;
  const auto applies = [](const Ace& ace) { return (ace.flags & ace_flag::kInheritOnly) == 0; };
  const bool owner_rights_named = std::ranges::any_of(
      aces, [&](const Ace& ace) { return applies(ace) && is_simple(ace.type) && ace.sid == well_known::owner_rights(); });
  std::uint32_t granted = owner && !owner_rights_named ? kReadControl | kWriteDac : 0;
  std::uint32_t denied = 0;
  for (const Ace& ace : aces) {
    if (!applies(ace)) continue;
    if (denies(ace.type)) {
      denied |= ~granted;
      continue;
    }
    if (ace.type != AceType::kAllowed && ace.type != AceType::kDenied) continue;
    if (!holds(ace.sid) && !(owner && ace.sid == well_known::owner_rights())) continue;
    const std::uint32_t mask = map_generic(ace.mask, mapping);
    if (ace.type == AceType::kAllowed) {
      granted |= mask & ~denied;
    } else {
      denied |= mask & ~granted;
    }
  }
  return granted;
}

SecurityDescriptor default_namespace_descriptor() {
  constexpr std::uint32_t kEveryone = 0x13;  // ENABLE, METHOD_EXECUTE, WRITE_PROVIDER
  SecurityDescriptor out;
  out.control = control::kDaclPresent | control::kSelfRelative;
  out.owner = well_known::administrators();
  out.group = well_known::administrators();
  out.dacl = Acl{2,
                 {allow(well_known::authenticated_users(), kEveryone), allow(well_known::local_service(), kEveryone),
                  allow(well_known::network_service(), kEveryone), allow(well_known::administrators(), kNamespaceMapping.all)}};
  return out;
}

SecurityDescriptor inherit(const SecurityDescriptor& parent, SecurityDescriptor own) {
  // A descriptor that was read and is set again carries what it inherited: taken out first, or it would grow each time.
  const bool dacl_protected = ((parent.control | own.control) & control::kDaclProtected) != 0;
  if (!dacl_protected && own.dacl) {
    drop_inherited(own.dacl);
    if (parent.dacl) append_inherited(*parent.dacl, *own.dacl);
    own.control |= control::kDaclAutoInherited;
  }
  const bool sacl_protected = ((parent.control | own.control) & control::kSaclProtected) != 0;
  if (!sacl_protected && parent.sacl) {
    drop_inherited(own.sacl);
    Acl sacl = own.sacl.value_or(Acl{});
    append_inherited(*parent.sacl, sacl);
    if (own.sacl || !sacl.aces.empty()) {
      own.sacl = std::move(sacl);
      own.control |= control::kSaclPresent | control::kSaclAutoInherited;
    }
  }
  return own;
}

base::Status check_namespace_descriptor(const SecurityDescriptor& descriptor) {
  if (!descriptor.dacl) return {WBEM_E_NULL_SECURITY_DESCRIPTOR, "a namespace's security descriptor needs a DACL"};
  if (!descriptor.owner || !descriptor.group) return {WBEM_E_INVALID_PARAMETER, "a namespace's security descriptor needs owner and group"};
  const auto all_simple = [](const std::optional<Acl>& acl) {
    return !acl || std::ranges::all_of(acl->aces, [](const Ace& ace) { return is_simple(ace.type); });
  };
  if (!all_simple(descriptor.dacl) || !all_simple(descriptor.sacl)) {
    return {WBEM_E_INVALID_PARAMETER, "a namespace's security descriptor may hold only allowing, denying, audit and label ACEs"};
  }
  return {};
}

}  // namespace security
