// The client's side of one connection, without input and output: calls in, octets out; octets in, outcomes out (MS-RPCE 3.3.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rpc/fragment.h"
#include "rpc/interface.h"

namespace rpc {

/// Bounds on what a server may do to a client. In brackets the attack that each stops.
struct ClientLimits {
  std::uint16_t max_fragment = 5840;  // offered for both directions [one PDU that fills memory]
  std::size_t max_reply = 64U << 20;  // octets of one answer, all fragments [endless fragments]
  std::size_t max_legs = 8;           // of one login [a login that never ends]
};

/// How a call ended. `status` ok: `stub` is the answer. A fault: `status` as status_of_fault() has it, and its own value in `fault`.
struct Reply {
  base::Status status;
  std::optional<std::uint32_t> fault;
  bool executed = true;  // false: the server says that it did not begin (pfc_did_not_execute), or the request was never sent
  std::string stub;
};

/// A security context to be built, with the token of its first leg.
struct ClientAuth {
  security::Provider provider = security::Provider::kSpnego;
  security::Level level = security::Level::kPrivacy;
  std::unique_ptr<security::Context> context;
  std::string first_token;
};

struct OutgoingCall {
  SyntaxId interface;      // of an accepted presentation context
  std::uint32_t auth = 0;  // 0: the first security context if there is one; else as exchange() returned it
  std::uint16_t opnum = 0;
  std::optional<base::Guid> object;
  bool caller_reads = false;  // the calling thread goes on to Client::read_until()
};

/// Not thread-safe.
class ClientConnection {
 public:
  /// What arrived octets led to.
  struct Events {
    struct Exchanged {
      std::uint64_t token = 0;               // as exchange() returned it
      base::Status status;                   // of the login; RPC_S_* or SEC_E_*
      std::uint32_t auth = 0;                // id of the new security context, for OutgoingCall
      std::vector<base::Status> interfaces;  // of each asked: ok, RPC_S_UNKNOWN_IF or RPC_S_UNSUPPORTED_TRANS_SYN
    };
    std::vector<Exchanged> exchanged;
    std::vector<std::pair<std::uint32_t, Reply>> replies;  // by call id
  };

  explicit ClientConnection(const ClientLimits& limits, std::uint32_t association = 0);

  /// bind, later alter_context: presentation contexts (at least one) and perhaps a security context. One at a time goes out, the others
  /// wait.
  std::uint64_t exchange(std::vector<SyntaxId> interfaces, std::optional<ClientAuth> auth);

  /// Sends a request, or queues it while the connection does not multiplex and another one is out (3.3.1.5.8). RPC_S_UNKNOWN_IF for an
  /// interface that was not accepted; the reason of the end when the connection is closed. Returns the call id.
  base::Result<std::uint32_t> call(const OutgoingCall& call, std::string stub);

  /// co_cancel: asks the server to hurry. The reply still comes.
  void cancel(std::uint32_t call_id);
  /// The caller waits no longer: no reply will be given. The server is told by co_cancel and orphaned when the request is out.
  void abandon(std::uint32_t call_id);

  /// The connection ended before anything of the request went out: its reply says that it was not executed.
  void not_sent(std::uint32_t call_id);

  std::span<char> input_space() { return input_.space(); }
  Events received(std::size_t count);
  Events receive(std::string_view octets);

  /// Ends the connection: everything under way ends with `status`.
  Events close(base::Status status);

  std::string& output() { return output_; }
  /// Called while a long message is being made, when a good deal of output() is ready: it may be taken.
  void set_on_output(std::function<void()> on_output) { on_output_ = std::move(on_output); }
  bool closed() const { return !end_.ok(); }
  const base::Status& end() const { return end_; }
  bool bound() const { return bound_; }
  bool multiplexes() const { return multiplex_; }
  bool accepts(const SyntaxId& interface) const { return find_context(interface) != nullptr; }
  std::uint32_t association() const { return association_; }
  std::size_t outstanding() const { return calls_.size(); }
  /// The server's side of a security context that is ready; nullptr else.
  std::shared_ptr<const security::Peer> peer(std::uint32_t auth) const;

 private:
  struct Exchange {
    std::uint64_t token = 0;
    std::vector<ContextElement> elements;
    std::vector<SyntaxId> interfaces;
    std::optional<ClientAuth> auth;
    // While it is under way:
    std::uint32_t call_id = 0;
    std::uint32_t auth_id = 0;
    std::size_t legs = 0;
    std::vector<base::Status> results;
  };
  struct Queued {
    std::uint32_t call_id = 0;
    OutgoingCall call;
    std::string stub;
  };
  struct Waiting {
    AuthContext* auth = nullptr;
    std::string stub;
    bool abandoned = false;
    bool began = false;
    bool sent = true;
  };

  bool process_one(Events& events);
  void dispatch(std::span<char> pdu, const PduHeader& header, Events& events);

  // client_bind.cc
  void start_next_exchange();
  void send_exchange(std::string_view token);
  void on_ack(std::string_view pdu, const PduHeader& header, Events& events);
  void note_bind(const BindAck& ack, const PduHeader& header);
  base::Status note_results(const std::vector<ContextResult>& results);
  base::Status continue_login(std::string_view token, bool& finished);
  void finish_exchange(base::Status status, Events& events);

  void on_response(std::span<char> pdu, const PduHeader& header, Events& events);
  void on_fault(std::string_view pdu, const PduHeader& header, Events& events);
  void send(const Queued& queued);
  void finish_call(std::uint32_t call_id, Reply reply, Events& events);
  void fail(base::Status status, Events& events);
  Protection protection(AuthContext* auth) const;
  void offer_output() const;
  const std::uint16_t* find_context(const SyntaxId& interface) const;
  AuthContext* auth_of(std::uint32_t id) const;

  const ClientLimits limits_;
  InputBuffer input_;
  std::string output_;
  std::function<void()> on_output_;
  base::Status end_;

  bool bound_ = false;
  bool multiplex_ = false;
  bool keeps_orphans_ = false;
  std::uint32_t association_ = 0;
  std::size_t max_send_ = kMustReceive;
  security::HeaderSigning header_signing_ = security::HeaderSigning::kNo;
  bool header_signing_asked_ = false;

  std::vector<std::pair<SyntaxId, std::uint16_t>> contexts_;  // accepted
  std::uint16_t next_context_ = 0;
  std::vector<std::unique_ptr<AuthContext>> auths_;
  std::deque<Exchange> exchanges_;  // the first is under way when busy_
  bool busy_ = false;
  std::uint64_t last_token_ = 0;

  std::uint32_t last_call_id_ = 0;
  std::unordered_map<std::uint32_t, Waiting> calls_;  // sent
  std::deque<Queued> queue_;                          // not yet sent
};

}  // namespace rpc
