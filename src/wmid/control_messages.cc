#include "wmid/control_messages.h"

#include "wmid/wire.h"

namespace wmid::control {
namespace {

constexpr std::uint8_t kReport = 0xFF;

base::Status malformed(std::string_view what) { return {base::WBEM_E_INVALID_STREAM, std::string(what) + " is malformed"}; }

/// The numbers in their order.
template <class Limit, class Each>
void each_of(Limit& limits, Each each) {
  each(limits.request_size);
  each(limits.requests);
  each(limits.all_requests);
  each(limits.connections);
  each(limits.connections_per_peer);
  each(limits.unauthenticated);
  each(limits.unauthenticated_per_peer);
}

struct OrderWriter {
  WireWriter& out;
  void operator()(const Serve&) const {}
  void operator()(const SetLimits& what) const {
    each_of(what.limits, [this](std::size_t value) { out.u64(value); });
    out.u64(static_cast<std::uint64_t>(what.limits.login_time.count()));
    out.u64(static_cast<std::uint64_t>(what.limits.stall_time.count()));
  }
  void operator()(const AddExporter& what) const {
    out.u64(what.exporter.oxid);
    out.text(what.exporter.rem_unknown.to_string());
    out.u16(what.exporter.port);
    out.u32(what.exporter.authn_hint);
  }
  void operator()(const RemoveExporter& what) const { out.u64(what.oxid); }
  void operator()(const Stop&) const {}
};

base::Result<Order> read_order(std::uint8_t kind, WireReader& in) {
  if (kind == 0) return Serve{};
  if (kind == 1) {
    SetLimits out;
    each_of(out.limits, [&in](std::size_t& value) { value = in.u64(); });
    out.limits.login_time = std::chrono::seconds(in.u64());
    out.limits.stall_time = std::chrono::seconds(in.u64());
    return out;
  }
  if (kind == 2) {
    AddExporter out;
    out.exporter.oxid = in.u64();
    const auto ipid = base::Guid::parse(in.text());
    if (!ipid) return base::fail(malformed("an exporter"));
    out.exporter.rem_unknown = *ipid;
    out.exporter.port = in.u16();
    out.exporter.authn_hint = in.u32();
    return out;
  }
  if (kind == 3) return RemoveExporter{in.u64()};
  if (kind == 4) return Stop{};
  return base::fail(malformed("the kind of an order"));
}

}  // namespace

std::string encode(const Order& order) {
  std::string octets;
  WireWriter out(octets);
  out.u8(static_cast<std::uint8_t>(order.index()));
  std::visit(OrderWriter{out}, order);
  return octets;
}

base::Result<Order> decode_order(std::string_view octets) {
  WireReader in(octets);
  const std::uint8_t kind = in.u8();
  auto out = read_order(kind, in);
  if (out && !in.whole()) return base::fail(malformed("an order"));
  return out;
}

std::string encode(const Report& report) {
  std::string octets;
  WireWriter out(octets);
  out.u8(kReport);
  out.status(report.status);
  return octets;
}

base::Result<Report> decode_report(std::string_view octets) {
  WireReader in(octets);
  Report out;
  const bool report = in.u8() == kReport;
  out.status = in.status();
  if (!report || !in.whole()) return base::fail(malformed("a report"));
  return out;
}

}  // namespace wmid::control
