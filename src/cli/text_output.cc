// Rows as lists, CSV, MOF and XML.
#include <set>

#include <fmt/format.h>

#include "base/utf.h"
#include "cli/columns.h"
#include "cli/console.h"
#include "mof/printer.h"

namespace cli {
namespace {

std::size_t display_width(std::string_view text) { return base::utf16_length(text); }

class ListRows final : public RowWriter {
 public:
  ListRows(const Console& console, const RowOptions& options) : console_(console), options_(options) {}

  void row(const cim::Object& object) override {
    const std::vector<Column> columns = columns_of(object, options_);
    std::size_t width = 0;
    for (const Column& column : columns) width = std::max(width, display_width(column.name));
    std::string text = first_ ? "" : "\n";
    first_ = false;
    for (const Column& column : columns) {
      const std::string value = cell_text(cell(object, column));
      text += column.name + std::string(width - display_width(column.name), ' ') + (value.empty() ? " :\n" : " : " + value + "\n");
    }
    console_.write(text);
  }
  void finish() override { console_.flush(); }

 private:
  const Console& console_;
  RowOptions options_;
  bool first_ = true;
};

/// RFC 4180. The first row decides the columns; what a row of another class has beyond them can't be shown and is said once.
class CsvRows final : public RowWriter {
 public:
  CsvRows(const Console& console, const RowOptions& options) : console_(console), options_(options) {}

  void row(const cim::Object& object) override {
    if (columns_.empty()) {
      columns_ = columns_of(object, options_);
      std::string header;
      for (const Column& column : columns_) header += (header.empty() ? "" : ",") + column.name;
      console_.write(header + "\r\n");
    }
    std::string line;
    bool first = true;
    for (const Column& column : columns_) {
      if (!first) line += ',';
      first = false;
      line += quote(cell_text(cell(object, column)));
    }
    console_.write(line + "\r\n");
    classes_.insert(object.cls()->name());
  }

  void finish() override {
    console_.flush();
    if (classes_.size() > 1) console_.note("note: rows of several classes; csv shows the columns of the first row's class, jsonl all");
  }

 private:
  static std::string quote(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
  }
  const Console& console_;
  RowOptions options_;
  std::vector<Column> columns_;
  std::set<std::string> classes_;
};

class MofRows final : public RowWriter {
 public:
  explicit MofRows(const Console& console) : console_(console) {}
  void row(const cim::Object& object) override { console_.write(mof::print(object)); }
  void finish() override { console_.flush(); }

 private:
  const Console& console_;
};

void append_xml_text(std::string& out, std::string_view text) {
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
    else if (octet < 0x20 && c != '\t' && c != '\n' && c != '\r')
      out += "\xEF\xBF\xBD";  // XML 1.0 has no such character
    else
      out += c;
  }
}

/// The elements of the CIM representation in XML (DSP0201): INSTANCE, PROPERTY, PROPERTY.ARRAY, VALUE.
class XmlRows final : public RowWriter {
 public:
  explicit XmlRows(const Console& console) : console_(console) {}

  void row(const cim::Object& object) override {
    std::string text = rows_++ == 0 ? kHeader : "";
    element(text, object, "  ");
    console_.write(text);
  }

  void finish() override {
    console_.write(rows_ == 0 ? std::string(kHeader) + "</OBJECTS>\n" : "</OBJECTS>\n");
    console_.flush();
  }

 private:
  static constexpr const char* kHeader = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<OBJECTS>\n";

  static void element(std::string& out, const cim::Object& object, const std::string& indent) {
    out += indent + (object.is_class() ? "<CLASS NAME=\"" : "<INSTANCE CLASSNAME=\"");
    append_xml_text(out, object.cls()->name());
    if (object.is_class() && !object.cls()->superclass().empty()) {
      out += "\" SUPERCLASS=\"";
      append_xml_text(out, object.cls()->superclass());
    }
    out += "\">\n";
    for (const cim::Property& p : object.cls()->properties()) property(out, p, cell(object, {p.name, p.type}), indent + "  ");
    out += indent + (object.is_class() ? "</CLASS>\n" : "</INSTANCE>\n");
  }

  static void property(std::string& out, const cim::Property& p, const cim::Value& value, const std::string& indent) {
    const bool reference = p.type.base == cim::CimType::kReference;
    const std::string tag = reference ? "PROPERTY.REFERENCE" : p.type.array ? "PROPERTY.ARRAY" : "PROPERTY";
    out += indent + "<" + tag + " NAME=\"" + p.name + "\"";
    if (!reference) out += fmt::format(" TYPE=\"{}\"", p.type.base == cim::CimType::kObject ? "string" : cim::type_name(p.type.base));
    if (value.is_null()) {
      out += "/>\n";
      return;
    }
    out += ">";
    if (const cim::Value::Array* array = value.as_array()) {
      out += "<VALUE.ARRAY>";
      for (const cim::Value& item : *array) one(out, item, indent);
      out += "</VALUE.ARRAY>";
    } else {
      one(out, value, indent);
    }
    out += "</" + tag + ">\n";
  }

  static void one(std::string& out, const cim::Value& value, const std::string& indent) {
    if (value.is_null()) {
      out += "<VALUE.NULL/>";
    } else if (const cim::ObjectPtr* object = value.as_object()) {
      out += "<VALUE.OBJECT>\n";
      element(out, **object, indent + "  ");
      out += indent + "</VALUE.OBJECT>";
    } else {
      out += "<VALUE>";
      append_xml_text(out, cell_text(value));
      out += "</VALUE>";
    }
  }

  const Console& console_;
  std::size_t rows_ = 0;
};

}  // namespace

std::unique_ptr<RowWriter> make_list_writer(const Console& console, const RowOptions& options) {
  return std::make_unique<ListRows>(console, options);
}
std::unique_ptr<RowWriter> make_csv_writer(const Console& console, const RowOptions& options) {
  return std::make_unique<CsvRows>(console, options);
}
std::unique_ptr<RowWriter> make_mof_writer(const Console& console) { return std::make_unique<MofRows>(console); }
std::unique_ptr<RowWriter> make_xml_writer(const Console& console) { return std::make_unique<XmlRows>(console); }

}  // namespace cli
