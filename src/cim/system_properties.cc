#include "cim/system_properties.h"

#include <fmt/format.h>

#include <array>
#include <span>

#include "base/utf.h"
#include "cim/object.h"
#include "cim/path.h"

namespace cim {
namespace {

// In the order in which WMI lists them.
enum SystemProperty : std::uint8_t {
  kGenus,
  kClass,
  kSuperclass,
  kDynasty,
  kRelpath,
  kPropertyCount,
  kDerivation,
  kServer,
  kNamespace,
  kPath,
};
constexpr std::array<std::string_view, 10> kNames = {"__GENUS",          "__CLASS",      "__SUPERCLASS", "__DYNASTY",   "__RELPATH",
                                                     "__PROPERTY_COUNT", "__DERIVATION", "__SERVER",     "__NAMESPACE", "__PATH"};

Value text_or_null(std::string text) { return text.empty() ? Value() : Value::text(std::move(text)); }

Value derivation(const Class& cls) {
  Value::Array names;
  for (const std::string& name : cls.derivation()) names.push_back(Value::text(name));
  return Value::array(std::move(names));
}

/// A key's value as a path writes it; false for NULL.
bool append_key_value(std::string& out, const InstanceView& instance, const Property& key) {
  if (instance.is_null(key.handle) || key.type.array) return false;
  if (is_text(key.type.base)) {
    append_quoted(out, instance.text(key.handle).to_utf8());
    return true;
  }
  const Value value = instance.value(key);
  if (const bool* flag = value.as_bool()) {
    out += *flag ? "TRUE" : "FALSE";
  } else if (const auto number = value.as_sint()) {
    fmt::format_to(std::back_inserter(out), "{}", *number);
  } else if (const auto large = value.as_uint()) {
    fmt::format_to(std::back_inserter(out), "{}", *large);
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::span<const std::string_view> system_property_names() { return kNames; }

std::string full_path(const Class& cls, std::string_view relative) {
  return fmt::format("\\\\{}\\{}:{}", cls.server().empty() ? "." : cls.server(), cls.name_space(), relative);
}

std::string InstanceView::relative_path() const {
  std::string out = class_->name();
  if (class_->singleton()) return out + "=@";
  char separator = '.';
  for (const std::uint16_t position : class_->keys()) {
    const Property& key = class_->properties()[position];
    out += separator;
    out += key.name;
    out += '=';
    if (!append_key_value(out, *this, key)) return {};
    separator = ',';
  }
  return separator == '.' ? std::string() : out;
}

base::Result<Value> system_property(const Class& cls, const InstanceView* instance, bool decorated, std::string_view name) {
  std::size_t which = 0;
  while (which < kNames.size() && !base::equal_ignore_case(kNames[which], name)) ++which;
  switch (which) {
    case kGenus: return Value::sint(instance ? 2 : 1);
    case kClass: return text_or_null(cls.name());
    case kSuperclass: return text_or_null(cls.superclass());
    case kDynasty: return text_or_null(cls.dynasty());
    case kRelpath: return text_or_null(instance ? instance->relative_path() : cls.name());
    case kPropertyCount: return Value::sint(static_cast<std::int64_t>(cls.properties().size()));
    case kDerivation: return derivation(cls);
    case kServer: return decorated ? text_or_null(cls.server()) : Value();
    case kNamespace: return decorated ? text_or_null(cls.name_space()) : Value();
    case kPath: {
      const std::string relative = !decorated ? std::string() : instance ? instance->relative_path() : cls.name();
      return relative.empty() ? Value() : Value::text(full_path(cls, relative));
    }
    default: return base::fail(WBEM_E_NOT_FOUND, fmt::format("{} has no property {}", cls.name(), name));
  }
}

}  // namespace cim
