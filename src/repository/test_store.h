// What the tests of this folder share: a store in a folder of its own, with short names for the usual steps.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "base/files.h"
#include "repository/repository.h"

namespace repository::test {

inline Octets octets(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }
inline std::string text(Octets octets) { return {reinterpret_cast<const char*>(octets.data()), octets.size()}; }

/// In memory where the system has a place for that: what these tests are about is not the disk, and a slow one would cost minutes.
inline base::TempDir quick_folder() {
  if (std::filesystem::is_directory("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 0);
  auto folder = base::TempDir::create("owmi_repository");
  return *std::move(folder);
}

class StoreTest : public testing::Test {
 protected:
  StoreTest() : folder_(quick_folder()) {}

  std::filesystem::path path() const { return folder_ / "store"; }
  std::filesystem::path data_file() const { return path() / "data.mdb"; }

  void open(const Options& options = {}) {
    repository_.reset();
    auto opened = Repository::open(path(), options);
    ASSERT_TRUE(opened) << opened.error().to_string();
    repository_ = *std::move(opened);
  }
  void close() { repository_.reset(); }

  /// root with one class "thing"; for tests that are about instances.
  void open_with_class() {
    open();
    const base::Status status = write([&](WriteTransaction& transaction) -> base::Status {
      TRY_ASSIGN(root_, transaction.create_namespace(0, "root", "ROOT", {}));
      TRY_ASSIGN(thing_, transaction.put_class(root_, "thing", "", octets("class thing")));
      return {};
    });
    ASSERT_TRUE(status.ok()) << status.to_string();
  }

  base::Status write(Work work) { return repository_->write(std::move(work)); }
  base::Status put(ClassId cls, std::string key, std::string value, std::vector<Hash128> references = {},
                   PutMode mode = PutMode::kCreateOrReplace) {
    return write([&](WriteTransaction& transaction) -> base::Status {
      TRY(transaction.put_instance(cls, key, octets(value), references, mode));
      return {};
    });
  }
  /// The octets of an instance, or the name of the error.
  std::string get(ClassId cls, std::string_view key) {
    const auto transaction = repository_->read();
    if (!transaction) return transaction.error().to_string();
    const auto found = transaction->get_instance(cls, key);
    return found ? text(*found) : std::string(base::hresult_name(found.error().code()));
  }
  void expect_sound(const Validator& validate = {}) {
    const auto report = Repository::verify(path(), validate);
    ASSERT_TRUE(report) << report.error().to_string();
    EXPECT_TRUE(report->ok()) << report->problem_count << " problems, first: " << report->problems.front();
  }

  base::TempDir folder_;
  std::unique_ptr<Repository> repository_;
  NamespaceId root_ = 0;
  ClassId thing_ = 0;
};

}  // namespace repository::test
