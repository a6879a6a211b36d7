// Group commit: order, batches, and works that fail.
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "repository/test_store.h"

namespace repository {
namespace {

using test::octets;

class WriterTest : public test::StoreTest {
 protected:
  /// Keeps the writer busy until the returned promise is set, so that everything submitted meanwhile shares one batch.
  std::promise<void> block() {
    std::promise<void> release;
    auto started = std::make_shared<std::promise<void>>();
    auto wait = std::make_shared<std::future<void>>(release.get_future());
    std::future<void> running = started->get_future();
    repository_->submit([](WriteTransaction&) -> base::Status { return {}; },
                        [started, wait](base::Status) {
                          started->set_value();
                          wait->wait();
                        });
    running.wait();
    return release;
  }
  void submit_put(std::string key, std::string value, Done done = [](base::Status) {}) {
    repository_->submit(
        [this, key, value](WriteTransaction& transaction) -> base::Status {
          TRY(transaction.put_instance(thing_, key, octets(value), {}));
          return {};
        },
        std::move(done));
  }
  void drain() {
    ASSERT_TRUE(write([](WriteTransaction&) -> base::Status { return {}; }).ok());
  }
};

TEST_F(WriterTest, AnswersComeInOrderAfterTheCommit) {
  open_with_class();
  std::vector<int> order;
  for (int i = 0; i < 500; ++i) {
    submit_put(std::to_string(i), "v", [&, i](base::Status status) {
      EXPECT_TRUE(status.ok());
      EXPECT_EQ(get(thing_, std::to_string(i)), "v");
      order.push_back(i);
    });
  }
  drain();
  ASSERT_EQ(order.size(), 500U);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST_F(WriterTest, WaitingWorksShareACommit) {
  open_with_class();
  std::promise<void> release = block();
  const std::uint64_t before = repository_->statistics()->commits;
  for (int i = 0; i < 200; ++i) submit_put(std::to_string(i), "v");
  release.set_value();
  drain();
  EXPECT_LE(repository_->statistics()->commits - before, 5U);
  EXPECT_EQ(*repository_->read()->count_instances(thing_), 200U);
}

TEST_F(WriterTest, ABatchHasALimit) {
  Options options;
  options.max_batch = 10;
  open(options);
  std::promise<void> release = block();
  const std::uint64_t before = repository_->statistics()->commits;
  for (int i = 0; i < 100; ++i) {
    repository_->submit([i](WriteTransaction& transaction) { return transaction.put_setting(std::to_string(i), octets("v")); },
                        [](base::Status) {});
  }
  release.set_value();
  drain();
  EXPECT_GE(repository_->statistics()->commits - before, 10U);
}

TEST_F(WriterTest, AFailureBeforeWritingCostsNothing) {
  open_with_class();
  std::promise<void> release = block();
  std::vector<base::Hresult> outcomes;
  for (int i = 0; i < 20; ++i) {
    const bool bad = i % 5 == 2;
    repository_->submit(
        [this, i, bad](WriteTransaction& transaction) -> base::Status {
          if (bad) return {WBEM_E_INVALID_OBJECT, "checked first"};
          TRY(transaction.put_instance(thing_, std::to_string(i), octets("v"), {}));
          return {};
        },
        [&](base::Status status) { outcomes.push_back(status.code()); });
  }
  release.set_value();
  drain();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(outcomes[i], i % 5 == 2 ? WBEM_E_INVALID_OBJECT : WBEM_S_NO_ERROR) << i;
  EXPECT_EQ(repository_->statistics()->reruns, 0U);
  EXPECT_EQ(*repository_->read()->count_instances(thing_), 16U);
}

TEST_F(WriterTest, AFailureAfterWritingLeavesNoTraceAndHarmsNobody) {
  open_with_class();
  std::promise<void> release = block();
  std::vector<base::Hresult> outcomes;
  for (int i = 0; i < 40; ++i) {
    const bool bad = i % 7 == 3;
    repository_->submit(
        [this, i, bad](WriteTransaction& transaction) -> base::Status {
          TRY(transaction.put_instance(thing_, std::to_string(i), octets("v"), {}));
          TRY(transaction.put_class(root_, "c" + std::to_string(i), "", octets("c")));
          if (bad) return {WBEM_E_VETO_PUT, "too late"};
          return {};
        },
        [&](base::Status status) { outcomes.push_back(status.code()); });
  }
  release.set_value();
  drain();
  ASSERT_EQ(outcomes.size(), 40U);
  for (int i = 0; i < 40; ++i) {
    const bool bad = i % 7 == 3;
    EXPECT_EQ(outcomes[i], bad ? WBEM_E_VETO_PUT : WBEM_S_NO_ERROR) << i;
    EXPECT_EQ(get(thing_, std::to_string(i)), bad ? "WBEM_E_NOT_FOUND" : "v") << i;
    EXPECT_EQ(repository_->read()->find_class(root_, "c" + std::to_string(i)).has_value(), !bad) << i;
  }
  // Each failure runs those before it in its batch once more, not the whole queue.
  EXPECT_LE(repository_->statistics()->reruns, 40U);
  expect_sound();
}

TEST_F(WriterTest, ExceptionsAreFailures) {
  open_with_class();
  const base::Status status = write([&](WriteTransaction& transaction) -> base::Status {
    TRY(transaction.put_instance(thing_, "k", octets("v"), {}));
    throw std::runtime_error("lost");
  });
  EXPECT_EQ(status.code(), WBEM_E_FAILED);
  EXPECT_NE(status.text().find("lost"), std::string::npos);
  EXPECT_EQ(get(thing_, "k"), "WBEM_E_NOT_FOUND");
}

TEST_F(WriterTest, WaitingOnTheWritersThreadIsRefused) {
  open();
  base::Hresult inner{};
  repository_->submit([](WriteTransaction&) -> base::Status { return {}; },
                      [&](base::Status) { inner = write([](WriteTransaction&) -> base::Status { return {}; }).code(); });
  drain();
  EXPECT_EQ(inner, WBEM_E_ILLEGAL_OPERATION);
}

TEST_F(WriterTest, ClosingFinishesWhatWasSubmitted) {
  open_with_class();
  int answered = 0;
  for (int i = 0; i < 300; ++i) {
    submit_put(std::to_string(i), "v", [&](base::Status status) { answered += status.ok() ? 1 : 0; });
  }
  close();
  EXPECT_EQ(answered, 300);
  open();
  EXPECT_EQ(*repository_->read()->count_instances(thing_), 300U);
}

TEST_F(WriterTest, ASmallMapGrows) {
  Options options;
  options.map_size = 1 << 20;
  open(options);
  for (int i = 0; i < 40; ++i) {
    const std::string value(1 << 18, static_cast<char>(i));
    ASSERT_TRUE(write([&](WriteTransaction& transaction) { return transaction.put_setting(std::to_string(i), octets(value)); }).ok()) << i;
  }
  EXPECT_GT(repository_->statistics()->map_octets, 10U << 20U);
  EXPECT_EQ(repository_->read()->setting("39")->size(), 1U << 18U);
  expect_sound();
}

TEST_F(WriterTest, AReaderThatStaysDoesNotHangTheWriter) {
  Options options;
  options.map_size = 1 << 20;
  open(options);
  const auto reader = repository_->read();
  const std::string value(2 << 20, 'v');
  const base::Status status = write([&](WriteTransaction& transaction) { return transaction.put_setting("big", octets(value)); });
  EXPECT_EQ(status.code(), WBEM_E_SERVER_TOO_BUSY) << status.to_string();
}

}  // namespace
}  // namespace repository
