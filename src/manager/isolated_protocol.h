// What goes between the object manager and the server process of an isolated provider: one request, then replies up to the end.
// Every message is a length (u32) and so many octets, little-endian. Replies come from a process that may be broken: they are checked.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "manager/provider_job.h"

namespace manager::isolated {

inline constexpr std::uint32_t kMaxMessage = 64U << 20U;

/// A request as the server process sees it. `request.entry` is null.
struct Request {
  cim::Caller caller;
  std::optional<Identity> identity;
  cim::ContextPtr context;
  ProviderRequest request;
};
std::string encode_request(const cim::Caller& caller, const std::optional<Identity>& identity, const cim::ContextPtr& context,
                           const ProviderRequest& request);
/// WBEM_E_INVALID_STREAM.
base::Result<Request> decode_request(std::string_view octets);

enum class ReplyKind : std::uint8_t { kRow = 'R', kOut = 'O', kProgress = 'P', kEnd = 'E' };
struct Reply {
  ReplyKind kind = ReplyKind::kEnd;
  std::string_view octets;  // kRow, kOut: an instance part; else a text
  std::uint32_t first = 0;  // kProgress: done; kEnd: the code
  std::uint32_t second = 0;
};
std::string encode_reply(const Reply& reply);
/// Views into `octets`. WBEM_E_INVALID_STREAM.
base::Result<Reply> decode_reply(std::string_view octets);

/// False when the other side is gone.
bool send_message(int socket, std::string_view octets);
/// False when the other side is gone or sends more than kMaxMessage.
bool receive_message(int socket, std::string& octets);

/// A descriptor, or a signal that none came: for the control socket. -1 on failure.
bool send_descriptor(int socket, char what, int descriptor);
bool receive_descriptor(int socket, char& what, int& descriptor);

/// The process that forks servers of `provider` on demand: never returns; ends when `control` is closed.
[[noreturn]] void serve_forks(Provider& provider, int control);

}  // namespace manager::isolated
