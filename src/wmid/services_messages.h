// cim::Services between the process that faces the network and the one with the object manager. Requests may come from a process that was
// taken over: decoding has limits and validates every object.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cim/services.h"
#include "cim/wmio.h"

namespace wmid::link {

inline constexpr std::size_t kMaxName = 64U << 10;      // octets of a namespace, locales or a file
inline constexpr std::size_t kMaxRequest = 128U << 20;  // of a message: the largest max-request-size, as UTF-8, and what is around it

/// Locator::connect for the login of a ticket. Answered by Connected.
struct Connect {
  std::string ticket;
  std::string name_space;
  std::string locales;
};
/// OpenNamespaceAsync. Answered by Connected.
struct Open {
  std::uint64_t session = 0;
  cim::OptionalText name;
  std::uint32_t flags = 0;
  cim::ContextPtr context;
};
/// Every other operation. Answered by Started, then Rows and State for the sink.
struct Start {
  std::uint64_t session = 0;
  cim::Operation operation = cim::Operation::kGetObject;  // an asynchronous form
  std::uint32_t flags = 0;
  bool reader_paced = false;
  bool must_exist = false;
  cim::OptionalText text;  // path, name, language
  cim::OptionalText more_text;
  cim::ObjectPtr object;  // instance, class, in-parameters
  cim::ContextPtr context;
};
/// The sink's answer to Rows, or to a State that is not final.
struct Reply {
  base::Hresult result;
};
/// CancelAsyncCall of the operation with this id. Not answered.
struct Cancel {};
/// QueryObjectSink. Answered by Started.
struct QuerySink {
  std::uint64_t session = 0;
  std::uint32_t flags = 0;
};
/// A session is used no more. Not answered.
struct Close {
  std::uint64_t session = 0;
};
/// IWbemBackupRestore. Answered by Started.
struct Backup {
  std::string ticket;
  bool restore = false;
  std::string file;
  std::uint32_t flags = 0;
};
/// `id` is of the operation or question; new ones are chosen by who asks.
struct Request {
  std::uint64_t id = 0;
  std::variant<Connect, Open, Start, Reply, Cancel, QuerySink, Close, Backup> what;
};
std::string encode(const Request& request);
/// WBEM_E_INVALID_STREAM for what no honest process sends. A malformed object alone is in `object_error`: the request's answer.
struct DecodedRequest {
  Request request;
  base::Status object_error;
};
base::Result<DecodedRequest> decode_request(std::string_view octets, cim::ClassInterner& interner);

struct Connected {
  base::Status status;
  std::uint64_t session = 0;
  std::string name_space;
  std::vector<std::string> locales;
  bool requires_encryption = false;
};
struct Started {
  base::Status status;
};
struct Rows {
  cim::Batch batch;
};
struct State {
  cim::SinkStatus status;
};
struct Event {
  std::uint64_t id = 0;
  std::variant<Connected, Started, Rows, State> what;
};
std::string encode(const Event& event);
base::Result<Event> decode_event(std::string_view octets, cim::ClassInterner& interner);

}  // namespace wmid::link
