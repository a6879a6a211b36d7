// Which machines a command goes to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace cli {

struct Host {
  std::string label;       // as it was typed: what results are tagged with
  std::string name;        // name or address, without brackets
  std::uint16_t port = 0;  // of the endpoint mapper; 0: the usual one
  bool operator==(const Host&) const = default;
};

/// `HOST`, `HOST:PORT`, `[ADDRESS]:PORT`, a plain IPv6 address. WBEM_E_INVALID_PARAMETER with what was wrong.
base::Result<Host> parse_host(std::string_view text);

/// A comma list of hosts, in which `@file` stands for the lines of a file (`#` begins a comment, blank lines count for nothing; `@-` is
/// standard input). What is named twice counts once. WBEM_E_INVALID_PARAMETER, with file and line where there is one, also for no host
/// at all and for more than kMaxHosts.
base::Result<std::vector<Host>> parse_hosts(std::string_view text);
inline constexpr std::size_t kMaxHosts = 100'000;

}  // namespace cli
