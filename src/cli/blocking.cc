#include "cli/blocking.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <thread>

namespace cli {

bool BlockingWork::run(const RunLimits& limits, std::function<void()> work) {
  const auto done = std::make_shared<base::FileDescriptor>(::eventfd(0, EFD_CLOEXEC));
  running_->fetch_add(1);
  std::thread([work = std::move(work), done, running = running_]() mutable {
    work();
    work = nullptr;  // before the one who waits goes on
    running->fetch_sub(1);
    const std::uint64_t one = 1;
    (void)!::write(done->get(), &one, sizeof one);
  }).detach();
  return !limits.wait(done->get(), std::nullopt);
}

}  // namespace cli
