// Stub octets to protected fragments and back (MS-RPCE 2.2.2.1, 2.2.2.11, 3.3.1.5.2.2). What client and server have in common.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "rpc/pdu.h"
#include "security/auth.h"

namespace rpc {

/// One security context of a connection, named by the auth_context_id of its sec_trailers.
struct AuthContext {
  enum class State { kNegotiating, kReady, kFailed };

  std::uint32_t id = 0;
  std::uint8_t type = 0;   // as on the wire
  std::uint8_t level = 0;  // as on the wire
  State state = State::kNegotiating;
  std::unique_ptr<security::Context> context;
  std::shared_ptr<const security::Peer> peer;  // once ready

  /// The level in force: kCall is kPacket (2.2.1.1.8).
  security::Level effective_level() const {
    const auto value = static_cast<security::Level>(level);
    return value == security::Level::kCall ? security::Level::kPacket : value;
  }
  /// Whether a segment belongs to this context as it was negotiated.
  bool fits(const AuthSegment& segment) const { return segment.type == type && segment.level == level; }
};

/// Output that is worth sending before the whole message is made, so that the peer verifies while we sign.
inline constexpr std::size_t kOfferedOutput = 16 << 10;

inline bool known_level(std::uint8_t level) { return level >= 2 && level <= 6; }

/// How a connection protects.
struct Protection {
  AuthContext* auth = nullptr;  // nullptr: not at all
  security::HeaderSigning header_signing = security::HeaderSigning::kNo;
  bool token_at_connect = false;  // a sec_trailer at kConnect too, for more than one context on the connection (3.3.1.5.4)
};

/// Octets of stub that fit in one fragment of `max_fragment` octets; a multiple of 16 under protection, so that only the last one is
/// padded.
std::size_t stub_capacity(std::size_t max_fragment, std::size_t header_size, const Protection& protection);

/// Ends the fragment that began at out[start] with a header of `header_size` octets and its stub: padding, sec_trailer, token, lengths.
base::Status finish_fragment(std::string& out, std::size_t start, std::size_t header_size, const Protection& protection);

/// Verifies a fragment and decrypts it in place; returns its stub without padding. SEC_E_* when it does not verify.
base::Result<std::string_view> open_fragment(std::span<char> pdu, std::size_t header_size, const AuthSegment& segment,
                                             const Protection& protection);

/// Appends a request or response as fragments. `write_header(out, pfc_flags, alloc_hint)` appends a header of `header_size` octets. The
/// hint is what remains (2.2.2.6).
template <class WriteHeader, class Progress>
base::Status append_fragments(std::string& out, std::size_t header_size, std::size_t max_fragment, std::string_view stub,
                              const Protection& protection, WriteHeader&& write_header, Progress&& progress) {
  const std::size_t capacity = stub_capacity(max_fragment, header_size, protection);
  std::uint8_t flags = pfc::kFirst;
  do {
    const std::string_view part = stub.substr(0, capacity);
    if (part.size() == stub.size()) flags |= pfc::kLast;
    const std::size_t start = out.size();
    write_header(out, flags, static_cast<std::uint32_t>(stub.size()));
    out.append(part);
    TRY(finish_fragment(out, start, header_size, protection));
    stub.remove_prefix(part.size());
    flags = 0;
    progress();
  } while (!stub.empty());
  return {};
}

/// Octets that have arrived and are not yet whole PDUs. Grows while the peer fills it, to at most two PDUs of the largest size, and shrinks
/// when the peer is quiet again, as most connections idle.
class InputBuffer {
 public:
  /// Where the next octets go: at least 4 KiB.
  std::span<char> space();
  /// `count` octets were put into space().
  void commit(std::size_t count);
  std::span<char> pending() { return {octets_.data() + begin_, end_ - begin_}; }
  void consume(std::size_t count);

 private:
  std::string octets_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  unsigned small_reads_ = 0;
  bool was_full_ = false;
};

}  // namespace rpc
