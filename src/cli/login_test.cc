#include "cli/login.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace cli {
namespace {

class Login : public ::testing::Test {
 protected:
  void SetUp() override { std::ofstream(file_) << "secret \nsecond line\n"; }
  void TearDown() override {
    ::unsetenv("OPENWMI_PASSWORD");
    std::filesystem::remove(file_);
  }
  LoginOptions options(std::string user) {
    LoginOptions options;
    options.user = std::move(user);
    options.password_file = file_;
    return options;
  }
  const std::string file_ = (std::filesystem::temp_directory_path() / ("openwmi-login." + std::to_string(::getpid()))).string();
};

TEST_F(Login, UsersWithAndWithoutDomain) {
  EXPECT_EQ(parse_user("alice")->user, "alice");
  EXPECT_EQ(parse_user("CORP\\alice")->domain, "CORP");
  EXPECT_EQ(parse_user("CORP/alice")->user, "alice");
  EXPECT_EQ(parse_user("alice@EXAMPLE.ORG")->domain, "EXAMPLE.ORG");
  EXPECT_EQ(parse_user("alice@EXAMPLE.ORG")->user, "alice");
  for (const char* wrong : {"", "CORP\\", "alice@", "a\\b\\c"}) EXPECT_FALSE(parse_user(wrong)) << wrong;
}

TEST_F(Login, ThePasswordIsTheFirstLineOfTheFile) {
  const auto credentials = read_credentials(options("CORP\\alice"), false);
  ASSERT_TRUE(credentials) << credentials.error().to_string();
  EXPECT_EQ(credentials->password, "secret ");
  EXPECT_EQ(credentials->domain, "CORP");
  EXPECT_EQ(provider_of(options("alice")), security::Provider::kNtlm);

  LoginOptions missing = options("alice");
  missing.password_file += ".none";
  EXPECT_NE(read_credentials(missing, false).error().text().find("cannot be opened"), std::string::npos);
}

TEST_F(Login, AFileOfWindowsEditor) {
  std::ofstream(file_) << "\xEF\xBB\xBF" << "secret\r\nmore\r\n";
  EXPECT_EQ(read_credentials(options("alice"), false)->password, "secret");
}

TEST_F(Login, ThePasswordMayComeFromTheEnvironment) {
  ::setenv("OPENWMI_PASSWORD", "from there", 1);
  LoginOptions given = options("alice");
  given.password_file.clear();
  EXPECT_EQ(read_credentials(given, false)->password, "from there");
}

TEST_F(Login, AHashInPlaceOfThePassword) {
  std::ofstream(file_) << "8846f7eaee8fb117ad06bdd830b7586c\n";
  LoginOptions given = options("alice");
  given.password_is_hash = true;
  const auto credentials = read_credentials(given, false);
  ASSERT_TRUE(credentials) << credentials.error().to_string();
  EXPECT_FALSE(credentials->password);
  ASSERT_TRUE(credentials->nt_hash);
  EXPECT_EQ(static_cast<unsigned char>((*credentials->nt_hash)[0]), 0x88);
  EXPECT_EQ(static_cast<unsigned char>((*credentials->nt_hash)[15]), 0x6C);
  for (const char* wrong :
       {"", "8846", "8846f7eaee8fb117ad06bdd830b7586", "8846f7eaee8fb117ad06bdd830b7586cc", "8846f7eaee8fb117ad06bdd830b758 c"})
    EXPECT_FALSE(parse_nt_hash(wrong)) << wrong;
}

TEST_F(Login, KerberosTakesTicketsAtHand) {
  LoginOptions given = options("");
  given.password_file.clear();
  given.kerberos = true;
  const auto credentials = read_credentials(given, true);
  ASSERT_TRUE(credentials) << credentials.error().to_string();
  EXPECT_EQ(credentials->ccache, "default");
  EXPECT_EQ(provider_of(given), security::Provider::kKerberos);
  EXPECT_NE(read_credentials(given, false).error().text().find("kinit"), std::string::npos);
}

}  // namespace
}  // namespace cli
