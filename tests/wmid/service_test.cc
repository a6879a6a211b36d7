// The daemon in this process: who its callers are on both ways in, and how it ends.
#include "wmid/service.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/files.h"
#include "base/random.h"
#include "cim/calls.h"
#include "remote/client.h"
#include "wmid/places.h"

namespace wmid {
namespace {

using namespace std::chrono_literals;
using namespace base::codes;

std::uint16_t free_port() {
  const base::FileDescriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  return ntohs(address.sin_port);
}

/// Keeps its first callback unanswered until it is told to go on.
class StalledSink final : public cim::Sink {
 public:
  base::Hresult Indicate(const cim::Batch&, cim::CallbackScope& scope) override {
    const std::lock_guard lock(mutex_);
    if (!kept_ && !released_) kept_ = scope.defer();
    changed_.notify_all();
    return WBEM_S_NO_ERROR;
  }
  base::Hresult SetStatus(const cim::SinkStatus& status, cim::CallbackScope&) override {
    const std::lock_guard lock(mutex_);
    if (status.type == cim::StatusType::kComplete) final_ = status.code;
    changed_.notify_all();
    return WBEM_S_NO_ERROR;
  }
  bool wait_stalled() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 20s, [&] { return kept_ != nullptr; });
  }
  void go_on() {
    std::unique_ptr<cim::DeferredReply> kept;
    {
      const std::lock_guard lock(mutex_);
      released_ = true;
      kept.swap(kept_);
    }
    if (kept) kept->complete(WBEM_S_NO_ERROR);
  }
  std::optional<base::Hresult> wait_final() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 20s, [&] { return final_.has_value(); });
    return final_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::unique_ptr<cim::DeferredReply> kept_;
  bool released_ = false;
  std::optional<base::Hresult> final_;
};

class ServiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(security::crypto_ready().ok());
    config_.repository = directory_ / "repository";
    config_.accounts = directory_ / "accounts";
    config_.listen = {"127.0.0.1"};
    config_.listen_given = true;
    config_.endpoint_port = free_port();
    base::SystemFiles files;
    base::SystemRandom random;
    const security::SystemUnixNames names;
    security::AccountFile accounts(config_.accounts, files, names);
    const auto add = [&](const std::string& name, std::vector<std::string> groups) {
      security::AccountRecord record;
      record.name = name;
      record.unix_user = cim::Caller::process_user().account;
      record.groups = std::move(groups);
      ASSERT_TRUE(accounts.add(record, "secret", random).ok());
    };
    add("alice", {"Administrators"});
    add("bob", {});
    auto started = Service::start(config_, {}, *log_);
    ASSERT_TRUE(started) << started.error().to_string();
    service_ = *std::move(started);
  }

  remote::ClientOptions options(const std::string& user) const {
    remote::ClientOptions out;
    out.machine.host = "127.0.0.1";
    out.machine.endpoint_port = config_.endpoint_port;
    out.security.credentials.user = user;
    out.security.credentials.password = "secret";
    return out;
  }
  remote::ClientOptions local_options() const {
    remote::ClientOptions out;
    out.machine.local_path = socket_of(config_.repository);
    return out;
  }
  base::Result<cim::ServicesPtr> connect(remote::ClientOptions options) {
    machines_.push_back(std::make_unique<remote::Machine>(network_, std::move(options)));
    return machines_.back()->connect("root\\cimv2");
  }

  base::TempDir directory_ = *base::TempDir::create();
  const std::unique_ptr<base::Log> log_ = base::make_null_log();
  Config config_;
  std::unique_ptr<Service> service_;
  rpc::Network network_;
  std::vector<std::unique_ptr<remote::Machine>> machines_;
};

TEST_F(ServiceTest, AdministratorsComeInOthersNeedTheRight) {
  EXPECT_TRUE(connect(options("alice")));
  const auto refused = connect(options("bob"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), WBEM_E_ACCESS_DENIED);
  EXPECT_TRUE(connect(local_options()));
}

TEST_F(ServiceTest, FindsTheDaemonOfADirectory) {
  const auto found = find_daemon(config_.repository, directory_ / "system.sock");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->socket, socket_of(config_.repository));
  EXPECT_EQ(found->uid, ::getuid());
  EXPECT_FALSE(find_daemon(directory_ / "other", found->socket));

  ASSERT_EQ(::unsetenv("OPENWMI_REPOSITORY"), 0);
  EXPECT_EQ(find_daemon("", found->socket).value().socket, found->socket);
  ASSERT_EQ(::setenv("OPENWMI_REPOSITORY", (directory_ / "other").c_str(), 1), 0);
  EXPECT_FALSE(find_daemon("", found->socket));
  ASSERT_EQ(::setenv("OPENWMI_REPOSITORY", config_.repository.c_str(), 1), 0);
  EXPECT_TRUE(find_daemon("", directory_ / "system.sock"));
  ASSERT_EQ(::unsetenv("OPENWMI_REPOSITORY"), 0);
  service_->stop();
  EXPECT_FALSE(find_daemon(config_.repository));
}

TEST_F(ServiceTest, PendingCallsEndWhenItShutsDown) {
  for (remote::ClientOptions& way : std::vector{options("alice"), local_options()}) {
    SCOPED_TRACE(way.machine.local_path);
    if (!service_) service_ = *Service::start(config_, {}, *log_);
    const auto services = connect(std::move(way));
    ASSERT_TRUE(services) << services.error().to_string();
    const auto sink = std::make_shared<StalledSink>();
    cim::CallOptions call;
    call.delivery = cim::Delivery::kCallback;
    const base::Status begun = (*services)->ExecQueryAsync("WQL", "SELECT * FROM Win32_Process", call, sink);
    ASSERT_TRUE(begun.ok()) << begun.to_string();
    ASSERT_TRUE(sink->wait_stalled());
    std::thread ending([&] { service_->stop(); });
    std::this_thread::sleep_for(100ms);
    sink->go_on();
    const auto code = sink->wait_final();
    ASSERT_TRUE(code);
    EXPECT_EQ(*code, WBEM_E_SHUTTING_DOWN);
    ending.join();
    service_.reset();
  }
}

TEST_F(ServiceTest, ReloadsAccounts) {
  ASSERT_TRUE(connect(options("alice")));
  ASSERT_EQ(::unlink(config_.accounts.c_str()), 0);
  EXPECT_TRUE(service_->reload(config_).ok());
  const auto refused = connect(options("alice"));
  ASSERT_FALSE(refused);
  EXPECT_TRUE(connect(local_options()));
}

}  // namespace
}  // namespace wmid
