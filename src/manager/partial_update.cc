// Partial updates: __PUT_EXTENSIONS and its companions in the context (MS-WMI 3.1.4.3.12).
#include "base/utf.h"
#include "manager/update.h"

namespace manager {

namespace {

base::Result<bool> truth(const cim::NamedValue& named) {
  if (const auto* b = named.value.as_bool()) return *b;
  return base::fail(WBEM_E_INVALID_CONTEXT, named.name + " must be a boolean");
}

base::Status read_properties(const cim::NamedValue& named, std::vector<std::string>& out) {
  const auto* names = named.value.as_array();
  if (!names) return {WBEM_E_INVALID_CONTEXT, named.name + " must be an array of strings"};
  for (const auto& name : *names) {
    if (!name.as_text()) return {WBEM_E_INVALID_CONTEXT, named.name + " must be an array of strings"};
    out.push_back(*name.as_text());
  }
  return {};
}

base::Status read_extension(const cim::NamedValue& named, PartialUpdate& out) {
  if (base::equal_ignore_case(named.name, "__PUT_EXT_PROPERTIES")) return read_properties(named, out.properties);
  const bool strict = base::equal_ignore_case(named.name, "__PUT_EXT_STRICT_NULLS");
  const bool atomic = base::equal_ignore_case(named.name, "__PUT_EXT_ATOMIC");
  if (!strict && !atomic && !base::equal_ignore_case(named.name, "__PUT_EXT_CLIENT_REQUEST"))
    return {WBEM_E_UNSUPPORTED_PUT_EXTENSION, "unknown extension " + named.name};
  TRY_ASSIGN(const bool value, truth(named));
  if (strict) out.strict_nulls = value;
  if (atomic) out.atomic = value;
  return {};
}

}  // namespace

base::Result<PartialUpdate> partial_update(const cim::ContextPtr& context, std::uint32_t flags) {
  PartialUpdate out;
  if (!context) return out;
  const auto* switch_on = context->find("__PUT_EXTENSIONS");
  if (switch_on) {
    TRY_ASSIGN(out.requested, truth(*switch_on));
  }
  bool extensions = false;
  for (const auto& named : context->values()) {
    if (!base::starts_with_ignore_case(named.name, "__PUT_EXT_")) continue;
    extensions = true;
    if (out.requested) TRY(read_extension(named, out));
  }
  if (!out.requested) {
    if (extensions) return base::fail(WBEM_E_INVALID_CONTEXT, "__PUT_EXT_... without __PUT_EXTENSIONS");
    return out;
  }
  if (!context->find("__PUT_EXT_PROPERTIES")) return base::fail(WBEM_E_INVALID_CONTEXT, "a partial update needs __PUT_EXT_PROPERTIES");
  if ((flags & cim::flag::kUpdateOnly) == 0)
    return base::fail(WBEM_E_INVALID_CONTEXT, "a partial update needs the flag WBEM_FLAG_UPDATE_ONLY");
  return out;
}

base::Result<cim::Instance> merge_partial(const cim::Instance& existing, const cim::Instance& incoming, const PartialUpdate& update) {
  std::string key;
  std::string incoming_key;
  TRY(cim::canonical_key(existing.view(), key));
  TRY(cim::canonical_key(incoming.view(), incoming_key));
  if (key != incoming_key) return base::fail(WBEM_E_INVALID_PARAMETER, "the keys of an instance cannot be updated");
  cim::InstanceBuilder builder(existing);
  for (const auto& name : update.properties) {
    const auto* target = existing.cls()->property(name);
    const auto* source = incoming.cls()->property(name);
    if (!target || !source) return base::fail(WBEM_E_NOT_FOUND, existing.cls()->name() + " has no property " + name);
    const auto value = incoming->value(*source);
    if (target->key()) continue;  // the same, however spelled
    if (!value.is_null())
      TRY(builder.set(*target, value));
    else if (update.strict_nulls)
      builder.set_null(target->handle);
  }
  return builder.build(existing.decorated());
}

}  // namespace manager
