// The sink of one operation: one callback at a time, answers now or later, exactly one final status (MS-WMI 3.1.1.1.1).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "cim/services.h"

namespace remote {

/// While it lives, this thread runs somebody's callback, so it may be one of the network's and must not wait for the network.
class CallbackMark {
 public:
  CallbackMark();
  ~CallbackMark();
  CallbackMark(const CallbackMark&) = delete;
  CallbackMark& operator=(const CallbackMark&) = delete;
  static bool here();
};

/// Thread-safe. No lock is held while the sink or an action is called.
class SinkFeed : public std::enable_shared_from_this<SinkFeed> {
 public:
  static constexpr std::chrono::seconds kReplyTime{30};  // for a deferred answer (MS-WMI 3.1.2.2)
  /// Gets the sink's answer, or WBEM_E_CALL_CANCELLED when the operation has ended.
  using Done = std::function<void(base::Hresult)>;
  struct Owner {
    std::function<void()> ended;     // just before the final status is given; once
    std::function<void()> deferred;  // an answer will come later, and is being timed
  };

  SinkFeed(cim::SinkPtr sink, bool reader_paced, const base::Clock& clock, Owner owner)
      : sink_(std::move(sink)), reader_paced_(reader_paced), clock_(clock), owner_(std::move(owner)) {}

  /// Not before the last callback was answered. A failed answer ends the operation with WBEM_E_CALL_CANCELLED.
  void indicate(const cim::Batch& batch, Done done);
  void progress(const cim::SinkStatus& status, Done done);
  /// Gives the final status, behind the callback that is outstanding. The first one counts; false for others, whose `done` is not called.
  bool finish(cim::SinkStatus status, Done done = {});
  /// The final status was given or is about to be.
  bool ended() const;
  /// Ends what has waited longer than kReplyTime by the clock. Whether an answer is being timed still.
  bool check_time();

 private:
  class Scope;
  class Reply;
  using Lock = std::unique_lock<std::mutex>;

  template <class Call>
  void callback(Lock& lock, Done done, Call call);
  void answered(std::uint64_t turn, base::Hresult answer);
  void settle(Lock& lock, base::Hresult answer);
  void give_final(Lock& lock, const cim::SinkStatus& status, Done done);

  mutable std::mutex mutex_;
  cim::SinkPtr sink_;
  const bool reader_paced_;
  const base::Clock& clock_;
  Owner owner_;
  bool busy_ = false;  // a callback is outstanding
  bool final_given_ = false;
  std::optional<std::pair<cim::SinkStatus, Done>> pending_;  // the final status behind it
  // Of the outstanding callback:
  std::uint64_t turn_ = 0;
  bool returned_ = false;
  bool deferred_ = false;
  std::optional<base::Hresult> answer_;
  std::chrono::steady_clock::time_point since_;
  Done done_;
};

}  // namespace remote
