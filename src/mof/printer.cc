#include "mof/printer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/utf.h"
#include "mof/printer_impl.h"

namespace mof {
namespace {

void append_escaped(std::string& out, char32_t unit) {
  switch (unit) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    default: break;
  }
  // Four digits always: a following character that is a digit would join a shorter escape.
  const bool hidden = unit < 0x20 || unit == 0x7F || (unit >= 0xD800 && unit <= 0xDFFF);
  if (hidden) {
    fmt::format_to(std::back_inserter(out), "\\x{:04X}", static_cast<unsigned>(unit));
  } else {
    base::append_code_point(out, unit);
  }
}

std::string real_text(double number, bool single) {
  if (std::isnan(number)) return "NULL";
  if (std::isinf(number)) number = std::copysign(single ? 3.4028234663852886e38 : 1.7976931348623157e308, number);
  std::array<char, 40> buffer{};
  const auto end = single ? std::to_chars(buffer.data(), buffer.data() + buffer.size(), static_cast<float>(number)).ptr
                          : std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  std::string text(buffer.data(), end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string character_text(std::uint64_t unit) {
  if (unit == 0) return "0";
  if (unit > 0x20 && unit < 0x7F && unit != '\'' && unit != '\\') return fmt::format("'{}'", static_cast<char>(unit));
  return fmt::format("'\\x{:04X}'", unit);
}

void append_flavors(std::string& out, std::uint8_t flavor, std::uint8_t implied) {
  struct Bit {
    std::uint8_t bit;
    std::string_view set;
    std::string_view clear;
  };
  constexpr std::array kBits = {
      Bit{cim::flavor::kToInstance, "ToInstance", "NotToInstance"}, Bit{cim::flavor::kToSubclass, "ToSubclass", "NotToSubclass"},
      Bit{cim::flavor::kNotOverridable, "DisableOverride", "EnableOverride"}, Bit{cim::flavor::kAmended, "Amended", ""}};
  bool first = true;
  for (const Bit& bit : kBits) {
    if (((flavor ^ implied) & bit.bit) == 0) continue;
    const std::string_view word = (flavor & bit.bit) != 0 ? bit.set : bit.clear;
    if (word.empty()) continue;
    out += first ? " : " : " ";
    out += word;
    first = false;
  }
}

}  // namespace

std::string quote(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  out += '"';
  text = text.substr(0, text.find('\0'));  // where WMI's strings end; MOF can't write it
  for (std::size_t at = 0; at < text.size();) append_escaped(out, base::next_code_point(text, at));
  out += '"';
  return out;
}

void Printer::value(const cim::Value& value, cim::Type type) {
  if (value.is_null()) {
    out_ += "NULL";
    return;
  }
  if (const auto* elements = value.as_array()) {
    out_ += '{';
    for (std::size_t i = 0; i < elements->size(); ++i) {
      if (i != 0) out_ += ", ";
      this->value((*elements)[i], {type.base, false});
    }
    out_ += '}';
    return;
  }
  const auto& variant = value.variant();
  if (const auto* truth = value.as_bool()) {
    out_ += *truth ? "TRUE" : "FALSE";
  } else if (const auto* text = value.as_text()) {
    out_ += quote(*text);
  } else if (const auto* real = value.as_real()) {
    out_ += real_text(*real, type.base == cim::CimType::kReal32);
  } else if (const auto* object = value.as_object()) {
    embedded(**object);
  } else if (const auto* number = std::get_if<std::uint64_t>(&variant)) {
    out_ += type.base == cim::CimType::kChar16 ? character_text(*number) : fmt::format("{}", *number);
  } else if (const auto* signed_number = std::get_if<std::int64_t>(&variant)) {
    out_ += fmt::format("{}", *signed_number);
  }
}

bool Printer::qualifiers(const cim::QualifierSet& set, std::string_view lead, std::string_view tail, const Skip& skip) {
  bool any = false;
  for (const cim::Qualifier& qualifier : set) {
    if (qualifier.propagated() || (skip && skip(qualifier))) continue;
    if (qualifier.value.is_null()) continue;
    out_ += any ? ", " : lead;
    any = true;
    this->qualifier(qualifier);
  }
  if (any) out_ += tail;
  return any;
}

void Printer::qualifier(const cim::Qualifier& qualifier) {
  out_ += qualifier.name;
  if (qualifier.value.is_array()) {
    value(qualifier.value, qualifier.type);
  } else if (!qualifier.value.is_true()) {
    out_ += '(';
    value(qualifier.value, qualifier.type);
    out_ += ')';
  }
  append_flavors(out_, qualifier.flavor, cim::default_flavor(qualifier.name));
}

void Printer::indent() { out_.append(static_cast<std::size_t>(depth_) * 2, ' '); }

void Printer::instance(const cim::Instance& object) {
  const cim::Class& cls = *object.cls();
  qualifiers(object->own_qualifiers(), "[", "]\n");
  out_ += "instance of ";
  out_ += cls.name();
  out_ += '\n';
  indent();
  out_ += "{\n";
  ++depth_;
  for (const cim::Property& property : cls.properties()) {
    const cim::QualifierSet own = object->own_property_qualifiers(property);
    if (object->is_default(property.handle) && own.empty()) continue;
    indent();
    qualifiers(own, "[", "] ");
    out_ += property.name;
    out_ += " = ";
    value(object->value(property), property.type);
    out_ += ";\n";
  }
  --depth_;
  indent();
  out_ += '}';
}

void Printer::embedded(const cim::Object& object) {
  ++depth_;
  out_ += '\n';
  indent();
  if (object.is_class()) {
    this->cls(*object.cls());
  } else {
    instance(object.instance());
  }
  --depth_;
}

std::string print_value(const cim::Value& value, cim::Type type) {
  Printer printer;
  printer.value(value, type);
  return printer.take();
}

std::string print_instance(const cim::Instance& instance) {
  Printer printer;
  printer.instance(instance);
  return printer.take() + ";\n";
}

std::string print_class(const cim::Class& cls) {
  Printer printer;
  printer.cls(cls);
  return printer.take() + ";\n";
}

std::string print(const cim::Object& object) {
  const cim::Instance* instance = object.as_instance();
  return instance != nullptr ? print_instance(*instance) : print_class(*object.cls());
}

}  // namespace mof
