// The daemon's configuration: a file of `key = value` lines, and flags of the same names, which win.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/status.h"
#include "security/auth.h"

namespace wmid {

inline constexpr const char* kConfigFile = "/etc/openwmi/wmid.conf";
inline constexpr std::size_t kMaxConfigFile = 1U << 20;  // octets

/// Bounds that may change while the daemon runs.
struct Limits {
  std::size_t request_size = 4U << 20;  // octets of one request, all fragments
  std::size_t requests = 5000;          // without an answer, on one connection
  std::size_t all_requests = 20'000;    // on all together
  std::size_t connections = 8192;
  std::size_t connections_per_peer = 2048;
  std::size_t unauthenticated = 512;  // connections
  std::size_t unauthenticated_per_peer = 64;
  std::chrono::seconds login_time{30};
  std::chrono::seconds stall_time{60};
  bool operator==(const Limits&) const = default;
};

/// Every field is a key of packaging/wmid.conf, where its meaning is written down.
struct Config {
  std::string repository;  // empty: $OPENWMI_REPOSITORY, for root kSystemRepository
  std::string accounts = "/etc/openwmi/accounts";
  std::string socket;  // besides the one in the repository; empty: kSystemSocket for kSystemRepository, else none
  std::vector<std::string> listen{"0.0.0.0", "::"};
  bool listen_given = false;  // else addresses that this machine does not have are left out
  std::string network_user;   // empty: the first of kNetworkUsers
  std::uint16_t endpoint_port = 135;
  std::uint16_t object_port = 0;  // 0: any
  std::vector<std::string> names;
  std::string keytab;
  std::string computer_name;  // empty: this machine's
  std::string domain_name = "WORKGROUP";
  security::Level min_auth_level = security::Level::kIntegrity;
  bool callbacks = true;
  security::Level callback_min_auth_level = security::Level::kIntegrity;
  std::chrono::seconds callback_timeout{30};
  std::size_t operations = 5000;
  std::size_t objects = 200'000;
  std::size_t objects_per_peer = 20'000;
  std::size_t enumerators_per_caller = 4096;
  std::size_t reply_size = 16U << 20;
  unsigned network_threads = 2;
  unsigned workers = 0;
  unsigned provider_threads = 16;
  std::chrono::seconds shutdown_grace{5};
  base::LogLevel log_level = base::LogLevel::kInfo;
  Limits limits;

  std::map<std::string, std::string> given;  // values as they were written, by key; those of a list behind each other

  bool operator==(const Config&) const = default;
};

/// A key as typed and its value, with where it stands ("wmid.conf:12", "--listen") for messages.
struct Setting {
  std::string key;
  std::string value;
  std::string place;
};

/// `key = value` lines; `#` begins a comment at the start of a line or after a blank; blanks around keys and values do not count. `name`
/// is the file's, for messages. Errors: WBEM_E_INVALID_PARAMETER with the place.
base::Result<std::vector<Setting>> parse_settings(std::string_view text, std::string_view name);

/// Applies settings in their order, the file's and then the flags'. A key stands once in each, except lists. `listen` and `names` of the
/// flags take the place of the file's. Errors: WBEM_E_INVALID_PARAMETER with the place, what is wrong, and the key that may have been
/// meant.
base::Result<Config> make_config(std::span<const Setting> file, std::span<const Setting> flags);

/// The keys in the order of the example file, with the word for their value in a usage ("DIR"; empty where it has none) and what they are.
struct KeyHelp {
  std::string_view key;
  std::string_view value;
  std::string_view help;
};
std::vector<KeyHelp> config_keys();

/// The keys whose new values count only from the next start on.
std::vector<std::string> needs_restart(const Config& running, const Config& next);

}  // namespace wmid
