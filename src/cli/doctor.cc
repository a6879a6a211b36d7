#include "cli/doctor.h"

#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/reach.h"
#include "dcom/messages.h"
#include "remote/ids.h"

namespace cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kCallbackPatience{15'000};

Finding holds(std::string found) { return {RungState::kHolds, std::move(found), {}}; }
Finding skipped() { return {RungState::kSkipped, "not tried", {}}; }
Finding fails(Rung rung, const base::Status& status) { return {RungState::kFails, status.to_string(), likely_cause(rung, status.code())}; }

std::string_view mechanism_name(security::Provider provider) {
  switch (provider) {
    case security::Provider::kNtlm: return "NTLM";
    case security::Provider::kKerberos: return "Kerberos";
    default: return "an unknown mechanism";
  }
}

/// Whether what an activation came to shows that the other machine did activate, but its object was not reached.
bool is_transport(base::Hresult code) { return code == rpc::RPC_S_SERVER_UNAVAILABLE || code == rpc::RPC_S_TIMEOUT; }

/// One climb: each rung stands on what those below it found. Owns all that its rungs use.
class Climb {
 public:
  Climb(rpc::Network& network, DoctorPlan plan, RunLimits limits) : network_(network), plan_(std::move(plan)), limits_(std::move(limits)) {
    limits_.waiting = nullptr;
  }

  Finding look_up_name() {
    auto found = look_up(plan_.host.name);
    if (!found) return {RungState::kFails, found.error().text(), likely_cause(Rung::kName, found.error().code())};
    addresses_ = *std::move(found);
    if (addresses_.size() == 1 && addresses_[0] == plan_.host.name) return holds("is an address");
    return holds(fmt::format("{} is {}", plan_.host.name, fmt::join(addresses_, ", ")));
  }

  Finding reach_port() {
    const Probe found = probe(addresses_, port(), plan_.client.timeouts.connect);
    switch (found.reach) {
      case Reach::kOpen: return holds(fmt::format("{} answers on TCP port {}", found.address, port()));
      case Reach::kRefused: return no_port(found, "refuses connections on");
      case Reach::kUnreachable: return no_port(found, "cannot be reached on");
      case Reach::kSilent: break;
    }
    return no_port(found, "does not answer on");
  }

  Finding ask_endpoint() {
    auto connection = connect();
    if (!connection) return fails(Rung::kEndpoint, connection.error());
    const auto bound =
        (*connection)->bind({dcom::interface_syntax(dcom::iid::kObjectExporter)}, std::nullopt, plan_.client.timeouts.connect);
    if (!bound.status.ok()) return fails(Rung::kEndpoint, bound.status);
    if (!bound.interfaces.at(0).ok()) return fails(Rung::kEndpoint, bound.interfaces[0]);
    const rpc::Reply reply = server_alive(**connection, 0);
    if (reply.fault == rpc::fault::kAccessDenied) return holds("DCOM that tells nothing without a login");
    if (!reply.status.ok()) return fails(Rung::kEndpoint, reply.status);
    const auto alive = dcom::read_server_alive2_reply(reply.stub);
    if (!alive) return fails(Rung::kEndpoint, alive.error());
    std::vector<std::string> names;
    for (const dcom::StringBinding& binding : alive->resolver.strings)
      if (binding.tower == dcom::kTowerTcp) names.push_back(binding.address);
    return holds(fmt::format("DCOM {}.{}, says it is {}", alive->version.major, alive->version.minor, fmt::join(names, ", ")));
  }

  Finding log_in() {
    if (!plan_.login.ok()) return {RungState::kFails, plan_.login.to_string(), "there is nothing to log in with: the rungs above need it."};
    auto connection = connect();
    if (!connection) return fails(Rung::kLogin, connection.error());
    const dcom::Security& who = plan_.client.security;
    rpc::Client::Login login;
    login.options.provider = who.provider;
    login.options.target_name = who.service + "/" + plan_.host.name;
    login.options.impersonation = who.impersonation;
    login.credentials = who.credentials;
    login.level = who.level;
    const auto bound =
        (*connection)->bind({dcom::interface_syntax(dcom::iid::kObjectExporter)}, std::move(login), plan_.client.timeouts.connect);
    if (!bound.status.ok()) return fails(Rung::kLogin, as_logon(bound.status));
    // NTLM's last message has no answer: that it was refused shows in the first call.
    const rpc::Reply reply = server_alive(**connection, bound.auth);
    if (reply.fault == rpc::fault::kAccessDenied) return fails(Rung::kLogin, as_logon(reply.status));
    if (!reply.status.ok()) return fails(Rung::kLogin, reply.status);
    const auto peer = (*connection)->peer(bound.auth);
    const std::string user = who.credentials.user.empty() ? "the user of the tickets" : who.credentials.user;
    return holds(fmt::format("{} by {}, calls are {}", user, mechanism_name(peer ? peer->mechanism : security::Provider::kNone),
                             who.level == security::Level::kPrivacy ? "encrypted" : "signed"));
  }

  Finding activate() {
    dcom::Client::Options options;
    options.timeouts = plan_.client.timeouts;
    dcom::Client client(network_, options);
    const auto proxy =
        client.activate({plan_.host.name, port(), {}}, plan_.client.security, remote::clsid::kLevel1Login, remote::iid::kLevel1Login);
    if (proxy) {
      object_port_ = fmt::format("{} port {}", (*proxy)->ends().remote.address, (*proxy)->ends().remote.port);
    } else if (is_transport(proxy.error().code())) {
      object_failure_ = proxy.error();
    } else {
      return fails(Rung::kActivation, proxy.error());
    }
    return holds("the machine made a WMI login object");
  }

  Finding reach_objects() {
    if (!object_failure_.ok()) return fails(Rung::kObjects, object_failure_);
    return holds("it answers at " + object_port_);
  }

  Finding open_namespace() {
    machine_ = std::make_unique<remote::Machine>(network_, plan_.client);
    auto services = machine_->connect(plan_.name_space);
    if (!services) return fails(Rung::kNamespace, services.error());
    services_ = *std::move(services);
    return holds(services_->name_space() + " is open to this account");
  }

  Finding query() {
    std::size_t rows = 0;
    Handlers handlers;
    handlers.object = [&rows](const cim::Object&) { ++rows; };
    const base::Status status = run_operation(*services_, limits_, std::move(handlers), [this](cim::SinkPtr sink) {
      return services_->ExecQueryAsync("WQL", "SELECT Name FROM __NAMESPACE", {}, std::move(sink));
    });
    if (!status.ok()) return fails(Rung::kQuery, status);
    return holds(fmt::format("answered: {} namespace{} below{}", rows, rows == 1 ? "" : "s", system_name()));
  }

  Finding call_back() {
    if (const base::Status ready = machine_->callback_readiness(); !ready.ok()) return fails(Rung::kCallback, ready);
    cim::CallOptions options;
    options.delivery = cim::Delivery::kCallback;
    RunLimits limits = limits_;
    limits.timeout = std::min(limits.timeout.value_or(kCallbackPatience), kCallbackPatience);
    const base::Status status = run_operation(*services_, limits, {}, [&](cim::SinkPtr sink) {
      return services_->ExecQueryAsync("WQL", "SELECT Name FROM __NAMESPACE", options, std::move(sink));
    });
    if (status.code() == base::WBEM_E_TIMED_OUT)
      return fails(Rung::kCallback, {status.code(), "the machine took an asynchronous call, but its answer did not arrive"});
    if (!status.ok()) return fails(Rung::kCallback, status);
    return holds("an asynchronous call was answered by a callback");
  }

 private:
  std::uint16_t port() const { return plan_.client.machine.endpoint_port; }

  base::Result<std::shared_ptr<rpc::Client>> connect() {
    rpc::Client::Options options;
    options.host = plan_.host.name;
    options.port = port();
    options.timeout = plan_.client.timeouts.connect;
    return rpc::Client::connect(network_, options);
  }

  rpc::Reply server_alive(rpc::Client& connection, std::uint32_t auth) {
    return connection.call({dcom::interface_syntax(dcom::iid::kObjectExporter), auth, dcom::kServerAlive2, {}}, {},
                           plan_.client.timeouts.connect);
  }

  Finding no_port(const Probe& found, std::string_view what) const {
    return {RungState::kFails, fmt::format("{} {} TCP port {} ({})", found.address, what, port(), found.reason),
            likely_cause(Rung::kPort, {})};
  }

  /// Some servers say a refused login with a fault.
  base::Status as_logon(const base::Status& status) const {
    if (status.code() != base::E_ACCESSDENIED && status.code() != security::SEC_E_LOGON_DENIED) return status;
    return {security::SEC_E_LOGON_DENIED,
            fmt::format("{} refused the login of {}", plan_.host.name, plan_.client.security.credentials.user)};
  }

  /// "; the system is Debian GNU/Linux 12"; empty where it is not told.
  std::string system_name() {
    std::string name;
    Handlers handlers;
    handlers.object = [&name](const cim::Object& object) {
      if (const auto caption = object.get("Caption"); caption && caption->as_text() != nullptr) name = *caption->as_text();
    };
    const base::Status status = run_operation(*services_, limits_, std::move(handlers), [this](cim::SinkPtr sink) {
      return services_->ExecQueryAsync("WQL", "SELECT Caption FROM Win32_OperatingSystem", {}, std::move(sink));
    });
    return status.ok() && !name.empty() ? "; the system is " + name : "";
  }

  rpc::Network& network_;
  const DoctorPlan plan_;
  RunLimits limits_;
  std::vector<std::string> addresses_;
  std::string object_port_;
  base::Status object_failure_;
  std::unique_ptr<remote::Machine> machine_;
  cim::ServicesPtr services_;  // ends before the machine
};

struct Step {
  Rung rung;
  Finding (Climb::*take)();
};
constexpr Step kSteps[] = {{Rung::kName, &Climb::look_up_name},        {Rung::kPort, &Climb::reach_port},
                           {Rung::kEndpoint, &Climb::ask_endpoint},    {Rung::kLogin, &Climb::log_in},
                           {Rung::kActivation, &Climb::activate},      {Rung::kObjects, &Climb::reach_objects},
                           {Rung::kNamespace, &Climb::open_namespace}, {Rung::kQuery, &Climb::query},
                           {Rung::kCallback, &Climb::call_back}};

std::optional<Format> json_of(const Session& session) {
  const Format format = session.rows.format;
  return session.format_given && (format == Format::kJson || format == Format::kJsonLines) ? std::optional(format) : std::nullopt;
}

}  // namespace

int doctor(const Session& session, rpc::Network& network, const DoctorPlan& plan, BlockingWork& work) {
  DoctorReport report(session.console, plan.host.label, json_of(session));
  const auto climb = std::make_shared<Climb>(network, plan, session.limits);
  bool stopped = false;
  for (const Step& step : kSteps) {
    if (stopped) {
      report.add(rung_name(step.rung), {}, skipped());
      continue;
    }
    const auto began = Clock::now();
    const auto finding = std::make_shared<Finding>();
    if (!work.run(session.limits, [climb, finding, take = step.take] { *finding = ((*climb).*take)(); })) {
      session.console.note("interrupted");
      return kWmiError;
    }
    stopped = finding->state == RungState::kFails;
    report.add(rung_name(step.rung), Clock::now() - began, std::move(*finding));
  }
  return report.finish() ? kSuccess : kWmiError;
}

}  // namespace cli
