#include "manager/extended_status.h"

#include <array>

#include "manager/core.h"

namespace manager {

namespace {

constexpr const char* kClassName = "__ExtendedStatus";

/// For a repository that cannot be read.
cim::ClassPtr builtin_class() {
  static const cim::ClassPtr cls = [] {
    cim::ClassBuilder builder(kClassName);
    constexpr cim::Type text{cim::CimType::kString, false};
    for (const char* name : {"Description", "Operation", "ParameterInfo", "ProviderName"}) (void)builder.put_property(name, text);
    (void)builder.put_property("StatusCode", {cim::CimType::kUint32, false});
    return builder.build().value_or(nullptr);
  }();
  return cls;
}

cim::ClassPtr stored_class(const Connection& connection) {
  base::Result<repository::ReadTransaction> transaction = connection.core->read();
  if (!transaction) return nullptr;
  SchemaView schema(connection.core->schema, *transaction);
  const auto name_space = schema.name_space(connection.name_space);
  if (!name_space) return nullptr;
  const auto found = schema.find(**name_space, kClassName);
  return found && *found != nullptr ? (*found)->cls : nullptr;
}

}  // namespace

cim::ObjectPtr extended_status(const Connection& connection, const base::Status& status, std::string_view operation,
                               std::string_view parameter_info, std::string_view provider_name) {
  cim::ClassPtr cls = stored_class(connection);
  if (cls == nullptr) cls = builtin_class();
  cim::InstanceBuilder builder(cls);
  const std::string_view description = status.text().empty() ? base::hresult_text(status.code()) : std::string_view(status.text());
  const std::array<std::pair<std::string_view, std::string_view>, 4> texts{
      {{"Description", description}, {"Operation", operation}, {"ParameterInfo", parameter_info}, {"ProviderName", provider_name}}};
  for (const auto& [name, text] : texts) {
    if (!text.empty()) (void)builder.set(name, cim::Value::text(std::string(text)));
  }
  (void)builder.set("StatusCode", cim::Value::uint(static_cast<std::uint32_t>(status.code())));
  return std::make_shared<const cim::Object>(builder.build());
}

}  // namespace manager
