#include "cli/grants.h"

#include <gtest/gtest.h>

#include "cim/caller.h"
#include "cli/trustee.h"

namespace cli {
namespace {

using security::SecurityDescriptor;
using security::Sid;

const Sid kAlice{5, {21, 1, 2, 3, 1000}};

class GrantsTest : public ::testing::Test {
 protected:
  std::string after_grant(const Grant& change) {
    grant(descriptor_, change);
    return *descriptor_.to_sddl();
  }
  SecurityDescriptor descriptor_ = *SecurityDescriptor::from_sddl("O:BAG:BAD:(A;;CC;;;WD)(A;CIID;CC;;;AU)");
};

TEST(Rights, AreNamesAndNumbers) {
  EXPECT_EQ(*parse_rights("enable,REMOTE,edit-security"), 0x40021U);
  EXPECT_EQ(*parse_rights("all"), cim::right::kAll);
  EXPECT_EQ(*parse_rights("0x33"), 0x33U);
  EXPECT_EQ(*parse_rights("51,publish"), 0xB3U);
  for (const char* text : {"", "enable,", ",", "enabel", "0", "0x", "0x80000000", "12a", "99999999999", "-1"})
    EXPECT_EQ(parse_rights(text).error().code(), base::WBEM_E_INVALID_PARAMETER) << text;
}

TEST(Rights, AreNamedBack) {
  EXPECT_EQ(right_names(0x33), (std::vector<std::string>{"enable", "methods", "provider-write", "remote"}));
  EXPECT_EQ(right_names(cim::right::kAll), std::vector<std::string>{"all"});
  EXPECT_EQ(right_names(cim::right::kAll | 0x10000000), (std::vector<std::string>{"all", "0x10000000"}));
  EXPECT_EQ(right_names(0x40000000 | 1), (std::vector<std::string>{"enable", "0x40000000"}));
  EXPECT_TRUE(right_names(0).empty());
}

TEST(Trustee, OnAnotherMachineThisMachinesUsersAreNobody) {
  const Trustees here("/nonexistent/accounts");
  EXPECT_EQ(here.find("root")->to_string(), "S-1-22-1-0");
  EXPECT_EQ(here.name(*Sid::parse("S-1-22-1-0")), "Unix User\\root");
  const Trustees there("", true);
  const auto root = there.find("root");
  ASSERT_FALSE(root);
  EXPECT_EQ(root.error().code(), base::WBEM_E_NOT_FOUND);
  EXPECT_NE(root.error().text().find("give the SID"), std::string::npos) << root.error().text();
  EXPECT_EQ(there.find("user:root")->to_string(), "S-1-22-1-0");
  EXPECT_EQ(there.find("Administrators")->to_string(), "S-1-5-32-544");
  EXPECT_EQ(there.find("S-1-5-21-1-2-3-1000")->to_string(), "S-1-5-21-1-2-3-1000");
  EXPECT_EQ(there.name(*Sid::parse("S-1-22-1-0")), "S-1-22-1-0");
}

TEST_F(GrantsTest, GrantsStandBeforeWhatIsInherited) {
  EXPECT_EQ(after_grant({kAlice, 1}), "O:BAG:BAD:(A;;CC;;;WD)(A;;CC;;;S-1-5-21-1-2-3-1000)(A;CIID;CC;;;AU)");
  EXPECT_EQ(after_grant({kAlice, 2}), "O:BAG:BAD:(A;;CC;;;WD)(A;;CCDC;;;S-1-5-21-1-2-3-1000)(A;CIID;CC;;;AU)") << "the same ACE";
  EXPECT_EQ(after_grant({kAlice, 4, false, true}),
            "O:BAG:BAD:(A;;CC;;;WD)(A;;CCDC;;;S-1-5-21-1-2-3-1000)(A;CI;LC;;;S-1-5-21-1-2-3-1000)(A;CIID;CC;;;AU)");
}

TEST_F(GrantsTest, DenialsStandFirstAndEndWithAGrant) {
  EXPECT_EQ(after_grant({kAlice, 3, true}), "O:BAG:BAD:(D;;CCDC;;;S-1-5-21-1-2-3-1000)(A;;CC;;;WD)(A;CIID;CC;;;AU)");
  EXPECT_EQ(after_grant({kAlice, 1}), "O:BAG:BAD:(D;;DC;;;S-1-5-21-1-2-3-1000)(A;;CC;;;WD)(A;;CC;;;S-1-5-21-1-2-3-1000)(A;CIID;CC;;;AU)");
}

TEST_F(GrantsTest, RevokesOfEveryReachButNotWhatIsInherited) {
  grant(descriptor_, {kAlice, 3});
  grant(descriptor_, {kAlice, 5, false, true});
  EXPECT_EQ(revoke(descriptor_, {kAlice, 1 | 2 | 0x20}), 3U);
  EXPECT_EQ(*descriptor_.to_sddl(), "O:BAG:BAD:(A;;CC;;;WD)(A;CI;LC;;;S-1-5-21-1-2-3-1000)(A;CIID;CC;;;AU)");
  EXPECT_EQ(revoke(descriptor_, {kAlice, 4, true}), 0U);
  EXPECT_EQ(revoke(descriptor_, {security::well_known::authenticated_users(), 1}), 0U);
  EXPECT_EQ(inherited_rights(descriptor_, {security::well_known::authenticated_users(), 3}), 1U);
}

TEST_F(GrantsTest, ANullListBecomesOneWithTheGrant) {
  descriptor_.dacl.reset();
  EXPECT_EQ(revoke(descriptor_, {kAlice, 1}), 0U);
  EXPECT_EQ(inherited_rights(descriptor_, {kAlice, 1}), 0U);
  EXPECT_EQ(after_grant({kAlice, 1}), "O:BAG:BAD:(A;;CC;;;S-1-5-21-1-2-3-1000)");
}

}  // namespace
}  // namespace cli
