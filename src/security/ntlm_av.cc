#include <algorithm>

#include "base/bytes.h"
#include "base/utf.h"
#include "security/ntlm_message.h"
#include "security/sspi_status.h"

namespace security::ntlm {
namespace {

/// Whether a value can be what its id says (2.2.2.1, table of AvIds). Ids of later versions may hold anything.
bool plausible(Av id, std::size_t size) {
  switch (id) {
    case Av::kFlags: return size == 4;
    case Av::kTimestamp: return size == 8;
    case Av::kChannelBindings: return size == 16;
    case Av::kNbComputerName:
    case Av::kNbDomainName:
    case Av::kDnsComputerName:
    case Av::kDnsDomainName:
    case Av::kDnsTreeName:
    case Av::kTargetName: return size % 2 == 0;
    default: return true;
  }
}

}  // namespace

base::Result<AvPairs> AvPairs::parse(std::string_view octets) {
  AvPairs out;
  base::ByteReader reader(octets);
  for (;;) {
    const Av id{reader.u16()};
    const std::size_t size = reader.u16();
    const std::string_view value = reader.bytes(size);
    if (!reader.ok()) return base::fail(SEC_E_INVALID_TOKEN, "NTLM target information has no end mark or a pair beyond its end");
    if (id == Av::kEol) return out;
    if (!plausible(id, size))
      return base::fail(SEC_E_INVALID_TOKEN, "an NTLM target information pair has a size that its kind cannot have");
    if (out.pairs_.size() == kMaxPairs) return base::fail(SEC_E_INVALID_TOKEN, "NTLM target information has too many pairs");
    out.pairs_.emplace_back(id, value);
  }
}

std::optional<std::string_view> AvPairs::find(Av id) const {
  const auto found = std::ranges::find(pairs_, id, &std::pair<Av, std::string>::first);
  if (found == pairs_.end()) return std::nullopt;
  return found->second;
}

std::uint32_t AvPairs::flags() const {
  const auto value = find(Av::kFlags);
  return value && value->size() == 4 ? base::load_le<std::uint32_t>(*value, 0) : 0;
}

void AvPairs::set(Av id, std::string value) {
  const auto found = std::ranges::find(pairs_, id, &std::pair<Av, std::string>::first);
  if (found == pairs_.end()) {
    pairs_.emplace_back(id, std::move(value));
  } else {
    found->second = std::move(value);
  }
}

void AvPairs::set_text(Av id, std::string_view utf8) { set(id, base::utf8_to_utf16le(utf8)); }

void AvPairs::set_flags(std::uint32_t flags) {
  std::string value;
  base::ByteWriter(value).u32(flags);
  set(Av::kFlags, std::move(value));
}

void AvPairs::remove(Av id) {
  std::erase_if(pairs_, [id](const auto& pair) { return pair.first == id; });
}

std::string AvPairs::build() const {
  std::string out;
  base::ByteWriter writer(out);
  for (const auto& [id, value] : pairs_) {
    writer.u16(static_cast<std::uint16_t>(id));
    writer.u16(static_cast<std::uint16_t>(value.size()));
    writer.bytes(value);
  }
  writer.u32(0);
  return out;
}

}  // namespace security::ntlm
