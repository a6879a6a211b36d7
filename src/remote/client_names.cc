#include "remote/client_names.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/utf.h"
#include "remote/ids.h"

namespace remote {

namespace {

bool is_locale(std::string_view name) {
  const auto alphanumeric = [](char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); };
  if (base::starts_with_ignore_case(name, "MS_")) return name.size() > 3 && std::ranges::all_of(name.substr(3), alphanumeric);
  return name.size() >= 2 && std::ranges::all_of(name, [&](char c) { return alphanumeric(c) || c == '-'; });
}

bool has_server(std::string_view text) { return text.starts_with("\\\\") || text.starts_with("//"); }

}  // namespace

base::Result<std::string> plain_namespace(std::string_view text) {
  if (text.size() > kMaxLoginNamespace && base::utf16_length(text) > kMaxLoginNamespace) {
    return base::fail(WBEM_E_QUOTA_VIOLATION, fmt::format("the namespace is longer than {} characters", kMaxLoginNamespace));
  }
  std::string out(text);
  std::ranges::replace(out, '/', '\\');
  if (has_server(out)) {
    const std::size_t slash = out.find('\\', 2);
    if (slash == std::string::npos || slash == 2) return base::fail(WBEM_E_INVALID_NAMESPACE, fmt::format("{} names no namespace", text));
    out.erase(0, slash + 1);
  }
  if (out.empty()) return base::fail(WBEM_E_INVALID_NAMESPACE, "the namespace is empty");
  return out;
}

bool is_absolute_namespace(std::string_view text) {
  return has_server(text) || (base::starts_with_ignore_case(text, "root") && (text.size() == 4 || text[4] == '\\' || text[4] == '/'));
}

std::string network_resource(std::string_view host, std::string_view name_space) {
  if (host.empty() || host.find_first_of(":\\/ ") != std::string_view::npos) host = ".";
  return fmt::format("\\\\{}\\{}", host, name_space);
}

base::Result<std::vector<std::string>> split_locales(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view name = text.substr(0, comma);
    text.remove_prefix(std::min(text.size(), comma + 1));
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
    if (!is_locale(name)) return base::fail(WBEM_E_INVALID_PARAMETER, fmt::format("\"{}\" is no locale such as MS_409 or en-US", name));
    out.emplace_back(name);
  }
  return out;
}

bool needs_position(const std::vector<std::string>& locales) {
  return locales.size() > 1 || (locales.size() == 1 && !base::starts_with_ignore_case(locales.front(), "MS_"));
}

std::string join_locales(const std::vector<std::string>& locales) { return fmt::format("{}", fmt::join(locales, ",")); }

}  // namespace remote
