// The accounts file and the brake on guessing.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "security/accounts.h"
#include "security/sspi_status.h"

namespace security {
namespace {

class FixedNames final : public UnixNames {
 public:
  std::optional<std::uint32_t> uid(const std::string& user) const override {
    return user == "alice" ? std::optional<std::uint32_t>(1001) : std::nullopt;
  }
  std::optional<std::uint32_t> gid(const std::string& group) const override {
    return group == "wheel" ? std::optional<std::uint32_t>(10) : std::nullopt;
  }
};

class AccountFileTest : public ::testing::Test {
 protected:
  AccountFileTest() : folder_(*base::TempDir::create("owmi-accounts")), path_(folder_ / "accounts") {}

  std::string text() const { return files_.read(path_).value_or("?"); }
  void write(std::string_view text, unsigned mode = 0600) { ASSERT_TRUE(files_.write_atomic(path_, text, mode).ok()); }
  static AccountRecord record(std::string name, std::vector<std::string> groups = {}, std::string unix_user = {}) {
    return {std::move(name), 0, std::nullopt, std::move(unix_user), std::move(groups)};
  }

  base::TempDir folder_;
  std::string path_;
  base::SystemFiles files_;
  FixedNames names_;
  base::SeededRandom random_{7};
};

TEST_F(AccountFileTest, AddFindPasswordRemove) {
  AccountFile file(path_, files_, names_);
  ASSERT_TRUE(file.reload().ok());
  EXPECT_FALSE(file.machine_sid());
  ASSERT_TRUE(file.add(record("Alice", {"administrators", "wheel", "S-1-5-32-580"}, "alice"), "password", random_).ok());
  ASSERT_TRUE(file.add(record("bob"), "other", random_).ok());
  struct stat facts{};
  ASSERT_EQ(::stat(path_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);

  AccountFile again(path_, files_, names_);
  ASSERT_TRUE(again.reload().ok());
  EXPECT_EQ(again.machine_sid(), file.machine_sid());
  const auto alice = again.find("ALICE", "anything");
  ASSERT_TRUE(alice);
  EXPECT_EQ(alice->name, "Alice");
  EXPECT_EQ(alice->unix_user, "alice");
  EXPECT_TRUE(alice->administrator);
  EXPECT_EQ(alice->nt_hash, nt_hash("password"));
  EXPECT_EQ(alice->sids[0], again.machine_sid()->child(1000));
  for (const Sid& sid :
       {unix_user_sid(1001), unix_group_sid(10), well_known::administrators(), well_known::everyone(), well_known::authenticated_users()}) {
    EXPECT_NE(std::ranges::find(alice->sids, sid), alice->sids.end()) << sid.to_string();
  }
  EXPECT_FALSE(again.find("bob", "")->administrator);
  EXPECT_FALSE(again.find("carol", ""));

  ASSERT_TRUE(again.set_password("alice", "new").ok());
  EXPECT_EQ(again.find("alice", "")->nt_hash, nt_hash("new"));
  EXPECT_EQ(again.set_password("carol", "new").code(), WBEM_E_NOT_FOUND);
  ASSERT_TRUE(again.remove("BOB").ok());
  EXPECT_EQ(again.remove("bob").code(), WBEM_E_NOT_FOUND);
  // Its number is not given to the next one.
  ASSERT_TRUE(again.add(record("carol"), "x", random_).ok());
  EXPECT_EQ(again.list().back().rid, 1002U);
}

TEST_F(AccountFileTest, CommentsAndOrderStay) {
  const std::string original =
      "# ours\n\nmachine-sid=S-1-5-21-1-2-3\nnext-rid=1001\n# the boss\nalice:1000:8846f7eaee8fb117ad06bdd830b7586c:alice:Administrators\n"
      "# end\n";
  write(original);
  AccountFile file(path_, files_, names_);
  ASSERT_TRUE(file.reload().ok());
  EXPECT_EQ(file.find("alice", "")->nt_hash, nt_hash("password"));
  ASSERT_TRUE(file.set_password("alice", "password").ok());
  EXPECT_EQ(text(), original);
}

TEST_F(AccountFileTest, RefusesWhatCannotBe) {
  AccountFile file(path_, files_, names_);
  EXPECT_EQ(file.add(record("a:b"), "x", random_).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(file.add(record(""), "x", random_).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(file.add(record("#x"), "x", random_).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(file.add(record("a\nb"), "x", random_).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(file.add(record("a"), "", random_).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(file.add(record("a", {"no such group"}), "x", random_).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(file.add(record("a", {}, "u:v"), "x", random_).code(), WBEM_E_INVALID_PARAMETER);
  ASSERT_TRUE(file.add(record("host/server@REALM"), "x", random_).ok());
  EXPECT_EQ(file.add(record("HOST/server@realm"), "x", random_).code(), WBEM_E_ALREADY_EXISTS);
}

TEST_F(AccountFileTest, MalformedFilesNameTheirLine) {
  const std::string head = "machine-sid=S-1-5-21-1-2-3\n";
  for (const std::string& line :
       {std::string("alice"), std::string("alice:x:-::"), std::string("alice:1000:12::"), std::string("alice:1000:-::\nALICE:1001:-::"),
        std::string("alice:1000:-::\nbob:1000:-::"), std::string("machine-sid=S-1-5-21-1-2-3"), std::string("next-rid=x")}) {
    write(head + line + "\n");
    AccountFile file(path_, files_, names_);
    const base::Status status = file.reload();
    EXPECT_EQ(status.code(), WBEM_E_INVALID_OBJECT) << line;
    EXPECT_NE(status.text().find("line "), std::string::npos) << status.text();
  }
  write("alice:1000:-::\n");
  EXPECT_EQ(AccountFile(path_, files_, names_).reload().code(), WBEM_E_INVALID_OBJECT);
}

TEST_F(AccountFileTest, FilesOthersMayReadAreRefused) {
  write("# nothing\n", 0640);
  EXPECT_EQ(AccountFile(path_, files_, names_).reload().code(), WBEM_E_ACCESS_DENIED);
}

TEST_F(AccountFileTest, AFailedReloadOrWriteKeepsWhatWasKnown) {
  AccountFile file(path_, files_, names_);
  ASSERT_TRUE(file.add(record("alice"), "x", random_).ok());
  const std::string good = text();
  write("rubbish\n");
  EXPECT_FALSE(file.reload().ok());
  EXPECT_TRUE(file.find("alice", ""));
  EXPECT_FALSE(file.set_password("alice", "y").ok());
  write(good);

  base::FaultyFiles faulty(files_, [](std::string_view operation, const std::string&) { return operation == "write_atomic" ? ENOSPC : 0; });
  AccountFile broken(path_, faulty, names_);
  ASSERT_TRUE(broken.reload().ok());
  EXPECT_EQ(broken.add(record("bob"), "x", random_).code(), WBEM_E_OUT_OF_DISK_SPACE);
  EXPECT_FALSE(broken.find("bob", ""));
  EXPECT_EQ(text(), good);
}

TEST(FailureBackoffTest, GrowsForgetsAndIsBounded) {
  base::ManualClock clock;
  FailureBackoff backoff(clock);
  for (unsigned i = 0; i + 1 < FailureBackoff::kFree; ++i) {
    backoff.failed("a");
    EXPECT_EQ(backoff.wait("a").count(), 0);
  }
  std::chrono::milliseconds last{0};
  for (int i = 0; i < 15; ++i) {
    backoff.failed("a");
    const auto wait = backoff.wait("a");
    EXPECT_GE(wait, last);
    last = wait;
  }
  EXPECT_EQ(last, FailureBackoff::kLongest);
  EXPECT_EQ(backoff.wait("b").count(), 0);
  clock.advance(std::chrono::seconds(59));
  EXPECT_EQ(backoff.wait("a"), std::chrono::seconds(1));
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(backoff.wait("a").count(), 0);
  backoff.failed("a");
  EXPECT_EQ(backoff.wait("a"), FailureBackoff::kLongest);
  clock.advance(FailureBackoff::kForget);
  backoff.failed("a");
  EXPECT_EQ(backoff.wait("a").count(), 0);
  for (std::size_t i = 0; i < FailureBackoff::kMaxPeers + 10; ++i) backoff.failed(std::to_string(i));
  backoff.succeeded("a");
}

TEST(SystemUnixNamesTest, FindsRoot) {
  const SystemUnixNames names;
  EXPECT_EQ(names.uid("root"), 0U);
  EXPECT_EQ(names.gid("root"), 0U);
  EXPECT_FALSE(names.uid("no-such-user-at-all"));
  EXPECT_FALSE(names.gid("no-such-group-at-all"));
}

}  // namespace
}  // namespace security
