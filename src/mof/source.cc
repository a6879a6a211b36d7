#include "mof/source.h"

#include <algorithm>

#include "base/utf.h"

namespace mof {
namespace {

bool starts_with(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

base::Result<std::string> from_utf16(std::string octets, bool big_endian) {
  octets.erase(0, 2);
  if (octets.size() % 2 != 0) return base::fail(WBEMMOF_E_INVALID_FILE, "UTF-16 text with an odd number of octets");
  if (big_endian) {
    for (std::size_t i = 0; i + 1 < octets.size(); i += 2) std::swap(octets[i], octets[i + 1]);
  }
  std::string text = base::utf16le_to_utf8(octets);
  if (text.find('\0') != std::string::npos) return base::fail(WBEMMOF_E_INVALID_FILE, "the file holds NUL characters: it is no MOF text");
  return text;
}

}  // namespace

base::Result<std::string> decode_source(std::string octets) {
  if (octets.size() > kMaxSourceOctets) return base::fail(WBEMMOF_E_INVALID_FILE, "the file is larger than 64 MiB");
  if (starts_with(octets, "\xFF\xFE")) return from_utf16(std::move(octets), false);
  if (starts_with(octets, "\xFE\xFF")) return from_utf16(std::move(octets), true);
  if (starts_with(octets, "\xEF\xBB\xBF")) octets.erase(0, 3);
  if (octets.find('\0') != std::string::npos) {
    return base::fail(WBEMMOF_E_INVALID_FILE, "the file holds NUL octets: it is no MOF text, or UTF-16 without a byte order mark");
  }
  if (base::is_valid_utf8(octets, base::Surrogates::kAllow)) return octets;
  return base::latin1_to_utf8(octets);
}

std::string resolve_include(std::string_view including, std::string_view path) {
  std::string result(path);
  std::ranges::replace(result, '\\', '/');
  if (result.starts_with('/')) return result;
  const std::size_t folder = including.rfind('/');
  if (folder == std::string_view::npos) return result;
  return std::string(including.substr(0, folder + 1)) + result;
}

base::Result<Source> FileLoader::load(std::string_view including, std::string_view path) { return open(resolve_include(including, path)); }

base::Result<Source> FileLoader::open(const std::string& path) const {
  TRY_ASSIGN(std::string octets, files_.read(path, kMaxSourceOctets + 1));
  TRY_ASSIGN(std::string text, decode_source(std::move(octets)));
  return Source{path, std::move(text)};
}

}  // namespace mof
