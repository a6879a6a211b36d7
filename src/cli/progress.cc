#include "cli/progress.h"

#include <fmt/format.h>

namespace cli {

Progress::Progress(const Console& console, std::string counted)
    : console_(console), counted_(std::move(counted)), active_(console.err_is_terminal && console.shows_progress) {}

void Progress::add() {
  const std::lock_guard lock(mutex_);
  ++count_;
}

void Progress::stop() {
  clear();
  const std::lock_guard lock(mutex_);
  active_ = false;
}

void Progress::tick() {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  const auto elapsed = std::chrono::duration_cast<std::chrono::seconds>(now - start_);
  if (!active_ || elapsed.count() < 1 || now - last_ < std::chrono::milliseconds(250)) return;
  last_ = now;
  const std::string counted = count_ == 0 ? "" : fmt::format("{} {}, ", count_, counted_);
  const std::string line = fmt::format("\r\033[K{}{} s (Ctrl-C cancels)", counted, elapsed.count());
  std::fputs(line.c_str(), console_.err);
  std::fflush(console_.err);
  shown_ = true;
}

void Progress::clear() {
  const std::lock_guard lock(mutex_);
  if (!shown_) return;
  std::fputs("\r\033[K", console_.err);
  std::fflush(console_.err);
  shown_ = false;
}

}  // namespace cli
