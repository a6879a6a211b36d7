// Whether a machine can be reached at all: its name, and a TCP port, with what the kernel says about them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"

namespace cli {

/// The addresses of a name, in the order in which they are tried; an address is its own. Waits. WBEM_E_NOT_FOUND with the resolver's
/// reason.
base::Result<std::vector<std::string>> look_up(const std::string& name);

enum class Reach : std::uint8_t { kOpen, kRefused, kUnreachable, kSilent };

/// What became of a connection that was closed again at once.
struct Probe {
  Reach reach = Reach::kSilent;
  std::string address;  // that answered, or the last one tried
  std::string reason;   // for people; empty for kOpen
};
/// Tries the addresses one after the other until one answers; each has an even part of the time. Waits.
Probe probe(const std::vector<std::string>& addresses, std::uint16_t port, std::chrono::milliseconds timeout);

}  // namespace cli
