#include "cli/columns.h"

namespace cli {

namespace {

cim::Type system_type(std::string_view name) {
  if (name == "__GENUS" || name == "__PROPERTY_COUNT") return {cim::CimType::kSint32, false};
  return {cim::CimType::kString, name == "__DERIVATION"};
}

}  // namespace

std::vector<Column> columns_of(const cim::Object& object, const RowOptions& options) {
  std::vector<Column> columns;
  for (const std::string& name : options.columns) {
    const cim::Property* property = object.cls()->property(name);
    columns.push_back({name, property != nullptr ? property->type : system_type(name)});
  }
  if (!columns.empty()) return columns;
  if (options.system) {
    for (const std::string_view name : cim::system_property_names()) columns.push_back({std::string(name), system_type(name)});
  } else if (object.is_class()) {
    columns.push_back({"__CLASS", system_type("__CLASS")});
  }
  for (const cim::Property& property : object.cls()->properties()) columns.push_back({property.name, property.type});
  return columns;
}

cim::Value cell(const cim::Object& object, const Column& column) {
  auto value = object.get(column.name);
  return value ? *std::move(value) : cim::Value();
}

std::string cell_text(const cim::Value& value) {
  if (value.is_null()) return {};
  if (const std::string* text = value.as_text()) return *text;
  if (const cim::Value::Array* array = value.as_array()) {
    std::string out = "{";
    for (const cim::Value& item : *array) {
      if (out.size() > 1) out += ", ";
      out += cell_text(item);
    }
    return out + "}";
  }
  if (const cim::ObjectPtr* object = value.as_object()) {
    std::string out = (*object)->cls()->name() + " {";
    bool first = true;
    for (const Column& column : columns_of(**object, {})) {
      const cim::Value member = cell(**object, column);
      if (member.is_null()) continue;
      out += (first ? " " : ", ") + column.name + " = " + cell_text(member);
      first = false;
    }
    return out + " }";
  }
  return cim::to_display(value);
}

}  // namespace cli
