// The table of keys: how each value is read, and what it is called in a usage.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <functional>
#include <optional>

#include "base/spell.h"
#include "base/utf.h"
#include "wmid/config.h"

namespace wmid {
namespace {

using Error = std::string;  // empty: none
using Read = Error (*)(Config&, std::string_view);

enum class When { kAtStart, kAtOnce };

struct Key {
  std::string_view name;
  std::string_view value;
  std::string_view help;
  Read read;
  When when = When::kAtStart;
  bool list = false;
};

Error read_number(std::string_view text, std::uint64_t least, std::uint64_t most, std::uint64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error == std::errc() && end == text.data() + text.size() && out >= least && out <= most) return {};
  return fmt::format("not a whole number from {} to {}", least, most);
}

template <auto Member, std::uint64_t Least, std::uint64_t Most>
Error number(Config& config, std::string_view text) {
  std::uint64_t value = 0;
  if (Error error = read_number(text, Least, Most, value); !error.empty()) return error;
  auto& member = config.*Member;
  member = std::remove_reference_t<decltype(member)>(value);
  return {};
}
template <auto Member, std::uint64_t Least, std::uint64_t Most>
Error limit(Config& config, std::string_view text) {
  std::uint64_t value = 0;
  if (Error error = read_number(text, Least, Most, value); !error.empty()) return error;
  auto& member = config.limits.*Member;
  member = std::remove_reference_t<decltype(member)>(value);
  return {};
}

template <auto Member>
Error text(Config& config, std::string_view value) {
  config.*Member = value;
  return {};
}
template <auto Member>
Error path(Config& config, std::string_view value) {
  if (!value.starts_with('/') && !value.starts_with('@')) return "not an absolute path";
  config.*Member = value;
  return {};
}

template <auto Member>
Error level(Config& config, std::string_view value) {
  using security::Level;
  if (value == "connect") return config.*Member = Level::kConnect, Error();
  if (value == "packet") return config.*Member = Level::kPacket, Error();
  if (value == "packet-integrity") return config.*Member = Level::kIntegrity, Error();
  if (value == "packet-privacy") return config.*Member = Level::kPrivacy, Error();
  return "not one of connect, packet, packet-integrity, packet-privacy";
}

Error log_level(Config& config, std::string_view value) {
  using base::LogLevel;
  if (value == "debug") return config.log_level = LogLevel::kDebug, Error();
  if (value == "info") return config.log_level = LogLevel::kInfo, Error();
  if (value == "warning") return config.log_level = LogLevel::kWarning, Error();
  if (value == "error") return config.log_level = LogLevel::kError, Error();
  return "not one of debug, info, warning, error";
}

Error callbacks(Config& config, std::string_view value) {
  if (value != "yes" && value != "no") return "neither yes nor no";
  config.callbacks = value == "yes";
  return {};
}

template <auto Member>
Error list(Config& config, std::string_view value) {
  while (!value.empty()) {
    const std::size_t end = value.find_first_of(", \t");
    if (end != 0) (config.*Member).emplace_back(value.substr(0, end));
    value.remove_prefix(end == std::string_view::npos ? value.size() : end + 1);
  }
  return (config.*Member).empty() ? "an empty list" : "";
}
Error listen(Config& config, std::string_view value) {
  config.listen_given = true;
  return list<&Config::listen>(config, value);
}

constexpr std::uint64_t kMany = 10'000'000;
constexpr std::uint64_t kHour = 3600;

constexpr std::array kKeys{
    Key{"repository", "DIR", "directory of the repository", path<&Config::repository>},
    Key{"accounts", "FILE", "file of the accounts that may log in over the network", path<&Config::accounts>},
    Key{"socket", "PATH", "UNIX socket for this machine's programs, besides the one in the repository", path<&Config::socket>},
    Key{"listen", "ADDRESS", "address to listen on; several: repeat it", listen, When::kAtStart, true},
    Key{"network-user", "USER", "whom the network process of a daemon with root's rights is; root: none is split off",
        text<&Config::network_user>},
    Key{"endpoint-port", "N", "TCP port of the endpoint mapper and resolver", number<&Config::endpoint_port, 1, 65535>},
    Key{"object-port", "N", "TCP port of the objects; 0: any", number<&Config::object_port, 0, 65535>},
    Key{"names", "NAME", "name that clients may reach this machine by; several: repeat it", list<&Config::names>, When::kAtStart, true},
    Key{"keytab", "FILE", "Kerberos keys of this service; without them there is no Kerberos", path<&Config::keytab>},
    Key{"computer-name", "NAME", "name that NTLM clients are told", text<&Config::computer_name>},
    Key{"domain-name", "NAME", "domain or workgroup that NTLM clients are told", text<&Config::domain_name>},
    Key{"min-auth-level", "LEVEL", "least protection of calls: connect, packet, packet-integrity, packet-privacy",
        level<&Config::min_auth_level>},
    Key{"callbacks", "yes|no", "whether clients' sinks are called back", callbacks},
    Key{"callback-min-auth-level", "LEVEL", "least protection of callbacks", level<&Config::callback_min_auth_level>},
    Key{"callback-timeout", "SECONDS", "for a sink to take one callback", number<&Config::callback_timeout, 1, kHour>},
    Key{"max-operations", "N", "operations under way or buffered", number<&Config::operations, 1, kMany>},
    Key{"max-objects", "N", "objects that clients hold", number<&Config::objects, 1, kMany>},
    Key{"max-objects-per-peer", "N", "the same of one account at one address", number<&Config::objects_per_peer, 1, kMany>},
    Key{"max-enumerators-per-caller", "N", "open enumerations of one caller", number<&Config::enumerators_per_caller, 1, kMany>},
    Key{"max-reply-size", "OCTETS", "octets of one answer", number<&Config::reply_size, 65'536, 1U << 30>},
    Key{"network-threads", "N", "threads that serve connections", number<&Config::network_threads, 1, 256>},
    Key{"workers", "N", "threads that run operations; 0: by the machine", number<&Config::workers, 0, 1024>},
    Key{"provider-threads", "N", "threads that read this machine's data", number<&Config::provider_threads, 1, 1024>},
    Key{"shutdown-grace", "SECONDS", "for calls under way at the end", number<&Config::shutdown_grace, 0, kHour>},
    Key{"log-level", "LEVEL", "debug, info, warning or error", log_level},
    Key{"max-request-size", "OCTETS", "octets of one request", limit<&Limits::request_size, 65'536, 64U << 20>, When::kAtOnce},
    Key{"max-requests", "N", "requests without an answer on one connection", limit<&Limits::requests, 1, kMany>, When::kAtOnce},
    Key{"max-all-requests", "N", "the same on all connections", limit<&Limits::all_requests, 1, kMany>, When::kAtOnce},
    Key{"max-connections", "N", "connections", limit<&Limits::connections, 1, kMany>, When::kAtOnce},
    Key{"max-connections-per-peer", "N", "the same from one address", limit<&Limits::connections_per_peer, 1, kMany>, When::kAtOnce},
    Key{"max-unauthenticated", "N", "connections without a login", limit<&Limits::unauthenticated, 1, kMany>, When::kAtOnce},
    Key{"max-unauthenticated-per-peer", "N", "the same from one address", limit<&Limits::unauthenticated_per_peer, 1, kMany>,
        When::kAtOnce},
    Key{"login-time", "SECONDS", "from connecting to the login", limit<&Limits::login_time, 1, kHour>, When::kAtOnce},
    Key{"stall-time", "SECONDS", "until a peer that neither sends nor reads is let go", limit<&Limits::stall_time, 1, kHour>,
        When::kAtOnce},
};

const Key* find(std::string_view name) {
  for (const Key& key : kKeys) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

base::Status apply(Config& config, std::span<const Setting> settings) {
  std::array<const Setting*, kKeys.size()> seen{};
  for (const Setting& setting : settings) {
    const auto wrong = [&](std::string_view why) {
      return base::Status(base::WBEM_E_INVALID_PARAMETER, fmt::format("{}: {}", setting.place, why));
    };
    const Key* key = find(setting.key);
    if (key == nullptr) {
      base::Speller speller(setting.key);
      for (const Key& known : kKeys) speller.offer(known.name);
      return wrong(fmt::format("no key '{}'{}", setting.key, speller.best().empty() ? "" : "; did you mean " + speller.best() + "?"));
    }
    const Setting*& before = seen[static_cast<std::size_t>(key - kKeys.data())];
    if (before && !key->list) return wrong(fmt::format("{} is set already at {}", key->name, before->place));
    if (!before && key->name == "listen") config.listen.clear();
    if (!before && key->name == "names") config.names.clear();
    std::string& written = config.given[setting.key];
    written = before ? written + " " + setting.value : setting.value;
    before = &setting;
    if (setting.value.empty()) return wrong(fmt::format("{} has no value", key->name));
    const Error error = key->read(config, setting.value);
    if (!error.empty()) return wrong(fmt::format("{} = {}: {}", key->name, setting.value, error));
  }
  return {};
}

}  // namespace

base::Result<Config> make_config(std::span<const Setting> file, std::span<const Setting> flags) {
  Config config;
  TRY(apply(config, file));
  TRY(apply(config, flags));
  return config;
}

std::vector<KeyHelp> config_keys() {
  std::vector<KeyHelp> out;
  for (const Key& key : kKeys) out.push_back({key.name, key.value, key.help});
  return out;
}

std::vector<std::string> needs_restart(const Config& running, const Config& next) {
  std::vector<std::string> out;
  const auto value = [](const Config& config, const Key& key) {
    const auto at = config.given.find(std::string(key.name));
    return at == config.given.end() ? std::optional<std::string>() : at->second;
  };
  for (const Key& key : kKeys) {
    if (key.when == When::kAtStart && value(running, key) != value(next, key)) out.emplace_back(key.name);
  }
  return out;
}

}  // namespace wmid
