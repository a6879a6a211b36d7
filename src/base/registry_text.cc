#include "base/registry_text.h"

#include <charconv>
#include <optional>

#include "base/utf.h"

namespace base::registry {
using namespace codes;
namespace {

constexpr std::string_view kHead = "openwmi registry 1";
constexpr char kDigits[] = "0123456789ABCDEF";

struct TypeName {
  RegistryType type;
  std::string_view name;
};
constexpr TypeName kTypes[] = {{RegistryType::kString, "string"},     {RegistryType::kExpandString, "expand"},
                               {RegistryType::kBinary, "binary"},     {RegistryType::kDword, "dword"},
                               {RegistryType::kMultiString, "multi"}, {RegistryType::kQword, "qword"}};

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x20 || c == '%' || c == '"' || octet == 0x7F) {
      out += '%';
      out += kDigits[octet >> 4];
      out += kDigits[octet & 15];
    } else {
      out += c;
    }
  }
}

int digit(char c) {
  const std::string_view digits(kDigits, 16);
  const std::size_t found = digits.find(c);
  return found == std::string_view::npos ? -1 : static_cast<int>(found);
}

std::optional<std::string> unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = digit(text[i + 1]);
    const int low = digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

/// A quoted text in front of `line`, which loses it and a blank behind it.
std::optional<std::string> take_text(std::string_view& line) {
  if (!line.starts_with('"')) return std::nullopt;
  const std::size_t end = line.find('"', 1);
  if (end == std::string_view::npos) return std::nullopt;
  auto text = unescape(line.substr(1, end - 1));
  line.remove_prefix(end + 1);
  if (line.starts_with(' ')) line.remove_prefix(1);
  return text;
}

bool parse_data(std::string_view rest, RegistryValue& value) {
  switch (value.type) {
    case RegistryType::kDword:
    case RegistryType::kQword: {
      const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value.number);
      return error == std::errc() && end == rest.data() + rest.size();
    }
    case RegistryType::kMultiString:
      while (!rest.empty()) {
        auto text = take_text(rest);
        if (!text) return false;
        value.texts.push_back(*std::move(text));
      }
      return true;
    default: break;
  }
  auto text = take_text(rest);
  if (!text || !rest.empty()) return false;
  value.text = *std::move(text);
  return true;
}

bool parse_value(std::string_view line, Key& key) {
  auto name = take_text(line);
  if (!name) return false;
  const std::string_view type = line.substr(0, line.find(' '));
  for (const TypeName& known : kTypes) {
    if (known.name != type) continue;
    NamedValue made{*name, {}};
    made.value.type = known.type;
    if (!parse_data(line.substr(std::min(type.size() + 1, line.size())), made.value)) return false;
    key.values[fold_case(*name)] = std::move(made);
    return true;
  }
  return false;
}

bool parse_line(std::string_view line, Hive& hive, Key*& key) {
  if (line.empty()) return true;
  if (!line.starts_with('[')) return key != nullptr && parse_value(line, *key);
  if (!line.ends_with(']')) return false;
  auto path = unescape(line.substr(1, line.size() - 2));
  if (!path) return false;
  key = &hive[fold_case(*path)];
  key->spelling = *std::move(path);
  return true;
}

}  // namespace

Result<Hive> parse(std::string_view text, std::string_view file) {
  Hive hive;
  Key* key = nullptr;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (number == 1 ? line != kHead : !parse_line(line, hive, key))
      return fail(WBEM_E_CRITICAL_ERROR, std::string(file) + ", line " + std::to_string(number) + ": no line of a registry's file");
  }
  return hive;
}

std::string print(const Hive& hive) {
  std::string out(kHead);
  out += '\n';
  for (const auto& [path, key] : hive) {
    out += '[';
    append_escaped(out, key.spelling);
    out += "]\n";
    for (const auto& [folded, named] : key.values) {
      out += '"';
      append_escaped(out, named.spelling);
      out += "\" ";
      for (const TypeName& known : kTypes) {
        if (known.type == named.value.type) out += known.name;
      }
      const RegistryValue& value = named.value;
      if (value.type == RegistryType::kDword || value.type == RegistryType::kQword) {
        out += ' ' + std::to_string(value.number);
      } else if (value.type == RegistryType::kMultiString) {
        for (const std::string& each : value.texts) out += " \"", append_escaped(out, each), out += '"';
      } else {
        out += " \"", append_escaped(out, value.text), out += '"';
      }
      out += '\n';
    }
  }
  return out;
}

}  // namespace base::registry
