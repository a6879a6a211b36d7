#include "wmid/identity.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "security/sid.h"

namespace wmid {
namespace {

class FakeUsers final : public UnixUsers {
 public:
  std::optional<UnixUser> by_name(const std::string& name) const override {
    return name == "ann" ? std::optional(UnixUser{"ann", 1000, 100, {100, 27}}) : std::nullopt;
  }
  std::optional<UnixUser> by_uid(std::uint32_t uid) const override { return uid == 1000 ? by_name("ann") : std::nullopt; }
};

const FakeUsers kUsers;
const rpc::ConnectionEnds kNetwork{{"192.0.2.1", 135}, {"192.0.2.9", 4711}, {}};

security::Peer network_peer(const std::string& unix_user) {
  security::Peer peer;
  peer.mechanism = security::Provider::kNtlm;
  peer.user = "Alice";
  peer.domain = "CORP";
  peer.account.name = "alice";
  peer.account.unix_user = unix_user;
  peer.account.sids = {*security::Sid::parse("S-1-5-21-1-2-3-1000"), security::well_known::authenticated_users()};
  return peer;
}

TEST(Identity, LocalUsersHaveTheirGroups) {
  const auto peer = local_peer({1000, 100, 1}, 7, kUsers);
  const auto caller = caller_of(*peer, {{}, {}, rpc::LocalIdentity{1000, 100, 1}}, kUsers);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->account, "ann");
  EXPECT_EQ(caller->uid, 1000u);
  EXPECT_EQ(caller->gid, 100u);
  EXPECT_FALSE(caller->remote);
  EXPECT_FALSE(caller->embedded);
  EXPECT_FALSE(caller->administrator);
  EXPECT_EQ(caller->sids, (std::vector<std::string>{"S-1-22-1-1000", "S-1-22-2-100", "S-1-22-2-27", "S-1-1-0", "S-1-5-11"}));
}

TEST(Identity, RootAndTheOwnerAreAdministrators) {
  EXPECT_TRUE(local_peer({0, 0, 1}, 7, kUsers)->account.administrator);
  EXPECT_TRUE(local_peer({7, 7, 1}, 7, kUsers)->account.administrator);
  EXPECT_EQ(local_peer({7, 7, 1}, 7, kUsers)->user, "7");
}

TEST(Identity, RemoteAccountsActAsTheirUnixUser) {
  const auto caller = caller_of(network_peer("ann"), kNetwork, kUsers);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->account, "CORP\\Alice");
  EXPECT_TRUE(caller->remote);
  EXPECT_EQ(caller->uid, 1000u);
  EXPECT_EQ(caller->gid, 100u);
  EXPECT_FALSE(caller->administrator);
  EXPECT_EQ(caller->sids, (std::vector<std::string>{"S-1-5-21-1-2-3-1000", "S-1-5-11"}));

  const auto nobody = caller_of(network_peer(""), kNetwork, kUsers);
  ASSERT_TRUE(nobody);
  EXPECT_FALSE(nobody->uid);

  security::Peer administrator = network_peer("ann");
  administrator.account.administrator = true;
  EXPECT_TRUE(caller_of(administrator, kNetwork, kUsers)->administrator);
}

TEST(Identity, WhatIsNotProvenIsRefused) {
  EXPECT_EQ(caller_of(network_peer("gone"), kNetwork, kUsers).error().code(), base::WBEM_E_ACCESS_DENIED);
  security::Peer unproven = network_peer("ann");
  unproven.verified = false;
  EXPECT_EQ(caller_of(unproven, kNetwork, kUsers).error().code(), base::WBEM_E_ACCESS_DENIED);
}

TEST(Identity, SystemUsers) {
  const SystemUnixUsers users;
  const auto me = users.by_uid(::getuid());
  if (!me) GTEST_SKIP() << "this process's user has no name";
  EXPECT_EQ(users.by_name(me->name)->uid, ::getuid());
  EXPECT_FALSE(me->groups.empty());
  EXPECT_FALSE(users.by_name("no such user"));
}

}  // namespace
}  // namespace wmid
