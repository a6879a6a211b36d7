// The process that faces the network: it takes apart what strangers send, and has no rights. Seen from the process that has them.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

#include "base/log.h"
#include "dcom/resolver.h"
#include "wmid/channel.h"
#include "wmid/config.h"
#include "wmid/login_oracle.h"
#include "wmid/rights.h"
#include "wmid/services_gate.h"
#include "wmid/systemd.h"

namespace wmid {

/// Our ends of the three ways between the processes: each has one kind of message.
struct Ways {
  base::FileDescriptor control;
  base::FileDescriptor logins;
  base::FileDescriptor services;
};

/// Thread-safe after start().
class NetworkProcess {
 public:
  /// Splits off a process that serves the TCP sockets as `user`, once it is told to; it never returns from here. Call it before there are
  /// threads and before secrets are read.
  static base::Result<std::unique_ptr<NetworkProcess>> split(const Config& config, const NetworkUser& user, HandedSockets sockets,
                                                             base::Log& log);
  /// stop() without grace.
  ~NetworkProcess();
  NetworkProcess(const NetworkProcess&) = delete;
  NetworkProcess& operator=(const NetworkProcess&) = delete;

  struct Options {
    LoginOracle::Options logins;
    /// But for `caller_of`.
    ServicesGate::Options services;
    std::function<base::Result<cim::Caller>(const LoginOracle::Login&)> caller_of;
    /// It has ended and was not told to. On a thread of its own that must return soon.
    std::function<void()> on_lost;
  };
  /// Once: it serves when this returns. Errors: its own, or that it has ended.
  base::Status serve(Options options);

  /// "ADDRESS:PORT" of its endpoint mapper.
  const std::string& address() const { return address_; }

  void set_limits(const Limits& limits);
  /// For dcom::offer_local_resolver.
  dcom::ForeignExporters exporters();

  /// Its callers' asynchronous calls end with WBEM_E_SHUTTING_DOWN, calls under way have `grace`; then it ends, or is ended. Again:
  /// nothing.
  void stop(std::chrono::milliseconds grace);

 private:
  NetworkProcess(pid_t pid, std::string address, Ways ways, base::Log& log);
  bool reported(std::string_view octets);
  void ended();
  std::string reap(std::chrono::milliseconds patience);
  bool add_exporter(const dcom::Resolver::Foreign& exporter);
  void remove_exporter(dcom::Oxid oxid);

  const pid_t pid_;
  const std::string address_;
  base::Log& log_;
  std::function<void()> on_lost_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<base::Status> report_;
  bool ended_ = false;
  bool stopping_ = false;
  std::set<dcom::Oxid> exporters_;
  std::unique_ptr<LoginOracle> oracle_;
  std::shared_ptr<ServicesGate> gate_;
  const std::shared_ptr<Channel> control_;
  const std::shared_ptr<Channel> logins_;
  const std::shared_ptr<Channel> services_;
};

}  // namespace wmid
