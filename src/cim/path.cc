#include "cim/path.h"

#include <fmt/format.h>

#include "base/utf.h"
#include "cim/path_reader.h"

namespace cim {
namespace {

void append_value(std::string& out, const Value& value) {
  if (const auto* text = value.as_text()) {
    append_quoted(out, *text);
  } else if (const auto* flag = value.as_bool()) {
    out += *flag ? "TRUE" : "FALSE";
  } else if (const auto u = value.as_uint()) {
    fmt::format_to(std::back_inserter(out), "{}", *u);
  } else if (const auto i = value.as_sint()) {
    fmt::format_to(std::back_inserter(out), "{}", *i);
  }
}

}  // namespace

base::Result<PathParts> split_path(std::string_view text) {
  PathParts out;
  internal::PathReader reader(text);
  TRY(reader.read_front(out));
  out.keys = reader.rest();
  out.singleton = reader.read_singleton();
  while (!reader.at_end()) {
    internal::KeyToken token;
    TRY(reader.read_key(token));
  }
  return out;
}

base::Result<ObjectPath> ObjectPath::parse(std::string_view text) {
  PathParts parts;
  internal::PathReader reader(text);
  TRY(reader.read_front(parts));
  ObjectPath out;
  out.server = parts.server;
  out.name_space = parts.name_space;
  for (char& c : out.name_space) {
    if (c == '/') c = '\\';
  }
  out.class_name = parts.class_name;
  out.singleton = reader.read_singleton();
  while (!reader.at_end()) {
    internal::KeyToken token;
    TRY(reader.read_key(token));
    out.keys.push_back({std::string(token.name), token_value(token)});
  }
  return out;
}

std::string ObjectPath::relative() const {
  std::string out = class_name;
  if (singleton) return out + "=@";
  char separator = '.';
  for (const PathKey& key : keys) {
    if (!key.name.empty()) out += separator;
    out += key.name;
    out += '=';
    append_value(out, key.value);
    separator = ',';
  }
  return out;
}

std::string ObjectPath::to_string() const {
  std::string out;
  if (!server.empty()) {
    out = "\\\\" + server;
    if (!name_space.empty()) out += '\\';
  }
  out += name_space;
  if (class_name.empty()) return out;
  if (!name_space.empty()) out += ':';
  return out + relative();
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) {
      out += c;
    } else {
      // Four digits, so that a digit that follows is not taken for part of it.
      fmt::format_to(std::back_inserter(out), "\\x{:04X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  out += '"';
}

bool valid_identifier(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  for (std::size_t i = 0; i < name.size();) {
    const char c = name[i];
    const char lower = static_cast<char>(c | 0x20);
    if ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_') {
      ++i;
      continue;
    }
    if (static_cast<unsigned char>(c) < 0x80) return false;
    const std::size_t start = i;
    const char32_t code_point = base::next_code_point(name, i);
    if (code_point > 0xFFEF || (code_point >= 0xD800 && code_point < 0xE000)) return false;
    if (code_point == 0xFFFD && i == start + 1) return false;
  }
  return true;
}

bool is_local_server(std::string_view server, std::string_view own) {
  return server.empty() || server == "." || base::equal_ignore_case(server, own) || base::equal_ignore_case(server, "localhost");
}

}  // namespace cim
