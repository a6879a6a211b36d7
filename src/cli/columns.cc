#include "cli/columns.h"

#include <algorithm>

#include "base/utf.h"

namespace cli {

namespace {

cim::Type system_type(std::string_view name) {
  if (name == "__GENUS" || name == "__PROPERTY_COUNT") return {cim::CimType::kSint32, false};
  return {cim::CimType::kString, name == "__DERIVATION"};
}

}  // namespace

std::vector<Column> columns_of(const cim::Object& object, const RowOptions& options) {
  std::vector<Column> columns;
  if (options.hosts) columns.push_back({"Host", {cim::CimType::kString, false}, true});
  const std::size_t before = columns.size();
  for (const std::string& name : options.columns) {
    const cim::Property* property = object.cls()->property(name);
    columns.push_back({name, property != nullptr ? property->type : system_type(name), false});
  }
  if (columns.size() > before) return columns;
  const auto named = [&options](std::string_view name) {
    return std::ranges::any_of(options.named, [name](const std::string& n) { return base::equal_ignore_case(n, name); });
  };
  for (const std::string_view name : cim::system_property_names())
    if (options.system || named(name)) columns.push_back({std::string(name), system_type(name), false});
  if (object.is_class() && std::ranges::find(columns, "__CLASS", &Column::name) == columns.end()) {
    columns.insert(columns.begin() + static_cast<std::ptrdiff_t>(before), {"__CLASS", system_type("__CLASS"), false});
  }
  for (const cim::Property& property : object.cls()->properties())
    if (options.named.empty() || named(property.name)) columns.push_back({property.name, property.type, false});
  return columns;
}

cim::Value cell(const cim::Object& object, const Column& column, std::string_view host) {
  if (column.host) return cim::Value::text(std::string(host));
  auto value = object.get(column.name);
  return value ? *std::move(value) : cim::Value();
}

std::string cell_text(const cim::Value& value, cim::Type type) {
  if (value.is_null()) return {};
  if (const std::string* text = value.as_text()) return *text;
  if (const cim::Value::Array* array = value.as_array()) {
    std::string out = "{";
    for (const cim::Value& item : *array) {
      if (out.size() > 1) out += ", ";
      out += cell_text(item, {type.base, false});
    }
    return out + "}";
  }
  if (const cim::ObjectPtr* object = value.as_object()) {
    std::string out = (*object)->cls()->name() + " {";
    bool first = true;
    for (const Column& column : columns_of(**object, {})) {
      const cim::Value member = cell(**object, column);
      if (member.is_null()) continue;
      out += (first ? " " : ", ") + column.name + " = " + cell_text(member, column.type);
      first = false;
    }
    return out + " }";
  }
  if (type.base == cim::CimType::kChar16) {
    std::string text;
    base::append_code_point(text, static_cast<char32_t>(value.as_uint().value_or(0)));
    return text;
  }
  return cim::to_display(value);
}

}  // namespace cli
