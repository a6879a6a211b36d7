#include "wmid/config.h"

#include <gtest/gtest.h>

#include "base/files.h"

namespace wmid {
namespace {

base::Result<Config> config_of(std::string_view text, const std::vector<Setting>& flags = {}) {
  TRY_ASSIGN(const auto settings, parse_settings(text, "wmid.conf"));
  return make_config(settings, flags);
}
std::string error_of(std::string_view text, const std::vector<Setting>& flags = {}) {
  const auto config = config_of(text, flags);
  return config ? "no error" : config.error().text();
}

TEST(Config, Lines) {
  const auto config =
      config_of("# comment\n\n  endpoint-port = 1135  # why\nkeytab=/etc/a#b\r\n\tlisten = ::1\nlisten = 127.0.0.1, 10.0.0.1\n");
  ASSERT_TRUE(config) << config.error().to_string();
  EXPECT_EQ(config->endpoint_port, 1135);
  EXPECT_EQ(config->keytab, "/etc/a#b");
  EXPECT_EQ(config->listen, (std::vector<std::string>{"::1", "127.0.0.1", "10.0.0.1"}));
  EXPECT_TRUE(config->listen_given);
}

TEST(Config, Defaults) {
  const auto config = config_of("");
  ASSERT_TRUE(config);
  EXPECT_EQ(*config, Config());
  EXPECT_EQ(config->min_auth_level, security::Level::kIntegrity);
}

TEST(Config, FlagsWin) {
  const auto config =
      config_of("listen = ::1\nendpoint-port = 1\nobject-port = 7",
                {{"listen", "127.0.0.1", "--listen"}, {"listen", "127.0.0.2", "--listen"}, {"endpoint-port", "2", "--endpoint-port"}});
  ASSERT_TRUE(config);
  EXPECT_EQ(config->listen, (std::vector<std::string>{"127.0.0.1", "127.0.0.2"}));
  EXPECT_EQ(config->endpoint_port, 2);
  EXPECT_EQ(config->object_port, 7);
}

TEST(Config, MistakesAreNamedWithTheirPlace) {
  EXPECT_EQ(error_of("\nendpoint-prot = 1"), "wmid.conf:2: no key 'endpoint-prot'; did you mean endpoint-port?");
  EXPECT_EQ(error_of("zzzzzzzz = 1"), "wmid.conf:1: no key 'zzzzzzzz'");
  EXPECT_EQ(error_of("endpoint-port = 65536"), "wmid.conf:1: endpoint-port = 65536: not a whole number from 1 to 65535");
  EXPECT_EQ(error_of("endpoint-port = 13x"), "wmid.conf:1: endpoint-port = 13x: not a whole number from 1 to 65535");
  EXPECT_EQ(error_of("endpoint-port = -1"), "wmid.conf:1: endpoint-port = -1: not a whole number from 1 to 65535");
  EXPECT_EQ(error_of("keytab ="), "wmid.conf:1: keytab has no value");
  EXPECT_EQ(error_of("keytab = a"), "wmid.conf:1: keytab = a: not an absolute path");
  EXPECT_EQ(error_of("keytab"), "wmid.conf:1: 'keytab' is no `key = value`");
  EXPECT_EQ(error_of("= a"), "wmid.conf:1: a value without a key");
  EXPECT_EQ(error_of("keytab = /a\nkeytab = /b"), "wmid.conf:2: keytab is set already at wmid.conf:1");
  EXPECT_EQ(error_of("callbacks = maybe"), "wmid.conf:1: callbacks = maybe: neither yes nor no");
  EXPECT_EQ(error_of("listen = ,"), "wmid.conf:1: listen = ,: an empty list");
  EXPECT_EQ(error_of("a \xff = b"), "wmid.conf:1: this is no text in UTF-8");
  EXPECT_EQ(error_of("min-auth-level = none"),
            "wmid.conf:1: min-auth-level = none: not one of connect, packet, packet-integrity, packet-privacy");
  EXPECT_EQ(error_of("", {{"object-port", "x", "--object-port"}}), "--object-port: object-port = x: not a whole number from 0 to 65535");
  EXPECT_EQ(error_of(std::string(kMaxConfigFile + 1, '#')), "wmid.conf: too large for a configuration");
}

TEST(Config, TellsWhatNeedsARestart) {
  const Config before = *config_of("endpoint-port = 1\nmax-connections = 5\nnames = a");
  EXPECT_TRUE(needs_restart(before, *config_of("endpoint-port = 1\nmax-connections = 6\nnames = a")).empty());
  EXPECT_EQ(needs_restart(before, *config_of("max-connections = 6\nnames = a\nnames = b")),
            (std::vector<std::string>{"endpoint-port", "names"}));
}

/// Every key stands in the example, commented out with its default value where it has one, in the order of the table.
TEST(Config, ExampleNamesEveryKey) {
  const auto text = base::SystemFiles().read(OWMI_SOURCE_DIR "/packaging/wmid.conf");
  ASSERT_TRUE(text);
  std::string settings;
  std::vector<std::string> keys;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    const std::string line = text->substr(at, end - at);
    at = end + 1;
    if (!line.starts_with('#') || line.starts_with("# ") || line == "#") continue;
    settings += line.substr(1) + "\n";
    const std::string key = line.substr(1, line.find_first_of(" =") - 1);
    if (keys.empty() || keys.back() != key) keys.push_back(key);
  }
  std::vector<std::string> expected;
  for (const KeyHelp& key : config_keys()) expected.emplace_back(key.key);
  EXPECT_EQ(keys, expected);
  auto config = config_of(settings);
  ASSERT_TRUE(config) << config.error().to_string();
  const Config defaults;
  EXPECT_EQ(config->listen, defaults.listen);
  EXPECT_EQ(config->limits, defaults.limits);
  EXPECT_EQ(config->accounts, defaults.accounts);
  EXPECT_EQ(config->min_auth_level, defaults.min_auth_level);
  EXPECT_EQ(config->operations, defaults.operations);
  EXPECT_EQ(config->reply_size, defaults.reply_size);
}

}  // namespace
}  // namespace wmid
