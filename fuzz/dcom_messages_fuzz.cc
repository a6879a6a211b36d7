// ORPCTHIS, ORPCTHAT, IObjectExporter and IRemUnknown(2), both directions: the first octet chooses one, the rest is read, written and
// read again.
#include <cstdlib>

#include "dcom/messages.h"

namespace {

using namespace dcom;

void check(bool condition) {
  if (!condition) std::abort();
}

/// What was written once is written the same way after it was read.
template <class Read, class Write>
void whole(std::string_view stub, Read&& read, Write&& write) {
  const auto first = read(stub);
  if (!first) return;
  const std::string written = write(*first);
  const auto second = read(written);
  check(second.has_value());
  check(write(*second) == written);
}

/// The same behind a header.
template <class Header, class Read, class Write>
void behind(std::string_view stub, Read&& read, Write&& write) {
  whole(
      stub,
      [&](std::string_view octets) {
        rpc::NdrReader in(octets);
        (void)Header::read(in);
        return read(in);
      },
      [&](const auto& value) {
        std::string out_stub;
        rpc::NdrWriter out(out_stub);
        Header{}.write(out);
        write(out, value);
        return out_stub;
      });
}

template <class Header>
void header(std::string_view stub) {
  const auto read = [](std::string_view octets) -> base::Result<Header> {
    rpc::NdrReader in(octets);
    Header out = Header::read(in);
    TRY(in.status("header"));
    return out;
  };
  whole(stub, read, [](const Header& value) {
    std::string out_stub;
    rpc::NdrWriter out(out_stub);
    value.write(out);
    return out_stub;
  });
  if (const auto value = read(stub)) {
    if (const auto error = ErrorInfo::from_extents(value->extents)) check(ErrorInfo::from_extents({error->to_extent()}).has_value());
  }
}

void object_exporter(unsigned which, std::string_view stub) {
  switch (which) {
    case 0: return whole(stub, read_resolve_oxid, write_resolve_oxid);
    case 1: return whole(stub, read_complex_ping, write_complex_ping);
    case 2: return whole(stub, read_complex_ping_reply, write_complex_ping_reply);
    case 3: return whole(stub, read_server_alive2_reply, write_server_alive2_reply);
    case 4: return whole(stub, read_simple_ping, write_simple_ping);
    case 5: return whole(stub, read_status, write_status);
    default:
      for (const bool two : {false, true}) {
        whole(
            stub, [=](auto octets) { return read_resolve_oxid_reply(octets, two); },
            [=](const auto& reply) { return write_resolve_oxid_reply(reply, two); });
      }
  }
}

void rem_unknown(unsigned which, std::string_view stub) {
  switch (which) {
    case 0: return behind<OrpcThis>(stub, read_query_interface, write_query_interface);
    case 1: return behind<OrpcThis>(stub, read_query_interface2, write_query_interface2);
    case 2: return behind<OrpcThis>(stub, read_references, write_references);
    case 3: return behind<OrpcThat>(stub, read_query_interface_reply, write_query_interface_reply);
    case 4: return behind<OrpcThat>(stub, read_add_ref_reply, write_add_ref_reply);
    default: behind<OrpcThat>(stub, [](auto& in) { return read_query_interface2_reply(in, 2); }, write_query_interface2_reply);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view stub(reinterpret_cast<const char*>(data) + 1, size - 1);
  const unsigned which = data[0] & 15;
  if (which == 0) header<OrpcThis>(stub);
  if (which == 1) header<OrpcThat>(stub);
  if (which >= 2 && which < 9) object_exporter(which - 2, stub);
  if (which >= 9) rem_unknown(which - 9, stub);
  return 0;
}
