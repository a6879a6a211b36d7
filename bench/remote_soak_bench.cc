// A day of a server and its clients by an accelerated clock: logins, calls, rows, callbacks, references held and pinged, clients that
// vanish and whose ping sets expire. At the end there is no more memory, object, ping set or descriptor than after a quarter of the time.
//
//   remote_soak_bench [--hours N]     default 2; exit status 1 when something grew
#include <fmt/format.h>
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "bench/remote_served.h"
#include "cim/calls.h"
#include "remote/testing/loopback_machine.h"

namespace {

using namespace std::chrono_literals;
using remote::testing::LoopbackMachine;
using remote_bench::Counting;

constexpr std::chrono::seconds kStep = 30s;
constexpr int kStepsAnHour = 3600 / 30;
constexpr int kVanishEvery = 10;  // steps
constexpr std::chrono::seconds kExpiry = 4 * dcom::Resolver::kPingPeriod;
constexpr double kGrowth = 1.05;

struct Sizes {
  std::size_t memory = 0;  // octets in use, as the allocator counts
  std::size_t resident = 0;
  std::size_t descriptors = 0;
  std::size_t objects = 0;
  std::size_t sets = 0;
  std::size_t connections = 0;
  std::size_t operations = 0;
};

std::size_t resident_octets() {
  std::ifstream in("/proc/self/statm");
  std::size_t size = 0;
  std::size_t resident = 0;
  in >> size >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

Sizes measure(LoopbackMachine& server) {
  Sizes out;
  out.memory = ::mallinfo2().uordblks + ::mallinfo2().hblkhd;
  out.resident = resident_octets();
  out.descriptors =
      static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator()));
  out.objects = server.exporter().figures().objects;
  out.sets = server.resolver().figures().sets;
  out.connections = server.rpc().figures().connections;
  out.operations = server.wmi().figures().operations + server.wmi().figures().enumerators + server.wmi().figures().sinks;
  return out;
}

std::string text_of(const Sizes& sizes) {
  return fmt::format("{} KiB in use, {} KiB resident, {} descriptors, {} objects, {} ping sets, {} connections, {} operations",
                     sizes.memory >> 10, sizes.resident >> 10, sizes.descriptors, sizes.objects, sizes.sets, sizes.connections,
                     sizes.operations);
}

[[noreturn]] void give_up(const std::string& why) {
  fmt::print("soak: FAILED: {}\n", why);
  std::exit(1);
}

/// Everything that one client does.
void work(cim::Services& services) {
  if (!cim::GetObject(services, "Row.Id=1")) give_up("GetObject failed");
  for (const cim::Delivery delivery : {cim::Delivery::kAny, cim::Delivery::kCallback}) {
    cim::CallOptions options;
    options.delivery = delivery;
    const auto called = std::make_shared<Counting>();
    if (!services.ExecMethodAsync("Row.Id=1", "Do", std::nullopt, options, called).ok()) give_up("ExecMethodAsync failed");
    const auto read = std::make_shared<Counting>();
    if (!services.CreateInstanceEnumAsync("Few", options, read).ok()) give_up("CreateInstanceEnumAsync failed");
    called->wait();
    read->wait();
    if (read->rows != remote_bench::kFewRows) give_up("rows are missing");
  }
}

/// A client that has references and callbacks under way when its process is gone.
[[noreturn]] void vanish(std::uint16_t port) {
  rpc::Network network;
  remote::Machine machine(network, LoopbackMachine::client(port));
  const auto services = machine.connect("root\\cimv2");
  if (!services) ::_exit(1);
  cim::CallOptions options;
  options.delivery = cim::Delivery::kCallback;
  (*services)->CreateInstanceEnumAsync("All", options, std::make_shared<Counting>()).ok();
  cim::CreateInstanceEnum(*services, "All", cim::flag::kReturnImmediately | cim::flag::kForwardOnly).value();
  ::raise(SIGKILL);
  ::_exit(1);
}

void run_vanishing_client(std::uint16_t port) {
  const std::string argument = std::to_string(port);
  const pid_t client = ::fork();
  if (client == 0) {
    ::execl("/proc/self/exe", "remote_soak_bench", "--vanish", argument.c_str(), nullptr);
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(client, &status, 0);
  if (!WIFSIGNALED(status)) give_up("the client that vanishes could not log in");
}

class Soak {
 public:
  explicit Soak(int hours) : hours_(hours) {
    server_.emplace(network_, locator_, [this] {
      LoopbackMachine::Options options;
      options.clock = &clock_;
      return options;
    }());
    for (int i = 0; i < 3; ++i) {
      lasting_.push_back(std::make_unique<remote::Machine>(network_, client()));
      auto services = lasting_.back()->connect("root\\cimv2");
      if (!services) give_up(services.error().to_string());
      held_.push_back(*services);
    }
  }

  int run() {
    const int all = std::max(hours_, 2) * kStepsAnHour;
    Sizes first;
    for (int step = 1; step <= all; ++step) {
      do_step(step);
      // Lists that are swept now and then have got their size by then.
      if (step == std::max(hours_ / 4, 1) * kStepsAnHour) {
        first = settled();
        fmt::print("soak: after {} hours: {}\n", step / kStepsAnHour, text_of(first));
        std::fflush(stdout);
      } else if (step % (4 * kStepsAnHour) == 0) {
        fmt::print("soak: {} hours: {}\n", step / kStepsAnHour, text_of(measure(*server_)));
        std::fflush(stdout);
      }
    }
    const Sizes last = settled();
    fmt::print("soak: at the end, after {} hours: {}; {} logins, {} clients vanished\n", all / kStepsAnHour, text_of(last), all, vanished_);
    if (most_objects_ <= first.objects) give_up("no reference was left behind to expire");
    const bool grew = static_cast<double>(last.memory) > static_cast<double>(first.memory) * kGrowth + 65536 ||
                      last.descriptors > first.descriptors || last.objects > first.objects || last.sets > first.sets ||
                      last.connections > first.connections || last.operations > first.operations;
    if (grew) give_up("something grew");
    fmt::print("soak: nothing grew\n");
    return 0;
  }

 private:
  remote::ClientOptions client() {
    auto out = LoopbackMachine::client(server_->port());
    out.clock = &clock_;
    return out;
  }

  void do_step(int step) {
    {
      remote::Machine machine(network_, client());
      const auto services = machine.connect("root\\cimv2");
      if (!services) give_up("a login failed: " + services.error().to_string());
      work(**services);
    }
    work(*held_[static_cast<std::size_t>(step) % held_.size()]);
    if (step % kVanishEvery == 0) {
      run_vanishing_client(server_->port());
      ++vanished_;
    }
    most_objects_ = std::max(most_objects_, server_->exporter().figures().objects);
    pass(kStep);
  }

  void pass(std::chrono::seconds span) {
    clock_.advance(span);
    for (const auto& machine : lasting_) machine->check_time();
    wait_for_pings();
    server_->check_time();
  }

  /// Pings are sent in the background: they arrive before the clock goes on, or held objects would expire in a moment of real time.
  void wait_for_pings() { std::this_thread::sleep_for(2ms); }

  /// What is over has been noticed.
  Sizes settled() {
    for (auto left = kExpiry; left > 0s; left -= kStep) pass(kStep);
    Sizes out = measure(*server_);
    for (int i = 0; i < 100; ++i) {
      std::this_thread::sleep_for(20ms);
      const Sizes again = measure(*server_);
      const bool same = again.descriptors == out.descriptors && again.objects == out.objects && again.connections == out.connections &&
                        again.operations == out.operations && again.memory == out.memory;
      out = again;
      if (same && i > 10) break;
    }
    return out;
  }

  const int hours_;
  base::ManualClock clock_;
  rpc::Network network_;
  remote_bench::RowsLocator locator_;
  std::optional<LoopbackMachine> server_;
  std::vector<std::unique_ptr<remote::Machine>> lasting_;
  std::vector<cim::ServicesPtr> held_;
  std::size_t most_objects_ = 0;
  int vanished_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], "--vanish") == 0) vanish(static_cast<std::uint16_t>(std::atoi(argv[2])));
  const int hours = argc == 3 && std::strcmp(argv[1], "--hours") == 0 ? std::atoi(argv[2]) : 2;
  return Soak(hours).run();
}
