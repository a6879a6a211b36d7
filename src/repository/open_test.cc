// What is refused, with which words, and that it stays as it was.
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <random>

#include "repository/test_store.h"

namespace repository {
namespace {

using test::octets;

std::string slurp(const std::filesystem::path& path) { return *base::SystemFiles().read(path.string()); }
void spill(const std::filesystem::path& path, std::string_view content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc).write(content.data(), static_cast<std::streamsize>(content.size()));
}

class OpenTest : public test::StoreTest {
 protected:
  /// The error of opening, after checking that it changed nothing.
  base::Status refused(Options options = {}) {
    const bool present = std::filesystem::is_regular_file(data_file());
    const std::string before = present ? slurp(data_file()) : "";
    const auto opened = Repository::open(path(), options);
    if (opened) return {};
    if (present) {
      EXPECT_TRUE(slurp(data_file()) == before);
    }
    return opened.error();
  }
  void fill() {
    open_with_class();
    ASSERT_TRUE(write([&](WriteTransaction& transaction) -> base::Status {
                  for (int i = 0; i < 3000; ++i)
                    TRY(transaction.put_instance(thing_, std::to_string(i), octets(std::string(200, 'v')), {}));
                  TRY(transaction.put_instance(thing_, "large", octets(std::string(50000, 'l')), {}));
                  return {};
                }).ok());
    close();
    std::filesystem::remove(path() / "lock.mdb");
  }
};

TEST_F(OpenTest, MakesAndReopensAStore) {
  open();
  struct stat info{};
  ASSERT_EQ(::stat(data_file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0600U);
  ASSERT_EQ(::stat(path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0700U);
  const Access access = repository_->access();
  EXPECT_EQ(access.owner, ::geteuid());
  EXPECT_TRUE(access.may_read && access.may_write);
  open();
  expect_sound();
}

TEST_F(OpenTest, OpeningIsQuick) {
  fill();
  auto best = std::chrono::nanoseconds::max();
  for (int i = 0; i < 5; ++i) {
    const auto start = std::chrono::steady_clock::now();
    open();
    best = std::min<std::chrono::nanoseconds>(best, std::chrono::steady_clock::now() - start);
    close();
  }
  EXPECT_LT(best, std::chrono::milliseconds(20));  // about 0.4 ms; the margin is for sanitizers
}

TEST_F(OpenTest, NothingThere) {
  Options options;
  options.create = false;
  EXPECT_EQ(refused(options).code(), WBEM_E_NOT_FOUND);
  EXPECT_FALSE(std::filesystem::exists(path()));
  std::filesystem::create_directory(path());
  EXPECT_EQ(refused(options).code(), WBEM_E_NOT_FOUND);
  EXPECT_TRUE(std::filesystem::is_empty(path()));
}

TEST_F(OpenTest, NotADirectory) {
  spill(path(), "text");
  EXPECT_EQ(refused().code(), WBEM_E_CRITICAL_ERROR);
  std::filesystem::remove(path());
  std::filesystem::create_directories(data_file());
  EXPECT_EQ(refused().code(), WBEM_E_CRITICAL_ERROR);
}

TEST_F(OpenTest, ForeignContent) {
  std::filesystem::create_directory(path());
  spill(data_file(), "SQLite format 3");
  EXPECT_EQ(refused().code(), WBEM_E_CRITICAL_ERROR);
  EXPECT_NE(refused().text().find("too short"), std::string::npos) << refused().text();
  spill(data_file(), std::string(100000, 'x'));
  EXPECT_NE(refused().text().find("data.mdb: offset 16: no LMDB meta page"), std::string::npos) << refused().text();
  EXPECT_FALSE(std::filesystem::exists(path() / "lock.mdb"));
}

TEST_F(OpenTest, AnEmptyFileIsANewStore) {
  std::filesystem::create_directory(path());
  spill(data_file(), "");
  open();
  expect_sound();
}

TEST_F(OpenTest, ANewerFormat) {
  fill();
  std::string content = slurp(data_file());
  std::size_t changed = 0;
  for (std::size_t at = content.find("OpenWMI store"); at != std::string::npos; at = content.find("OpenWMI store", at + 1)) {
    content[at - 4] = 7;
    ++changed;
  }
  ASSERT_GT(changed, 0U);
  spill(data_file(), content);
  EXPECT_EQ(refused().code(), WBEM_E_DATABASE_VER_MISMATCH);
  EXPECT_NE(refused().text().find("format version 7"), std::string::npos) << refused().text();
  for (std::size_t at = content.find("OpenWMI store"); at != std::string::npos; at = content.find("OpenWMI store", at + 1)) {
    content.replace(at, 7, "Another");
  }
  spill(data_file(), content);
  EXPECT_EQ(refused().code(), WBEM_E_CRITICAL_ERROR);
}

TEST_F(OpenTest, CutOffAnywhere) {
  fill();
  const std::string content = slurp(data_file());
  for (std::size_t size = 1; size < content.size(); size += size < 8192 ? 1021 : 4096 * 13 + 100) {
    spill(data_file(), std::string_view(content).substr(0, size));
    const base::Status status = refused();
    EXPECT_FALSE(status.ok()) << size;
    EXPECT_EQ(status.code(), WBEM_E_CRITICAL_ERROR) << size << status.to_string();
    EXPECT_FALSE(std::filesystem::exists(path() / "lock.mdb"));
    const auto report = Repository::verify(path());
    EXPECT_TRUE(!report || !report->ok()) << size;
  }
}

TEST_F(OpenTest, DamagedAnywhereIsNoticedByVerifyAndNeverFatal) {
  fill();
  const std::string content = slurp(data_file());
  std::mt19937 random(7);
  int refusals = 0, reports = 0;
  for (int round = 0; round < 60; ++round) {
    std::string damaged = content;
    const std::size_t page = 4096 * (random() % (content.size() / 4096));
    for (std::size_t i = 0; i < 4096; ++i) damaged[page + i] = static_cast<char>(random());
    spill(data_file(), damaged);
    std::filesystem::remove(path() / "lock.mdb");
    const auto report = Repository::verify(path());
    if (!report) {
      ++refusals;
    } else if (!report->ok()) {
      ++reports;
    }
  }
  EXPECT_GT(refusals + reports, 30);  // the other pages are free ones or values
}

TEST_F(OpenTest, SingleWrongOctetsAreNeverFatal) {
  fill();
  const std::string content = slurp(data_file());
  std::mt19937 random(8);
  for (int round = 0; round < 150; ++round) {
    std::string damaged = content;
    for (int i = 0; i < 3; ++i) {
      const std::size_t page = 4096 * (random() % (content.size() / 4096));
      damaged[page + random() % 200] = static_cast<char>(random());
    }
    spill(data_file(), damaged);
    std::filesystem::remove(path() / "lock.mdb");
    (void)Repository::verify(path());
  }
}

TEST_F(OpenTest, WithoutPermission) {
  open_with_class();
  close();
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0755), 0);
  // In a child that is no longer root, where the modes count.
  const auto as_nobody = [](const std::function<bool()>& check) {
    const pid_t child = ::fork();
    if (child == 0) {
      const bool changed = ::geteuid() != 0 || (::setgid(65534) == 0 && ::setuid(65534) == 0);
      ::_exit(changed && check() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  };
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become another user";
  EXPECT_TRUE(as_nobody([&] {
    const auto opened = Repository::open(path());
    return !opened && opened.error().code() == WBEM_E_ACCESS_DENIED;
  }));
  // Readable by all: then it opens for reading, and writing is refused.
  ASSERT_EQ(::chmod(path().c_str(), 0755), 0);
  ASSERT_EQ(::chmod(data_file().c_str(), 0644), 0);
  ASSERT_EQ(::chmod((path() / "lock.mdb").c_str(), 0666), 0);
  EXPECT_TRUE(as_nobody([&] {
    const auto opened = Repository::open(path());
    if (!opened) return false;
    const Access access = (*opened)->access();
    if (!access.may_read || access.may_write || access.owner != 0) return false;
    if (!(*opened)->read()->find_namespace("root")) return false;
    return (*opened)->write([](WriteTransaction&) -> base::Status { return {}; }).code() == WBEM_E_ACCESS_DENIED;
  }));
}

TEST_F(OpenTest, ReadableByAGroupMeansTheLockFileToo) {
  Options options;
  options.file_mode = 0640;
  open(options);
  struct stat info{};
  ASSERT_EQ(::stat((path() / "lock.mdb").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0660U);
}

TEST_F(OpenTest, TwoHandlesInOneProcessShareTheStore) {
  open_with_class();
  auto second = *Repository::open(path() / ".");
  ASSERT_TRUE(put(thing_, "k", "v").ok());
  EXPECT_TRUE(second->read()->get_instance(thing_, "k"));
  close();
  EXPECT_TRUE(second->read()->get_instance(thing_, "k"));
  EXPECT_TRUE(second->write([&](WriteTransaction& transaction) { return transaction.delete_instance(thing_, "k"); }).ok());
}

TEST_F(OpenTest, OpeningForReadingOnly) {
  open_with_class();
  ASSERT_TRUE(put(thing_, "k", "v").ok());
  Options options;
  options.read_only = true;
  open(options);
  EXPECT_EQ(get(thing_, "k"), "v");
  EXPECT_EQ(put(thing_, "k", "w").code(), WBEM_E_ACCESS_DENIED);
  close();
  std::filesystem::remove_all(path());
  EXPECT_EQ(refused(options).code(), WBEM_E_NOT_FOUND);
}

}  // namespace
}  // namespace repository
