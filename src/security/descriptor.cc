#include "security/descriptor.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "security/sspi_status.h"

namespace security {
namespace {

constexpr std::size_t kHeaderSize = 20;

std::unexpected<base::Status> malformed(std::string_view what) {
  return base::fail(WBEM_E_INVALID_PARAMETER, fmt::format("malformed security descriptor: {}", what));
}

base::Result<std::optional<Sid>> sid_at(std::string_view octets, std::uint32_t offset, std::string_view what) {
  if (offset == 0) return std::optional<Sid>();
  if (offset < kHeaderSize || offset > octets.size()) return malformed(fmt::format("the {} lies outside", what));
  auto sid = Sid::from_octets(octets.substr(offset));
  if (!sid) return malformed(fmt::format("the {} is no SID", what));
  return sid;
}

base::Result<Ace> parse_ace(std::string_view octets) {
  // MS-DTYP 2.4.4: type, flags and size precede; simple ACEs go on with mask and SID.
  Ace ace;
  ace.type = AceType{static_cast<std::uint8_t>(octets[0])};
  ace.flags = static_cast<std::uint8_t>(octets[1]);
  const std::string_view rest = octets.substr(4);
  if (!is_simple(ace.type)) {
    ace.opaque = rest;
    return ace;
  }
  if (rest.size() < 4) return malformed("an ACE has no room for its mask");
  ace.mask = base::load_le<std::uint32_t>(rest, 0);
  auto sid = Sid::from_octets(rest.substr(4));
  if (!sid) return malformed("an ACE holds no SID");
  ace.sid = std::move(*sid);
  return ace;
}

base::Result<Acl> acl_at(std::string_view octets, std::uint32_t offset, std::string_view what) {
  // MS-DTYP 2.4.5: revision, 0, size, count, 0; then the ACEs, each a multiple of four octets.
  if (offset < kHeaderSize || offset > octets.size() || octets.size() - offset < 8) {
    return malformed(fmt::format("the {} lies outside", what));
  }
  const std::string_view head = octets.substr(offset);
  const std::size_t size = base::load_le<std::uint16_t>(head, 2);
  const std::size_t count = base::load_le<std::uint16_t>(head, 4);
  Acl acl;
  acl.revision = static_cast<std::uint8_t>(head[0]);
  if (acl.revision != 2 && acl.revision != 4) return malformed(fmt::format("the {} has an unknown revision", what));
  if (size < 8 || size > head.size()) return malformed(fmt::format("the {} ends outside", what));
  if (count > SecurityDescriptor::kMaxAces)
    return malformed(fmt::format("the {} has more than {} ACEs", what, SecurityDescriptor::kMaxAces));
  std::string_view rest = head.substr(8, size - 8);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t ace_size = rest.size() < 4 ? 0 : base::load_le<std::uint16_t>(rest, 2);
    if (ace_size < 4 || ace_size % 4 != 0 || ace_size > rest.size())
      return malformed(fmt::format("ACE {} of the {} has no valid size", i, what));
    TRY_ASSIGN(Ace ace, parse_ace(rest.substr(0, ace_size)));
    acl.aces.push_back(std::move(ace));
    rest.remove_prefix(ace_size);
  }
  return acl;
}

std::string ace_octets(const Ace& ace) {
  std::string out;
  base::ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(ace.type));
  writer.u8(ace.flags);
  writer.u16(0);
  if (is_simple(ace.type)) {
    writer.u32(ace.mask);
    ace.sid.append_octets(out);
  } else {
    writer.bytes(ace.opaque);
  }
  writer.align(4);
  writer.patch_u16(2, static_cast<std::uint16_t>(writer.position()));
  return out;
}

std::string acl_octets(const Acl& acl) {
  std::string out;
  base::ByteWriter writer(out);
  writer.u8(acl.revision);
  writer.u8(0);
  writer.u16(0);
  writer.u16(static_cast<std::uint16_t>(acl.aces.size()));
  writer.u16(0);
  for (const Ace& ace : acl.aces) writer.bytes(ace_octets(ace));
  writer.patch_u16(2, static_cast<std::uint16_t>(writer.position()));
  return out;
}

}  // namespace

bool is_simple(AceType type) {
  return type == AceType::kAllowed || type == AceType::kDenied || type == AceType::kAudit || type == AceType::kMandatoryLabel;
}

base::Result<SecurityDescriptor> SecurityDescriptor::parse(std::string_view octets) {
  if (octets.size() > kMaxOctets) return malformed("too long");
  base::ByteReader reader(octets);
  const std::uint8_t revision = reader.u8();
  reader.skip(1);
  SecurityDescriptor out;
  out.control = reader.u16();
  const std::uint32_t owner = reader.u32();
  const std::uint32_t group = reader.u32();
  const std::uint32_t sacl = reader.u32();
  const std::uint32_t dacl = reader.u32();
  if (!reader.ok()) return malformed("it ends before its last field");
  if (revision != 1) return malformed("its revision is not 1");
  if ((out.control & security::control::kSelfRelative) == 0) return malformed("it is not self-relative");
  TRY_ASSIGN(out.owner, sid_at(octets, owner, "owner"));
  TRY_ASSIGN(out.group, sid_at(octets, group, "group"));
  // A list counts only when its control bit says so; present with offset 0 is a null list.
  if ((out.control & security::control::kSaclPresent) != 0 && sacl != 0) {
    TRY_ASSIGN(out.sacl, acl_at(octets, sacl, "SACL"));
  }
  if ((out.control & security::control::kDaclPresent) != 0 && dacl != 0) {
    TRY_ASSIGN(out.dacl, acl_at(octets, dacl, "DACL"));
  }
  return out;
}

std::string SecurityDescriptor::to_octets() const {
  std::string out;
  base::ByteWriter writer(out);
  std::uint16_t bits = this->control | security::control::kSelfRelative;
  if (dacl) bits |= security::control::kDaclPresent;
  if (sacl) bits |= security::control::kSaclPresent;
  writer.u8(1);
  writer.u8(0);
  writer.u16(bits);
  writer.fill(16);
  const auto place = [&](std::size_t field, std::string_view octets) {
    writer.patch_u32(field, static_cast<std::uint32_t>(writer.position()));
    writer.bytes(octets);
  };
  if (sacl) place(12, acl_octets(*sacl));
  if (dacl) place(16, acl_octets(*dacl));
  for (const auto& [field, sid] : {std::pair{4, &owner}, std::pair{8, &group}}) {
    if (!*sid) continue;
    std::string octets;
    (*sid)->append_octets(octets);
    place(static_cast<std::size_t>(field), octets);
  }
  return out;
}

}  // namespace security
