#include "dcom/background.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

namespace dcom {
namespace {

TEST(Background, BoundsWhatWaitsOfOnePeerAndAltogether) {
  Background background(4);  // one thread for each peer
  std::mutex gate;
  std::unique_lock held(gate);
  std::atomic<std::size_t> ran{0};
  const auto job = [&] {
    const std::scoped_lock lock(gate);
    ++ran;
  };
  std::size_t taken = 0;
  for (int peer = 0;; ++peer) {
    std::size_t of_peer = 0;
    while (of_peer < 2 * Background::kMaxWaitingPerPeer && background.run(std::to_string(peer), job)) ++of_peer;
    taken += of_peer;
    EXPECT_LE(of_peer, Background::kMaxWaitingPerPeer + 1);  // and the one that runs
    if (of_peer < Background::kMaxWaitingPerPeer) break;
    ASSERT_LT(peer, 100);
  }
  EXPECT_GE(taken, Background::kMaxWaiting);
  EXPECT_LE(taken, Background::kMaxWaiting + 4);
  held.unlock();
  background.stop();
  EXPECT_EQ(ran, taken);
  EXPECT_FALSE(background.run("0", job));
}

}  // namespace
}  // namespace dcom
