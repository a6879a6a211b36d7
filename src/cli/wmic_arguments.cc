#include "cli/wmic_arguments.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>

#include <fmt/format.h>

#include "base/utf.h"
#include "cli/text_file.h"

namespace cli {
namespace {

enum class Takes : std::uint8_t { kNothing, kValue, kChoice };  // kChoice: yes, no ... when the next word is one

struct Option {
  char letter;  // 0: none
  std::string_view name;
  Takes takes;
};

constexpr std::array kOptions = {
    Option{'U', "user", Takes::kValue},
    Option{'A', "authentication-file", Takes::kValue},
    Option{'W', "workgroup", Takes::kValue},
    Option{'N', "no-pass", Takes::kNothing},
    Option{0, "password", Takes::kValue},
    Option{'k', "kerberos", Takes::kChoice},
    Option{'d', "debuglevel", Takes::kValue},
    Option{0, "namespace", Takes::kValue},
    Option{0, "delimiter", Takes::kValue},
    Option{0, "debug-stderr", Takes::kNothing},
    Option{'?', "help", Takes::kNothing},
    Option{0, "usage", Takes::kNothing},
    Option{'V', "version", Takes::kNothing},
    // Of the old program's insides: taken, and without a meaning here.
    Option{'s', "configfile", Takes::kValue},
    Option{0, "option", Takes::kValue},
    Option{'l', "log-basename", Takes::kValue},
    Option{0, "leak-report", Takes::kNothing},
    Option{0, "leak-report-full", Takes::kNothing},
    Option{'R', "name-resolve", Takes::kValue},
    Option{'O', "socket-options", Takes::kValue},
    Option{'n', "netbiosname", Takes::kValue},
    Option{0, "realm", Takes::kValue},
    Option{'i', "scope", Takes::kValue},
    Option{'m', "maxprotocol", Takes::kValue},
    Option{'S', "signing", Takes::kValue},
    Option{'P', "machine-pass", Takes::kNothing},
    Option{0, "simple-bind-dn", Takes::kValue},
    Option{0, "use-security-mechanisms", Takes::kValue},
};

bool is_choice(std::string_view word) {
  constexpr std::array kChoices = {"yes", "no", "true", "false", "on", "off", "1", "0", "auto", "required", "desired"};
  return std::ranges::any_of(kChoices, [word](const char* choice) { return base::equal_ignore_case(word, choice); });
}

bool is_no(std::string_view word) {
  constexpr std::array kNo = {"no", "false", "off", "0"};
  return std::ranges::any_of(kNo, [word](const char* choice) { return base::equal_ignore_case(word, choice); });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  while (!text.empty() && kBlanks.contains(text.front())) text.remove_prefix(1);
  while (!text.empty() && kBlanks.contains(text.back())) text.remove_suffix(1);
  return text;
}

/// `root/cimv2`, `//./root/cimv2`, `\\root\cimv2`: what people and wrappers write.
std::string plain(std::string text) {
  std::ranges::replace(text, '/', '\\');
  const std::size_t start = std::min(text.find_first_not_of('\\'), text.size());
  if (start == 0) return text;
  const std::string rest = text.substr(start);
  if (base::starts_with_ignore_case(rest, "root")) return rest;
  const std::size_t after = rest.find('\\');
  return after == std::string::npos ? rest : rest.substr(after + 1);
}

class Parser {
 public:
  explicit Parser(const std::vector<std::string>& words) : words_(words) {}

  base::Result<WmicArguments> run() {
    bool options = true;
    for (at_ = 0; at_ < words_.size(); ++at_) {
      const std::string& word = words_[at_];
      if (options && word == "--") {
        options = false;
      } else if (options && word.starts_with("--")) {
        TRY(long_option(word));
      } else if (options && word.size() > 1 && word[0] == '-') {
        TRY(short_options(word));
      } else {
        positional_.push_back(word);
      }
    }
    if (out_.help || out_.version) return out_;
    TRY(place());
    return std::move(out_);
  }

 private:
  static base::Status wrong(std::string text) { return {base::WBEM_E_INVALID_PARAMETER, std::move(text)}; }

  base::Status long_option(const std::string& word) {
    const std::size_t equals = std::min(word.find('='), word.size());
    const std::string_view name = std::string_view(word).substr(2, equals - 2);
    const auto option = std::ranges::find(kOptions, name, &Option::name);
    if (option == kOptions.end()) return wrong(fmt::format("unknown option --{}", name));
    if (equals < word.size()) {
      if (option->takes == Takes::kNothing) return wrong(fmt::format("--{} takes no value", name));
      return apply(*option, word.substr(equals + 1), equals + 1);
    }
    return with_next_word(*option, word);
  }

  /// One letter with its value behind it, or several letters that take none.
  base::Status short_options(const std::string& word) {
    for (std::size_t i = 1; i < word.size(); ++i) {
      const auto option = std::ranges::find(kOptions, word[i], &Option::letter);
      if (option == kOptions.end()) return wrong(fmt::format("unknown option -{}", word[i]));
      if (option->takes == Takes::kValue && i + 1 < word.size()) return apply(*option, word.substr(i + 1), i + 1);
      if (option->takes != Takes::kNothing) return with_next_word(*option, word);
      TRY(apply(*option, {}, 0));
    }
    return {};
  }

  base::Status with_next_word(const Option& option, const std::string& word) {
    const bool more = at_ + 1 < words_.size();
    if (option.takes == Takes::kNothing || (option.takes == Takes::kChoice && !(more && is_choice(words_[at_ + 1])))) {
      return apply(option, {}, 0);
    }
    if (!more) return wrong(fmt::format("{} needs a value", word));
    ++at_;
    return apply(option, words_[at_], 0);
  }

  /// `value` stands in the word at at_, from `offset` on.
  base::Status apply(const Option& option, const std::string& value, std::size_t offset) {
    if (option.name == "user") return take_user(value, offset);
    if (option.name == "authentication-file") return read_file(value);
    if (option.name == "workgroup") out_.domain = value;
    if (option.name == "no-pass") out_.asks_password = false;
    if (option.name == "password") take_password(value, offset);
    if (option.name == "kerberos") out_.kerberos = !is_no(value);
    if (option.name == "namespace") out_.name_space = plain(value);
    if (option.name == "delimiter") out_.delimiter = value;
    if (option.name == "debug-stderr") out_.debug_to_error = true;
    if (option.name == "help" || option.name == "usage") out_.help = true;
    if (option.name == "version") out_.version = true;
    if (option.name == "debuglevel") (void)std::from_chars(value.data(), value.data() + value.size(), out_.debug_level);
    return {};
  }

  void take_password(const std::string& value, std::size_t offset) {
    out_.password = value;
    out_.secrets.push_back({at_, offset});
  }

  base::Status take_user(const std::string& value, std::size_t offset) {
    const std::size_t percent = value.find('%');
    if (percent != std::string::npos) take_password(value.substr(percent + 1), offset + percent + 1);
    take_name(value.substr(0, percent));
    return {};
  }

  void take_name(const std::string& name) {
    const std::size_t separator = name.find_first_of("/\\");
    if (separator != std::string::npos) out_.domain = name.substr(0, separator);
    out_.user = separator == std::string::npos ? name : name.substr(separator + 1);
  }

  base::Status read_file(const std::string& path) {
    std::ifstream file(path);
    if (!file) return wrong(fmt::format("the authentication file {} cannot be opened", path));
    std::string read;
    while (std::getline(file, read)) {
      const std::string_view line = without_bom(read);
      const std::size_t equals = line.find('=');
      if (equals == std::string_view::npos) continue;
      const std::string_view name = trimmed(line.substr(0, equals));
      const std::string value(trimmed(line.substr(equals + 1)));
      if (base::equal_ignore_case(name, "username")) take_name(value);
      if (base::equal_ignore_case(name, "password")) out_.password = value;
      if (base::equal_ignore_case(name, "domain") && !value.empty()) out_.domain = value;
    }
    return {};
  }

  base::Status place() {
    if (positional_.size() != 2) return wrong("a host and a query are needed: wmic [options] //HOST \"QUERY\"");
    const std::string& host = positional_[0];
    if (!host.starts_with("//") && !host.starts_with("\\\\")) return wrong(fmt::format("'{}' is no host: write //HOST", host));
    TRY_ASSIGN(out_.host, parse_host(std::string_view(host).substr(2)));
    out_.query = positional_[1];
    if (out_.query.empty()) return wrong("the query is empty");
    if (out_.name_space.empty()) return wrong("the namespace is empty");
    return {};
  }

  const std::vector<std::string>& words_;
  std::size_t at_ = 0;
  std::vector<std::string> positional_;
  WmicArguments out_;
};

}  // namespace

base::Result<WmicArguments> parse_wmic(const std::vector<std::string>& words) { return Parser(words).run(); }

std::string wmic_usage() {
  return "Usage: wmic [options] //HOST[:PORT] \"QUERY\"\n"
         "\n"
         "  -U, --user=[DOMAIN/]NAME[%PASSWORD]  who logs in; the password better comes from -A\n"
         "  -A, --authentication-file=FILE       lines username=, password=, domain=\n"
         "      --password=PASSWORD\n"
         "  -W, --workgroup=NAME                 domain of the user\n"
         "  -N, --no-pass                        do not ask for a password\n"
         "  -k, --kerberos[=yes|no]              by the tickets of kinit\n"
         "      --namespace=NAME                 root\\cimv2 without it\n"
         "      --delimiter=TEXT                 between columns, | without it\n"
         "  -d, --debuglevel=N                   from 1 on: say in words what failed\n"
         "      --debug-stderr                   messages to standard error\n"
         "  -V, --version\n"
         "  -?, --help\n"
         "\n"
         "Options that set up the inside of older programs of this name are accepted and ignored. `wmi --help` has everything else.\n";
}

}  // namespace cli
