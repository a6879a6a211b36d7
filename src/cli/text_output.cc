// Rows as lists, CSV and MOF.
#include <set>

#include "cli/columns.h"
#include "cli/console.h"
#include "cli/display.h"
#include "mof/printer.h"

namespace cli {
namespace {

class ListRows final : public RowWriter {
 public:
  ListRows(const Console& console, const RowOptions& options) : console_(console), options_(options) {}

  void row(const cim::Object& object, std::string_view host) override {
    const std::vector<Column> columns = columns_of(object, options_);
    std::size_t width = 0;
    for (const Column& column : columns) width = std::max(width, display_width(column.name));
    std::string text = first_ ? "" : "\n";
    first_ = false;
    for (const Column& column : columns) {
      const std::string value = printable(cell_text(cell(object, column, host), column.type), true);
      text += column.name + std::string(width - display_width(column.name), ' ') + (value.empty() ? " :" : " : ");
      for (const char c : value) text += c == '\n' ? "\n" + std::string(width + 3, ' ') : std::string(1, c);
      text += '\n';
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

  void row(const cim::Object& object, std::string_view host) override {
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
      line += quote(cell_text(cell(object, column, host), column.type));
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
  void row(const cim::Object& object, std::string_view host) override {
    console_.write((host.empty() ? std::string() : "// " + printable(host) + "\n") + mof::print(object));
  }
  void finish() override { console_.flush(); }

 private:
  const Console& console_;
};

}  // namespace

std::unique_ptr<RowWriter> make_list_writer(const Console& console, const RowOptions& options) {
  return std::make_unique<ListRows>(console, options);
}
std::unique_ptr<RowWriter> make_csv_writer(const Console& console, const RowOptions& options) {
  return std::make_unique<CsvRows>(console, options);
}
std::unique_ptr<RowWriter> make_mof_writer(const Console& console) { return std::make_unique<MofRows>(console); }

}  // namespace cli
