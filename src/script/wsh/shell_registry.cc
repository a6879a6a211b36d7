#include <fmt/format.h>

#include "base/registry_store.h"
#include "base/utf.h"
#include "script/wsh/environment.h"
#include "script/wsh/shell.h"
#include "script/wsh/wsh_errors.h"

namespace script::wsh {
namespace {

using base::RegistryType;
using base::RegistryValue;
using scripting::Outcome;
using scripting::Variant;
using scripting::VarType;

struct Name {
  std::string key;
  std::string value;
  bool is_key = false;  // it ends with a backslash
};

Name split(std::string_view name) {
  const std::size_t slash = name.rfind('\\');
  if (slash == std::string_view::npos) return {std::string(name), "", true};
  return {std::string(name.substr(0, slash)), std::string(name.substr(slash + 1)), slash + 1 == name.size()};
}

std::unexpected<scripting::Failure> failed(const base::Status& status, std::string_view name, const char* method, const char* what) {
  const std::string place = "registry key \"" + std::string(name) + "\"";
  const std::string source = std::string("WshShell.") + method;
  switch (static_cast<std::uint32_t>(status.code())) {
    case 0x80041002: return scripting::failure(base::Hresult{0x80070002}, fmt::format(fmt::runtime(what), place), source);
    case 0x80041003: return scripting::failure(base::Hresult{0x80070005}, "Access is denied: " + place + ".", source);
    default: return scripting::failure(base::Hresult{0x80070057}, place + ": " + status.text(), source);
  }
}

Outcome<base::RegistryStore*> store_of(ScriptHost& host) {
  if (host.registry() == nullptr) return wsh_error(kNoSuchAction, "This host has no registry");
  return host.registry();
}

Variant to_variant(ScriptHost& host, const RegistryValue& value) {
  switch (value.type) {
    case RegistryType::kString: return Variant::utf8(value.text);
    case RegistryType::kExpandString: return Variant::utf8(expand_environment(host.drives(), value.text));
    case RegistryType::kDword: return Variant::int32(static_cast<std::int32_t>(value.number));
    case RegistryType::kQword: return Variant::real(static_cast<double>(value.number));
    default: break;
  }
  std::vector<Variant> items;
  for (const std::string& text : value.texts) items.push_back(Variant::utf8(text));
  if (value.type == RegistryType::kBinary) {
    for (const char octet : value.text) items.push_back(Variant::byte(static_cast<std::uint8_t>(octet)));
  }
  return Variant::array(scripting::Array::of(VarType::kVariant, std::move(items)));
}

bool is_number(const Variant& value) {
  switch (value.type()) {
    case VarType::kInt16:
    case VarType::kInt32:
    case VarType::kByte:
    case VarType::kDouble:
    case VarType::kFloat:
    case VarType::kBoolean: return !value.is_array();
    default: return false;
  }
}

Outcome<RegistryValue> from_variant(const Variant& given, std::string_view type) {
  READ(const Variant value, scripting::plain_value(given));
  const auto is = [&](std::string_view known) { return base::equal_ignore_case(type, known); };
  if (type.empty()) type = is_number(value) ? "REG_DWORD" : "REG_SZ";
  RegistryValue made;
  if (is("REG_DWORD") || is("REG_BINARY")) {
    READ(const double number, scripting::to_real(value));
    if (number < -2147483648.0 || number > 4294967295.0) return scripting::failure(scripting::DISP_E_OVERFLOW);
    const auto bits = static_cast<std::uint32_t>(static_cast<std::int64_t>(number));
    made.type = is("REG_DWORD") ? RegistryType::kDword : RegistryType::kBinary;
    made.number = is("REG_DWORD") ? bits : 0;
    if (is("REG_BINARY")) {
      for (int shift = 0; shift < 32; shift += 8) made.text += static_cast<char>(bits >> shift);
    }
    return made;
  }
  if (!is("REG_SZ") && !is("REG_EXPAND_SZ"))
    return wsh_error(kWshInvalidCall, "Invalid procedure call or argument: '" + std::string(type) + "'");
  READ(const scripting::Text text, scripting::to_text(value));
  made.type = is("REG_SZ") ? RegistryType::kString : RegistryType::kExpandString;
  made.text = text.to_utf8();
  return made;
}

}  // namespace

Outcome<Variant> registry_read(ScriptHost& host, std::string_view name) {
  READ(base::RegistryStore* const store, store_of(host));
  const Name parts = split(name);
  const auto value = store->read(parts.key, parts.value);
  if (!value) return failed(value.error(), name, "RegRead", "Unable to open {} for reading.");
  return to_variant(host, *value);
}

Outcome<Variant> registry_write(ScriptHost& host, std::string_view name, const Variant& value, std::string_view type) {
  READ(base::RegistryStore* const store, store_of(host));
  READ(const RegistryValue made, from_variant(value, type));
  const Name parts = split(name);
  const base::Status status = store->write(parts.key, parts.value, made);
  if (!status.ok()) return failed(status, name, "RegWrite", "Unable to open {} for writing.");
  return Variant();
}

Outcome<Variant> registry_delete(ScriptHost& host, std::string_view name) {
  READ(base::RegistryStore* const store, store_of(host));
  const Name parts = split(name);
  const base::Status status = parts.is_key ? store->remove_key(parts.key, false) : store->remove_value(parts.key, parts.value);
  if (!status.ok()) return failed(status, name, "RegDelete", "Unable to remove {}.");
  return Variant();
}

}  // namespace script::wsh
