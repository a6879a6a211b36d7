// Every method of MS-WMI, in- and out-parameters: the first octet says which, the rest is the stub. What was read is written and read
// again.
#include <cstdlib>

#include "remote/messages.h"
#include "remote/refresher_messages.h"

namespace {

using namespace remote;

cim::ClassInterner interner(16);

template <class Read, class Write>
void round(std::string_view octets, Read&& read, Write&& write) {
  rpc::NdrReader in(octets);
  const auto value = read(in);
  if (!value) {
    if (value.error().ok()) std::abort();
    return;
  }
  std::string again;
  rpc::NdrWriter out(again);
  write(out, *value);
  rpc::NdrReader back(again);
  if (!read(back)) std::abort();
}

ServicesRequest asks_for_all() {
  ServicesRequest request;
  request.wants_object = request.wants_result = true;
  return request;
}

void services_request(std::string_view octets, cim::Operation operation) {
  const auto read = [&](auto& in) { return read_request(in, operation, &interner); };
  round(octets, read, [&](auto& out, const ServicesRequest& request) { write_request(out, operation, request); });
}

void services_reply(std::string_view octets, cim::Operation operation) {
  const ServicesRequest asked = asks_for_all();
  const auto read = [&](auto& in) { return read_reply(in, operation, asked, &interner); };
  round(octets, read, [&](auto& out, const ServicesReply& reply) { write_reply(out, operation, asked, reply); });
}

void login(std::string_view octets, unsigned which) {
  switch (which) {
    case 0: return round(octets, read_establish_position, write_establish_position);
    case 1: return round(octets, read_request_challenge, write_request_challenge);
    case 2: return round(octets, [](auto& in) { return read_wbem_login(in, &interner); }, write_wbem_login);
    case 3: return round(octets, [](auto& in) { return read_ntlm_login(in, &interner); }, write_ntlm_login);
    case 4: return round(octets, read_interface_reply, write_interface_reply);
    case 5: return round(octets, read_client_info, write_client_info);
    case 6: return round(octets, read_establish_position_reply, write_establish_position_reply);
    default: return round(octets, read_request_challenge_reply, [](auto& out, const auto&) { write_request_challenge_reply(out); });
  }
}

void enumerator(std::string_view octets, unsigned which) {
  switch (which) {
    case 0: return round(octets, read_next, write_next);
    case 1:
      return round(
          octets, [](auto& in) { return read_next_reply(in, 4, &interner); },
          [](auto& out, const auto& rows) { write_next_reply(out, 4, rows); });
    case 2: return round(octets, read_next_async, write_next_async);
    case 3: return round(octets, read_smart_next, write_smart_next);
    case 4: return round(octets, read_smart_next_reply, write_smart_next_reply);
    case 5: return round(octets, read_result_string, write_result_string);
    case 6: return round(octets, read_call_status, write_call_status);
    default: return round(octets, read_backup, write_backup);
  }
}

void sink(std::string_view octets, unsigned which) {
  if (which == 0) return round(octets, [](auto& in) { return read_set_status(in, &interner); }, write_set_status);
  ClassCache cache;
  round(octets, [&](auto& in) { return read_indicate(in, cache); }, write_indicate);
}

void refresher(std::string_view octets, unsigned which) {
  const auto by_text = RefreshingOp::kAddObjectToRefresher;
  const auto by_template = RefreshingOp::kAddObjectToRefresherByTemplate;
  switch (which) {
    case 0:
    case 1: {
      const RefreshingOp operation = which == 0 ? by_text : by_template;
      return round(
          octets, [&](auto& in) { return read_add_to_refresher(in, operation, &interner); },
          [&](auto& out, const auto& request) { write_add_to_refresher(out, operation, request); });
    }
    case 2: return round(octets, [](auto& in) { return read_add_to_refresher_reply(in, &interner); }, write_add_to_refresher_reply);
    case 3: return round(octets, read_remove_from_refresher, write_remove_from_refresher);
    case 4: return round(octets, read_get_remote_refresher, write_get_remote_refresher);
    case 5: return round(octets, read_get_remote_refresher_reply, write_get_remote_refresher_reply);
    case 6: return round(octets, read_reconnect, write_reconnect);
    case 7: return round(octets, [](auto& in) { return read_reconnect_reply(in, 3); }, write_reconnect_reply);
    case 8: return round(octets, read_remote_refresh_reply, write_remote_refresh_reply);
    default: return round(octets, read_stop_refreshing, write_stop_refreshing);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view stub(reinterpret_cast<const char*>(data) + 1, size - 1);
  const unsigned which = data[0];
  if (which < 32) {
    services_request(stub, static_cast<cim::Operation>(which));
  } else if (which < 64) {
    services_reply(stub, static_cast<cim::Operation>(which - 32));
  } else if (which < 72) {
    login(stub, which - 64);
  } else if (which < 80) {
    enumerator(stub, which - 72);
  } else if (which < 82) {
    sink(stub, which - 80);
  } else {
    refresher(stub, which - 82);
  }
  return 0;
}
