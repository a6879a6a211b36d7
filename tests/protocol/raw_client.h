// A client of RPC, DCOM and MS-WMI that makes every PDU by hand, so that a test can break any octet of it. One plain TCP socket; nothing is
// checked on the way out, and on the way in only what is needed to read.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cim/services.h"
#include "dcom/messages.h"
#include "remote/messages.h"
#include "rpc/fragment.h"

namespace protocol {

using namespace std::chrono_literals;
using base::Guid;
using security::Level;
using security::Provider;

/// The presentation contexts that bind() asks for, in this order.
enum Context : std::uint16_t {
  kExporterContext,    // IObjectExporter
  kScmContext,         // IRemoteSCMActivator
  kActivationContext,  // IActivation
  kRemUnknownContext,  // IRemUnknown
  kLoginContext,       // IWbemLevel1Login
  kServicesContext,    // IWbemServices
  kEnumContext,        // IEnumWbemClassObject
  kNoContext = 4711,   // was never negotiated
};
std::vector<rpc::ContextElement> contexts();

/// One PDU from the server.
struct Pdu {
  rpc::PduHeader header;
  std::string octets;
};

/// What a request was answered with.
struct Answer {
  std::optional<std::uint32_t> fault;
  bool executed = true;  // of a fault: pfc_did_not_execute was not set
  std::string stub;      // of a response
  bool ended = false;    // the connection ended, or stayed silent, instead

  /// The HRESULT behind the out-parameters; a fault's status.
  std::uint32_t code() const;
};

/// Changes a token of the login on its way out; `leg` counts from 0.
using Tamper = std::function<void(int leg, std::string& token)>;

struct Login {
  Provider provider = Provider::kNtlm;
  Level level = Level::kIntegrity;
  std::string user = "alice";
  std::string password = "secret";
  std::string channel_bindings;
  Tamper tamper;
};

class RawClient {
 public:
  /// `from`: an address of the loopback network.
  explicit RawClient(std::uint16_t port, const char* from = "127.0.0.1");
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  // What is between this client and the server.
  std::size_t chunk = 0;                 // octets that are sent at a time; 0: all
  std::optional<std::size_t> cut_after;  // octets sent until the client vanishes
  std::vector<std::size_t> boundaries;   // octets sent so far, after each PDU

  /// False when the connection is gone.
  bool send(std::string_view octets);
  std::optional<Pdu> receive(std::chrono::milliseconds patience = 10s);
  /// Reads on until the server ends the connection; false when it does not.
  bool ended(std::chrono::milliseconds patience = 10s);
  /// No more octets from here, but more are welcome.
  void half_close();
  void close();
  bool gone() const { return socket_ < 0; }
  int socket() const { return socket_; }
  /// The kernel takes no more than about so much that was not read.
  void set_receive_buffer(int octets);

  /// bind or alter_context with these octets of a token.
  static std::string bind_pdu(const std::vector<rpc::ContextElement>& elements, const rpc::AuthSegment* auth = nullptr,
                              rpc::PduType type = rpc::PduType::kBind, std::uint8_t flags = rpc::pfc::kWhole | rpc::pfc::kHeaderSign);
  /// Without authentication; false unless it was acknowledged.
  bool bind();
  /// Binds and logs in. True when the server has acknowledged every leg that it answers; NTLM's last leg is none of those.
  bool log_in(const Login& login = {});

  struct Request {
    std::uint16_t context = kServicesContext;
    std::uint16_t opnum = 3;
    std::optional<Guid> object;
    std::string stub;
    std::uint8_t flags = rpc::pfc::kWhole;
    std::uint32_t hint = 0;
    std::optional<std::uint32_t> call_id;  // nullopt: the next one
    bool authenticated = true;             // with a trailer if there is a login
  };
  /// One request PDU, protected if there is a login.
  std::string pdu(const Request& request);
  Answer exchange(const Request& request);
  Answer exchange_octets(std::string_view octets);
  /// The next answer; a response is put together from its fragments and verified.
  Answer answer(std::chrono::milliseconds patience = 10s);

  // What a real client does. The stubs' text is in the style of dcom/testing.
  Guid activate(const Guid& clsid, const Guid& iid);
  /// NTLMLogin on the login object: IPID of the IWbemServices.
  Guid open_namespace(const Guid& login_ipid, const std::string& name = "//./root/cimv2");
  /// Both; the null GUID when something was refused.
  Guid open();
  Answer services(const Guid& ipid, cim::Operation operation, const remote::ServicesRequest& request);
  /// A parameterised ORPC request. `header`: to break it.
  static std::string orpc(const std::function<void(rpc::NdrWriter&)>& parameters, dcom::OrpcThis header = {});
  static Request services_request(const Guid& ipid, cim::Operation operation, const remote::ServicesRequest& request);
  /// ORPCTHAT, an interface pointer: its reference.
  static std::optional<dcom::Objref> reference_in(const Answer& answer);

  rpc::AuthContext auth;  // of the login
  std::uint32_t call_id = 1;

 private:
  bool fill(std::size_t wanted, std::chrono::steady_clock::time_point until);

  int socket_ = -1;
  std::string received_;
  std::size_t sent_ = 0;
};

}  // namespace protocol
