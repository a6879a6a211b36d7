#include "scripting/moniker.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/utf.h"
#include "scripting/dispatch.h"
#include "scripting/swbem_security.h"

namespace scripting {
namespace {

constexpr std::string_view kScheme = "winmgmts:";

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), position_(kScheme.size()) {}

  base::Result<Moniker> run() {
    skip();
    if (take('{')) TRY(security());
    skip();
    if (take('[')) TRY(locale());
    skip();
    (void)take('!');
    skip();
    TRY(path());
    return std::move(moniker_);
  }

 private:
  base::Status expected(std::string_view what) const { return {MK_E_SYNTAX, fmt::format("column {}: expected {}", position_ + 1, what)}; }
  bool at_end() const { return position_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[position_]; }
  void skip() {
    while (!at_end() && is_space(text_[position_])) ++position_;
  }
  bool take(char c) {
    if (peek() != c || at_end()) return false;
    ++position_;
    return true;
  }
  /// Up to one of `ends`, which stays; without the blanks around it.
  std::string_view word(std::string_view ends) {
    const std::size_t end = std::min(text_.find_first_of(ends, position_), text_.size());
    const std::string_view found = trim(text_.substr(position_, end - position_));
    position_ = end;
    return found;
  }

  base::Status security() {
    for (;;) {
      skip();
      if (take('}')) return {};  // `{}` and a comma before the end
      if (take('(')) {
        TRY(privileges());
      } else {
        TRY(setting());
      }
      skip();
      if (take('}')) return {};
      if (!take(',')) return expected("',' or '}'");
    }
  }

  base::Status setting() {
    const std::size_t start = position_;
    const std::string_view name = word("=,}");
    std::string_view value;
    if (take('=')) {
      value = word(",}");
      if (value.empty()) return expected("a value");
    }
    const auto is = [&](std::string_view known) { return base::equal_ignore_case(name, known); };
    if (const auto level = impersonation_by_name(value.empty() ? name : value); level && (value.empty() || is("impersonationLevel"))) {
      moniker_.security.impersonation = *level;
      return {};
    }
    if (const auto level = authentication_by_name(value); level && is("authenticationLevel")) {
      moniker_.security.authentication = *level;
      return {};
    }
    if (is("authority") && is_authority(value)) {
      moniker_.authority = value;
      return {};
    }
    position_ = start;
    return expected("impersonationLevel=, authenticationLevel=, authority= or privileges, with a value that they have");
  }

  base::Status privileges() {
    auto& list = moniker_.security.privileges;
    for (;;) {
      skip();
      const bool enabled = !take('!');
      const std::string_view name = word(",)}");
      const auto identifier = privilege_by_name(name);
      if (!identifier) return expected("the name of a privilege");
      const auto found = std::ranges::find(list, *identifier, &PrivilegeSetting::identifier);
      if (found != list.end()) {
        found->enabled = enabled;
      } else {
        list.push_back({*identifier, enabled});
      }
      if (++privileges_ > kMaxMonikerPrivileges) return expected("fewer privileges");
      if (take(')')) return {};
      if (!take(',')) return expected("',' or ')'");
    }
  }

  base::Status locale() {
    skip();
    const std::string_view name = word("=]");
    if (!base::equal_ignore_case(name, "locale") || !take('=')) return expected("locale=");
    moniker_.locale = word("]");
    if (moniker_.locale.empty() || !take(']')) return expected("a locale and ']'");
    return {};
  }

  static bool is_slash(char c) { return c == '\\' || c == '/'; }

  base::Status path() {
    std::string_view rest = trim(text_.substr(position_));
    if (rest.starts_with(':')) rest.remove_prefix(1);  // an empty namespace
    // Scripts write `!\Root\Cimv2`, and Windows takes it.
    if (rest.size() > 1 && is_slash(rest[0]) && !is_slash(rest[1])) rest.remove_prefix(1);
    if (rest.empty()) return {};
    if (base::equal_ignore_case(rest, "root")) {
      moniker_.path.name_space = rest;
      return {};
    }
    auto parsed = cim::ObjectPath::parse(rest);
    if (!parsed) return {MK_E_SYNTAX, parsed.error().text()};
    moniker_.path = *std::move(parsed);
    return {};
  }

  const std::string_view text_;
  std::size_t position_;
  std::size_t privileges_ = 0;
  Moniker moniker_;
};

}  // namespace

bool is_authority(std::string_view value) {
  for (const std::string_view kind : {"kerberos:", "ntlmdomain:"}) {
    if (base::starts_with_ignore_case(value, kind) && value.size() > kind.size()) return true;
  }
  return false;
}

bool is_moniker(std::string_view text) { return base::starts_with_ignore_case(text, kScheme); }

base::Result<Moniker> parse_moniker(std::string_view text) {
  if (!is_moniker(text)) return base::fail(MK_E_SYNTAX, "a display name of WMI starts with winmgmts:");
  if (text.size() > kMaxMonikerLength) {
    return base::fail(MK_E_SYNTAX, fmt::format("the display name is longer than {} octets", kMaxMonikerLength));
  }
  return Parser(text).run();
}

}  // namespace scripting
