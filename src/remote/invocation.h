// One call on an object of the server: its answer, the request count, and the log line when it fails.
#pragma once

#include "remote/checks.h"
#include "remote/server_core.h"

namespace remote {

/// Thread-safe; the first answer counts. Dropped without one it fails with WBEM_E_UNEXPECTED.
class Invocation {
 public:
  using Outputs = std::function<void(rpc::NdrWriter&)>;

  /// `nothing` writes the out-parameters of a failure. `operation` must live forever.
  Invocation(ServerCorePtr core, dcom::ObjectCallPtr call, std::string_view operation, Outputs nothing = {});
  ~Invocation();
  Invocation(const Invocation&) = delete;
  Invocation& operator=(const Invocation&) = delete;

  ServerCore& core() const { return *core_; }
  const ServerCorePtr& core_ptr() const { return core_; }
  dcom::ObjectCall& call() const { return *call_; }
  void set_nothing(Outputs nothing) { nothing_ = std::move(nothing); }

  void succeed(base::Hresult code, const Outputs& outputs = {});
  /// WBEM_E_CALL_CANCELLED becomes WBEM_E_SHUTTING_DOWN when that is why.
  void fail(base::Status status);
  void answer(const base::Status& status, const Outputs& outputs = {});
  /// The parameters could not be read: a fault for broken NDR, else a failure.
  void fail_to_read(const base::Status& status);
  /// Stub data is sound, but there is no such method.
  void fault(std::uint32_t status);

  /// Passes the gate, then calls `work` on the thread that opens it, or fails.
  static void admit(const std::shared_ptr<Invocation>& invocation, bool counts, std::function<void()> work);

 private:
  bool begin_answer();
  void log(const base::Status& status) const;

  const ServerCorePtr core_;
  const dcom::ObjectCallPtr call_;
  const std::string_view operation_;
  Outputs nothing_;
  std::atomic<bool> answered_{false};
  std::atomic<bool> counted_{false};
};
using InvocationPtr = std::shared_ptr<Invocation>;

}  // namespace remote
