// What the daemon's processes tell each other about themselves.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "dcom/resolver.h"
#include "wmid/config.h"

namespace wmid::control {

inline constexpr std::size_t kMaxReport = 64U << 10;  // octets of one from the process that faces the network

/// To the process that faces the network.
struct Serve {};
struct SetLimits {
  Limits limits;
};
struct AddExporter {
  dcom::Resolver::Foreign exporter;
};
struct RemoveExporter {
  dcom::Oxid oxid = 0;
};
struct Stop {};
using Order = std::variant<Serve, SetLimits, AddExporter, RemoveExporter, Stop>;
std::string encode(const Order& order);
/// WBEM_E_INVALID_STREAM.
base::Result<Order> decode_order(std::string_view octets);

/// From it: once, whether it serves.
struct Report {
  base::Status status;
};
std::string encode(const Report& report);
base::Result<Report> decode_report(std::string_view octets);

}  // namespace wmid::control
