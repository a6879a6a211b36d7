// One operation of a client, as CancelAsyncCall and the loss of its connection find it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "dcom/client.h"
#include "remote/sink_feed.h"

namespace remote {

class ClientSession;
class MachineCore;

/// Thread-safe. Known to its machine from enlist() until the final status.
class ClientOperation : public std::enable_shared_from_this<ClientOperation> {
 public:
  /// `operation`: the synchronous form, which names it in error objects; `subject`: the path, class or query.
  ClientOperation(std::shared_ptr<ClientSession> session, cim::Operation operation, std::string subject, const cim::CallOptions& options,
                  cim::SinkPtr sink);
  virtual ~ClientOperation() = default;
  ClientOperation(const ClientOperation&) = delete;
  ClientOperation& operator=(const ClientOperation&) = delete;

  const cim::Sink* sink() const { return sink_; }
  const std::shared_ptr<ClientSession>& session() const { return session_; }
  /// Whether its final status comes over another connection than its call, so that it must be told when that one ends.
  virtual bool called_back() const { return false; }

  /// The final status is WBEM_E_CALL_CANCELLED, and the server is told.
  void cancel();
  void fail(const base::Status& status);
  bool check_time() { return feed_->check_time(); }

 protected:
  void enlist();
  /// The call did not leave this machine, as its connection had ended before: it is made once more, on a new one. True only once.
  bool may_call_again(const dcom::ObjectReply& reply);
  /// Runs `send` behind, with the proxy of a fresh login where there is none. Without one the operation fails.
  void call_behind(std::function<void(const dcom::ProxyPtr&)> send);
  SinkFeed& feed() { return *feed_; }
  MachineCore& core() const;
  std::string_view name() const { return cim::operation_name(operation_); }
  cim::Operation operation() const { return operation_; }
  const std::string& subject() const { return subject_; }
  /// Tells the server that nobody waits any more.
  virtual void stop() = 0;

 private:
  void ended();

  const std::shared_ptr<ClientSession> session_;
  const cim::Operation operation_;
  const std::string subject_;
  const cim::Sink* const sink_;
  std::shared_ptr<SinkFeed> feed_;
  const bool reader_paced_;
  std::atomic<bool> called_again_{false};
  cim::SinkPtr pending_sink_;  // until enlist()
};
using ClientOperationPtr = std::shared_ptr<ClientOperation>;

}  // namespace remote
