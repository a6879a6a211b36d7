#include "apps/wmi/wmic.h"

#include <chrono>
#include <cstdlib>
#include <cstring>

#include "apps/wmi/remote.h"
#include "cli/machines.h"
#include "cli/password.h"
#include "cli/reach.h"
#include "cli/wmic_arguments.h"
#include "cli/wmic_output.h"
#include "rpc/codes.h"

namespace wmi {
namespace {

constexpr int kFailed = 1;
constexpr std::chrono::milliseconds kConnectTimeout{12'000};  // monitoring programs give up after 15 s
constexpr std::chrono::milliseconds kLongLookUp{4'500};       // neighbours that do not answer are given up after three seconds

/// Keeps passwords out of the list of processes.
void hide_secrets(const cli::WmicArguments& arguments, char** words) {
  for (const auto& [word, offset] : arguments.secrets) {
    char* secret = words[word] + offset;
    std::memset(secret, 'x', std::strlen(secret));
  }
}

base::Result<security::Credentials> credentials_of(const cli::WmicArguments& arguments) {
  security::Credentials credentials;
  credentials.domain = arguments.domain;
  credentials.user = arguments.user;
  if (arguments.kerberos && !arguments.password) {
    credentials.ccache = "default";
    return credentials;
  }
  if (arguments.password) {
    credentials.password = arguments.password;
  } else if (const char* given = std::getenv("OPENWMI_PASSWORD")) {
    credentials.password = given;
  } else if (arguments.asks_password) {
    TRY_ASSIGN(credentials.password, cli::prompt_password("Password for [" + arguments.domain + "\\" + arguments.user + "]: "));
  } else {
    credentials.password = "";
  }
  return credentials;
}

class OldClient {
 public:
  OldClient(cli::Console console, const cli::WmicArguments& arguments) : console_(std::move(console)), arguments_(arguments) {}

  int run() {
    auto credentials = credentials_of(arguments_);
    if (!credentials) return fail(cli::WmicStage::kLogin, credentials.error());
    cli::Interrupt interrupt;  // before the first thread
    limits_.interrupt = &interrupt;
    remote::ClientOptions options;
    options.security.provider = arguments_.kerberos ? security::Provider::kKerberos : security::Provider::kNtlm;
    options.security.credentials = *std::move(credentials);
    options.timeouts.connect = kConnectTimeout;
    cli::Machines machines(network(), std::move(options));
    const int status = query(machines);
    leave_if_any_left(console_, machines.any_left(), status);
    return status;
  }

 private:
  int query(cli::Machines& machines) {
    const auto began = std::chrono::steady_clock::now();
    const auto services = machines.connect(arguments_.host, arguments_.name_space, limits_);
    took_ = std::chrono::steady_clock::now() - began;
    if (!services) return fail(cli::WmicStage::kLogin, services.error());
    const auto rows = cli::make_wmic_writer(console_, arguments_.delimiter);
    cli::Handlers handlers;
    handlers.object = [&](const cim::Object& object) { rows->row(object); };
    bool started = false;
    cim::CallOptions options;
    options.flags = cim::flag::kEnsureLocatable;  // the old program's rows have the keys, selected or not
    const base::Status status = cli::run_operation(**services, limits_, std::move(handlers), [&](cim::SinkPtr sink) {
      base::Status start = (*services)->ExecQueryAsync("WQL", arguments_.query, options, std::move(sink));
      started = start.ok();
      return start;
    });
    rows->finish();
    if (!status.ok()) return fail(started ? cli::WmicStage::kRows : cli::WmicStage::kQuery, status);
    return console_.written().ok() ? cli::kSuccess : kFailed;
  }

  /// What the old program logged goes to standard output (--debug-stderr: error), the status to standard error, as its last line.
  int fail(cli::WmicStage stage, const base::Status& status) {
    const cli::WmicFailure failure = cli::wmic_failure(stage, status.code(), reach_of(status));
    std::FILE* const log = arguments_.debug_to_error ? console_.err : console_.out;
    if (arguments_.debug_level > 0) std::fprintf(log, "wmic: %s\n", status.to_string().c_str());
    std::fprintf(log, "%s\n", failure.error.c_str());
    std::fflush(log);
    std::fprintf(console_.err, "%s\n", failure.status.c_str());
    return kFailed;
  }

  /// Why there was no connection: the kernel is asked once more. nullopt: the name has no address.
  std::optional<cli::Reach> reach_of(const base::Status& status) const {
    if (status.code() != rpc::RPC_S_SERVER_UNAVAILABLE) return cli::Reach::kOpen;
    if (took_ > kLongLookUp) return std::nullopt;  // no server of names answers: asking again would take as long
    const auto addresses = cli::look_up(arguments_.host.name);
    if (!addresses) return std::nullopt;
    const std::uint16_t port = arguments_.host.port != 0 ? arguments_.host.port : 135;
    return cli::probe(*addresses, port, kConnectTimeout / 4).reach;
  }

  const cli::Console console_;
  const cli::WmicArguments& arguments_;
  cli::RunLimits limits_;
  std::chrono::steady_clock::duration took_{};  // connecting
};

}  // namespace

bool is_wmic(const char* program) {
  const std::string_view path(program == nullptr ? "" : program);
  return path.substr(path.rfind('/') + 1) == "wmic";
}

int run_wmic(int argc, char** argv) {
  const auto arguments = cli::parse_wmic({argv + 1, argv + argc});
  if (!arguments) {
    std::fprintf(stderr, "wmic: %s\n%s", arguments.error().text().c_str(), cli::wmic_usage().c_str());
    return kFailed;
  }
  hide_secrets(*arguments, argv + 1);
  if (arguments->help || arguments->version) {
    std::fputs(arguments->help ? cli::wmic_usage().c_str() : "wmic (wmi " OWMI_VERSION ")\n", stdout);
    return cli::kSuccess;
  }
  return OldClient(cli::Console::standard(), *arguments).run();
}

}  // namespace wmi
