#include "manager/access.h"

#include <gtest/gtest.h>

#include "security/descriptor.h"

namespace manager {
namespace {

using namespace cim::right;

constexpr std::uint32_t kByDefault = kEnable | kMethodExecute | kWriteProvider;

Namespace with_sddl(std::string_view text) {
  Namespace out;
  out.path = "root\\test";
  if (!text.empty()) out.descriptor = security::SecurityDescriptor::from_sddl(text)->to_octets();
  return out;
}

cim::Caller caller(std::vector<std::string> sids, bool remote = true) {
  cim::Caller out;
  out.account = "someone";
  out.sids = std::move(sids);
  out.remote = remote;
  return out;
}

TEST(Access, DefaultOfANamespace) {
  const Namespace plain = with_sddl("");
  EXPECT_EQ(granted_access(plain, caller({"S-1-5-21-1-2-3-1000", "S-1-1-0", "S-1-5-11"})), kByDefault);
  EXPECT_EQ(granted_access(plain, caller({"S-1-5-21-1-2-3-1000", "S-1-5-11"}, false)), kByDefault) << "a local client of a server";
  EXPECT_EQ(granted_access(plain, caller({"S-1-1-0"})), 0U) << "not authenticated";
  EXPECT_EQ(granted_access(plain, caller({})), 0U);
}

TEST(Access, AdministratorsHaveAllRightsWhateverTheDescriptorSays) {
  const Namespace closed = with_sddl("O:BAG:BAD:(D;;CCDC;;;BA)");
  EXPECT_EQ(granted_access(closed, caller({"S-1-5-32-544"})), kAll);
  cim::Caller root = caller({});
  root.administrator = true;
  EXPECT_EQ(granted_access(closed, root), kAll);
  EXPECT_EQ(granted_access(closed, caller({"S-1-5-11"})), 0U);
}

TEST(Access, FollowsTheListInOrder) {
  const Namespace own = with_sddl("O:S-1-5-21-1-2-3-1000G:BAD:(D;;DC;;;S-1-5-21-1-2-3-1001)(A;;CCDCWP;;;AU)(A;IO;LC;;;AU)(A;;GA;;;SY)");
  EXPECT_EQ(granted_access(own, caller({"S-1-5-11"})), kEnable | kMethodExecute | kRemoteEnable);
  EXPECT_EQ(granted_access(own, caller({"S-1-5-21-1-2-3-1001", "S-1-5-11"})), kEnable | kRemoteEnable);
  EXPECT_EQ(granted_access(own, caller({"S-1-5-21-1-2-3-1000"})), kReadControl | kWriteDac) << "the owner";
  EXPECT_EQ(granted_access(own, caller({"S-1-5-18"})), kAll) << "a generic right";
}

TEST(Access, IsCappedByTheCallersOrigin) {
  cim::Caller reader = caller({"S-1-5-11"}, false);
  reader.max_rights = kEnable;
  EXPECT_EQ(granted_access(with_sddl(""), reader), kEnable);
  reader.embedded = true;
  reader.max_rights = kEnable | kFullWrite;
  EXPECT_EQ(granted_access(with_sddl(""), reader), kEnable | kFullWrite) << "the mode of the file decides";
  EXPECT_EQ(granted_access(with_sddl("O:BAG:BAD:(A;;CCDC;;;AU)"), reader), kEnable) << "both must agree";
  reader.remote = true;
  EXPECT_EQ(granted_access(with_sddl(""), reader), kEnable) << "nobody from outside is embedded";
}

TEST(Access, ADamagedDescriptorGivesNothing) {
  Namespace damaged = with_sddl("O:BAG:BAD:(A;;CC;;;WD)");
  damaged.descriptor.resize(damaged.descriptor.size() - 1);
  EXPECT_EQ(granted_access(damaged, caller({"S-1-1-0"})), 0U);
}

TEST(Access, NamesWhatIsMissing) {
  const base::Status status = require_rights(kByDefault, kEnable, caller({}), "root\\cimv2");
  EXPECT_EQ(status.code(), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(status.text(), "someone lacks on root\\cimv2: Remote Enable");
  EXPECT_TRUE(require_rights(kByDefault, kEnable, caller({}, false), "root\\cimv2").ok());
}

TEST(Access, ANetworkCallerIsItsAccountAndItsUnixUser) {
  security::Account account{
      "alice", std::nullopt, "root", {*security::Sid::parse("S-1-5-21-1-2-3-1000"), security::unix_user_sid(0)}, false};
  const cim::Caller alice = network_caller(account);
  EXPECT_TRUE(alice.remote);
  EXPECT_FALSE(alice.embedded);
  EXPECT_FALSE(alice.administrator) << "of WMI; what its calls may do is another matter";
  EXPECT_EQ(alice.account, "alice");
  EXPECT_EQ(alice.uid, 0U);
  EXPECT_EQ(alice.gid, 0U);
  EXPECT_EQ((std::vector<std::string>(alice.sids.begin(), alice.sids.begin() + 3)),
            (std::vector<std::string>{"S-1-5-21-1-2-3-1000", "S-1-22-1-0", "S-1-22-2-0"}));
  account.unix_user = "no such user";
  EXPECT_FALSE(network_caller(account).uid.has_value()) << "nobody";
}

TEST(Access, TheUserOfThisProcessIsEmbedded) {
  repository::Access mode;
  mode.owner = 12345;
  mode.may_read = true;
  mode.may_write = false;
  const cim::Caller me = local_caller(mode);
  EXPECT_TRUE(me.embedded);
  EXPECT_FALSE(me.remote);
  if (me.administrator) GTEST_SKIP() << "root may do everything";
  EXPECT_EQ(me.max_rights, kEnable | kMethodExecute | kSubscribe | kReadControl);
}

}  // namespace
}  // namespace manager
