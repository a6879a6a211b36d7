// What the parts of a client of one machine share: its login, its operations, its callbacks, and a thread for what waits.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "cim/wmio.h"
#include "remote/callback_host.h"
#include "remote/client.h"
#include "remote/client_operation.h"

namespace remote {

/// How many sinks hold a callback host. Thread-safe.
class HostUsers {
 public:
  /// The host for one sink.
  static std::shared_ptr<CallbackHost> lend(const std::shared_ptr<HostUsers>& users, std::shared_ptr<CallbackHost> host);
  void wait_for_none(std::chrono::milliseconds patience);
  bool any() const;

 private:
  void change(int by);
  mutable std::mutex mutex_;
  std::condition_variable none_;
  int count_ = 0;
};

/// Thread-safe.
class MachineCore : public std::enable_shared_from_this<MachineCore> {
 public:
  MachineCore(rpc::Network& network, ClientOptions options);
  ~MachineCore();
  MachineCore(const MachineCore&) = delete;
  MachineCore& operator=(const MachineCore&) = delete;
  /// Ends everything; once. Not on a network thread.
  void close();

  const ClientOptions& options() const { return options_; }
  const base::Clock& clock() const { return *options_.clock; }
  base::Random& random() const { return *options_.random; }
  const std::shared_ptr<cim::ClassInterner>& interner() const { return interner_; }
  /// For people.
  const std::string& host() const { return host_; }
  /// What stands in paths of objects there when the server does not say its name.
  const std::string& server_name() const { return server_name_; }

  /// IWbemLevel1Login of the machine; activates it unless that was done and its connection lives. Waits.
  base::Result<dcom::ProxyPtr> login();
  /// NTLMLogin. Waits.
  base::Result<dcom::ProxyPtr> open(const std::string& name_space, const std::vector<std::string>& locales);
  /// The server is of our own making: it honours resolver bindings with ports. Waits.
  base::Result<bool> is_own_server();
  /// The exporter of sinks for the connection with these ends; made on the first call. Waits.
  base::Result<std::shared_ptr<CallbackHost>> callback_host(const rpc::ConnectionEnds& ends);
  void check_time() { client_->check_time(); }
  dcom::Client::Figures figures() const { return client_->figures(); }

  // Operations under way.
  void add(ClientOperationPtr operation);
  void remove(const ClientOperation& operation);
  std::vector<ClientOperationPtr> of_sink(const cim::Sink* sink) const;
  /// Ends those that wait for callbacks on the word of this session's connection.
  void connection_lost(const ClientSession& session, const base::Status& reason);

  /// Runs what waits on a thread of the machine; dropped when the machine has ended (false).
  bool post(std::function<void()> work);
  /// Looks at the operations' times until none is waited for.
  void watch_time();

 private:
  void run_worker();
  bool check_callbacks();
  base::Status no_callbacks(std::chrono::milliseconds patience) const;
  base::Status refused_callbacks(const std::string& who) const;
  std::vector<ClientOperationPtr> operations() const;

  rpc::Network& network_;
  ClientOptions options_;
  const std::string host_;
  const std::string server_name_;
  const std::shared_ptr<cim::ClassInterner> interner_;
  std::unique_ptr<dcom::Client> client_;

  std::mutex login_mutex_;  // one activation at a time; guards own_server_
  std::optional<bool> own_server_;
  mutable std::mutex mutex_;
  dcom::ProxyPtr login_;
  bool closed_ = false;
  std::unordered_map<const ClientOperation*, ClientOperationPtr> operations_;

  std::mutex host_mutex_;                                                     // one start at a time
  std::vector<std::pair<std::string, std::shared_ptr<CallbackHost>>> hosts_;  // by local address
  std::optional<std::chrono::steady_clock::time_point> silent_since_;         // the worker's own
  std::optional<std::chrono::steady_clock::time_point> refused_since_;        // likewise
  const std::shared_ptr<HostUsers> host_users_ = std::make_shared<HostUsers>();

  std::mutex work_mutex_;
  std::condition_variable work_changed_;
  std::deque<std::function<void()>> work_;
  bool watching_ = false;
  bool stopping_ = false;
  std::thread worker_;
};

}  // namespace remote
