#include "mof/binary.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/hash.h"

namespace mof {
namespace {

constexpr std::string_view kMagic = "OWMIBMF1";
constexpr std::size_t kHeader = 8 + 4 + 8;

std::unexpected<base::Status> damaged(std::string_view what) {
  return base::fail(WBEMMOF_E_INVALID_FILE, fmt::format("damaged binary MOF: {}", what));
}

}  // namespace

bool is_binary(std::string_view octets) { return octets.starts_with(kMagic); }

std::string to_binary(const Unit& unit) {
  std::string body;
  base::ByteWriter writer(body);
  for (const Source& source : unit.sources) {
    for (const std::string* part : {&source.name, &source.text}) {
      writer.u32(static_cast<std::uint32_t>(part->size()));
      writer.bytes(*part);
    }
  }
  std::string out(kMagic);
  base::ByteWriter header(out);
  header.u32(static_cast<std::uint32_t>(unit.sources.size()));
  header.u64(base::hash64(body));
  out += body;
  return out;
}

base::Result<std::vector<Source>> from_binary(std::string_view octets) {
  if (!is_binary(octets) || octets.size() < kHeader) return damaged("no header");
  if (octets.size() > kMaxTotalOctets) return damaged("larger than a compilation may be");
  base::ByteReader reader(octets.substr(kMagic.size()));
  const std::uint32_t count = reader.u32();
  const std::uint64_t hash = reader.u64();
  if (hash != base::hash64(octets.substr(kHeader))) return damaged("its check sum does not match");
  if (count == 0 || count > kMaxSources) return damaged("an impossible number of sources");
  std::vector<Source> sources;
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    Source& source = sources.emplace_back();
    source.name = reader.bytes(reader.u32());
    source.text = reader.bytes(reader.u32());
  }
  if (!reader.ok() || !reader.at_end()) return damaged("its lengths do not add up");
  return sources;
}

base::Result<Source> StoredLoader::load(std::string_view /*including*/, std::string_view path) {
  if (next_ >= sources_.size()) return base::fail(WBEMMOF_E_INVALID_FILE, fmt::format("{} is not in the binary file", path));
  return sources_[next_++];
}

}  // namespace mof
