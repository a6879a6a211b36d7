// Several processes on one store at the same time.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>

#include "base/files.h"
#include "repository/repository.h"
#include "tests/repository/child_process.h"

namespace repository {
namespace {

Octets octets(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

class ProcessesTest : public testing::Test {
 protected:
  ProcessesTest() : folder_(*base::TempDir::create("owmi_processes")), path_(folder_ / "store") {
    auto made = Repository::open(path_);
    const base::Status status = (*made)->write([&](WriteTransaction& transaction) -> base::Status {
      TRY_ASSIGN(root_, transaction.create_namespace(0, "root", "root", {}));
      TRY_ASSIGN(cls_, transaction.put_class(root_, "thing", "", {}));
      return {};
    });
    EXPECT_TRUE(status.ok());
  }

  base::TempDir folder_;
  std::filesystem::path path_;
  NamespaceId root_ = 0;
  ClassId cls_ = 0;
};

TEST_F(ProcessesTest, TwoWritersAndAReader) {
  constexpr int kPuts = 3000;
  const auto writer = [&](int which) {
    return [this, which](const child::Reporter& reporter) {
      auto opened = Repository::open(path_);
      if (!opened) return 2;
      std::atomic<int> good = 0;
      for (int i = 0; i < kPuts; ++i) {
        // A counter that both increase: lost updates would show.
        (*opened)->submit(
            [this, which, i](WriteTransaction& transaction) -> base::Status {
              int count = 0;
              if (const auto old = transaction.get_instance(cls_, "counter")) {
                count = std::stoi(std::string(reinterpret_cast<const char*>(old->data()), old->size()));
              }
              TRY(transaction.put_instance(cls_, "counter", octets(std::to_string(count + 1)), {}));
              TRY(transaction.put_instance(cls_, std::to_string(which) + "/" + std::to_string(i), octets("v"), {}));
              return {};
            },
            [&](base::Status status) { good += status.ok() ? 1 : 0; });
        if (i % 50 == 0) ::usleep(500);
      }
      opened->reset();
      reporter.report(static_cast<std::uint64_t>(good.load()));
      return 0;
    };
  };
  child::Process first(writer(1));
  child::Process second(writer(2));
  child::Process reader([&](const child::Reporter&) {
    auto opened = Repository::open(path_);
    if (!opened) return 2;
    for (int i = 0; i < 2000; ++i) {
      const auto transaction = (*opened)->read();
      if (!transaction) return 3;
      const auto counter = transaction->get_instance(cls_, "counter");
      const std::uint64_t rows = *transaction->count_instances(cls_);
      const std::uint64_t count = counter ? std::stoull(std::string(reinterpret_cast<const char*>(counter->data()), counter->size())) : 0;
      if (rows != (counter ? count + 1 : 0)) return 4;
    }
    return 0;
  });
  EXPECT_EQ(first.rest(), std::vector<std::uint64_t>{kPuts});
  EXPECT_EQ(second.rest(), std::vector<std::uint64_t>{kPuts});
  EXPECT_EQ(reader.wait(), 0);
  const auto opened = Repository::open(path_);
  EXPECT_EQ(*(*opened)->read()->count_instances(cls_), 2U * kPuts + 1);
  const auto report = Repository::verify(path_);
  EXPECT_TRUE(report && report->ok());
}

TEST_F(ProcessesTest, AKilledWriterDoesNotStopTheOthers) {
  const auto writer = [&](const child::Reporter& reporter) {
    const auto opened = Repository::open(path_);
    if (!opened) return 2;
    for (std::uint64_t i = 0;; ++i) {
      const base::Status status = (*opened)->write([&](WriteTransaction& transaction) -> base::Status {
        const std::string value(20000, static_cast<char>(i));
        for (int j = 0; j < 20; ++j) TRY(transaction.put_setting(std::to_string(j), octets(value)));
        return {};
      });
      if (!status.ok()) return 3;
      reporter.report(i);
    }
  };
  child::Process survivor(writer);
  std::uint64_t number = 0;
  for (int round = 0; round < 15; ++round) {
    child::Process victim(writer);
    ASSERT_TRUE(victim.next(number));
    ::usleep(static_cast<unsigned>(round) * 317);
    victim.kill();
    victim.wait();
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(survivor.next(number)) << "round " << round;
  }
  survivor.kill();
  survivor.wait();
  const auto report = Repository::verify(path_);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->ok()) << report->problems.front();
}

TEST_F(ProcessesTest, AnotherProcessSeesTheSchemaChange) {
  child::Process other([&](const child::Reporter& reporter) {
    const auto opened = Repository::open(path_);
    if (!opened) return 2;
    const std::uint64_t before = (*opened)->schema_generation();
    reporter.report(1);
    for (int i = 0; i < 5000; ++i) {
      if ((*opened)->schema_generation() != before) return (*opened)->read()->find_class(root_, "added") ? 0 : 3;
      ::usleep(1000);
    }
    return 4;
  });
  std::uint64_t ready = 0;
  ASSERT_TRUE(other.next(ready));
  const auto opened = Repository::open(path_);
  ASSERT_TRUE((*opened)
                  ->write([&](WriteTransaction& transaction) -> base::Status {
                    TRY(transaction.put_class(root_, "added", "", {}));
                    return {};
                  })
                  .ok());
  EXPECT_EQ(other.wait(), 0);
}

TEST_F(ProcessesTest, AnotherProcessEnlargesTheMap) {
  child::Process small([&](const child::Reporter& reporter) {
    Options options;
    options.map_size = 1 << 20;
    const auto opened = Repository::open(path_, options);
    if (!opened) return 2;
    reporter.report(1);
    for (int i = 0; i < 5000; ++i) {
      const auto transaction = (*opened)->read();
      if (!transaction) return 3;
      if (const auto value = transaction->setting("large")) {
        if (value->size() != 8U << 20U) return 4;
        break;
      }
      if (i == 4999) return 5;
      ::usleep(1000);
    }
    return (*opened)->write([](WriteTransaction& transaction) { return transaction.put_setting("small", octets("v")); }).ok() ? 0 : 6;
  });
  std::uint64_t ready = 0;
  ASSERT_TRUE(small.next(ready));
  const auto opened = Repository::open(path_);
  const std::string value(8 << 20, 'v');
  ASSERT_TRUE((*opened)->write([&](WriteTransaction& transaction) { return transaction.put_setting("large", octets(value)); }).ok());
  EXPECT_EQ(small.wait(), 0);
  EXPECT_TRUE((*opened)->read()->setting("small"));
}

TEST_F(ProcessesTest, LittleAddressSpaceIsEnough) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer needs more address space itself";
#endif
  child::Process limited([&](const child::Reporter& reporter) {
    const rlimit limit{3ULL << 29U, 3ULL << 29U};
    if (::setrlimit(RLIMIT_AS, &limit) != 0) return 2;
    const auto opened = Repository::open(path_);
    if (!opened) return 3;
    reporter.report((*opened)->statistics()->map_octets);
    return (*opened)->write([](WriteTransaction& transaction) { return transaction.put_setting("x", octets("v")); }).ok() ? 0 : 4;
  });
  std::uint64_t map_octets = 0;
  EXPECT_TRUE(limited.next(map_octets));
  EXPECT_LT(map_octets, 2ULL << 30U);
  EXPECT_EQ(limited.wait(), 0);
}

TEST_F(ProcessesTest, ManyCreateAtOnce) {
  const std::filesystem::path fresh = folder_ / "fresh";
  for (int round = 0; round < 5; ++round) {
    std::vector<std::unique_ptr<child::Process>> processes;
    for (int i = 0; i < 6; ++i) {
      processes.push_back(std::make_unique<child::Process>([&, i](const child::Reporter&) {
        const auto opened = Repository::open(fresh);
        if (!opened) return std::fprintf(stderr, "%s\n", opened.error().to_string().c_str()), 2;
        return (*opened)->write([&](WriteTransaction& transaction) { return transaction.put_setting(std::to_string(i), octets("v")); }).ok()
                   ? 0
                   : 3;
      }));
    }
    for (const auto& process : processes) EXPECT_EQ(process->wait(), 0);
    {
      const auto opened = Repository::open(fresh);
      for (int i = 0; i < 6; ++i) EXPECT_TRUE((*opened)->read()->setting(std::to_string(i)));
    }
    std::filesystem::remove_all(fresh);
  }
}

TEST_F(ProcessesTest, RestoreIsRefusedWhileAnotherProcessHasItOpen) {
  const std::filesystem::path file = folder_ / "backup";
  ASSERT_TRUE((*Repository::open(path_))->backup(file).ok());
  child::Process other([&](const child::Reporter& reporter) {
    const auto opened = Repository::open(path_);
    if (!opened) return 2;
    reporter.report(1);
    ::pause();
    return 0;
  });
  std::uint64_t ready = 0;
  ASSERT_TRUE(other.next(ready));
  EXPECT_EQ(Repository::restore(file, path_).code(), WBEM_E_BACKUP_RESTORE_WINMGMT_RUNNING);
  other.kill();
  other.wait();
  const base::Status status = Repository::restore(file, path_);
  EXPECT_TRUE(status.ok()) << status.to_string();
}

TEST_F(ProcessesTest, RestoreWhileOthersOpen) {
  const std::filesystem::path file = folder_ / "backup";
  ASSERT_TRUE((*Repository::open(path_))->backup(file).ok());
  child::Process opener([&](const child::Reporter& reporter) {
    reporter.report(1);
    for (int i = 0; i < 200; ++i) {
      const auto opened = Repository::open(path_);
      if (!opened) return 2;
      const std::string name = std::to_string(i);
      if (!(*opened)->write([&](WriteTransaction& transaction) { return transaction.put_setting(name, octets("v")); }).ok()) return 3;
      if (!(*opened)->read()->setting(name)) return 4;
    }
    return 0;
  });
  std::uint64_t ready = 0;
  ASSERT_TRUE(opener.next(ready));
  int restored = 0;
  for (int i = 0; i < 40; ++i) {
    const base::Status status = Repository::restore(file, path_);
    if (status.ok()) ++restored;
    EXPECT_TRUE(status.ok() || status.code() == WBEM_E_BACKUP_RESTORE_WINMGMT_RUNNING) << status.to_string();
  }
  EXPECT_EQ(opener.wait(), 0);
  const auto report = Repository::verify(path_);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->ok()) << report->problems.front();
}

}  // namespace
}  // namespace repository
