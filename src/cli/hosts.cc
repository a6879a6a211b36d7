#include "cli/hosts.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iostream>
#include <unordered_set>

#include <fmt/format.h>

#include "base/utf.h"
#include "cli/text_file.h"

namespace cli {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

base::Result<std::uint16_t> parse_port(std::string_view text, std::string_view whole) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error == std::errc() && end == text.data() + text.size() && port != 0) return port;
  return base::fail(base::WBEM_E_INVALID_PARAMETER, fmt::format("'{}' is no host: the port after the colon is 1 to 65535", whole));
}

/// Letters, digits and what names and addresses have besides; nothing that a terminal, a URL or a path would take for something else.
bool name_like(std::string_view name) {
  return !name.empty() && name.size() <= 255 && std::ranges::all_of(name, [](unsigned char c) {
    return c >= 0x80 || std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c == ':' || c == '%';
  });
}

class HostList {
 public:
  base::Status add(std::string_view text) {
    TRY_ASSIGN(Host host, parse_host(text));
    if (!seen_.insert(fmt::format("{} {}", base::fold_case(host.name), host.port)).second) return {};
    if (hosts.size() >= kMaxHosts) return {base::WBEM_E_INVALID_PARAMETER, fmt::format("more than {} hosts", kMaxHosts)};
    hosts.push_back(std::move(host));
    return {};
  }

  base::Status add_lines(std::istream& in, std::string_view file) {
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
      const std::string_view text = trimmed(without_bom(line).substr(0, line.find('#')));
      if (text.empty()) continue;
      if (const base::Status status = add(text); !status.ok())
        return {status.code(), fmt::format("{}:{}: {}", file, number, status.text())};
    }
    return in.bad() ? base::Status(base::WBEM_E_FAILED, fmt::format("{} cannot be read", file)) : base::Status();
  }

  base::Status add_file(const std::string& file) {
    if (file == "-") return add_lines(std::cin, "standard input");
    std::ifstream in(file);
    if (!in) return {base::WBEM_E_NOT_FOUND, fmt::format("the list of hosts {} cannot be opened", file)};
    return add_lines(in, file);
  }

  std::vector<Host> hosts;

 private:
  std::unordered_set<std::string> seen_;
};

}  // namespace

base::Result<Host> parse_host(std::string_view text) {
  text = trimmed(text);
  const std::string_view whole = text;
  Host host;
  host.label = whole;
  if (text.starts_with("\\\\") || text.starts_with("//")) text.remove_prefix(2);
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos)
      return base::fail(base::WBEM_E_INVALID_PARAMETER, fmt::format("'{}' is no host: the bracket does not close", whole));
    host.name = text.substr(1, close - 1);
    text.remove_prefix(close + 1);
  } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos && colon == text.rfind(':')) {
    host.name = text.substr(0, colon);
    text.remove_prefix(colon);
  } else {
    host.name = text;  // several colons: an IPv6 address
    text = {};
  }
  if (!text.empty()) {
    if (!text.starts_with(':'))
      return base::fail(base::WBEM_E_INVALID_PARAMETER, fmt::format("'{}' is no host: only :PORT may follow the bracket", whole));
    TRY_ASSIGN(host.port, parse_port(text.substr(1), whole));
  }
  if (!name_like(host.name)) return base::fail(base::WBEM_E_INVALID_PARAMETER, fmt::format("'{}' is no host name or address", whole));
  return host;
}

base::Result<std::vector<Host>> parse_hosts(std::string_view text) {
  HostList list;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view item = trimmed(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
    if (item.empty()) continue;
    TRY(item.starts_with('@') ? list.add_file(std::string(item.substr(1))) : list.add(item));
  }
  if (list.hosts.empty()) return base::fail(base::WBEM_E_INVALID_PARAMETER, "no host is named");
  return std::move(list.hosts);
}

}  // namespace cli
