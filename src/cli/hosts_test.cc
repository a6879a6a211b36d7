#include "cli/hosts.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace cli {
namespace {

Host parsed(std::string_view text) {
  const auto host = parse_host(text);
  EXPECT_TRUE(host) << text << ": " << (host ? "" : host.error().to_string());
  return host.value_or(Host{});
}

std::string refusal(std::string_view text) {
  const auto hosts = parse_hosts(text);
  return hosts ? "" : hosts.error().text();
}

TEST(Hosts, NamesAddressesAndPorts) {
  EXPECT_EQ(parsed("server"), (Host{"server", "server", 0}));
  EXPECT_EQ(parsed(" server.example:1135 "), (Host{"server.example:1135", "server.example", 1135}));
  EXPECT_EQ(parsed("192.0.2.7"), (Host{"192.0.2.7", "192.0.2.7", 0}));
  EXPECT_EQ(parsed("2001:db8::1"), (Host{"2001:db8::1", "2001:db8::1", 0}));
  EXPECT_EQ(parsed("[2001:db8::1]:135"), (Host{"[2001:db8::1]:135", "2001:db8::1", 135}));
  EXPECT_EQ(parsed("[fe80::1%eth0]"), (Host{"[fe80::1%eth0]", "fe80::1%eth0", 0}));
  EXPECT_EQ(parsed("\\\\SERVER"), (Host{"\\\\SERVER", "SERVER", 0}));
}

TEST(Hosts, WhatIsNoHostIsSaid) {
  EXPECT_NE(refusal("server:0").find("port"), std::string::npos);
  EXPECT_NE(refusal("server:http").find("port"), std::string::npos);
  EXPECT_NE(refusal("server:65536").find("port"), std::string::npos);
  EXPECT_NE(refusal("[::1").find("bracket"), std::string::npos);
  EXPECT_NE(refusal("[::1]135").find("bracket"), std::string::npos);
  EXPECT_NE(refusal("a b").find("'a b'"), std::string::npos);
  EXPECT_NE(refusal("user@host").find("'user@host'"), std::string::npos);
  EXPECT_NE(refusal(" , ,").find("no host is named"), std::string::npos);
}

TEST(Hosts, ListsNameEachMachineOnce) {
  const auto hosts = parse_hosts("a, b:1, A,,b:1, b");
  ASSERT_TRUE(hosts);
  ASSERT_EQ(hosts->size(), 3U);
  EXPECT_EQ((*hosts)[0].name, "a");
  EXPECT_EQ((*hosts)[1].port, 1);
  EXPECT_EQ((*hosts)[2].port, 0);
}

TEST(Hosts, FilesHaveOneHostALine) {
  const std::filesystem::path file = std::filesystem::temp_directory_path() / "openwmi-hosts-test";
  std::ofstream(file) << "# the rack\n\nfirst\n  second:1135  # upstairs\r\n";
  const auto hosts = parse_hosts("zero,@" + file.string());
  ASSERT_TRUE(hosts) << hosts.error().to_string();
  ASSERT_EQ(hosts->size(), 3U);
  EXPECT_EQ((*hosts)[2], (Host{"second:1135", "second", 1135}));

  std::ofstream(file) << "\xEF\xBB\xBF" << "first\r\n#no\r\n";  // as Windows' editor writes it
  const auto marked = parse_hosts("@" + file.string());
  ASSERT_TRUE(marked && marked->size() == 1);
  EXPECT_EQ(marked->front(), (Host{"first", "first", 0}));

  std::ofstream(file) << "first\nsec ond\n";
  EXPECT_NE(refusal("@" + file.string()).find(file.string() + ":2: 'sec ond'"), std::string::npos);
  std::filesystem::remove(file);
  EXPECT_NE(refusal("@" + file.string()).find("cannot be opened"), std::string::npos);
}

}  // namespace
}  // namespace cli
