// Display names of WMI: the forms that documents and scripts use.
#include "scripting/moniker.h"

#include <gtest/gtest.h>

#include "scripting/dispatch.h"
#include "scripting/swbem_security.h"

namespace scripting {
namespace {

Moniker parsed(std::string_view text) {
  auto made = parse_moniker(text);
  EXPECT_TRUE(made.has_value()) << text << ": " << (made ? "" : made.error().text());
  return made.value_or(Moniker{});
}

TEST(Moniker, ReadsItsWholeGrammar) {
  const auto m =
      parsed(R"(winmgmts:{impersonationLevel=impersonate,(Debug,!Shutdown)}[locale=ms_409]!\\host\root\cimv2:Win32_Service.Name="x")");
  EXPECT_EQ(m.security.impersonation, 3);
  EXPECT_EQ(m.security.privileges, (std::vector<PrivilegeSetting>{{19, true}, {18, false}}));
  EXPECT_EQ(m.locale, "ms_409");
  EXPECT_EQ(m.path.server, "host");
  EXPECT_EQ(m.path.name_space, "root\\cimv2");
  EXPECT_EQ(m.path.class_name, "Win32_Service");
  ASSERT_EQ(m.path.keys.size(), 1U);
  EXPECT_EQ(*m.path.keys[0].value.as_text(), "x");
}

TEST(Moniker, ReadsShortForms) {
  EXPECT_EQ(parsed("winmgmts:").path.name_space, "");
  EXPECT_EQ(parsed("WinMgmts:root\\cimv2").path.name_space, "root\\cimv2");
  EXPECT_EQ(parsed("winmgmts:root/default").path.name_space, "root\\default");
  EXPECT_EQ(parsed("winmgmts:root").path.name_space, "root");
  EXPECT_EQ(parsed("winmgmts:\\\\.\\root\\cimv2").path.server, ".");
  EXPECT_EQ(parsed("winmgmts://./root/cimv2").path.name_space, "root\\cimv2");
  EXPECT_EQ(parsed("winmgmts:\\\\box").path.server, "box");
  EXPECT_EQ(parsed("winmgmts:Win32_Process").path.class_name, "Win32_Process");
  EXPECT_EQ(parsed("winmgmts::Win32_LogicalDisk='C:'").path.class_name, "Win32_LogicalDisk");
  EXPECT_EQ(parsed("winmgmts:Win32_WMISetting=@").path.singleton, true);
  EXPECT_EQ(parsed("winmgmts:!root\\cimv2").path.name_space, "root\\cimv2");
  EXPECT_EQ(parsed("winmgmts:{impersonate,(Debug)}").security.privileges.size(), 1U);
  EXPECT_EQ(parsed("winmgmts:{impersonationLevel=impersonate}!\\\\.\\root\\cimv2 ").path.name_space, "root\\cimv2");
  EXPECT_EQ(parsed("winmgmts:{(Security)}\\\\srv").path.server, "srv");
  EXPECT_EQ(parsed("winmgmts:[locale=ms_407]!root\\cimv2:Win32_Share").locale, "ms_407");
}

TEST(Moniker, TakesOneSlashBeforeTheNamespace) {
  EXPECT_EQ(parsed("winmgmts:{impersonationlevel=impersonate}!\\Root\\Cimv2").path.name_space, "Root\\Cimv2");
  EXPECT_EQ(parsed("winmgmts:{impersonationLevel=Impersonate}!/Root/CIMv2").path.name_space, "Root\\CIMv2");
  EXPECT_EQ(parsed("winmgmts:\\root").path.name_space, "root");
  EXPECT_EQ(parsed("winmgmts:/root/cimv2:Win32_Process").path.class_name, "Win32_Process");
}

TEST(Moniker, ReadsSecuritySettings) {
  auto m = parsed("winmgmts:{authenticationLevel = pkt, impersonationLevel=Delegate , authority=kerberos:DOM\\SRV}!root");
  EXPECT_EQ(m.security.authentication, 4);
  EXPECT_EQ(m.security.impersonation, 4);
  EXPECT_EQ(m.authority, "kerberos:DOM\\SRV");
  m = parsed("winmgmts:{authority=ntlmdomain:SALES, ( SeBackupPrivilege , ! Restore )}");
  EXPECT_EQ(m.authority, "ntlmdomain:SALES");
  EXPECT_EQ(m.security.privileges, (std::vector<PrivilegeSetting>{{16, true}, {17, false}}));
  EXPECT_EQ(security_prefix(m.security, m.authority, "ms_409"),
            "{authenticationLevel=pktPrivacy,impersonationLevel=impersonate,authority=ntlmdomain:SALES,(Backup,!Restore)}[locale=ms_409]");
}

TEST(Moniker, RefusesWhatDoesNotFollowIt) {
  for (const char* text : {"", "winmgmt:", "winmgmts:{", "winmgmts:{impersonationLevel}", "winmgmts:{impersonationLevel=}",
                           "winmgmts:{impersonationLevel=all}", "winmgmts:{authenticationLevel=impersonate}", "winmgmts:{(Nothing)}",
                           "winmgmts:{(Debug}", "winmgmts:{(Debug)", "winmgmts:{x=y}", "winmgmts:{authority=kerberos:}",
                           "winmgmts:[locale]", "winmgmts:[locale=ms_409", "winmgmts:[language=ms_409]",
                           "winmgmts:root\\cimv2:Win32_Process.Handle=", "winmgmts:\\\\", "winmgmts:{impersonate}!!", "winmgmts:a:b:c"}) {
    const auto made = parse_moniker(text);
    ASSERT_FALSE(made.has_value()) << text;
    EXPECT_EQ(made.error().code(), MK_E_SYNTAX) << text;
  }
  EXPECT_FALSE(parse_moniker("winmgmts:" + std::string(kMaxMonikerLength, 'a')).has_value());
  std::string many = "winmgmts:{(Debug";
  for (std::size_t i = 0; i <= kMaxMonikerPrivileges; ++i) many += ",Debug";
  EXPECT_FALSE(parse_moniker(many + ")}").has_value());
}

}  // namespace
}  // namespace scripting
