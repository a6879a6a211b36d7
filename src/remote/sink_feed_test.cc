#include "remote/sink_feed.h"

#include <gtest/gtest.h>

#include "cim/testing/fake_services.h"

namespace remote {
namespace {

using namespace base::codes;
using cim::testing::RecordingSink;

cim::Batch one_row() {
  cim::ClassBuilder builder("Thing");
  return cim::batch_of(cim::Object(*builder.build()));
}

class SinkFeedTest : public testing::Test {
 protected:
  std::shared_ptr<SinkFeed> feed(cim::SinkPtr sink, bool reader_paced = false) {
    SinkFeed::Owner owner;
    owner.ended = [this] { ++ended; };
    owner.deferred = [this] { ++deferred; };
    return std::make_shared<SinkFeed>(std::move(sink), reader_paced, clock, std::move(owner));
  }
  SinkFeed::Done note() {
    return [this](base::Hresult answer) { answers.push_back(answer); };
  }

  base::ManualClock clock;
  int ended = 0;
  int deferred = 0;
  std::vector<base::Hresult> answers;
};

TEST_F(SinkFeedTest, AnswersAtOnceAndEndsOnce) {
  const auto sink = std::make_shared<RecordingSink>();
  const auto under_test = feed(sink);
  under_test->indicate(one_row(), note());
  EXPECT_EQ(answers, std::vector{WBEM_S_NO_ERROR});
  EXPECT_TRUE(under_test->finish({.text = "path"}));
  EXPECT_FALSE(under_test->finish({.code = WBEM_E_FAILED}));
  under_test->indicate(one_row(), note());
  EXPECT_EQ(answers.back(), WBEM_E_CALL_CANCELLED);
  EXPECT_EQ(sink->rows(), 1u);
  EXPECT_EQ(sink->statuses().size(), 1u);
  EXPECT_EQ(sink->statuses()[0].text, "path");
  EXPECT_EQ(ended, 1);
}

TEST_F(SinkFeedTest, TheFinalStatusWaitsForADeferredAnswer) {
  const auto sink = std::make_shared<RecordingSink>(true);
  const auto under_test = feed(sink);
  under_test->indicate(one_row(), note());
  EXPECT_TRUE(answers.empty());
  EXPECT_EQ(deferred, 1);
  EXPECT_TRUE(under_test->finish({}));
  EXPECT_TRUE(under_test->ended());
  EXPECT_EQ(sink->code(), WBEM_S_PENDING);
  sink->answer();
  EXPECT_EQ(sink->code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(sink->faults(), 0);
  EXPECT_EQ(answers, std::vector{WBEM_E_CALL_CANCELLED});
}

TEST_F(SinkFeedTest, AFailedAnswerCancels) {
  const auto sink = std::make_shared<RecordingSink>(false, WBEM_E_FAILED);
  const auto under_test = feed(sink);
  under_test->indicate(one_row(), note());
  EXPECT_EQ(sink->code(), WBEM_E_CALL_CANCELLED);
  EXPECT_EQ(answers, std::vector{WBEM_E_FAILED});
}

TEST_F(SinkFeedTest, ALateAnswerCancelsByTheClock) {
  const auto sink = std::make_shared<RecordingSink>(true);
  const auto under_test = feed(sink);
  under_test->indicate(one_row(), note());
  clock.advance(std::chrono::seconds(29));
  EXPECT_TRUE(under_test->check_time());
  clock.advance(std::chrono::seconds(2));
  EXPECT_FALSE(under_test->check_time());
  EXPECT_EQ(answers, std::vector{WBEM_E_CALL_CANCELLED});
  EXPECT_EQ(sink->statuses().back().code, WBEM_E_CALL_CANCELLED);
  EXPECT_TRUE(sink->answer());  // too late, and harmless
  EXPECT_EQ(answers.size(), 1u);
}

TEST_F(SinkFeedTest, AReaderMayTakeItsTime) {
  const auto sink = std::make_shared<RecordingSink>(true);
  const auto under_test = feed(sink, true);
  under_test->indicate(one_row(), note());
  clock.advance(std::chrono::hours(1));
  EXPECT_FALSE(under_test->check_time());
  EXPECT_EQ(deferred, 0);
  sink->answer();
  EXPECT_EQ(answers, std::vector{WBEM_S_NO_ERROR});
}

TEST_F(SinkFeedTest, ASinkThatForgetsItsAnswerHasFailed) {
  class Forgetful final : public cim::Sink {
   public:
    base::Hresult Indicate(const cim::Batch&, cim::CallbackScope& scope) override {
      scope.defer();
      return WBEM_S_NO_ERROR;
    }
    base::Hresult SetStatus(const cim::SinkStatus& status, cim::CallbackScope&) override {
      code = status.code;
      return WBEM_S_NO_ERROR;
    }
    base::Hresult code = WBEM_S_PENDING;
  };
  const auto sink = std::make_shared<Forgetful>();
  feed(sink)->indicate(one_row(), note());
  EXPECT_EQ(sink->code, WBEM_E_CALL_CANCELLED);
}

TEST_F(SinkFeedTest, MarksTheThreadOfCallbacks) {
  class Looking final : public cim::Sink {
   public:
    base::Hresult Indicate(const cim::Batch&, cim::CallbackScope&) override { return WBEM_S_NO_ERROR; }
    base::Hresult SetStatus(const cim::SinkStatus&, cim::CallbackScope&) override {
      marked = CallbackMark::here();
      return WBEM_S_NO_ERROR;
    }
    bool marked = false;
  };
  const auto sink = std::make_shared<Looking>();
  feed(sink)->finish({});
  EXPECT_TRUE(sink->marked);
  EXPECT_FALSE(CallbackMark::here());
}

}  // namespace
}  // namespace remote
