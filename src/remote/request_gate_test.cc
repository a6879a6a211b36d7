#include "remote/request_gate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "dcom/ids.h"
#include "remote/blocking_pool.h"
#include "remote/timers.h"

namespace remote {
namespace {

using namespace base::codes;
using namespace std::chrono_literals;

struct Outcome {
  std::vector<base::Hresult> codes;
  RequestGate::Work work() {
    return [this](const base::Status& status) { codes.push_back(status.code()); };
  }
};

TEST(RequestGate, CountsRequests) {
  RequestGate gate(2);
  Outcome outcome;
  for (int i = 0; i < 3; ++i) gate.enter(true, outcome.work());
  EXPECT_EQ(outcome.codes, (std::vector<base::Hresult>{WBEM_S_NO_ERROR, WBEM_S_NO_ERROR, WBEM_E_SERVER_TOO_BUSY}));
  EXPECT_EQ(gate.requests(), 3U);
  for (int i = 0; i < 2; ++i) gate.leave();
  gate.enter(true, outcome.work());
  EXPECT_EQ(outcome.codes.back(), WBEM_S_NO_ERROR);
}

TEST(RequestGate, BuffersWhilePausedOrBackingUp) {
  RequestGate gate(10);
  Outcome outcome;
  EXPECT_EQ(gate.resume().code(), WBEM_E_INVALID_OPERATION);
  EXPECT_TRUE(gate.pause().ok());
  EXPECT_EQ(gate.pause().code(), WBEM_E_INVALID_OPERATION);
  gate.enter(true, outcome.work());
  gate.set_backing_up(true);
  EXPECT_TRUE(gate.resume().ok());
  EXPECT_TRUE(outcome.codes.empty());
  gate.set_backing_up(false);
  EXPECT_EQ(outcome.codes, (std::vector<base::Hresult>{WBEM_S_NO_ERROR}));
}

TEST(RequestGate, BoundsWhatIsBuffered) {
  RequestGate gate(2);
  Outcome outcome;
  EXPECT_TRUE(gate.pause().ok());
  for (int i = 0; i < 3; ++i) gate.enter(false, outcome.work());
  EXPECT_EQ(outcome.codes, (std::vector<base::Hresult>{WBEM_E_SERVER_TOO_BUSY}));
  EXPECT_EQ(gate.buffered(), 2U);
}

TEST(RequestGate, RestoreComesBeforeShutdown) {
  RequestGate gate(10);
  Outcome outcome;
  EXPECT_TRUE(gate.pause().ok());
  gate.enter(true, outcome.work());
  gate.set_restoring(true);
  gate.shut_down();
  gate.enter(true, outcome.work());
  gate.set_restoring(false);
  gate.enter(true, outcome.work());
  EXPECT_EQ(outcome.codes, (std::vector<base::Hresult>{dcom::CO_E_SERVER_STOPPING, dcom::CO_E_SERVER_STOPPING, WBEM_E_SHUTTING_DOWN}));
}

TEST(Timers, RunByTheClockInOrder) {
  base::ManualClock clock;
  Timers timers(clock);
  std::mutex mutex;
  std::string order;
  const auto note = [&](char c) {
    return [&, c] {
      const std::scoped_lock lock(mutex);
      order += c;
    };
  };
  timers.add(2s, note('b'));
  timers.add(1s, note('a'));
  timers.cancel(timers.add(1s, note('x')));
  timers.add(1h, note('z'));
  timers.check();
  EXPECT_EQ(order, "");
  clock.advance(3s);
  for (int i = 0; i < 400; ++i) {
    timers.check();
    std::this_thread::sleep_for(5ms);
    const std::scoped_lock lock(mutex);
    if (order.size() == 2) break;
  }
  const std::scoped_lock lock(mutex);
  EXPECT_EQ(order.find('x'), std::string::npos);
  EXPECT_EQ(order.size(), 2U);
}

TEST(Timers, StopForgets) {
  base::SystemClock clock;
  Timers timers(clock);
  std::atomic<int> ran{0};
  timers.add(0ms, [&] { ++ran; });
  for (int i = 0; i < 400 && ran == 0; ++i) std::this_thread::sleep_for(5ms);
  EXPECT_EQ(ran, 1);
  timers.add(1h, [&] { ++ran; });
  timers.stop();
  timers.add(0ms, [&] { ++ran; });
  timers.check();
  EXPECT_EQ(ran, 1);
}

TEST(BlockingPool, RunsAllAndEnds) {
  BlockingPool pool(3);
  std::atomic<int> ran{0};
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(pool.run([&] { ++ran; }));
  pool.stop();
  EXPECT_EQ(ran, 100);
  EXPECT_FALSE(pool.run([] {}));
}

TEST(BlockingPool, BoundsWhatWaits) {
  BlockingPool pool(1);
  std::mutex gate;
  std::unique_lock held(gate);
  std::atomic<bool> busy{false};
  std::atomic<std::size_t> ran{0};
  ASSERT_TRUE(pool.run([&] {
    busy = true;
    const std::scoped_lock lock(gate);
  }));
  while (!busy) std::this_thread::yield();
  for (std::size_t i = 0; i < BlockingPool::kMaxWaiting; ++i) ASSERT_TRUE(pool.run([&] { ++ran; }));
  EXPECT_FALSE(pool.run([&] { ++ran; }));
  held.unlock();
  pool.stop();
  EXPECT_EQ(ran, BlockingPool::kMaxWaiting);
}

}  // namespace
}  // namespace remote
