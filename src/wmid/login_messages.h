// What the process that faces the network asks of the one that knows the accounts, and what it is told. The requests may come from a
// process that was taken over: decoding has limits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "security/session.h"

namespace wmid::login {

inline constexpr std::size_t kMaxRequest = 128U << 10;  // octets; a bind with its token is of less than 64 KiB
inline constexpr std::size_t kMaxText = 4096;
inline constexpr std::size_t kTicketSize = 32;  // hexadecimal digits of 128 random bits

/// A server context for a client at this address.
struct Accept {
  security::Provider provider = security::Provider::kNone;
  std::string peer_address;
};
/// A client context, to call back the client whose ticket it is.
struct Initiate {
  std::string ticket;
  std::string target_name;
  bool target_name_is_untrusted = false;
  security::Impersonation impersonation = security::Impersonation::kIdentify;
  std::string workstation;
};
/// The next leg.
struct Step {
  std::string token;
};
/// The context has ended, and its ticket with it. Not answered.
struct Drop {};

struct Request {
  std::uint64_t id = 0;       // of the answer
  std::uint64_t context = 0;  // new ones by Accept and Initiate
  std::variant<Accept, Initiate, Step, Drop> what;
};
std::string encode(const Request& request);
/// WBEM_E_INVALID_STREAM.
base::Result<Request> decode_request(std::string_view octets);

/// To Accept and Initiate `status` alone; to Step also the token, and in the end the session.
struct Answer {
  struct Established {
    security::Peer peer;  // of the account name, SIDs and administrator only; Peer::ticket is set for server contexts
    security::ExportedSession session;
  };
  std::uint64_t id = 0;
  base::Status status;
  std::string token;
  std::optional<Established> established;
};
std::string encode(const Answer& answer);
base::Result<Answer> decode_answer(std::string_view octets);

}  // namespace wmid::login
