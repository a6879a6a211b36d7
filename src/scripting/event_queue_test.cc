#include "scripting/event_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "cim/testing/fake_services.h"

namespace scripting {
namespace {

using namespace base::codes;

/// Counts what was deferred, and what became of it.
class CountingScope final : public cim::CallbackScope {
 public:
  struct Reply final : cim::DeferredReply {
    explicit Reply(std::vector<base::Hresult>& answers_of) : answers(answers_of) {}
    void complete(base::Hresult result) override { answers.push_back(result); }
    std::vector<base::Hresult>& answers;
  };
  std::unique_ptr<cim::DeferredReply> defer() override {
    ++deferred;
    return std::make_unique<Reply>(answers);
  }
  int deferred = 0;
  std::vector<base::Hresult> answers;
};

TEST(EventQueue, DeliversInOrderWhenTheScriptWaits) {
  Apartment apartment;
  const auto queue = std::make_shared<EventQueue>(apartment);
  CountingScope scope;
  std::string seen;
  queue->post(1, [&] { seen += "a"; }, scope);
  queue->post(1, [&] { seen += "b"; }, scope);
  EXPECT_EQ(seen, "");
  apartment.drain();
  EXPECT_EQ(seen, "ab");
  EXPECT_EQ(scope.deferred, 0);
}

TEST(EventQueue, LetsProducersWaitBehindALongQueue) {
  Apartment apartment;
  const auto queue = std::make_shared<EventQueue>(apartment);
  CountingScope scope;
  queue->post(EventQueue::kMaxWaiting, [] {}, scope);
  EXPECT_EQ(scope.deferred, 0);
  queue->post(1, [] {}, scope);
  EXPECT_EQ(scope.deferred, 1);
  EXPECT_TRUE(scope.answers.empty());
  apartment.drain();
  EXPECT_EQ(scope.answers, (std::vector{WBEM_S_NO_ERROR}));
}

TEST(EventQueue, RefusesAfterTheEnd) {
  Apartment apartment;
  const auto queue = std::make_shared<EventQueue>(apartment);
  CountingScope scope;
  queue->post(EventQueue::kMaxWaiting + 1, [] {}, scope);
  queue->close();
  EXPECT_EQ(scope.answers, (std::vector{WBEM_E_CALL_CANCELLED}));
  bool ran = false;
  queue->post(1, [&] { ran = true; }, scope);
  apartment.drain();
  EXPECT_FALSE(ran);
}

TEST(EventQueue, OutlivesAnApartmentThatIsClosed) {
  Apartment apartment;
  const auto queue = std::make_shared<EventQueue>(apartment);
  CountingScope scope;
  queue->post(EventQueue::kMaxWaiting + 1, [] {}, scope);
  apartment.close();
  EXPECT_EQ(scope.answers, (std::vector{WBEM_S_NO_ERROR}));
  queue->post(1, [] {}, scope);  // dropped where it would have waited
}

TEST(EventQueue, TellsOfEnds) {
  Apartment apartment;
  const auto queue = std::make_shared<EventQueue>(apartment);
  std::atomic<bool> told = false;
  std::thread other([&] {
    while (!told) {
      queue->note_end();
      std::this_thread::yield();
    }
  });
  queue->wait_for_end(std::chrono::hours(1));
  told = true;
  other.join();
}

}  // namespace
}  // namespace scripting
