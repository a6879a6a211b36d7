// The object manager as the process that faces the network has it: every operation goes to the other end of services_gate.h.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "cim/services.h"
#include "remote/server.h"
#include "wmid/services_messages.h"

namespace wmid {

/// Connects the callers whose Caller::ticket the other process knows. Thread-safe. What it opens may outlive everything else of it.
class ServicesClient final : public cim::Locator, public remote::BackupService, public std::enable_shared_from_this<ServicesClient> {
 public:
  struct Options {
    std::function<bool(std::string_view)> send;  // an encoded request; false when nobody is there
    std::function<bool()> on_reader_thread;      // whether handle() is what calls: then nothing may wait for it
    /// For the first answer to anything. Operations themselves take as long as they take.
    std::chrono::milliseconds patience{30'000};
  };
  explicit ServicesClient(Options options) : options_(std::move(options)) {}

  /// One encoded event, from one thread; calls sinks. False when it is malformed.
  bool handle(std::string_view event);
  /// The other process has ended: what is under way, and what comes, ends with WBEM_E_SHUTTING_DOWN.
  void close();

  /// Waits; not on the thread that calls handle().
  base::Result<cim::ServicesPtr> connect(std::string_view name_space, const cim::Caller& caller, std::string_view locales) override;
  base::Status backup(const cim::Caller& caller, const std::string& file, std::uint32_t flags) override;
  base::Status restore(const cim::Caller& caller, const std::string& file, std::uint32_t flags) override;

  // For what it opens:
  base::Status open(std::uint64_t session, const std::string& ticket, const cim::OptionalText& name, const cim::CallOptions& options,
                    cim::Services::NamespaceDone done);
  /// `what` but for its flags and context.
  base::Status start(link::Start what, const std::string& ticket, const cim::CallOptions& options, cim::SinkPtr sink);
  base::Status cancel(const std::string& ticket, const cim::SinkPtr& sink);
  base::Status query_sink(std::uint64_t session, std::uint32_t flags);
  void tell(link::Request request) { options_.send(link::encode(request)); }

  struct Figures {
    std::size_t operations = 0;
    std::size_t waiting = 0;
  };
  Figures figures() const;

 private:
  class Operation;
  using OperationPtr = std::shared_ptr<Operation>;
  struct Waiting {
    std::condition_variable answered;
    std::optional<link::Event> answer;
  };
  struct Opening {
    std::string ticket;
    cim::Services::NamespaceDone done;
  };

  std::uint64_t next_id();
  base::Result<link::Event> ask(link::Request request);
  base::Status ask_for_status(link::Request request);
  base::Result<cim::ServicesPtr> opened(link::Connected what, std::string ticket);
  void take(std::uint64_t id, std::variant<cim::Batch, cim::SinkStatus> what);
  void on_started(std::uint64_t id, const base::Status& status);
  void on_connected(std::uint64_t id, link::Connected what);
  bool hand_to_waiting(link::Event& event);
  OperationPtr operation(std::uint64_t id) const;
  OperationPtr take_operation(std::uint64_t id);

  const Options options_;
  cim::ClassInterner interner_;
  mutable std::mutex mutex_;
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, std::shared_ptr<Waiting>> waiting_;
  std::unordered_map<std::uint64_t, Opening> opening_;
  std::unordered_map<std::uint64_t, OperationPtr> operations_;
  bool closed_ = false;
};

}  // namespace wmid
