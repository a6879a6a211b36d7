#include "manager/references.h"

#include <algorithm>

#include "base/utf.h"

namespace manager {

namespace {

/// Folded, keys in alphabetical order.
repository::Hash128 text_target(cim::ObjectPath path, const Namespace& name_space) {
  if (path.server.empty() && path.name_space.empty()) path.name_space = name_space.path;
  std::ranges::sort(path.keys, [](const auto& a, const auto& b) { return base::compare_ignore_case(a.name, b.name) < 0; });
  return repository::hash128(base::fold_case(path.to_string()));
}

}  // namespace

repository::Hash128 object_target(const Namespace& name_space, const StoredClass& cls, std::string_view key) {
  std::string text = name_space.folded;
  text += ':';
  text += key.empty() || cls.key_root.empty() ? cls.folded : cls.key_root;
  text += '\0';
  text += key;
  return repository::hash128(text);
}

base::Result<repository::Hash128> reference_target(SchemaView& schema, const Namespace& name_space, std::string_view text) {
  TRY_ASSIGN(auto path, cim::ObjectPath::parse(text));
  if (!cim::is_local_server(path.server, schema.server_name()) || path.class_name.empty()) return text_target(std::move(path), name_space);
  path.server.clear();
  NamespacePtr other;
  if (!path.name_space.empty() && fold_namespace(path.name_space) != name_space.folded) {
    auto found = schema.name_space(path.name_space);
    if (!found) return text_target(std::move(path), name_space);
    other = *std::move(found);
  }
  const Namespace& in = other ? *other : name_space;
  TRY_ASSIGN(const auto cls, schema.find(in, path.class_name));
  std::string key;
  if (!cls || (path.is_instance() && !cim::canonical_key(*cls->cls, path, key).ok())) return text_target(std::move(path), name_space);
  return object_target(in, *cls, key);
}

base::Result<std::vector<repository::Hash128>> reference_targets(SchemaView& schema, const Namespace& name_space, const StoredClass& cls,
                                                                 const cim::InstanceView& instance) {
  std::vector<repository::Hash128> out;
  const auto add = [&](const cim::Property& property, std::string_view text) -> base::Status {
    if (text.empty()) return {};
    auto target = reference_target(schema, name_space, text);
    if (!target) return {target.error().code(), property.name + ": " + target.error().text()};
    out.push_back(*target);
    return {};
  };
  for (const auto index : cls.references) {
    const auto& property = cls.cls->properties()[index];
    if (instance.is_null(property.handle)) continue;
    if (!property.type.array) {
      TRY(add(property, instance.text(property.handle).to_utf8()));
      continue;
    }
    const auto value = instance.value(property);
    if (const auto* elements = value.as_array())
      for (const auto& element : *elements)
        if (const auto* text = element.as_text()) TRY(add(property, *text));
  }
  return out;
}

}  // namespace manager
