#include "script/wsh/source_file.h"

#include "base/utf.h"
#include "script/vbscript/library_support.h"

namespace script::wsh {
namespace {

std::string from_big_endian(std::string_view octets) {
  std::string swapped(octets.substr(0, octets.size() / 2 * 2));
  for (std::size_t i = 0; i + 1 < swapped.size(); i += 2) std::swap(swapped[i], swapped[i + 1]);
  return base::utf16le_to_utf8(swapped);
}

std::string from_windows_1252(std::string_view octets) {
  std::string out;
  out.reserve(octets.size() + octets.size() / 8);
  for (const char octet : octets) base::append_code_point(out, vbscript::from_ansi(static_cast<unsigned char>(octet)));
  return out;
}

}  // namespace

std::string decode_source(std::string_view octets) {
  if (octets.starts_with("\xFF\xFE")) return base::utf16le_to_utf8(octets.substr(2));
  if (octets.starts_with("\xFE\xFF")) return from_big_endian(octets.substr(2));
  if (octets.starts_with("\xEF\xBB\xBF")) octets.remove_prefix(3);
  if (base::is_valid_utf8(octets)) return std::string(octets);
  return from_windows_1252(octets);
}

base::Result<std::string> read_source(const base::Files& files, const std::string& path) {
  TRY_ASSIGN(const std::string octets, files.read(path, kMaxSourceOctets));
  return decode_source(octets);
}

}  // namespace script::wsh
