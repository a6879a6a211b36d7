// The server's side of one connection, without input and output: octets in, calls and octets out (MS-RPCE 3.3.3).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
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

/// Bounds on what one connection may take. In brackets the attack that each stops.
struct ServerLimits {
  std::uint16_t max_fragment = 5840;                // of requests and responses [one PDU that fills memory]
  std::size_t max_stub = 4U << 20;                  // of a request, all fragments (3.3.3.5.4) [endless fragments]
  std::size_t max_unauthenticated_stub = 64 << 10;  // the same for callers that nobody knows [4 MiB from everyone on the network]
  std::size_t max_presentation_contexts = 4000;     // per registered interface is the most that 3.3.3.5.5 allows [endless alter_contexts]
  std::size_t max_security_contexts = 2000;         // (3.3.1.5.4) [endless logins on one connection]
  std::size_t max_unauthenticated_contexts = 16;    // the same until the first one succeeds [the same, by nobody]
  std::size_t max_outstanding = 5000;               // requests without an answer [requests faster than answers]
  std::size_t max_held = 64U << 20;                 // octets of their stubs [few requests, each as large as allowed]
  std::size_t max_unsent = 128U << 20;              // octets of answers that were not taken [questions whose answers are never read]
};

/// Requests in work on all connections of a server. Thread-safe.
struct ServerBudget {
  std::atomic<std::size_t> max_outstanding = 20'000;  // [many connections, each within its limits]
  std::atomic<std::size_t> max_held = 256U << 20;
  std::atomic<std::size_t> outstanding{0};
  std::atomic<std::size_t> held{0};  // with those of requests that are not whole yet
};

/// What connections of a server share; outlives them.
struct ServerParts {
  const InterfaceTable* interfaces = nullptr;
  AssociationTable* associations = nullptr;
  ServerBudget* budget = nullptr;
  /// A security context for one client: security::make_server with everything but the provider and the peer bound.
  std::function<base::Result<std::unique_ptr<security::Context>>(security::Provider, const std::string& peer_address)> make_context;
};

/// Not thread-safe, except that what it made may be read.
class ServerConnection {
 public:
  /// A call with the interface that it is for.
  struct Dispatch {
    std::shared_ptr<const Interface> interface;
    IncomingCall call;
  };

  /// What arrived octets led to, in this order.
  struct Events {
    std::vector<Dispatch> calls;
    std::vector<std::uint64_t> cancelled;  // serials of calls whose client no longer waits; answers are still welcome
  };

  /// `endpoint`: the port in decimal, for bind_ack. `peer_address`: without a port. `local_peer`: who the transport
  /// itself proves the client to be; its calls are at kPrivacy without a login, and logins are refused.
  ServerConnection(const ServerLimits& limits, const ServerParts& parts, std::string peer_address, std::string endpoint,
                   std::shared_ptr<const security::Peer> local_peer = nullptr);
  ~ServerConnection();
  ServerConnection(const ServerConnection&) = delete;
  ServerConnection& operator=(const ServerConnection&) = delete;

  /// Where the next octets go, then received() with how many came.
  std::span<char> input_space() { return input_.space(); }
  Events received(std::size_t count);
  /// Both at once, for tests.
  Events receive(std::string_view octets);

  /// Answers a call once; later answers and those to unknown serials do nothing. `executed` false: pfc_did_not_execute.
  void respond(std::uint64_t serial, std::string_view stub);
  void fault(std::uint64_t serial, std::uint32_t status, bool executed = true);

  /// Octets to send, to be swapped out or cleared by who sends them.
  std::string& output() { return output_; }
  /// Called while a long message is being made, when a good deal of output() is ready: it may be taken.
  void set_on_output(std::function<void()> on_output) { on_output_ = std::move(on_output); }
  /// After sending output(), the connection is to be closed. Nothing more is read.
  bool closing() const { return closing_; }
  /// Why, for the log; empty while it is open.
  const std::string& reason() const { return reason_; }
  /// Ends the connection from this side.
  void close(std::string reason);

  /// The transport is gone: nobody waits for the calls any more (their later answers do nothing), and the association is left.
  void disconnected();

  std::size_t outstanding() const { return calls_.size(); }
  /// Security contexts that were begun, with those that failed.
  std::size_t security_contexts() const { return security_contexts_; }
  bool authenticated() const { return ready_contexts_ > 0 || local_peer_; }
  /// Octets that belong to no whole request have arrived: a peer may be stalling.
  bool partial() const { return partial_; }
  /// Whole PDUs so far.
  std::size_t pdus() const { return pdus_; }
  /// An rpc_auth_3 came since the last question: its sender may hold back the next PDU for our TCP acknowledgement.
  bool take_quick_ack() { return std::exchange(quick_ack_, false); }
  std::uint32_t association() const { return association_; }

 private:
  struct Presentation {
    SyntaxId abstract;
    std::shared_ptr<const Interface> interface;
  };
  struct Assembly {
    std::uint32_t call_id = 0;
    Request request;
    AuthContext* auth = nullptr;
    std::string stub;
    std::size_t received = 0;  // with the padding of fragments
    std::uint32_t largest_hint = 0;
    bool discard = false;  // refused already; the rest is read over
  };
  struct Pending {
    std::uint32_t call_id = 0;
    std::uint16_t context_id = 0;
    AuthContext* auth = nullptr;
    std::size_t held = 0;
    bool orphaned = false;
  };

  bool process_one(Events& events);
  void refuse_header(const PduHeader& header, HeaderError error);
  void dispatch(std::span<char> pdu, const PduHeader& header, Events& events);

  // server_bind.cc
  void on_bind(std::string_view pdu, const PduHeader& header);
  void on_alter(std::string_view pdu, const PduHeader& header);
  void on_auth3(std::string_view pdu, const PduHeader& header);
  std::optional<NakReason> negotiate(const std::vector<ContextElement>& elements, std::vector<ContextResult>& results);
  ContextResult negotiate_one(const ContextElement& element);
  void note_header_signing(const PduHeader& header);
  std::optional<NakReason> start_context(const AuthSegment& segment, std::string& token);
  std::uint32_t alter_context(const AuthSegment& segment, std::string& token);
  base::Status step_context(AuthContext& auth, std::string_view token_in, std::string& token_out);
  void send_ack(PduType type, const PduHeader& header, std::vector<ContextResult> results, const std::optional<AuthSegment>& auth,
                const std::string& token);
  void nak(const PduHeader& header, NakReason reason, std::string why);

  // server_request.cc
  void on_request(std::span<char> pdu, const PduHeader& header, Events& events);
  std::uint32_t authenticate(std::span<char> pdu, const PduHeader& header, const Request& request, AuthContext*& auth,
                             std::string_view& stub);
  std::uint32_t begin_assembly(const PduHeader& header, const Request& request, AuthContext* auth);
  std::uint32_t check_continuation(const PduHeader& header, const Request& request, AuthContext* auth);
  std::uint32_t refusal(const Assembly& assembly, const Presentation*& presentation) const;
  void complete(Events& events);
  void on_orphaned(std::uint32_t call_id, Events& events);

  Protection protection(AuthContext* auth) const;
  security::Level level_of(const AuthContext* auth) const;
  void offer_output() const;
  void send_fault(std::uint32_t call_id, std::uint16_t context_id, std::uint32_t status, bool executed);
  void fault_and_close(std::uint32_t call_id, std::uint16_t context_id, std::uint32_t status, std::string why);
  void release(const Pending& pending);
  void hold(std::size_t octets);
  void let_go(std::size_t octets);
  void drop_assembly();

  const ServerLimits limits_;
  const ServerParts parts_;
  const std::string peer_address_;
  const std::string endpoint_;
  const std::shared_ptr<const security::Peer> local_peer_;

  InputBuffer input_;
  std::string output_;
  std::function<void()> on_output_;
  bool closing_ = false;
  std::string reason_;
  std::string login_failure_;  // of the last rpc_auth_3 that failed: for the log, when a request shows it

  bool bound_ = false;
  bool multiplex_ = false;
  std::uint32_t association_ = 0;
  std::size_t max_send_ = kMustReceive;
  std::unordered_map<std::uint16_t, Presentation> presentations_;
  std::unordered_map<std::uint32_t, std::unique_ptr<AuthContext>> auths_;
  std::size_t ready_contexts_ = 0;
  std::size_t security_contexts_ = 0;
  security::HeaderSigning header_signing_ = security::HeaderSigning::kNo;

  std::optional<Assembly> assembly_;
  std::unordered_map<std::uint64_t, Pending> calls_;
  std::unordered_map<std::uint32_t, std::uint64_t> serials_;  // of outstanding call ids
  std::uint64_t last_serial_ = 0;
  std::uint32_t highest_call_id_ = 0;
  std::size_t held_ = 0;
  bool partial_ = false;
  std::size_t pdus_ = 0;
  bool quick_ack_ = false;
};

}  // namespace rpc
