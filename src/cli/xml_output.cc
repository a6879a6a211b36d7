// Rows as the elements of the CIM representation in XML (DSP0201): classes with their qualifiers and methods, instances with their values.
#include <fmt/format.h>

#include "cli/columns.h"
#include "cli/console.h"

namespace cli {
namespace {

std::string xml_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\r')
      out += "&#13;";  // as itself, a reader would take it for a line feed
    else if (octet < 0x20 && c != '\t' && c != '\n')
      out += "\xEF\xBF\xBD";  // XML 1.0 has no such character
    else
      out += c;
  }
  return out;
}

/// Objects inside of objects are strings there, and an attribute tells what they hold.
std::string_view xml_type(cim::Type type) { return type.base == cim::CimType::kObject ? "string" : cim::type_name(type.base); }

class XmlText {
 public:
  explicit XmlText(std::string& out) : out_(out) {}

  /// `host`: where it comes from, said in front of its properties; empty: not said.
  void object(const cim::Object& object, const std::string& indent, std::string_view host = {}) {
    const cim::Class& cls = *object.cls();
    const char* tag = object.is_class() ? "CLASS" : "INSTANCE";
    out_ += fmt::format("{}<{} {}=\"{}\"", indent, tag, object.is_class() ? "NAME" : "CLASSNAME", xml_text(cls.name()));
    if (object.is_class() && !cls.superclass().empty()) out_ += fmt::format(" SUPERCLASS=\"{}\"", xml_text(cls.superclass()));
    out_ += ">\n";
    if (object.is_class()) qualifiers(cls.qualifiers(), indent + "  ");
    if (!host.empty())
      out_ += fmt::format("{}  <PROPERTY NAME=\"Host\" TYPE=\"string\"><VALUE>{}</VALUE></PROPERTY>\n", indent, xml_text(host));
    for (const cim::Property& p : cls.properties())
      property(p, cell(object, {p.name, p.type}), object.is_class() ? &cls : nullptr, indent + "  ");
    if (object.is_class())
      for (const cim::Method& method : cls.methods()) this->method(cls, method, indent + "  ");
    out_ += fmt::format("{}</{}>\n", indent, tag);
  }

 private:
  void qualifiers(const cim::QualifierSet& set, const std::string& indent) {
    const auto truth = [](bool value) { return value ? "true" : "false"; };
    for (const cim::Qualifier& q : set) {
      out_ += fmt::format("{}<QUALIFIER NAME=\"{}\" TYPE=\"{}\"", indent, xml_text(q.name), xml_type(q.type));
      if (q.propagated()) out_ += " PROPAGATED=\"true\"";
      out_ += fmt::format(" OVERRIDABLE=\"{}\" TOSUBCLASS=\"{}\"", truth((q.flavor & cim::flavor::kNotOverridable) == 0),
                          truth((q.flavor & cim::flavor::kToSubclass) != 0));
      if (q.amended()) out_ += " TRANSLATABLE=\"true\"";
      out_ += ">";
      values(q.value, q.type, indent);
      out_ += "</QUALIFIER>\n";
    }
  }

  static std::string tag_of(std::string_view stem, cim::Type type) {
    if (type.base != cim::CimType::kReference) return fmt::format("{}{}", stem, type.array ? ".ARRAY" : "");
    return fmt::format("{}{}", stem, type.array && stem == "PARAMETER" ? ".REFARRAY" : ".REFERENCE");
  }

  std::string attributes(const cim::Property& p) {
    if (p.type.base == cim::CimType::kReference)
      return p.reference_class().empty() ? "" : fmt::format(" REFERENCECLASS=\"{}\"", xml_text(p.reference_class()));
    return fmt::format(" TYPE=\"{}\"{}", xml_type(p.type), p.type.base == cim::CimType::kObject ? " EmbeddedObject=\"object\"" : "");
  }

  /// `cls`: of a declaration; null for the value of an instance.
  void property(const cim::Property& p, const cim::Value& value, const cim::Class* cls, const std::string& indent) {
    const std::string tag = tag_of("PROPERTY", p.type);
    out_ += fmt::format("{}<{} NAME=\"{}\"{}", indent, tag, xml_text(p.name), attributes(p));
    if (cls != nullptr) {
      out_ += fmt::format(" CLASSORIGIN=\"{}\"", xml_text(cls->origin_name(p.origin)));
      if (p.inherited) out_ += " PROPAGATED=\"true\"";
    }
    if (value.is_null() && (cls == nullptr || p.qualifiers.empty())) {
      out_ += "/>\n";
      return;
    }
    out_ += ">";
    if (cls != nullptr) {
      out_ += "\n";
      qualifiers(p.qualifiers, indent + "  ");
      out_ += indent;
    }
    if (p.type.base == cim::CimType::kReference && !value.is_null())
      out_ += fmt::format("<VALUE.REFERENCE>{}</VALUE.REFERENCE>", xml_text(cell_text(value, p.type)));
    else
      values(value, p.type, indent);
    out_ += "</" + tag + ">\n";
  }

  void method(const cim::Class& cls, const cim::Method& m, const std::string& indent) {
    const cim::Property* result = m.out != nullptr ? m.out->property("ReturnValue") : nullptr;
    out_ += fmt::format("{}<METHOD NAME=\"{}\"", indent, xml_text(m.name));
    if (result != nullptr) out_ += fmt::format(" TYPE=\"{}\"", xml_type(result->type));
    out_ += fmt::format(" CLASSORIGIN=\"{}\">\n", xml_text(cls.origin_name(m.origin)));
    qualifiers(m.qualifiers, indent + "  ");
    if (m.in != nullptr)
      for (const cim::Property& p : m.in->properties()) parameter(p, indent + "  ");
    if (m.out != nullptr)
      for (const cim::Property& p : m.out->properties())
        if (&p != result && (m.in == nullptr || m.in->property(p.name) == nullptr)) parameter(p, indent + "  ");
    out_ += indent + "</METHOD>\n";
  }

  void parameter(const cim::Property& p, const std::string& indent) {
    const std::string tag = tag_of("PARAMETER", p.type);
    out_ += fmt::format("{}<{} NAME=\"{}\"{}>\n", indent, tag, xml_text(p.name), attributes(p));
    qualifiers(p.qualifiers, indent + "  ");
    out_ += fmt::format("{}</{}>\n", indent, tag);
  }

  void values(const cim::Value& value, cim::Type type, const std::string& indent) {
    if (value.is_null()) return;
    const cim::Value::Array* array = value.as_array();
    if (array == nullptr) return one(value, type, indent);
    out_ += "<VALUE.ARRAY>";
    for (const cim::Value& item : *array) one(item, {type.base, false}, indent);
    out_ += "</VALUE.ARRAY>";
  }

  void one(const cim::Value& value, cim::Type type, const std::string& indent) {
    if (value.is_null()) {
      out_ += "<VALUE.NULL/>";
    } else if (const cim::ObjectPtr* inner = value.as_object()) {
      out_ += "<VALUE.OBJECT>\n";
      object(**inner, indent + "  ");
      out_ += indent + "</VALUE.OBJECT>";
    } else {
      out_ += "<VALUE>" + xml_text(cell_text(value, type)) + "</VALUE>";
    }
  }

  std::string& out_;
};

class XmlRows final : public RowWriter {
 public:
  explicit XmlRows(const Console& console) : console_(console) {}

  void row(const cim::Object& object, std::string_view host) override {
    std::string text = rows_++ == 0 ? kHeader : "";
    XmlText(text).object(object, "  ", host);
    console_.write(text);
  }

  void finish() override {
    console_.write(rows_ == 0 ? std::string(kHeader) + "</OBJECTS>\n" : "</OBJECTS>\n");
    console_.flush();
  }

 private:
  static constexpr const char* kHeader = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<OBJECTS>\n";
  const Console& console_;
  std::size_t rows_ = 0;
};

}  // namespace

std::unique_ptr<RowWriter> make_xml_writer(const Console& console) { return std::make_unique<XmlRows>(console); }

}  // namespace cli
