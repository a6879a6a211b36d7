#include "dcom/bindings.h"

#include <algorithm>

namespace dcom {
namespace {

/// An address as its client would write it: without the zone, which means something on this machine only, and IPv4 as IPv4.
std::string plain(std::string_view address) {
  address = address.substr(0, address.find('%'));
  constexpr std::string_view kMapped = "::ffff:";
  if (address.starts_with(kMapped) && address.find('.') != std::string_view::npos) address.remove_prefix(kMapped.size());
  return std::string(address);
}

DualStringArray make(const Bindings& bindings, const rpc::ConnectionEnds& ends, std::uint16_t port) {
  DualStringArray out;
  if (ends.local_peer) {
    out.strings.push_back({kTowerLocal, bindings.local_path});
  } else {
    const auto add = [&](std::string_view host) {
      StringBinding one{kTowerTcp, make_address(host, port)};
      if (!host.empty() && std::ranges::find(out.strings, one) == out.strings.end()) out.strings.push_back(std::move(one));
    };
    add(plain(ends.local.address));
    for (const std::string& name : bindings.names) add(name);
  }
  for (const std::uint16_t service : bindings.services) out.securities.push_back({service, bindings.principal});
  return out;
}

}  // namespace

DualStringArray Bindings::resolver(const rpc::ConnectionEnds& ends) const {
  return make(*this, ends, endpoint_port == 135 ? 0 : endpoint_port);
}

DualStringArray Bindings::exporter(const rpc::ConnectionEnds& ends) const { return exporter(ends, object_port); }

DualStringArray Bindings::exporter(const rpc::ConnectionEnds& ends, std::uint16_t port) const { return make(*this, ends, port); }

}  // namespace dcom
