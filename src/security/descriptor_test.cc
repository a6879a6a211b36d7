// Security descriptors: octets, SDDL, access checks, inheritance.
#include <gtest/gtest.h>

#include "security/descriptor.h"
#include "security/sid_names.h"
#include "security/sspi_status.h"

namespace security {
namespace {

SecurityDescriptor sddl(std::string_view text) {
  auto out = SecurityDescriptor::from_sddl(text);
  EXPECT_TRUE(out) << text << ": " << out.error().to_string();
  return out ? *out : SecurityDescriptor{};
}

std::string text_of(const SecurityDescriptor& descriptor) { return descriptor.to_sddl().value_or("?"); }

TEST(SidTest, TextAndOctets) {
  for (const char* text : {"S-1-1-0", "S-1-5-32-544", "S-1-5-21-4294967295-2-3-500", "S-1-0x010000000000-7"}) {
    const auto sid = Sid::parse(text);
    ASSERT_TRUE(sid) << text;
    EXPECT_EQ(sid->to_string(), text);
    std::string octets;
    sid->append_octets(octets);
    EXPECT_EQ(octets.size(), sid->size());
    EXPECT_EQ(Sid::from_octets(octets), sid);
    for (std::size_t keep = 0; keep < octets.size(); ++keep) EXPECT_FALSE(Sid::from_octets(octets.substr(0, keep)));
  }
  for (const char* text : {"", "S-1", "S-1-", "S-1-5", "S-1-5-", "S-2-5-1", "S-1-5-4294967296", "S-1-5-x", "S-1-5--1",
                           "S-1-281474976710656-1", "S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16"}) {
    EXPECT_FALSE(Sid::parse(text)) << text;
  }
  EXPECT_EQ(builtin_group("administrators"), well_known::administrators());
  EXPECT_FALSE(builtin_group("wheel"));
}

TEST(SddlTest, RoundTrips) {
  for (const char* text :
       {"O:BAG:BAD:(A;CI;CCDCRP;;;AU)(A;CI;CCDCLCSWRPWPDTLORCWD;;;BA)", "O:SYG:SYD:PAI(D;OICINPIO;GA;;;S-1-5-21-1-2-3-1000)(A;ID;GR;;;WD)",
        "D:", "D:NO_ACCESS_CONTROL", "G:BUD:P(A;;CC;;;LS)S:AR(AU;CISAFA;CCDC;;;WD)(ML;;0x1;;;ME)", "D:(A;;0x100000;;;BA)", ""}) {
    const SecurityDescriptor descriptor = sddl(text);
    EXPECT_EQ(text_of(descriptor), text);
    const auto again = SecurityDescriptor::parse(descriptor.to_octets());
    ASSERT_TRUE(again) << again.error().to_string();
    EXPECT_EQ(*again, descriptor) << text;
  }
}

TEST(SddlTest, OtherSpellings) {
  EXPECT_EQ(sddl("D:(A;;0x600FF;;;S-1-5-32-544)"), sddl("D:(A;;CCDCLCSWRPWPDTLORCWD;;;BA)"));
  EXPECT_EQ(sddl("D:(A;;017;;;WD)").dacl->aces[0].mask, 15U);
  EXPECT_EQ(sddl("D:(A;;33;;;WD)").dacl->aces[0].mask, 33U);
  EXPECT_EQ(sddl("D:(A;;FA;;;WD)").dacl->aces[0].mask, 0x1F01FFU);
  EXPECT_EQ(sddl("S:(ML;;NW;;;HI)").sacl->aces[0].mask, 1U);
  const Sid domain{5, {21, 1, 2, 3}};
  EXPECT_EQ(SecurityDescriptor::from_sddl("O:DAG:LA", &domain)->owner, domain.child(512));
}

TEST(SddlTest, MistakesNameTheirPlace) {
  for (const char* text : {"X:", "O:", "O:XXG:BA", "D:D:", "S:D:", "D:(", "D:()", "D:(A;;;;)", "D:(A;CC;CC;;;WD)", "D:(X;;CC;;;WD)",
                           "D:(A;;ZZ;;;WD)", "D:(A;;C;;;WD)", "D:(A;C;CC;;;WD)", "D:(A;;0x1FFFFFFFF;;;WD)", "D:(A;;CC;guid;;WD)",
                           "D:(A;;CC;;;WD;(x))", "O:DA", "D:(A;;CC;;;WD)x", "D:(XA;;CC;;;WD;(a==1))"}) {
    const auto out = SecurityDescriptor::from_sddl(text);
    ASSERT_FALSE(out) << text;
    EXPECT_EQ(out.error().code(), WBEM_E_INVALID_PARAMETER);
    EXPECT_NE(out.error().text().find("position"), std::string::npos);
  }
}

TEST(DescriptorOctets, TruncatedAndLyingOnesAreRefused) {
  const std::string good = sddl("O:BAG:SYD:(A;CI;CC;;;AU)(D;;DC;;;BU)S:(AU;SA;CC;;;WD)").to_octets();
  ASSERT_TRUE(SecurityDescriptor::parse(good));
  for (std::size_t keep = 0; keep < good.size(); ++keep) EXPECT_FALSE(SecurityDescriptor::parse(good.substr(0, keep))) << keep;
  // Any one octet may be anything: no crash, and what is accepted can be written and read again.
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const int value : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
      std::string changed = good;
      changed[i] = static_cast<char>(value);
      const auto parsed = SecurityDescriptor::parse(changed);
      EXPECT_TRUE(!parsed || SecurityDescriptor::parse(parsed->to_octets())) << i;
    }
  }
}

TEST(DescriptorOctets, ForeignAcesSurvive) {
  SecurityDescriptor descriptor = sddl("O:BAG:BAD:(A;;CC;;;WD)");
  descriptor.dacl->aces.push_back({AceType{5}, 0, 0, {}, std::string(28, 'o')});
  const auto again = SecurityDescriptor::parse(descriptor.to_octets());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->dacl->aces[1].opaque, std::string(28, 'o'));
  EXPECT_FALSE(again->to_sddl());
  EXPECT_EQ(check_namespace_descriptor(*again).code(), WBEM_E_INVALID_PARAMETER);
}

const Sid kUser{5, {21, 1, 2, 3, 1000}};

std::uint32_t rights(std::string_view text, std::vector<Sid> sids = {kUser, well_known::everyone(), well_known::authenticated_users()}) {
  return granted_rights(sddl(text), sids, kNamespaceMapping);
}

TEST(AccessCheck, OrderDecides) {
  EXPECT_EQ(rights("D:(A;;CCDC;;;AU)"), 3U);
  EXPECT_EQ(rights("D:(D;;DC;;;WD)(A;;CCDC;;;AU)"), 1U);
  EXPECT_EQ(rights("D:(A;;CCDC;;;AU)(D;;DC;;;WD)"), 3U);
  EXPECT_EQ(rights("D:(A;;CCDC;;;BA)"), 0U);
  EXPECT_EQ(rights("D:(A;CIIO;CCDC;;;AU)"), 0U);
  EXPECT_EQ(rights("D:(A;;CC;;;AU)(A;;WP;;;S-1-5-21-1-2-3-1000)"), 0x21U);
}

TEST(AccessCheck, NullEmptyAndGeneric) {
  EXPECT_EQ(rights("D:"), 0U);
  EXPECT_EQ(rights("D:NO_ACCESS_CONTROL"), 0x600FFU);
  EXPECT_EQ(rights(""), 0x600FFU);
  EXPECT_EQ(rights("D:(A;;GA;;;WD)"), 0x600FFU);
  EXPECT_EQ(rights("D:(A;;GX;;;WD)"), 2U);
  EXPECT_EQ(rights("D:(D;;GW;;;WD)(A;;GA;;;WD)"), 0x600FFU & ~0x1CU);
}

TEST(AccessCheck, OwnerMayRepairTheList) {
  EXPECT_EQ(rights("O:S-1-5-21-1-2-3-1000D:"), 0x60000U);
  EXPECT_EQ(rights("O:BAD:"), 0U);
  EXPECT_EQ(rights("O:S-1-5-21-1-2-3-1000D:(A;;RC;;;OW)"), 0x20000U);
}

TEST(AccessCheck, DenyingAcesThatAreNotEvaluatedDeny) {
  SecurityDescriptor descriptor = sddl("D:(A;;CC;;;WD)");
  descriptor.dacl->aces.push_back({AceType{0xA}, 0, 0, {}, "cond"});
  descriptor.dacl->aces.push_back({AceType::kAllowed, 0, 2, well_known::everyone(), {}});
  const std::vector<Sid> sids{well_known::everyone()};
  EXPECT_EQ(granted_rights(descriptor, sids, kNamespaceMapping), 1U);
}

TEST(NamespaceDescriptor, Default) {
  const SecurityDescriptor descriptor = default_namespace_descriptor();
  EXPECT_EQ(text_of(descriptor), "O:BAG:BAD:(A;CI;CCDCRP;;;AU)(A;CI;CCDCRP;;;LS)(A;CI;CCDCRP;;;NS)(A;CI;CCDCLCSWRPWPDTLORCWD;;;BA)");
  EXPECT_TRUE(check_namespace_descriptor(descriptor).ok());
  const std::vector<Sid> user{kUser, well_known::authenticated_users()};
  EXPECT_EQ(granted_rights(descriptor, user, kNamespaceMapping), 0x13U);
  const std::vector<Sid> administrator{kUser, well_known::administrators()};
  EXPECT_EQ(granted_rights(descriptor, administrator, kNamespaceMapping), 0x600FFU);
}

TEST(NamespaceDescriptor, Inheritance) {
  const SecurityDescriptor parent = sddl("O:BAG:BAD:(A;CI;CC;;;AU)(A;;DC;;;BU)(A;CINP;LC;;;LS)(A;CIIO;SW;;;NS)");
  const SecurityDescriptor child = inherit(parent, sddl("O:BAG:BAD:(A;;WP;;;WD)"));
  EXPECT_EQ(text_of(child), "O:BAG:BAD:AI(A;;WP;;;WD)(A;CIID;CC;;;AU)(A;NPID;LC;;;LS)(A;CIID;SW;;;NS)");
  // Set again as it was read: nothing doubles.
  EXPECT_EQ(inherit(parent, child), child);
  // A grandchild gets what goes on.
  EXPECT_EQ(text_of(inherit(child, sddl("O:BAG:BAD:"))), "O:BAG:BAD:AI(A;CIID;CC;;;AU)(A;CIID;SW;;;NS)");
}

TEST(NamespaceDescriptor, ProtectionStopsInheritance) {
  EXPECT_EQ(text_of(inherit(sddl("D:P(A;CI;CC;;;AU)"), sddl("D:(A;;WP;;;WD)"))), "D:(A;;WP;;;WD)");
  EXPECT_EQ(text_of(inherit(sddl("D:(A;CI;CC;;;AU)"), sddl("D:P(A;;WP;;;WD)"))), "D:P(A;;WP;;;WD)");
}

TEST(NamespaceDescriptor, AuditListsAreInheritedToo) {
  EXPECT_EQ(text_of(inherit(sddl("D:S:(AU;CISA;CC;;;WD)"), sddl("D:(A;;WP;;;WD)"))), "D:AI(A;;WP;;;WD)S:AI(AU;CIIDSA;CC;;;WD)");
}

TEST(NamespaceDescriptor, WhatMayBeSet) {
  EXPECT_EQ(check_namespace_descriptor(sddl("O:BAG:BA")).code(), WBEM_E_NULL_SECURITY_DESCRIPTOR);
  EXPECT_EQ(check_namespace_descriptor(sddl("O:BAG:BAD:NO_ACCESS_CONTROL")).code(), WBEM_E_NULL_SECURITY_DESCRIPTOR);
  EXPECT_EQ(check_namespace_descriptor(sddl("D:(A;;CC;;;WD)")).code(), WBEM_E_INVALID_PARAMETER);
}

}  // namespace
}  // namespace security
