// The object resolver (MS-DCOM 3.1.2): IObjectExporter with its ping sets, and both activations.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "dcom/activation.h"
#include "dcom/exporter.h"
#include "dcom/messages.h"
#include "rpc/client.h"

namespace dcom {

/// Thread-safe. Ends after its Server has shut down and before its Exporter.
class Resolver {
 public:
  static constexpr std::chrono::seconds kPingPeriod{120};  // (3.2.6.1)
  static constexpr int kPeriodsToExpire = 3;               // (3.1.2.6)

  /// Limits; in brackets the attack.
  struct Options {
    Exporter* exporter = nullptr;                               // of this process
    security::Level least_level = security::Level::kIntegrity;  // of activation, resolution and pings; ServerAlive(2) need none
    std::size_t max_sets_per_peer = 256;                        // [ping sets without end]
    std::size_t max_oids_per_set = 20'000;
    std::size_t max_foreign = 1024;  // exporters of other processes
    /// Told when the exporter of this process was resolved for a caller that may. On a network thread; must not block. May be empty.
    std::function<void(const rpc::Call&)> on_resolved;
    const base::Clock* clock = nullptr;
    base::Random* random = nullptr;
    base::Log* log = nullptr;
  };
  /// Registers IObjectExporter, IActivation, IRemoteSCMActivator with `server` (the one that listens on the endpoint port).
  Resolver(rpc::Server& server, Options options);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// Makes the object of a class for one caller (3.1.2.5.2.3). Must not block. A failure is the activation's HRESULT.
  using Factory = std::function<base::Result<ObjectPtr>(const rpc::Call& call)>;
  /// Unknown classes: REGDB_E_CLASSNOTREG; class objects (RemoteGetClassObject, mode 0xFFFFFFFF): refused with CLASS_E_CLASSNOTAVAILABLE.
  void add_class(const Guid& clsid, Factory factory);

  /// An exporter in another process of this machine, resolved here on its behalf (a client whose sinks Windows calls back). `bindings` are
  /// told with the address that the asker reached put before the port. It must export its objects without pings. Returns false when the
  /// limit is reached or the OXID known.
  struct Foreign {
    Oxid oxid = 0;
    Ipid rem_unknown;
    std::uint16_t port = 0;
    std::uint32_t authn_hint = 6;
  };
  bool add_foreign(const Foreign& exporter);
  void remove_foreign(Oxid oxid);

  /// Expires ping sets, tells the exporter. Runs by itself once a second; tests that move the clock call it.
  void check_time();

  struct Figures {
    std::size_t sets = 0;
    std::size_t oids = 0;
    std::size_t foreign = 0;
  };
  Figures figures() const;

 private:
  struct State;
  const std::shared_ptr<State> state_;
};

/// The interface of our own by which client processes register their exporters with the machine's resolver, over its UNIX socket only: for
/// any caller there. Registrations end with the connection's association. Opnum 0: in OXID hyper, IPID, u16 port, u32 hint; out u32 status.
/// A daemon offers it; `announce` is the client's side.
inline constexpr Guid kLocalResolver{0x7a0d2c8e, 0x51b4, 0x4a0b, {0x9d, 0x3c, 0x6f, 0x10, 0x8e, 0x52, 0xc7, 0x41}};
void offer_local_resolver(rpc::Server& server, Resolver& resolver);
/// The same for a daemon whose resolver is in another process: as Resolver's functions of these names.
struct ForeignExporters {
  std::function<bool(const Resolver::Foreign& exporter)> add;
  std::function<void(Oxid oxid)> remove;
};
void offer_local_resolver(rpc::Server& server, ForeignExporters exporters);
/// Registers `exporter` with the daemon behind `path`; valid as long as the returned connection stays open.
base::Result<std::shared_ptr<rpc::Client>> announce(rpc::Network& network, const std::string& path, const Resolver::Foreign& exporter);

}  // namespace dcom
