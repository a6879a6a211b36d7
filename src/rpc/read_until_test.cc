// Calls whose callers read the connection themselves.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "rpc/client.h"
#include "rpc/server.h"
#include "rpc/testing/engine_pair.h"
#include "security/testing.h"

namespace rpc {
namespace {

using namespace std::chrono_literals;
using testing::kOpen;

constexpr std::chrono::milliseconds kLong = 20s;

/// Operation 0 answers at once, 1 keeps the call, 2 answers with so many octets.
class ReadUntil : public ::testing::Test {
 protected:
  void SetUp() override {
    server_.interfaces().add({kOpen, 10, security::Level::kNone, fault::kAccessDenied, [this](const std::shared_ptr<Call>& call) {
                                if (call->opnum() == 0) return call->respond(call->stub());
                                if (call->opnum() == 2) return call->respond(std::string(std::stoul(std::string(call->stub())), 'z'));
                                const std::lock_guard lock(mutex_);
                                kept_.push_back(call);
                              }});
    const auto port = server_.listen("127.0.0.1", 0);
    ASSERT_TRUE(port);
    client_ = *Client::connect(network_, {.host = "127.0.0.1", .port = *port});
    ASSERT_TRUE(client_->bind({kOpen}, std::nullopt, kLong).status.ok());
  }
  static OutgoingCall reading(std::uint16_t opnum) { return {kOpen, 0, opnum, {}, true}; }
  std::string echo(const std::string& text) {
    const Reply reply = client_->call({kOpen, 0, 0, {}}, text, kLong);
    return reply.status.ok() ? reply.stub : reply.status.to_string();
  }
  bool wait_kept() {
    for (int i = 0; i < 4000; ++i, std::this_thread::sleep_for(5ms)) {
      const std::lock_guard lock(mutex_);
      if (!kept_.empty()) return true;
    }
    return false;
  }

  std::mutex mutex_;
  std::vector<std::shared_ptr<Call>> kept_;
  Network network_{2};
  Server server_{network_, {}};
  std::shared_ptr<Client> client_;
};

TEST_F(ReadUntil, TheAnswerComesOnTheCallersThread) {
  EXPECT_EQ(echo("first"), "first");
  std::size_t here = 0;
  for (int i = 0; i < 100; ++i) {
    bool on_this_thread = false;
    std::atomic<bool> answered = false;
    const auto id = client_->call(reading(0), "x", kLong, [&, me = std::this_thread::get_id()](const Reply& reply) {
      EXPECT_TRUE(reply.status.ok());
      on_this_thread = std::this_thread::get_id() == me;
      answered = true;
      answered.notify_all();
    });
    client_->read_until(id);
    answered.wait(false);
    if (on_this_thread) ++here;
  }
  EXPECT_GE(here, 50U);  // the network's threads may have been at it when a call began
}

TEST_F(ReadUntil, LongAnswersAndQuestions) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(client_->call({kOpen, 0, 2, {}}, "3000000", kLong).stub.size(), 3'000'000U);
    EXPECT_EQ(echo(std::string(50'000, 'q')), std::string(50'000, 'q'));
  }
}

TEST_F(ReadUntil, OthersMayCallMeanwhile) {
  std::atomic<bool> over = false;
  std::atomic<std::size_t> answers = 0;
  std::thread other([&] {
    while (!over) {
      if (client_->call_later({kOpen, 0, 0, {}}, "later", kLong).get().stub == "later") ++answers;
      std::this_thread::sleep_for(1ms);
    }
  });
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 500; ++n) EXPECT_EQ(echo(std::to_string(i * 1000 + n)), std::to_string(i * 1000 + n));
    });
  }
  for (std::thread& thread : threads) thread.join();
  over = true;
  other.join();
  EXPECT_GT(answers, 0U);
}

TEST_F(ReadUntil, AnotherCallIsAnsweredWhileOneReads) {
  std::thread waiting([&] { EXPECT_TRUE(client_->call({kOpen, 0, 1, {}}, "", kLong).status.ok()); });
  ASSERT_TRUE(wait_kept());
  EXPECT_EQ(echo("meanwhile"), "meanwhile");
  EXPECT_EQ(client_->call_later({kOpen, 0, 0, {}}, "later", kLong).get().stub, "later");
  kept_[0]->respond("");
  waiting.join();
}

TEST_F(ReadUntil, TheDeadlineCounts) {
  EXPECT_EQ(echo("before"), "before");
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(client_->call({kOpen, 0, 1, {}}, "", 50ms).status.code(), RPC_S_TIMEOUT);
  EXPECT_GE(std::chrono::steady_clock::now() - began, 50ms);
  EXPECT_EQ(echo("after"), "after");
}

TEST_F(ReadUntil, TheEndOfTheConnectionIsNoticed) {
  EXPECT_EQ(echo("before"), "before");
  std::thread waiting([&] { EXPECT_EQ(client_->call({kOpen, 0, 1, {}}, "", kLong).status.code(), RPC_S_SERVER_UNAVAILABLE); });
  ASSERT_TRUE(wait_kept());
  server_.shutdown({});
  waiting.join();
  EXPECT_FALSE(client_->open());
}

TEST_F(ReadUntil, ClosingEndsTheCall) {
  EXPECT_EQ(echo("before"), "before");
  std::thread waiting([&] { EXPECT_EQ(client_->call({kOpen, 0, 1, {}}, "", kLong).status.code(), RPC_S_CALL_CANCELLED); });
  ASSERT_TRUE(wait_kept());
  client_->close();
  waiting.join();
}

TEST_F(ReadUntil, AQuietConnectionIsWatchedByTheNetworkAgain) {
  EXPECT_EQ(echo("before"), "before");
  std::promise<base::Status> ended;
  client_->on_closed([&](const base::Status& status) { ended.set_value(status); });
  server_.shutdown({});
  auto noticed = ended.get_future();
  ASSERT_EQ(noticed.wait_for(kLong), std::future_status::ready);
  EXPECT_EQ(noticed.get().code(), RPC_S_SERVER_UNAVAILABLE);
}

}  // namespace
}  // namespace rpc
