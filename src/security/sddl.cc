// The text form of security descriptors (MS-DTYP 2.5.1.1).
#include <fmt/format.h>

#include <array>
#include <charconv>

#include "security/descriptor.h"
#include "security/sspi_status.h"

namespace security {
namespace {

constexpr std::size_t kMaxText = 65'536;

struct FixedAlias {
  std::string_view name;
  std::uint64_t authority;
  std::uint32_t first;
  std::uint32_t second;  // 0: one sub-authority only
};
// Those of the table that do not hang on a domain.
constexpr std::array kFixedAliases{
    FixedAlias{"WD", 1, 0, 0},      FixedAlias{"CO", 3, 0, 0},      FixedAlias{"CG", 3, 1, 0},     FixedAlias{"OW", 3, 4, 0},
    FixedAlias{"NU", 5, 2, 0},      FixedAlias{"IU", 5, 4, 0},      FixedAlias{"SU", 5, 6, 0},     FixedAlias{"AN", 5, 7, 0},
    FixedAlias{"ED", 5, 9, 0},      FixedAlias{"PS", 5, 10, 0},     FixedAlias{"AU", 5, 11, 0},    FixedAlias{"RC", 5, 12, 0},
    FixedAlias{"SY", 5, 18, 0},     FixedAlias{"LS", 5, 19, 0},     FixedAlias{"NS", 5, 20, 0},    FixedAlias{"WR", 5, 33, 0},
    FixedAlias{"BA", 5, 32, 544},   FixedAlias{"BU", 5, 32, 545},   FixedAlias{"BG", 5, 32, 546},  FixedAlias{"PU", 5, 32, 547},
    FixedAlias{"AO", 5, 32, 548},   FixedAlias{"SO", 5, 32, 549},   FixedAlias{"PO", 5, 32, 550},  FixedAlias{"BO", 5, 32, 551},
    FixedAlias{"RE", 5, 32, 552},   FixedAlias{"RU", 5, 32, 554},   FixedAlias{"RD", 5, 32, 555},  FixedAlias{"NO", 5, 32, 556},
    FixedAlias{"MU", 5, 32, 558},   FixedAlias{"LU", 5, 32, 559},   FixedAlias{"IS", 5, 32, 568},  FixedAlias{"CY", 5, 32, 569},
    FixedAlias{"ER", 5, 32, 573},   FixedAlias{"CD", 5, 32, 574},   FixedAlias{"RA", 5, 32, 575},  FixedAlias{"ES", 5, 32, 576},
    FixedAlias{"MS", 5, 32, 577},   FixedAlias{"HA", 5, 32, 578},   FixedAlias{"AA", 5, 32, 579},  FixedAlias{"RM", 5, 32, 580},
    FixedAlias{"AC", 15, 2, 1},     FixedAlias{"LW", 16, 4096, 0},  FixedAlias{"ME", 16, 8192, 0}, FixedAlias{"MP", 16, 8448, 0},
    FixedAlias{"HI", 16, 12288, 0}, FixedAlias{"SI", 16, 16384, 0},
};

struct Code {
  std::string_view name;
  std::uint32_t value;
};
// The last part of a SID under the domain's.
constexpr std::array kDomainAliases{Code{"LA", 500}, Code{"LG", 501}, Code{"DA", 512}, Code{"DU", 513}, Code{"DG", 514}, Code{"DC", 515},
                                    Code{"DD", 516}, Code{"CA", 517}, Code{"SA", 518}, Code{"EA", 519}, Code{"PA", 520}, Code{"RS", 553}};
// The first 9 are WMI's rights, in the names of directory objects; then come the standard and the generic ones.
constexpr std::array kRights{
    Code{"CC", 0x1},     Code{"DC", 0x2},        Code{"LC", 0x4},        Code{"SW", 0x8},        Code{"RP", 0x10},      Code{"WP", 0x20},
    Code{"DT", 0x40},    Code{"LO", 0x80},       Code{"CR", 0x100},      Code{"SD", 0x10000},    Code{"RC", 0x20000},   Code{"WD", 0x40000},
    Code{"WO", 0x80000}, Code{"GA", 0x10000000}, Code{"GX", 0x20000000}, Code{"GW", 0x40000000}, Code{"GR", 0x80000000}};
// Read only: sums for files and registry keys.
constexpr std::array kFileRights{Code{"FA", 0x1F01FF}, Code{"FX", 0x1200A0}, Code{"FW", 0x120116}, Code{"FR", 0x120089},
                                 Code{"KA", 0xF003F},  Code{"KR", 0x20019},  Code{"KX", 0x20019},  Code{"KW", 0x20006}};
constexpr std::array kAceFlags{Code{"OI", 0x1},  Code{"CI", 0x2},  Code{"NP", 0x4}, Code{"IO", 0x8},
                               Code{"ID", 0x10}, Code{"SA", 0x40}, Code{"FA", 0x80}};
constexpr std::array kAceTypes{Code{"A", 0}, Code{"D", 1}, Code{"AU", 2}, Code{"ML", 0x11}};

template <std::size_t N>
std::optional<std::uint32_t> value_of(const std::array<Code, N>& codes, std::string_view name) {
  for (const Code& code : codes) {
    if (code.name == name) return code.value;
  }
  return std::nullopt;
}

Sid sid_of(const FixedAlias& alias) {
  Sid out{alias.authority, {alias.first}};
  if (alias.second != 0) out.sub_authorities.push_back(alias.second);
  return out;
}

class Parser {
 public:
  Parser(std::string_view text, const Sid* domain) : text_(text), domain_(domain) {}

  base::Result<SecurityDescriptor> run() {
    if (text_.size() > kMaxText) return error("the text is too long");
    SecurityDescriptor out;
    out.control = control::kSelfRelative;
    unsigned last = 0;
    while (position_ < text_.size()) {
      // owner, group, DACL, SACL: each at most once and in this order.
      const std::size_t part = std::string_view("OGDS").find(text_[position_]);
      if (part == std::string_view::npos || part + 1 <= last || !text_.substr(position_ + 1).starts_with(':')) {
        return error("O:, G:, D: or S: is expected here");
      }
      last = static_cast<unsigned>(part + 1);
      position_ += 2;
      TRY(parse_part(part, out));
    }
    return out;
  }

 private:
  std::unexpected<base::Status> error(std::string_view what) const {
    return base::fail(WBEM_E_INVALID_PARAMETER, fmt::format("SDDL, position {}: {}", position_ + 1, what));
  }

  base::Status parse_part(std::size_t part, SecurityDescriptor& out) {
    if (part <= 1) {
      // A SID ends where the next part begins: at a letter with a colon behind it.
      std::size_t end = position_;
      while (end < text_.size() && (end + 1 >= text_.size() || text_[end + 1] != ':')) ++end;
      TRY_ASSIGN(Sid sid, parse_sid(text_.substr(position_, end - position_)));
      (part == 0 ? out.owner : out.group) = std::move(sid);
      position_ = end;
      return {};
    }
    const bool dacl = part == 2;
    out.control |= dacl ? control::kDaclPresent : control::kSaclPresent;
    parse_list_flags(dacl, out);
    if (text_.substr(position_).starts_with("NO_ACCESS_CONTROL")) {
      position_ += 17;
      return {};  // present and null
    }
    Acl acl;
    while (position_ < text_.size() && text_[position_] == '(') {
      if (acl.aces.size() == SecurityDescriptor::kMaxAces) return error("too many ACEs").error();
      TRY_ASSIGN(Ace ace, parse_ace());
      acl.aces.push_back(std::move(ace));
    }
    (dacl ? out.dacl : out.sacl) = std::move(acl);
    return {};
  }

  void parse_list_flags(bool dacl, SecurityDescriptor& out) {
    struct Flag {
      std::string_view name;
      std::uint16_t dacl;
      std::uint16_t sacl;
    };
    constexpr Flag kFlags[] = {{"AR", control::kDaclAutoInheritRequired, control::kSaclAutoInheritRequired},
                               {"AI", control::kDaclAutoInherited, control::kSaclAutoInherited},
                               {"P", control::kDaclProtected, control::kSaclProtected}};
    for (bool found = true; found;) {
      found = false;
      for (const Flag& flag : kFlags) {
        if (!text_.substr(position_).starts_with(flag.name)) continue;
        out.control |= dacl ? flag.dacl : flag.sacl;
        position_ += flag.name.size();
        found = true;
      }
    }
  }

  /// (type;flags;rights;object;inherited object;SID)
  base::Result<Ace> parse_ace() {
    const std::size_t close = text_.find(')', position_);
    if (close == std::string_view::npos) return error("an ACE is not closed");
    std::string_view rest = text_.substr(position_ + 1, close - position_ - 1);
    std::array<std::string_view, 6> fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const std::size_t end = rest.find(';');
      if ((end == std::string_view::npos) != (i + 1 == fields.size())) {
        return error("an ACE has six fields (conditions are not supported)");
      }
      fields[i] = rest.substr(0, end);
      if (end != std::string_view::npos) rest.remove_prefix(end + 1);
    }
    const auto type = value_of(kAceTypes, fields[0]);
    if (!type) return error(fmt::format("\"{}\" is none of the ACE types A, D, AU and ML", fields[0]));
    if (!fields[3].empty() || !fields[4].empty()) return error("object ACEs are not supported");
    Ace ace;
    ace.type = AceType{static_cast<std::uint8_t>(*type)};
    for (std::size_t i = 0; i < fields[1].size(); i += 2) {
      const auto flag = value_of(kAceFlags, fields[1].substr(i, 2));
      if (!flag) return error(fmt::format("\"{}\" is no ACE flag", fields[1].substr(i, 2)));
      ace.flags |= static_cast<std::uint8_t>(*flag);
    }
    TRY_ASSIGN(ace.mask, parse_rights(fields[2], ace.type));
    TRY_ASSIGN(ace.sid, parse_sid(fields[5]));
    position_ = close + 1;
    return ace;
  }

  base::Result<std::uint32_t> parse_rights(std::string_view text, AceType type) const {
    if (!text.empty() && text[0] >= '0' && text[0] <= '9') {
      const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
      const std::string_view digits = hexadecimal ? text.substr(2) : text;
      const int radix = hexadecimal ? 16 : text.size() > 1 && text[0] == '0' ? 8 : 10;
      std::uint32_t value = 0;
      const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), value, radix);
      if (wrong != std::errc() || end != digits.data() + digits.size()) return error(fmt::format("\"{}\" is no mask of 32 bits", text));
      return value;
    }
    if (type == AceType::kMandatoryLabel) return parse_label_rights(text);
    std::uint32_t mask = 0;
    for (std::size_t i = 0; i < text.size(); i += 2) {
      const std::string_view name = text.substr(i, 2);
      auto right = value_of(kRights, name);
      if (!right) right = value_of(kFileRights, name);
      if (!right) return error(fmt::format("\"{}\" is no right", name));
      mask |= *right;
    }
    return mask;
  }

  base::Result<std::uint32_t> parse_label_rights(std::string_view text) const {
    constexpr std::array kLabelRights{Code{"NW", 1}, Code{"NR", 2}, Code{"NX", 4}};
    std::uint32_t mask = 0;
    for (std::size_t i = 0; i < text.size(); i += 2) {
      const auto right = value_of(kLabelRights, text.substr(i, 2));
      if (!right) return error(fmt::format("\"{}\" is no policy of a label", text.substr(i, 2)));
      mask |= *right;
    }
    return mask;
  }

  base::Result<Sid> parse_sid(std::string_view text) const {
    if (auto sid = Sid::parse(text)) return *std::move(sid);
    for (const FixedAlias& alias : kFixedAliases) {
      if (alias.name == text) return sid_of(alias);
    }
    if (const auto rid = value_of(kDomainAliases, text)) {
      if (domain_ && domain_->sub_authorities.size() < Sid::kMaxSubAuthorities) return domain_->child(*rid);
      return error(fmt::format("{} stands for an account of a domain, and none is known here: write the SID", text));
    }
    return error(fmt::format("\"{}\" is neither a SID nor an alias", text));
  }

  std::string_view text_;
  const Sid* domain_;
  std::size_t position_ = 0;
};

std::string sid_text(const Sid& sid) {
  for (const FixedAlias& alias : kFixedAliases) {
    if (sid_of(alias) == sid) return std::string(alias.name);
  }
  return sid.to_string();
}

template <std::size_t N>
std::optional<std::string> names_of(const std::array<Code, N>& codes, std::uint32_t bits) {
  std::string out;
  for (const Code& code : codes) {
    if ((bits & code.value) == 0) continue;
    out += code.name;
    bits &= ~code.value;
  }
  if (bits != 0) return std::nullopt;
  return out;
}

base::Status append_ace(std::string& out, const Ace& ace) {
  const auto flags = names_of(kAceFlags, ace.flags);
  if (!is_simple(ace.type) || !flags) {
    return {WBEM_E_INVALID_PARAMETER,
            fmt::format("an ACE of type {} with flags {:#x} has no text form here", static_cast<unsigned>(ace.type), ace.flags)};
  }
  std::string_view type;
  for (const Code& code : kAceTypes) {
    if (code.value == static_cast<std::uint32_t>(ace.type)) type = code.name;
  }
  const auto names = ace.type == AceType::kMandatoryLabel ? std::nullopt : names_of(kRights, ace.mask);
  out += fmt::format("({};{};{};;;{})", type, *flags, names ? *names : fmt::format("{:#x}", ace.mask), sid_text(ace.sid));
  return {};
}

base::Status append_list(std::string& out, std::string_view head, std::uint16_t bits, bool dacl, const std::optional<Acl>& acl) {
  out += head;
  if ((bits & (dacl ? control::kDaclProtected : control::kSaclProtected)) != 0) out += "P";
  if ((bits & (dacl ? control::kDaclAutoInheritRequired : control::kSaclAutoInheritRequired)) != 0) out += "AR";
  if ((bits & (dacl ? control::kDaclAutoInherited : control::kSaclAutoInherited)) != 0) out += "AI";
  if (!acl) {
    out += "NO_ACCESS_CONTROL";
    return {};
  }
  for (const Ace& ace : acl->aces) TRY(append_ace(out, ace));
  return {};
}

}  // namespace

base::Result<SecurityDescriptor> SecurityDescriptor::from_sddl(std::string_view text, const Sid* domain) {
  return Parser(text, domain).run();
}

base::Result<std::string> SecurityDescriptor::to_sddl() const {
  std::string out;
  if (owner) out += "O:" + sid_text(*owner);
  if (group) out += "G:" + sid_text(*group);
  if (dacl || (control & security::control::kDaclPresent) != 0) TRY(append_list(out, "D:", control, true, dacl));
  if (sacl || (control & security::control::kSaclPresent) != 0) TRY(append_list(out, "S:", control, false, sacl));
  return out;
}

}  // namespace security
