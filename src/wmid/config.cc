#include "wmid/config.h"

#include <fmt/format.h>

#include "base/utf.h"

namespace wmid {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::string_view without_comment(std::string_view line) {
  for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
    if (at == 0 || kBlanks.find(line[at - 1]) != std::string_view::npos) return line.substr(0, at);
  }
  return line;
}

base::Status wrong(std::string_view place, std::string_view why) {
  return {base::WBEM_E_INVALID_PARAMETER, fmt::format("{}: {}", place, why)};
}

}  // namespace

base::Result<std::vector<Setting>> parse_settings(std::string_view text, std::string_view name) {
  if (text.size() > kMaxConfigFile) return base::fail(wrong(name, "too large for a configuration"));
  std::vector<Setting> out;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view raw = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string place = fmt::format("{}:{}", name, ++number);
    const std::string_view line = trimmed(without_comment(raw));
    if (line.empty()) continue;
    if (line.find('\0') != std::string_view::npos || !base::is_valid_utf8(line))
      return base::fail(wrong(place, "this is no text in UTF-8"));
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return base::fail(wrong(place, fmt::format("'{}' is no `key = value`", line)));
    const std::string_view key = trimmed(line.substr(0, equals));
    if (key.empty()) return base::fail(wrong(place, "a value without a key"));
    out.push_back({std::string(key), std::string(trimmed(line.substr(equals + 1))), place});
  }
  return out;
}

}  // namespace wmid
