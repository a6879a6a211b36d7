// Security descriptors (MS-DTYP 2.4.4-2.4.6), their text form (2.5.1), and what they mean for a WMI namespace.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "security/sid.h"

namespace security {

/// Ace::flags.
namespace ace_flag {
inline constexpr std::uint8_t kObjectInherit = 0x01;
inline constexpr std::uint8_t kContainerInherit = 0x02;
inline constexpr std::uint8_t kNoPropagate = 0x04;
inline constexpr std::uint8_t kInheritOnly = 0x08;
inline constexpr std::uint8_t kInherited = 0x10;
inline constexpr std::uint8_t kAuditSuccess = 0x40;
inline constexpr std::uint8_t kAuditFailure = 0x80;
}  // namespace ace_flag

/// SecurityDescriptor::control.
namespace control {
inline constexpr std::uint16_t kOwnerDefaulted = 0x0001;
inline constexpr std::uint16_t kGroupDefaulted = 0x0002;
inline constexpr std::uint16_t kDaclPresent = 0x0004;
inline constexpr std::uint16_t kSaclPresent = 0x0010;
inline constexpr std::uint16_t kDaclAutoInheritRequired = 0x0100;
inline constexpr std::uint16_t kSaclAutoInheritRequired = 0x0200;
inline constexpr std::uint16_t kDaclAutoInherited = 0x0400;
inline constexpr std::uint16_t kSaclAutoInherited = 0x0800;
inline constexpr std::uint16_t kDaclProtected = 0x1000;
inline constexpr std::uint16_t kSaclProtected = 0x2000;
inline constexpr std::uint16_t kSelfRelative = 0x8000;
}  // namespace control

enum class AceType : std::uint8_t { kAllowed = 0, kDenied = 1, kAudit = 2, kMandatoryLabel = 0x11 };

struct Ace {
  AceType type = AceType::kAllowed;
  std::uint8_t flags = 0;
  std::uint32_t mask = 0;
  Sid sid;
  /// For a type that AceType does not name: its octets behind the ACE header, kept as they are; mask and sid are unused.
  std::string opaque;

  bool operator==(const Ace&) const = default;
};

/// Whether AceType names this type.
bool is_simple(AceType type);

struct Acl {
  std::uint8_t revision = 2;
  std::vector<Ace> aces;
  bool operator==(const Acl&) const = default;
};

/// A descriptor. A DACL that is present and null (everything for everyone) is kDaclPresent without `dacl`. Octets are always
/// self-relative; kSelfRelative is set when they are made.
struct SecurityDescriptor {
  static constexpr std::size_t kMaxOctets = 1U << 20U;
  static constexpr std::size_t kMaxAces = 768;  // of the longest SIDs they fit in the 65,535 octets of a list

  std::uint16_t control = 0;
  std::optional<Sid> owner;
  std::optional<Sid> group;
  std::optional<Acl> dacl;
  std::optional<Acl> sacl;

  bool operator==(const SecurityDescriptor&) const = default;

  /// From self-relative octets (MS-DTYP 2.4.6). WBEM_E_INVALID_PARAMETER naming what is wrong: revision, an offset or size that leaves
  /// the octets, too many ACEs.
  static base::Result<SecurityDescriptor> parse(std::string_view octets);
  std::string to_octets() const;

  /// From SDDL. `domain` is the machine's or domain's SID for aliases such as LA and DA; without it those are errors. Conditional, object
  /// and resource ACEs are refused. WBEM_E_INVALID_PARAMETER with the position.
  static base::Result<SecurityDescriptor> from_sddl(std::string_view text, const Sid* domain = nullptr);
  /// Aliases where a SID has one, two-letter rights where they cover the mask, else 0x... WBEM_E_INVALID_PARAMETER for an ACE that
  /// SDDL as above cannot say.
  base::Result<std::string> to_sddl() const;
};

/// The rights that an object's generic bits stand for.
struct GenericMapping {
  std::uint32_t read = 0;
  std::uint32_t write = 0;
  std::uint32_t execute = 0;
  std::uint32_t all = 0;
};

/// All rights that the DACL gives to a token with these SIDs (MS-DTYP 2.5.3.2): ACEs in order, the first one that names a right decides
/// it; the owner may read and write the DACL; a null or absent DACL gives mapping.all. A denying ACE of a kind that is not evaluated
/// denies to everyone, an allowing one gives nothing.
std::uint32_t granted_rights(const SecurityDescriptor& descriptor, std::span<const Sid> sids, const GenericMapping& mapping);

/// WMI's rights (MS-WMI 2.2.11, __SystemSecurity) for generic bits.
inline constexpr GenericMapping kNamespaceMapping{0x20001, 0x1C, 0x2, 0x600FF};

/// A namespace that names no descriptor of its own: ENABLE, METHOD_EXECUTE and WRITE_PROVIDER for authenticated users, LOCAL SERVICE and
/// NETWORK SERVICE, everything for Administrators, inherited by child namespaces (MS-WMI 3.1.1, note 13; the SDK's list of rights).
SecurityDescriptor default_namespace_descriptor();

/// What a child namespace gets when `own` is set on it (MS-WMI 2.2.30.2, 3.1.4.18.1): `own` without what it had inherited before, and
/// behind it each ACE of the parent that containers inherit. Nothing is inherited from a protected parent's list, nor by a protected own.
SecurityDescriptor inherit(const SecurityDescriptor& parent, SecurityDescriptor own);

/// Whether it may be set on a namespace: WBEM_E_NULL_SECURITY_DESCRIPTOR without a DACL, WBEM_E_INVALID_PARAMETER without owner or group
/// or with ACEs that are not simple.
base::Status check_namespace_descriptor(const SecurityDescriptor& descriptor);

}  // namespace security
