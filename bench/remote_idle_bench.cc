// What 1,000 authenticated connections that do nothing cost a server: the growth of a process that does nothing else.
#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <vector>

#include "bench/remote_served.h"
#include "remote/testing/loopback_machine.h"

namespace {

using remote::testing::LoopbackMachine;

constexpr int kConnections = 1000;

double resident_octets(pid_t process) {
  std::ifstream in("/proc/" + std::to_string(process) + "/statm");
  double size = 0;
  double resident = 0;
  in >> size >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

/// The server's process: tells its port by its output, serves until its input ends.
int serve() {
  rpc::Network network;
  remote_bench::RowsLocator locator;
  LoopbackMachine machine(network, locator);
  const std::uint16_t port = machine.port();
  if (::write(STDOUT_FILENO, &port, sizeof port) != sizeof port) return 1;
  char end = 0;
  return ::read(STDIN_FILENO, &end, 1) == 0 ? 0 : 1;
}

struct Pipe {
  Pipe() {
    if (::pipe(ends) != 0) std::abort();
  }
  int ends[2];
};

bool open_enough_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  limit.rlim_cur = limit.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= 2 * kConnections + 200;
}

/// Bound and logged in at the object port, one call made, as of clients that wait for something.
std::shared_ptr<rpc::Client> log_in(rpc::Network& network, std::uint16_t port, security::Level level) {
  const auto client = rpc::Client::connect(network, {.host = "127.0.0.1", .port = port});
  if (!client) std::abort();
  rpc::Client::Login login;
  login.options.provider = security::Provider::kNtlm;
  login.credentials.user = "alice";
  login.credentials.password = "secret";
  login.level = level;
  const rpc::SyntaxId interface = dcom::interface_syntax(dcom::iid::kRemUnknown);
  constexpr std::chrono::seconds kPatience(60);
  const auto bound = (*client)->bind({interface}, std::move(login), kPatience);
  if (!bound.status.ok()) std::abort();
  (*client)->call({interface, bound.auth, 3, {}}, std::string(64, '\0'), kPatience);
  return *client;
}

void IdleConnections(benchmark::State& state) {
  if (!open_enough_descriptors()) return state.SkipWithError("NOT MEASURED: too few descriptors are allowed (ulimit -n)");
  for (auto _ : state) {
    const Pipe port_pipe;
    const Pipe end_pipe;
    const pid_t server = ::fork();
    if (server == 0) {
      ::close(end_pipe.ends[1]);
      ::dup2(end_pipe.ends[0], STDIN_FILENO);
      ::dup2(port_pipe.ends[1], STDOUT_FILENO);
      // Begun anew: a mere copy has memory of its parent to spare.
      ::execl("/proc/self/exe", "remote_idle_bench", "--serve", nullptr);
      ::_exit(127);
    }
    std::uint16_t port = 0;
    if (::read(port_pipe.ends[0], &port, sizeof port) != sizeof port) std::abort();
    {
      rpc::Network network;
      const auto level = static_cast<security::Level>(state.range(0));
      std::vector<std::shared_ptr<rpc::Client>> clients{log_in(network, port, level)};  // what is made once is not counted
      const double before = resident_octets(server);
      while (clients.size() <= kConnections) clients.push_back(log_in(network, port, level));
      state.counters["octets/connection"] = (resident_octets(server) - before) / kConnections;
    }
    ::close(end_pipe.ends[1]);
    ::waitpid(server, nullptr, 0);
    for (const int end : {port_pipe.ends[0], port_pipe.ends[1], end_pipe.ends[0]}) ::close(end);
  }
}
BENCHMARK(IdleConnections)->ArgName("level")->Arg(5)->Arg(6)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--serve") return serve();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
