// A line on a terminal that says that something is still going on, and how far it is.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>

#include "cli/console.h"

namespace cli {

/// Shows nothing within the first second, nothing when standard error is no terminal, and gives way to what is printed. Thread-safe.
class Progress {
 public:
  /// `counted`: what add() counts ("rows").
  Progress(const Console& console, std::string counted);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void add();
  /// The results themselves reach the terminal from now on, so nothing more needs to be shown.
  void stop();
  /// While an operation runs, as often as the caller likes.
  void tick();
  /// Erases the line.
  void clear();

 private:
  const Console& console_;
  const std::string counted_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_ = start_;
  std::mutex mutex_;
  std::size_t count_ = 0;
  bool active_;
  bool shown_ = false;
};

}  // namespace cli
