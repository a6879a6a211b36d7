// What an object answers to a call, as its client reads it: the first octet chooses what is expected behind the header.
#include <cstdlib>

#include "dcom/messages.h"
#include "dcom/object_connection.h"

extern "C" int LLVMFuzzerTestOneInput(const char* data, std::size_t size) {
  using namespace dcom;
  if (size == 0) return 0;
  rpc::Reply reply;
  reply.stub.assign(data + 1, size - 1);
  const ObjectReply answer = read_object_reply(std::move(reply), "host");
  if (answer.delivered == answer.octets.empty()) std::abort();
  if (answer.status.ok() && !answer.delivered) std::abort();
  rpc::NdrReader in = answer.results();
  switch (data[0] & 3) {
    case 0: (void)read_query_interface_reply(in); break;
    case 1: (void)read_query_interface2_reply(in, 1); break;
    case 2: (void)read_add_ref_reply(in); break;
    default: (void)read_interface_pointer(in); break;
  }
  return 0;
}
