// Every PDU type from foreign octets; what was read is written and read again.
#include <cstdlib>

#include "rpc/pdu.h"
#include "rpc/verification.h"

namespace {

using namespace rpc;

void check(bool condition) {
  if (!condition) std::abort();
}

void read_bind(std::string_view pdu, const PduHeader& header, std::size_t end) {
  const auto bind = parse_bind(pdu, end);
  if (!bind) return;
  std::string again;
  append_bind(again, header, *bind, nullptr);
  const auto back = parse_bind(again, again.size());
  check(back && back->contexts.size() == bind->contexts.size() && back->association == bind->association);
  for (const ContextElement& element : bind->contexts) {
    for (const SyntaxId& syntax : element.transfer) (void)feature::bits_of(syntax);
  }
}

void read_ack(std::string_view pdu, const PduHeader& header, std::size_t end) {
  const auto ack = parse_bind_ack(pdu, end);
  if (!ack || ack->results.size() > 200) return;
  std::string again;
  append_bind_ack(again, header, *ack, nullptr);
  const auto back = parse_bind_ack(again, again.size());
  check(back && back->results.size() == ack->results.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  PduHeader header;
  const HeaderError error = parse_header(octets.substr(0, kHeaderSize), header);
  (void)check_verification(octets, {header.call_id, 0, 0, true, kNdr, kNdr});
  if (error != HeaderError::kNone || header.frag_length > size) return 0;
  const std::string_view pdu = octets.substr(0, header.frag_length);
  std::size_t end = pdu.size();
  if (const auto auth = parse_auth(pdu, header, kHeaderSize); auth && *auth) {
    check((*auth)->token.size() == header.auth_length && (*auth)->offset >= kHeaderSize + (*auth)->pad_length);
    end = (*auth)->offset - (*auth)->pad_length;
  }
  switch (header.type) {
    case PduType::kBind:
    case PduType::kAlterContext: read_bind(pdu, header, end); break;
    case PduType::kBindAck:
    case PduType::kAlterContextResp: read_ack(pdu, header, end); break;
    case PduType::kBindNak: (void)parse_bind_nak(pdu); break;
    case PduType::kRequest:
      if (const auto request = parse_request(pdu, header)) check(request->header_size() <= pdu.size());
      break;
    case PduType::kResponse: (void)parse_response(pdu); break;
    case PduType::kFault:
      if (const auto fault = parse_fault(pdu)) check(!status_of_fault(fault->status).ok());
      break;
    default: break;
  }
  return 0;
}
