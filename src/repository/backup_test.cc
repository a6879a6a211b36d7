#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <random>
#include <thread>

#include "repository/test_store.h"

namespace repository {
namespace {

using test::octets;

class BackupTest : public test::StoreTest {
 protected:
  std::filesystem::path file() const { return folder_ / "backup"; }
  void fill(int count) {
    open_with_class();
    ASSERT_TRUE(write([&](WriteTransaction& transaction) -> base::Status {
                  for (int i = 0; i < count; ++i)
                    TRY(transaction.put_instance(thing_, std::to_string(i), octets(std::string(100, 'v')), {}));
                  return {};
                }).ok());
  }
};

TEST_F(BackupTest, ComesBack) {
  fill(2000);
  base::Status status = repository_->backup(file());
  ASSERT_TRUE(status.ok()) << status.to_string();
  ASSERT_TRUE(write([&](WriteTransaction& transaction) { return transaction.delete_class(root_, "thing"); }).ok());
  EXPECT_EQ(Repository::restore(file(), path()).code(), WBEM_E_BACKUP_RESTORE_WINMGMT_RUNNING);
  close();
  status = Repository::restore(file(), path());
  ASSERT_TRUE(status.ok()) << status.to_string();
  open();
  EXPECT_EQ(*repository_->read()->count_instances(thing_), 2000U);
  EXPECT_EQ(get(thing_, "77"), std::string(100, 'v'));
  expect_sound();
  ASSERT_TRUE(put(thing_, "77", "after").ok());
  std::size_t entries = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(path())) ++entries;
  EXPECT_EQ(entries, 2U);  // nothing is left behind
}

TEST_F(BackupTest, RestoresIntoAnEmptyPlaceWithTheModeOfOptions) {
  fill(10);
  ASSERT_TRUE(repository_->backup(file()).ok());
  const std::filesystem::path other = folder_ / "other/place";
  ASSERT_TRUE(Repository::restore(file(), other).ok());
  struct stat info{};
  ASSERT_EQ(::stat((other / "data.mdb").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0600U);
  EXPECT_EQ(*(*Repository::open(other))->read()->count_instances(thing_), 10U);
}

TEST_F(BackupTest, IsConsistentWhileOthersWrite) {
  fill(100);
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    // Two records that always agree.
    for (int i = 0; !stop; ++i) {
      EXPECT_TRUE(write([&](WriteTransaction& transaction) -> base::Status {
                    TRY(transaction.put_instance(thing_, "left", octets(std::to_string(i)), {}));
                    TRY(transaction.put_instance(thing_, "right", octets(std::to_string(i)), {}));
                    return {};
                  }).ok());
    }
  });
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(repository_->backup(file()).ok());
    const std::filesystem::path other = folder_ / "copy";
    const base::Status status = Repository::restore(file(), other);
    ASSERT_TRUE(status.ok()) << status.to_string();
    const auto copy = *Repository::open(other);
    const auto transaction = copy->read();
    const auto left = transaction->get_instance(thing_, "left");
    const auto right = transaction->get_instance(thing_, "right");
    ASSERT_EQ(left.has_value(), right.has_value());
    if (left) {
      EXPECT_EQ(test::text(*left), test::text(*right));
    }
  }
  stop = true;
  writer.join();
}

TEST_F(BackupTest, DamagedBackupsAreRefusedAndChangeNothing) {
  fill(500);
  ASSERT_TRUE(repository_->backup(file()).ok());
  ASSERT_TRUE(put(thing_, "later", "kept").ok());
  close();
  const std::string content = *base::SystemFiles().read(file().string());
  std::mt19937 random(3);
  const auto expect_refused = [&](std::string_view damaged) {
    std::ofstream(file(), std::ios::binary | std::ios::trunc).write(damaged.data(), static_cast<std::streamsize>(damaged.size()));
    const base::Status status = Repository::restore(file(), path());
    EXPECT_EQ(status.code(), WBEM_E_INVALID_OBJECT) << status.to_string();
    EXPECT_NE(status.text().find("backup"), std::string::npos);
  };
  expect_refused("");
  expect_refused("text");
  expect_refused(std::string(100000, 'x'));
  for (int i = 0; i < 20; ++i) expect_refused(std::string_view(content).substr(0, random() % content.size()));
  for (int i = 0; i < 20; ++i) {
    std::string damaged = content;
    // The head's padding carries nothing.
    damaged[4096 + random() % (content.size() - 4096 - 60)] ^= 0x40;
    expect_refused(damaged);
  }
  expect_refused(content + "more");
  EXPECT_EQ(Repository::restore(folder_ / "absent", path()).code(), WBEM_E_NOT_FOUND);
  open();
  EXPECT_EQ(get(thing_, "later"), "kept");
}

TEST_F(BackupTest, TheValidatorDecides) {
  fill(5);
  ASSERT_TRUE(repository_->backup(file()).ok());
  close();
  const base::Status status = Repository::restore(file(), path(), {}, [](const ReadView&, const ClassRecord&, const InstanceRow* row) {
    return row == nullptr ? base::Status() : base::Status(WBEM_E_INVALID_OBJECT, "not one of ours");
  });
  EXPECT_EQ(status.code(), WBEM_E_INVALID_OBJECT);
  EXPECT_NE(status.text().find("not one of ours"), std::string::npos) << status.text();
}

TEST_F(BackupTest, AnUnwritablePlaceIsAnError) {
  fill(5);
  EXPECT_EQ(repository_->backup(folder_ / "missing/backup").code(), WBEM_E_NOT_FOUND);
}

}  // namespace
}  // namespace repository
