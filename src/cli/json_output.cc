#include "cli/json_output.h"

#include "base/utf.h"
#include "cli/columns.h"
#include "cli/console.h"

namespace cli {
namespace {

bool is_64_bit(cim::CimType type) { return type == cim::CimType::kSint64 || type == cim::CimType::kUint64; }

void write_integer(base::JsonWriter& json, const cim::Value& value, cim::CimType type) {
  if (type == cim::CimType::kChar16) {
    std::string text;
    base::append_code_point(text, static_cast<char32_t>(value.as_uint().value_or(0)));
    json.string(text);
  } else if (is_64_bit(type)) {
    json.string(cim::to_display(value));
  } else if (const auto number = value.as_sint()) {
    json.number(*number);
  } else {
    json.unsigned_number(value.as_uint().value_or(0));
  }
}

class JsonRows final : public RowWriter {
 public:
  JsonRows(const Console& console, const RowOptions& options) : console_(console), options_(options) {}

  void row(const cim::Object& object, std::string_view host) override {
    text_.clear();
    if (array()) text_ += rows_ == 0 ? "[\n" : ",\n";
    base::JsonWriter json(text_);
    write_json(json, object, options_, host);
    if (!array()) text_ += '\n';
    console_.write(text_);
    ++rows_;
  }

  void finish() override {
    if (array()) console_.write(rows_ == 0 ? "[]\n" : "\n]\n");
    console_.flush();
  }

 private:
  bool array() const { return options_.format == Format::kJson; }
  const Console& console_;
  RowOptions options_;
  std::string text_;
  std::size_t rows_ = 0;
};

}  // namespace

void write_json(base::JsonWriter& json, const cim::Value& value, cim::Type type) {
  if (value.is_null()) {
    json.null();
  } else if (const cim::Value::Array* array = value.as_array()) {
    json.begin_array();
    for (const cim::Value& item : *array) write_json(json, item, {type.base, false});
    json.end_array();
  } else if (const std::string* text = value.as_text()) {
    json.string(*text);
  } else if (const bool* flag = value.as_bool()) {
    json.boolean(*flag);
  } else if (const double* real = value.as_real()) {
    json.real(*real);
  } else if (const cim::ObjectPtr* object = value.as_object()) {
    write_json(json, **object, {});
  } else {
    write_integer(json, value, type.base);
  }
}

void write_json(base::JsonWriter& json, const cim::Object& object, const RowOptions& options, std::string_view host) {
  json.begin_object();
  for (const Column& column : columns_of(object, options)) {
    json.key(column.name);
    write_json(json, cell(object, column, host), column.type);
  }
  json.end_object();
}

std::unique_ptr<RowWriter> make_json_writer(const Console& console, const RowOptions& options) {
  return std::make_unique<JsonRows>(console, options);
}

}  // namespace cli
