// Objects of a MOF file as puts of their own over any cim::Services, in file order, independent instances pipelined.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "cim/services.h"
#include "cli/run.h"
#include "mof/target.h"

namespace cli {

/// What happens to a put. Called one at a time, on any thread, in order of arrival.
struct PutEvents {
  std::function<void(const std::string& path)> put;
  std::function<void(const cim::SinkStatus&)> progress;
  std::function<void(const base::Status&)> completed;
  /// A forced update of a static class is about to start; a change would delete its instances and those of derived classes.
  std::function<void(const std::string& class_name, std::size_t instances)> forced;
};

/// The first object in file order that was not stored.
struct PutFailure {
  base::Status status;
  std::size_t object = 0;  // 1 for the first class or instance put; 0: no object's own failure (Ctrl-C)
};

/// Up to kOutstanding instances are under way at once; a class, a namespace and a deletion wait for what came before them. After the first
/// failure nothing more is started: every call returns that failure (what was under way beside it ends as it ends). Ctrl-C does the
/// same and cancels what has not ended two seconds later; a put that takes longer than the time limit cancels everything under way.
class PutTarget final : public mof::Target {
 public:
  static constexpr std::size_t kOutstanding = 256;
  PutTarget(cim::ServicesPtr services, RunLimits limits, cim::CallOptions options, PutEvents events);
  ~PutTarget() override;

  base::Result<cim::ClassPtr> get_class(std::string_view name_space, std::string_view name) override;
  base::Status put_class(std::string_view name_space, const cim::ClassPtr& cls, std::uint32_t flags) override;
  base::Status put_instance(std::string_view name_space, const cim::Instance& instance, std::uint32_t flags) override;
  base::Status delete_class(std::string_view name_space, std::string_view name) override;
  base::Status delete_instance(std::string_view name_space, std::string_view path) override;
  base::Status create_namespace(std::string_view name_space) override;
  base::Status begin() override { return {}; }
  /// Waits for everything that is under way.
  base::Status commit() override { return drain(); }
  void rollback() override { (void)drain(); }
  /// Nothing more may be under way: after commit() or rollback(). A success when no put failed.
  PutFailure failure();

 private:
  class Pending;
  using Clock = std::chrono::steady_clock;
  base::Result<cim::Services*> connection(std::string_view name_space);
  base::Status drain();
  base::Status wait_below(std::size_t count);
  base::Status first_failure();
  void ended(std::size_t object, const base::Status& status);
  void give_up(base::Status why);
  /// Gives up when the user has interrupted, without waiting: puts that end quickly leave nothing to wait for.
  void check_interrupt();
  void cancel();
  Clock::time_point last_end();
  void announce_force(cim::Services& services, const std::string& class_name);
  base::Status start(cim::Services& services, std::size_t object,
                     const std::function<base::Status(const cim::CallOptions&, cim::SinkPtr)>& put, std::uint32_t flags);

  cim::ServicesPtr services_;
  RunLimits limits_;
  cim::CallOptions options_;
  PutEvents events_;
  std::map<std::string, cim::ServicesPtr, std::less<>> connections_;
  std::mutex mutex_;  // of the counters
  std::mutex events_mutex_;
  struct UnderWay {
    cim::Services* services;
    cim::SinkPtr sink;
  };
  std::map<std::size_t, UnderWay> under_way_;  // by object
  std::size_t objects_ = 0;
  PutFailure failure_;
  Clock::time_point last_end_;    // of a put, or when the first was started
  base::FileDescriptor changed_;  // eventfd: something ended
};

}  // namespace cli
