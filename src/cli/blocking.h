// Work that blocks and cannot be cancelled, on threads that may be left alone.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "cli/run.h"

namespace cli {

/// Thread-safe.
class BlockingWork {
 public:
  /// Runs `work`, which owns all that it uses, on a thread of its own and waits. False: Ctrl-C came first, and the work goes on by itself.
  bool run(const RunLimits& limits, std::function<void()> work);
  /// Something goes on: the program must end without ending what that uses.
  bool any_left() const { return running_->load() != 0; }

 private:
  const std::shared_ptr<std::atomic<int>> running_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace cli
