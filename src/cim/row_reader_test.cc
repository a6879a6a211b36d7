// Enumerations that are read without a waiting thread.
#include "cim/row_reader.h"

#include <gtest/gtest.h>

#include "cim/testing/fake_services.h"

namespace cim {
namespace {

using testing::FakeServices;
using testing::RecordingSink;

constexpr std::uint32_t kPaced = flag::kReturnImmediately | flag::kForwardOnly;
constexpr std::uint32_t kKept = flag::kReturnImmediately;

Batch rows(std::uint32_t first, std::uint32_t count, std::size_t filler = 0) {
  static const ClassPtr cls = [] {
    ClassBuilder builder("Row");
    EXPECT_TRUE(builder.put_property("Id", {CimType::kUint32}).ok());
    EXPECT_TRUE(builder.put_property("Filler", {CimType::kString}).ok());
    return *builder.build();
  }();
  BatchBuilder out;
  for (std::uint32_t i = 0; i < count; ++i) {
    InstanceBuilder builder(cls);
    EXPECT_TRUE(builder.set("Id", Value::uint(first + i)).ok());
    EXPECT_TRUE(builder.set("Filler", filler == 0 ? Value() : Value::text(std::string(filler, 'x'))).ok());
    out.add(Object(builder.build()));
  }
  return out.take();
}

/// One answer.
struct Answer {
  int count = 0;
  base::Hresult code = WBEM_S_PENDING;
  std::vector<std::uint64_t> ids;
  RowReader::Done done() {
    return [this](const base::Status& status, const std::vector<Slice>& slices) {
      ++count;
      code = status.code();
      for (const Slice& slice : slices) {
        for (std::size_t i = 0; i < slice.count; ++i) ids.push_back(slice.batch->object(slice.first + i).get("Id")->as_uint().value());
      }
    };
  }
};

RowReaderPtr open(const std::shared_ptr<FakeServices>& services, std::uint32_t flags) {
  auto reader = open_rows(Operation::kExecQuery, services, "WQL", "SELECT * FROM Row", flags, nullptr);
  EXPECT_TRUE(reader.has_value());
  return *reader;
}

TEST(RowReader, AnswersAtOnceWhenAllIsThere) {
  const auto services = std::make_shared<FakeServices>(testing::Script{.batches = {rows(0, 3), rows(3, 3)}});
  const auto reader = open(services, kPaced);
  Answer first;
  reader->begin_next(4, {}, first.done());
  EXPECT_EQ(first.code, WBEM_S_NO_ERROR);
  EXPECT_EQ(first.ids, (std::vector<std::uint64_t>{0, 1, 2, 3}));
  Answer skip;
  reader->begin_skip(1, skip.done());
  EXPECT_EQ(skip.code, WBEM_S_NO_ERROR);
  Answer last;
  reader->begin_next(4, {}, last.done());
  EXPECT_EQ(last.code, WBEM_S_FALSE);
  EXPECT_EQ(last.ids, (std::vector<std::uint64_t>{5}));
  EXPECT_EQ(services->calls()[0].options.flags, 0U);
  EXPECT_FALSE(services->calls()[0].options.caller_waits);
  EXPECT_TRUE(services->calls()[0].options.reader_paced);
}

TEST(RowReader, EndOfTheWaitGivesWhatIsThere) {
  const auto services = std::make_shared<FakeServices>(testing::Script{.batches = {rows(0, 3)}, .ends = false});
  const auto reader = open(services, kPaced);
  Answer first;
  Answer second;
  const auto one = reader->begin_next(5, {}, first.done());
  const auto two = reader->begin_next(5, {}, second.done());
  EXPECT_EQ(first.count + second.count, 0);
  reader->end_wait(two);  // not its turn yet
  EXPECT_EQ(second.code, WBEM_S_TIMEDOUT);
  EXPECT_TRUE(second.ids.empty());
  reader->end_wait(one);
  EXPECT_EQ(first.code, WBEM_S_TIMEDOUT);
  EXPECT_EQ(first.ids.size(), 3U);
  reader->end_wait(one);
  EXPECT_EQ(first.count, 1);
}

TEST(RowReader, RowsComeBeforeTheFailure) {
  const auto services = std::make_shared<FakeServices>(testing::Script{.batches = {rows(0, 3)}, .end = WBEM_E_NOT_FOUND});
  const auto reader = open(services, kKept);
  base::Hresult finished = WBEM_S_PENDING;
  reader->when_finished([&](const base::Status& status) { finished = status.code(); });
  EXPECT_EQ(finished, WBEM_E_NOT_FOUND);
  EXPECT_EQ(reader->failure().code(), WBEM_E_NOT_FOUND);
  Answer rows_first;
  reader->begin_next(5, {}, rows_first.done());
  EXPECT_EQ(rows_first.code, WBEM_S_TIMEDOUT);
  EXPECT_EQ(rows_first.ids.size(), 3U);
  Answer failure;
  reader->begin_next(5, {}, failure.done());
  EXPECT_EQ(failure.code, WBEM_E_NOT_FOUND);
}

TEST(RowReader, BudgetsCutAnswersOff) {
  const auto services = std::make_shared<FakeServices>(testing::Script{.batches = {rows(0, 100, 1000)}});
  const auto reader = open(services, kKept);
  Answer by_octets;
  reader->begin_next(100, {10'000, {}}, by_octets.done());
  EXPECT_EQ(by_octets.code, WBEM_S_TIMEDOUT);
  EXPECT_GT(by_octets.ids.size(), 5U);
  EXPECT_LT(by_octets.ids.size(), 10U);
  Answer by_cost;
  reader->begin_next(100, {10, [](const Batch&, std::size_t) { return std::size_t{4}; }}, by_cost.done());
  EXPECT_EQ(by_cost.ids.size(), 2U);
  Answer at_least_one;
  reader->begin_next(100, {1, {}}, at_least_one.done());
  EXPECT_EQ(at_least_one.ids.size(), 1U);
}

TEST(RowReader, TurnsWaitForWhatIsBefore) {
  const auto services = std::make_shared<FakeServices>(testing::Script{.batches = {rows(0, 3)}, .ends = false});
  const auto reader = open(services, kKept);
  Answer next;
  Answer turn;
  const auto ticket = reader->begin_next(5, {}, next.done());
  reader->begin_turn(turn.done());
  EXPECT_EQ(turn.count, 0);
  reader->end_wait(ticket);
  EXPECT_EQ(turn.code, WBEM_S_NO_ERROR);
}

TEST(RowReader, TheEndCancelsWhatWaits) {
  const auto services = std::make_shared<FakeServices>(testing::Script{.ends = false});
  auto reader = open(services, kPaced);
  Answer next;
  Answer turn;
  reader->begin_next(5, {}, next.done());
  reader->begin_turn(turn.done());
  reader.reset();
  EXPECT_EQ(next.code, WBEM_E_CALL_CANCELLED);
  EXPECT_EQ(turn.code, WBEM_E_CALL_CANCELLED);
  EXPECT_EQ(services->cancellations(), 1);
}

TEST(RowReader, StandsInLineWithNextAsync) {
  const auto services = std::make_shared<FakeServices>(testing::Script{.batches = {rows(0, 6)}});
  const auto reader = open(services, kKept);
  const auto sink = std::make_shared<RecordingSink>(true);
  EXPECT_TRUE(reader->NextAsync(2, sink).ok());
  Answer next;
  reader->begin_next(2, {}, next.done());
  EXPECT_EQ(next.count, 0);
  EXPECT_TRUE(sink->answer());
  EXPECT_EQ(next.ids, (std::vector<std::uint64_t>{2, 3}));
}

TEST(RowReader, ManyThreadsReadEveryRowOnce) {
  std::vector<Batch> batches;
  for (std::uint32_t i = 0; i < 200; ++i) batches.push_back(rows(i * 100, 100));
  const auto services = std::make_shared<FakeServices>(testing::Script{.batches = batches, .on_thread = true});
  const auto reader = open(services, kPaced);
  std::mutex mutex;
  std::vector<std::uint64_t> ids;
  std::atomic<int> ended{0};
  std::function<void()> ask = [&] {
    reader->begin_next(700, {}, [&](const base::Status& status, const std::vector<Slice>& slices) {
      {
        const std::scoped_lock lock(mutex);
        for (const Slice& slice : slices) {
          for (std::size_t i = 0; i < slice.count; ++i) ids.push_back(slice.batch->object(slice.first + i).get("Id")->as_uint().value());
        }
      }
      if (status.code() == WBEM_S_NO_ERROR) return ask();
      ++ended;
    });
  };
  std::thread one(ask);
  std::thread two(ask);
  one.join();
  two.join();
  for (int i = 0; i < 2000 && ended != 2; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  services->join();
  ASSERT_EQ(ended, 2);
  ASSERT_EQ(ids.size(), 20'000U);
  EXPECT_TRUE(std::ranges::is_sorted(ids));
}

}  // namespace
}  // namespace cim
