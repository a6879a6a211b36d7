// DUALSTRINGARRAY and the addresses in it (MS-DCOM 2.2.19).
#include <fmt/format.h>

#include <charconv>

#include "base/bytes.h"
#include "base/utf.h"
#include "dcom/objref.h"

namespace dcom {
namespace {

constexpr std::size_t kMaxHost = 255;  // octets (RFC 1035, 2.3.4)

bool is_host(std::string_view host, bool may_have_colon) {
  if (host.empty() || host.size() > kMaxHost) return false;
  for (const char c : host) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '[' || c == ']' || c == 0x7F || (c == ':' && !may_have_colon)) return false;
  }
  return true;
}

std::optional<std::uint16_t> parse_port(std::string_view bracketed) {
  if (bracketed.size() < 3 || bracketed.front() != '[' || bracketed.back() != ']') return {};
  const std::string_view digits = bracketed.substr(1, bracketed.size() - 2);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size() || port == 0) return {};
  return port;
}

/// The units of either kind of binding up to the zero that ends its array.
class UnitReader {
 public:
  explicit UnitReader(std::string_view octets) : in_(octets) {}
  std::uint16_t unit() { return in_.u16(); }
  std::string text() {
    const std::string_view rest = in_.rest();
    for (std::size_t i = 0; i + 1 < rest.size(); i += 2) {
      if (rest[i] != '\0' || rest[i + 1] != '\0') continue;
      in_.skip(i + 2);
      return base::utf16le_to_utf8(rest.substr(0, i));
    }
    in_.skip(rest.size() + 1);
    return {};
  }
  bool ok() const { return in_.ok(); }

 private:
  base::ByteReader in_;
};

std::string text_units(std::string_view utf8) {
  std::string out = base::utf8_to_utf16le(utf8.substr(0, utf8.find('\0')));
  out.append(2, '\0');
  return out;
}

std::string unit(std::uint16_t value) {
  std::string out;
  base::ByteWriter(out).u16(value);
  return out;
}

/// The two lists as units, each with its end; an empty list is two zeros, as in the smallest array (2.2.19.1).
struct Units {
  std::string strings;
  std::string securities;

  explicit Units(const DualStringArray& array) {
    for (const StringBinding& binding : array.strings) {
      if (binding.tower != 0) add(strings, unit(binding.tower) + text_units(binding.address));
    }
    for (const SecurityBinding& binding : array.securities) {
      if (binding.authn_service != 0) {
        add(securities, unit(binding.authn_service) + unit(0xFFFF) + text_units(binding.principal));
      }
    }
    for (std::string* list : {&strings, &securities}) list->append(list->empty() ? 4 : 2, '\0');
  }
  std::uint16_t offset() const { return static_cast<std::uint16_t>(strings.size() / 2); }
  std::uint16_t count() const { return static_cast<std::uint16_t>((strings.size() + securities.size()) / 2); }

 private:
  void add(std::string& list, const std::string& binding) {
    constexpr std::size_t kEnds = 8;
    if (strings.size() + securities.size() + binding.size() + kEnds <= DualStringArray::kMaxEntries * 2) list += binding;
  }
};

/// 2.2.19.1: bindings of one kind until a zero in place of the first field; it must come before the end of `octets`.
base::Status read_strings(std::string_view octets, std::vector<StringBinding>& out) {
  UnitReader in(octets);
  while (const std::uint16_t tower = in.unit()) {
    if (out.size() >= DualStringArray::kMaxBindings) return {RPC_E_INVALID_OBJREF, "there are too many string bindings"};
    StringBinding binding{tower, in.text()};
    if (in.ok()) out.push_back(std::move(binding));
  }
  return in.ok() ? base::Status{} : base::Status{RPC_E_INVALID_OBJREF, "the string bindings have no end"};
}

base::Status read_securities(std::string_view octets, std::vector<SecurityBinding>& out) {
  UnitReader in(octets);
  while (const std::uint16_t service = in.unit()) {
    if (out.size() >= DualStringArray::kMaxBindings) return {RPC_E_INVALID_OBJREF, "there are too many security bindings"};
    in.unit();  // 2.2.19.4: Reserved must be ignored
    SecurityBinding binding{service, in.text()};
    if (in.ok()) out.push_back(std::move(binding));
  }
  return in.ok() ? base::Status{} : base::Status{RPC_E_INVALID_OBJREF, "the security bindings have no end"};
}

base::Result<DualStringArray> from_units(std::uint16_t offset, std::string_view units) {
  DualStringArray out;
  if (units.empty() && offset == 0) return out;
  if (offset * 2U > units.size()) {
    return base::fail(RPC_E_INVALID_OBJREF, "the security bindings of an array of bindings begin behind its end");
  }
  TRY(read_strings(units.substr(0, offset * 2U), out.strings));
  TRY(read_securities(units.substr(offset * 2U), out.securities));
  return out;
}

}  // namespace

std::optional<HostPort> parse_address(std::string_view address) {
  // An IPv6 address may stand in brackets of its own, as in a URL; what follows is as without them.
  const bool bracketed = address.starts_with('[');
  const std::size_t end = address.find(bracketed ? ']' : '[', 1);
  if (bracketed && end == std::string_view::npos) return {};
  const std::string_view host = bracketed ? address.substr(1, end - 1) : address.substr(0, end);
  if (!is_host(host, true) || (bracketed && host.find(':') == std::string_view::npos)) return {};
  const std::string_view rest = end == std::string_view::npos ? std::string_view{} : address.substr(bracketed ? end + 1 : end);
  if (rest.empty()) return HostPort{std::string(host), 0};
  const std::optional<std::uint16_t> port = parse_port(rest);
  if (!port) return {};
  return HostPort{std::string(host), *port};
}

std::string make_address(std::string_view host, std::uint16_t port) {
  return port == 0 ? std::string(host) : fmt::format("{}[{}]", host, port);
}

std::string DualStringArray::to_octets() const {
  const Units units(*this);
  std::string out;
  base::ByteWriter writer(out);
  writer.u16(units.count());
  writer.u16(units.offset());
  writer.bytes(units.strings);
  writer.bytes(units.securities);
  return out;
}

base::Result<DualStringArray> DualStringArray::from_octets(std::string_view octets, std::size_t& used) {
  base::ByteReader in(octets);
  const std::uint16_t count = in.u16();
  const std::uint16_t offset = in.u16();
  if (count > kMaxEntries) return base::fail(RPC_E_INVALID_OBJREF, "an array of bindings is too long");
  const std::string_view units = in.bytes(count * std::size_t{2});
  TRY(in.status(RPC_E_INVALID_OBJREF, "an array of bindings"));
  used = in.position();
  return from_units(offset, units);
}

void DualStringArray::write(rpc::NdrWriter& out) const {
  const Units units(*this);
  out.conformance(units.count());
  out.u16(units.count());
  out.u16(units.offset());
  out.octets(units.strings);
  out.octets(units.securities);
}

DualStringArray DualStringArray::read(rpc::NdrReader& in) {
  const std::uint32_t max_count = in.conformance(2, "the bindings");
  const std::uint16_t count = in.u16();
  const std::uint16_t offset = in.u16();
  if (in.ok() && (count != max_count || count > kMaxEntries)) {
    in.fail(fmt::format("an array of bindings has {} units, announced are {}, at most {} are allowed", count, max_count, kMaxEntries));
  }
  const std::string_view units = in.octets(in.ok() ? count * std::size_t{2} : 0);
  if (!in.ok()) return {};
  base::Result<DualStringArray> out = from_units(offset, units);
  if (out) return *std::move(out);
  in.fail(out.error().text());
  return {};
}

}  // namespace dcom
