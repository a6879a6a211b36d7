#include "cli/login.h"

#include <pwd.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <memory>

#include <fmt/format.h>

#include "cli/password.h"

namespace cli {
namespace {

std::string process_user() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry != nullptr ? entry->pw_name : "";
}

base::Result<std::string> password_from_file(const std::string& path) {
  if (path == "-") return read_password_line(stdin);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"), &std::fclose);
  if (!file) return base::fail(base::WBEM_E_NOT_FOUND, fmt::format("the password file {} cannot be opened", path));
  auto line = read_password_line(file.get());
  if (!line) return base::fail(line.error().code(), fmt::format("{}: {}", path, line.error().text()));
  return line;
}

base::Result<std::string> read_password(const LoginOptions& options, const std::string& who) {
  if (!options.password_file.empty()) return password_from_file(options.password_file);
  if (const char* given = std::getenv("OPENWMI_PASSWORD")) return std::string(given);
  auto typed = prompt_password(fmt::format("Password of {}: ", who));
  if (typed || typed.error().code() != base::WBEM_E_NOT_AVAILABLE) return typed;
  return base::fail(base::WBEM_E_INVALID_PARAMETER,
                    fmt::format("no password for {}: --password-file FILE, $OPENWMI_PASSWORD, or a terminal to ask on", who));
}

}  // namespace

base::Result<UserName> parse_user(std::string_view text) {
  UserName name;
  if (const std::size_t at = text.find_first_of("\\/"); at != std::string_view::npos) {
    name.domain = text.substr(0, at);
    name.user = text.substr(at + 1);
  } else if (const std::size_t sign = text.rfind('@'); sign != std::string_view::npos) {
    name.user = text.substr(0, sign);
    name.domain = text.substr(sign + 1);
    if (name.domain.empty()) return base::fail(base::WBEM_E_INVALID_PARAMETER, fmt::format("'{}' names no domain after the @", text));
  } else {
    name.user = text;
  }
  if (name.user.empty() || name.user.find_first_of("\\/") != std::string::npos)
    return base::fail(base::WBEM_E_INVALID_PARAMETER, fmt::format("'{}' is no user: write NAME, DOMAIN\\NAME or NAME@DOMAIN", text));
  return name;
}

base::Result<security::Credentials> read_credentials(const LoginOptions& options, bool has_tickets) {
  security::Credentials credentials;
  if (!options.user.empty()) {
    TRY_ASSIGN(UserName name, parse_user(options.user));
    credentials.domain = std::move(name.domain);
    credentials.user = std::move(name.user);
  } else if (!options.kerberos) {
    credentials.user = process_user();
  }
  credentials.keytab = options.keytab;
  const bool asks = !options.password_file.empty() || options.password_is_hash;
  if (options.kerberos && !asks && (!options.keytab.empty() || has_tickets)) {
    if (options.keytab.empty()) credentials.ccache = "default";
    return credentials;
  }
  if (options.kerberos && credentials.user.empty()) {
    return base::fail(base::WBEM_E_INVALID_PARAMETER, "no Kerberos tickets: run kinit, or name a user with -U");
  }
  TRY_ASSIGN(std::string password, read_password(options, options.user.empty() ? credentials.user : options.user));
  if (!options.password_is_hash) {
    credentials.password = std::move(password);
    return credentials;
  }
  credentials.nt_hash = parse_nt_hash(password);
  if (!credentials.nt_hash) return base::fail(base::WBEM_E_INVALID_PARAMETER, "an NT hash has 32 hexadecimal digits");
  if (options.kerberos) return base::fail(base::WBEM_E_INVALID_PARAMETER, "an NT hash is for NTLM, not for --kerberos");
  return credentials;
}

security::Provider provider_of(const LoginOptions& options) {
  return options.kerberos ? security::Provider::kKerberos : security::Provider::kNtlm;
}

std::optional<security::NtHash> parse_nt_hash(std::string_view text) {
  security::NtHash hash{};
  if (text.size() != 2 * hash.size()) return std::nullopt;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const char* const digits = text.data() + 2 * i;
    std::uint8_t octet = 0;
    const auto [end, error] = std::from_chars(digits, digits + 2, octet, 16);
    if (error != std::errc() || end != digits + 2) return std::nullopt;
    hash[i] = static_cast<std::remove_reference_t<decltype(hash[0])>>(octet);
  }
  return hash;
}

}  // namespace cli
