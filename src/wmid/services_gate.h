// The object manager's end of the way to the process that faces the network: what that one asks is done with the rights of the peers that
// logged in, and of nobody else.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "remote/blocking_pool.h"
#include "remote/server.h"
#include "wmid/services_messages.h"

namespace wmid {

/// One for each process that faces the network. What it is asked may be hostile. Thread-safe.
class ServicesGate : public std::enable_shared_from_this<ServicesGate> {
 public:
  /// In brackets the attack.
  struct Options {
    cim::Locator* locator = nullptr;          // outlives it, as does the next
    remote::BackupService* backup = nullptr;  // null: E_NOTIMPL
    /// Who a ticket stands for; an error refuses. May block.
    std::function<base::Result<cim::Caller>(const std::string& ticket)> caller_of;
    std::size_t max_sessions = 200'000;   // [namespaces that are never let go]
    std::size_t max_operations = 65'536;  // [operations without end]
    // What an operation may send before it is answered; more waits for an answer. An operation has room for one batch always.
    std::size_t window_batches = 4;
    std::size_t window_octets = 1U << 20;
    std::size_t windows_octets = 64U << 20;  // of all operations [readers that do not read]
    unsigned threads = 4;                    // for connecting and backups
  };
  /// `send` takes an encoded event, on any thread.
  ServicesGate(Options options, std::function<void(std::string_view)> send);
  ~ServicesGate();
  ServicesGate(const ServicesGate&) = delete;
  ServicesGate& operator=(const ServicesGate&) = delete;

  /// One encoded request, from one thread at a time. False for what no honest process sends.
  bool handle(std::string_view request);
  /// The other process has ended: operations are cancelled, sessions let go. Waits for what is at work. Once, not from handle().
  void close();

  struct Figures {
    std::size_t sessions = 0;
    std::size_t operations = 0;
    std::size_t ahead = 0;  // octets sent and not answered
  };
  Figures figures() const;

 private:
  class Operation;
  using OperationPtr = std::shared_ptr<Operation>;

  bool connect(std::uint64_t id, const link::Connect& what);
  bool open(std::uint64_t id, const link::Open& what);
  bool start(std::uint64_t id, link::Start what);
  bool query_sink(std::uint64_t id, const link::QuerySink& what);
  bool backup(std::uint64_t id, const link::Backup& what);
  void connected(std::uint64_t id, const base::Result<cim::ServicesPtr>& services);
  bool answer(std::uint64_t id, base::Status status);
  cim::ServicesPtr session(std::uint64_t id) const;
  OperationPtr operation(std::uint64_t id) const;
  void send(const link::Event& event) { send_(link::encode(event)); }
  void ended(std::uint64_t id);

  const Options options_;
  const std::function<void(std::string_view)> send_;
  std::atomic<std::size_t> ahead_{0};  // octets that all operations sent and that were not answered
  cim::ClassInterner interner_;
  mutable std::mutex mutex_;
  std::uint64_t last_session_ = 0;
  std::unordered_map<std::uint64_t, cim::ServicesPtr> sessions_;
  std::unordered_map<std::uint64_t, OperationPtr> operations_;
  bool closed_ = false;
  remote::BlockingPool pool_;
};

}  // namespace wmid
