#include "cim/value.h"

#include <fmt/format.h>

#include "cim/object.h"

namespace cim {
namespace {

constexpr std::uint32_t kIgnoreObjectSource = 0x2;  // where an embedded object came from is no part of its content

bool same_object(const ObjectPtr& a, const ObjectPtr& b) {
  if (a == b) return true;
  return a && b && compare(*a, *b, kIgnoreObjectSource) == WBEM_S_SAME;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\x{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_display(std::string& out, const Value& value) {
  struct Visitor {
    std::string& out;
    void operator()(std::monostate) const { out += "NULL"; }
    void operator()(bool b) const { out += b ? "TRUE" : "FALSE"; }
    void operator()(std::int64_t i) const { fmt::format_to(std::back_inserter(out), "{}", i); }
    void operator()(std::uint64_t u) const { fmt::format_to(std::back_inserter(out), "{}", u); }
    void operator()(double d) const { fmt::format_to(std::back_inserter(out), "{}", d); }
    void operator()(const std::string& s) const { append_quoted(out, s); }
    void operator()(const ObjectPtr& o) const {
      if (!o) {
        out += "NULL";
        return;
      }
      out += o->is_class() ? "class " : "instance of ";
      out += o->cls()->name();
    }
    void operator()(const Value::Array& a) const {
      out += '{';
      for (std::size_t i = 0; i < a.size(); ++i) {
        if (i != 0) out += ", ";
        append_display(out, a[i]);
      }
      out += '}';
    }
  };
  std::visit(Visitor{out}, value.variant());
}

}  // namespace

std::optional<std::int64_t> Value::as_sint() const {
  if (const auto* i = std::get_if<std::int64_t>(&v_)) return *i;
  if (const auto* u = std::get_if<std::uint64_t>(&v_); u && std::in_range<std::int64_t>(*u)) return static_cast<std::int64_t>(*u);
  return std::nullopt;
}

std::optional<std::uint64_t> Value::as_uint() const {
  if (const auto* u = std::get_if<std::uint64_t>(&v_)) return *u;
  if (const auto* i = std::get_if<std::int64_t>(&v_); i && *i >= 0) return static_cast<std::uint64_t>(*i);
  return std::nullopt;
}

bool operator==(const Value& a, const Value& b) {
  if (a.v_.index() != b.v_.index()) return false;
  if (const auto* object = a.as_object()) return same_object(*object, *b.as_object());
  return a.v_ == b.v_;
}

std::string to_display(const Value& value) {
  std::string out;
  append_display(out, value);
  return out;
}

}  // namespace cim
