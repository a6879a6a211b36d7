#include "cli/wmic_arguments.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "base/status.h"

namespace cli {
namespace {

TEST(WmicArguments, UserDomainAndPasswordAsOneWord) {
  for (const char* domain : {"CORP/", "CORP\\"}) {
    const auto parsed = parse_wmic({"-U", std::string(domain) + "mon%se%cret", "//host1", "SELECT * FROM X"});
    ASSERT_TRUE(parsed) << parsed.error().text();
    EXPECT_EQ(parsed->domain, "CORP");
    EXPECT_EQ(parsed->user, "mon");
    EXPECT_EQ(parsed->password, "se%cret");
    EXPECT_EQ(parsed->host.name, "host1");
    EXPECT_EQ(parsed->query, "SELECT * FROM X");
    EXPECT_EQ(parsed->name_space, "root\\cimv2");
    EXPECT_EQ(parsed->delimiter, "|");
  }
}

TEST(WmicArguments, SecretsAreFoundWhereverTheyStand) {
  const std::vector<std::string> words = {"-Ua%one", "--user=b%two", "--password=three", "--password", "four", "-U", "c", "//h:1135", "q"};
  const auto parsed = parse_wmic(words);
  ASSERT_TRUE(parsed) << parsed.error().text();
  std::vector<std::string> secrets;
  for (const auto& [word, offset] : parsed->secrets) secrets.push_back(words.at(word).substr(offset));
  EXPECT_EQ(secrets, (std::vector<std::string>{"one", "two", "three", "four"}));
  EXPECT_EQ(parsed->user, "c");
  EXPECT_EQ(parsed->password, "four");
  EXPECT_EQ(parsed->host.port, 1135);
}

TEST(WmicArguments, WordsOfTheWrappersAndOfMonitoring) {
  const auto node = parse_wmic({"--delimiter=^@^", "--namespace=\\\\root\\cimv2", "--user=a", "--no-pass", "//10.0.0.1", "q"});
  ASSERT_TRUE(node) << node.error().text();
  EXPECT_EQ(node->delimiter, "^@^");
  EXPECT_EQ(node->name_space, "root\\cimv2");
  EXPECT_FALSE(node->asks_password);
  const auto check = parse_wmic({"--namespace", "root/MSCluster", "-d", "1", "-s", "/dev/null", "--option=client ntlmv2 auth=Yes",
                                 "--debug-stderr", "-k", "yes", "//host", "q"});
  ASSERT_TRUE(check) << check.error().text();
  EXPECT_EQ(check->name_space, "root\\MSCluster");
  EXPECT_EQ(check->debug_level, 1);
  EXPECT_TRUE(check->debug_to_error);
  EXPECT_TRUE(check->kerberos);
  EXPECT_EQ(parse_wmic({"-k", "//h", "--namespace=//./root/x", "q"})->name_space, "root\\x");
  EXPECT_FALSE(parse_wmic({"--kerberos=no", "//h", "q"})->kerberos);
  EXPECT_EQ(parse_wmic({"-N", "-W", "DOM", "--", "//h", "-q"})->query, "-q");
}

TEST(WmicArguments, AFileHoldsTheLogin) {
  const std::string path = testing::TempDir() + "wmic-auth";
  std::ofstream(path) << "\xEF\xBB\xBF"
                      << "username = mon\r\npassword=a = b\n\ndomain=CORP\nother\n";
  const auto parsed = parse_wmic({"-A", path, "//h", "q"});
  std::remove(path.c_str());
  ASSERT_TRUE(parsed) << parsed.error().text();
  EXPECT_EQ(parsed->domain, "CORP");
  EXPECT_EQ(parsed->user, "mon");
  EXPECT_EQ(parsed->password, "a = b");
  EXPECT_TRUE(parsed->secrets.empty());
}

TEST(WmicArguments, WhatIsWrongIsSaid) {
  const std::vector<std::vector<std::string>> wrong = {{},
                                                       {"//h"},
                                                       {"//h", ""},
                                                       {"h", "q"},
                                                       {"//", "q"},
                                                       {"//h:0", "q"},
                                                       {"//h", "q", "more"},
                                                       {"-U"},
                                                       {"-x", "//h", "q"},
                                                       {"--frob", "//h", "q"},
                                                       {"--no-pass=1", "//h", "q"},
                                                       {"-A", "/nonexistent", "//h", "q"}};
  for (const auto& words : wrong) {
    const auto parsed = parse_wmic(words);
    ASSERT_FALSE(parsed) << words.size();
    EXPECT_EQ(parsed.error().code(), base::WBEM_E_INVALID_PARAMETER);
    EXPECT_FALSE(parsed.error().text().empty());
  }
  EXPECT_TRUE(parse_wmic({"--help"})->help);
  EXPECT_TRUE(parse_wmic({"-?"})->help);
  EXPECT_TRUE(parse_wmic({"-V"})->version);
}

}  // namespace
}  // namespace cli
