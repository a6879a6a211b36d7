#include "manager/place.h"

#include "base/utf.h"
#include "manager/access.h"
#include "manager/core.h"
#include "manager/namespace_security.h"

namespace manager {

base::Result<Place> home(SchemaView& schema, const Connection& connection) {
  const std::uint64_t generation = schema.view().schema_generation();
  if (connection.seen.load(std::memory_order_relaxed) == generation) return Place{connection.opened, connection.rights};
  TRY_ASSIGN(NamespacePtr name_space, schema.name_space(connection.name_space));
  // Only what is committed may be remembered: an update's own view may yet be undone.
  const bool same = name_space->id == connection.opened->id && name_space->descriptor == connection.opened->descriptor;
  if (same && schema.schema().repository().schema_generation() == generation) connection.seen.store(generation, std::memory_order_relaxed);
  return Place{std::move(name_space), connection.rights};
}

base::Result<Place> place_of(SchemaView& schema, const Connection& connection, const cim::ObjectPath& path, std::uint32_t needed) {
  if (!cim::is_local_server(path.server, schema.server_name())) {
    return base::fail(WBEM_E_INVALID_NAMESPACE, fmt::format("{} is not this server ({})", path.server, schema.server_name()));
  }
  if (path.name_space.empty() || base::equal_ignore_case(path.name_space, connection.name_space)) return home(schema, connection);
  TRY_ASSIGN(NamespacePtr name_space, schema.name_space(path.name_space));
  const std::uint32_t rights = granted_access(*name_space, *connection.caller);
  TRY(require_rights(rights, needed, *connection.caller, name_space->path));
  if (connection.caller->remote && !connection.requires_encryption) {
    TRY_ASSIGN(const bool encryption, requires_encryption(schema, *name_space));
    // Calls of this connection may come in the clear, and nobody but its server knows.
    if (encryption) return base::fail(WBEM_E_ACCESS_DENIED, name_space->path + " requires encryption: connect to it, not past it");
  }
  return Place{std::move(name_space), rights};
}

base::Result<cim::ObjectPath> typed_path(const cim::Class& cls, const cim::ObjectPath& path) {
  std::string key;
  TRY(cim::canonical_key(cls, path, key));
  cim::ObjectPath out = path;
  out.class_name = cls.name();
  out.keys.clear();
  if (path.singleton) return out;
  for (const std::uint16_t position : cls.keys()) {
    const cim::Property& property = cls.properties()[position];
    for (const cim::PathKey& given : path.keys) {
      if (!given.name.empty() && !base::equal_ignore_case(given.name, property.name)) continue;
      // Handle=4 is what scripts write for the text "4".
      const bool bare_number = property.type == cim::Type{cim::CimType::kString} && (given.value.as_uint() || given.value.as_sint());
      base::Result<cim::Value> value =
          bare_number ? cim::Value::text(cim::to_display(given.value)) : cim::coerce(given.value, property.type);
      if (!value) return base::fail(WBEM_E_INVALID_OBJECT_PATH, fmt::format("key {}: {}", property.name, value.error().text()));
      out.keys.push_back({property.name, *std::move(value)});
      break;
    }
  }
  return out;
}

}  // namespace manager
