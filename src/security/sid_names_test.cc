#include "security/sid_names.h"

#include <gtest/gtest.h>

namespace security {
namespace {

class FakeNames final : public UnixNames {
 public:
  std::optional<std::uint32_t> uid(const std::string& user) const override {
    return user == "alice" ? std::optional<std::uint32_t>(1000) : std::nullopt;
  }
  std::optional<std::uint32_t> gid(const std::string& group) const override {
    return group == "wheel" ? std::optional<std::uint32_t>(10) : std::nullopt;
  }
  std::optional<std::string> user(std::uint32_t uid) const override {
    return uid == 1000 ? std::optional<std::string>("alice") : std::nullopt;
  }
  std::optional<std::string> group(std::uint32_t gid) const override {
    return gid == 10 ? std::optional<std::string>("wheel") : std::nullopt;
  }
};

TEST(SidNames, GoBothWays) {
  const FakeNames names;
  for (const char* text : {"BUILTIN\\Administrators", "NT AUTHORITY\\Authenticated Users", "NT AUTHORITY\\SYSTEM", "Everyone",
                           "Unix User\\alice", "Unix Group\\wheel", "NT AUTHORITY\\NTLM Authentication"}) {
    const auto sid = sid_of_name(text, names);
    ASSERT_TRUE(sid.has_value()) << text;
    EXPECT_EQ(name_of_sid(*sid, names)->full(), text);
    EXPECT_EQ(sid_of_name(sid->to_string(), names), sid);
  }
}

TEST(SidNames, IgnoreCaseAndDomainsOfWellKnownNames) {
  const FakeNames names;
  EXPECT_EQ(sid_of_name("administrators", names), well_known::administrators());
  EXPECT_EQ(sid_of_name("builtin\\ADMINISTRATORS", names), well_known::administrators());
  EXPECT_EQ(sid_of_name("authenticated users", names), well_known::authenticated_users());
  EXPECT_EQ(builtin_group("users"), (Sid{5, {32, 545}}));
}

TEST(SidNames, SayNothingOfOthers) {
  const FakeNames names;
  for (const char* text : {"", "alice", "Unix User\\bob", "Unix Group\\alice", "NT AUTHORITY\\Administrators", "S-1-", "\\Everyone x"})
    EXPECT_FALSE(sid_of_name(text, names).has_value()) << text;
  EXPECT_FALSE(builtin_group("Everyone").has_value());
  for (const Sid& sid : {unix_user_sid(1), unix_group_sid(1000), Sid{5, {21, 1, 2, 3, 1000}}}) EXPECT_FALSE(name_of_sid(sid, names));
}

TEST(SidNames, KnowTheSystemsUsers) {
  const SystemUnixNames names;
  EXPECT_EQ(names.uid("root"), 0U);
  EXPECT_EQ(names.user(0), "root");
  EXPECT_EQ(names.gid("root"), 0U);
  EXPECT_EQ(names.group(0), "root");
  EXPECT_FALSE(names.uid("no such user").has_value());
  EXPECT_FALSE(names.user(0xFFFFFFF0U).has_value());
}

}  // namespace
}  // namespace security
