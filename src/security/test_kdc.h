// For tests: a Kerberos realm of its own on a loopback port, in a folder that goes away with it.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/files.h"

namespace security::testing {

/// Realm TEST.EXAMPLE with the users alice ("secret") and mallory ("other"), and the service host/server.test.example. Sets
/// KRB5_CONFIG for this process, so there is one of it.
class TestKdc {
 public:
  static constexpr const char* kRealm = "TEST.EXAMPLE";

  /// Null when MIT's KDC is not installed or does not start; `why` then says which.
  static std::unique_ptr<TestKdc> start(std::string& why) {
    for (const char* program : {"/usr/sbin/krb5kdc", "/usr/sbin/kdb5_util", "/usr/sbin/kadmin.local"}) {
      if (::access(program, X_OK) == 0) continue;
      why = fmt::format("{} is not installed", program);
      return nullptr;
    }
    auto folder = base::TempDir::create("owmi-kdc");
    if (!folder) {
      why = folder.error().text();
      return nullptr;
    }
    std::unique_ptr<TestKdc> kdc(new TestKdc(std::move(*folder)));
    why = kdc->set_up();
    if (!why.empty()) return nullptr;
    return kdc;
  }
  ~TestKdc() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }

  std::string service_keytab() const { return "FILE:" + folder_ / "service.keytab"; }
  std::string user_keytab() const { return "FILE:" + folder_ / "alice.keytab"; }
  std::string path(std::string_view name) const { return folder_ / name; }

 private:
  explicit TestKdc(base::TempDir folder) : folder_(std::move(folder)) {}

  std::string set_up() {
    port_ = free_port();
    write("krb5.conf", fmt::format("[libdefaults]\n default_realm = {0}\n dns_lookup_kdc = false\n dns_lookup_realm = false\n"
                                   " dns_canonicalize_hostname = false\n rdns = false\n udp_preference_limit = 1\n"
                                   "[realms]\n {0} = {{\n  kdc = 127.0.0.1:{1}\n }}\n[domain_realm]\n .test.example = {0}\n"
                                   "[logging]\n kdc = FILE:{2}/kdc.log\n default = FILE:{2}/kdc.log\n",
                                   kRealm, port_, folder_.path()));
    write("kdc.conf", fmt::format("[kdcdefaults]\n kdc_listen = 127.0.0.1:{1}\n kdc_tcp_listen = 127.0.0.1:{1}\n[realms]\n {0} = {{\n"
                                  "  database_name = {2}/principal\n  key_stash_file = {2}/stash\n  acl_file = {2}/acl\n }}\n",
                                  kRealm, port_, folder_.path()));
    ::setenv("KRB5_CONFIG", (folder_ / "krb5.conf").c_str(), 1);
    ::setenv("KRB5_KDC_PROFILE", (folder_ / "kdc.conf").c_str(), 1);
    if (run({"/usr/sbin/kdb5_util", "create", "-s", "-r", kRealm, "-P", "master"}) != 0) return "kdb5_util failed";
    const std::string keytab = folder_ / "service.keytab";
    const std::string user_keytab = folder_ / "alice.keytab";
    for (const std::string& query :
         {std::string("addprinc -pw secret alice"), std::string("addprinc -pw other mallory"),
          std::string("addprinc -randkey host/server.test.example"), std::string("ktadd -k " + keytab + " host/server.test.example"),
          std::string("ktadd -norandkey -k " + user_keytab + " alice")}) {
      if (run({"/usr/sbin/kadmin.local", "-r", kRealm, "-q", query.c_str()}) != 0) return "kadmin.local failed: " + query;
    }
    pid_ = spawn({"/usr/sbin/krb5kdc", "-n", "-r", kRealm});
    return wait_until_it_listens() ? "" : "krb5kdc does not listen";
  }

  void write(std::string_view name, std::string_view text) {
    base::SystemFiles files;
    (void)files.write_atomic(folder_ / name, text);
  }

  static int free_port() {
    const base::FileDescriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(fd.get(), generic, size) != 0 || ::getsockname(fd.get(), generic, &size) != 0) return 0;
    return ntohs(address.sin_port);
  }

  bool wait_until_it_listens() const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    for (int i = 0; i < 500; ++i) {
      const base::FileDescriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
      if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }

  pid_t spawn(std::vector<const char*> arguments) const {
    arguments.push_back(nullptr);
    const std::string log = folder_ / "programs.log";
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    const int fd = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(fd, 1);
    ::dup2(fd, 2);
    ::execv(arguments[0], const_cast<char**>(arguments.data()));
    ::_exit(127);
  }

  int run(std::vector<const char*> arguments) const {
    int status = -1;
    ::waitpid(spawn(std::move(arguments)), &status, 0);
    return status;
  }

  base::TempDir folder_;
  int port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace security::testing
