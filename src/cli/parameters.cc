#include "cli/parameters.h"

#include <map>
#include <set>

#include <fmt/format.h>

#include "base/spell.h"
#include "base/utf.h"
#include "cim/calls.h"

namespace cli {
namespace {

using base::fail;

struct Word {
  std::string name;
  std::string member;  // empty: the parameter itself
  std::string text;
};

base::Result<Word> split(const std::string& word) {
  const std::size_t equals = word.find('=');
  if (equals == 0 || equals == std::string::npos)
    return fail(base::WBEM_E_INVALID_PARAMETER, fmt::format("'{}' is no parameter; write Name=Value", word));
  Word out{word.substr(0, equals), {}, word.substr(equals + 1)};
  if (const std::size_t dot = out.name.find('.'); dot != std::string::npos) {
    out.member = out.name.substr(dot + 1);
    out.name.resize(dot);
  }
  return out;
}

cim::Value from_text(const std::string& text, cim::Type type) {
  if (type.base == cim::CimType::kBoolean) {
    if (base::equal_ignore_case(text, "true")) return cim::Value::boolean(true);
    if (base::equal_ignore_case(text, "false")) return cim::Value::boolean(false);
  }
  if (type.base == cim::CimType::kChar16 && base::utf16_length(text) == 1) return cim::Value::uint(base::utf8_to_utf16(text)[0]);
  return cim::Value::text(text);
}

/// Sets or, for an array that a word before has set, extends one property.
base::Status set(cim::InstanceBuilder& builder, const cim::Property& property, const std::string& text, bool again) {
  TRY_ASSIGN(cim::Value value, cim::coerce(from_text(text, property.type), {property.type.base, false}));
  if (!property.type.array)
    return again ? base::Status(base::WBEM_E_INVALID_METHOD_PARAMETERS, "is no array, but was given twice") : builder.set(property, value);
  const cim::Value before = again ? builder.value(property) : cim::Value();
  cim::Value::Array items = before.as_array() != nullptr ? *before.as_array() : cim::Value::Array{};
  items.push_back(std::move(value));
  return builder.set(property, cim::Value::array(std::move(items)));
}

base::Status about(const std::string& name, const base::Status& status) {
  return status.ok() ? status : base::Status(status.code(), fmt::format("{}: {}", name, status.text()));
}

std::string names_of(const cim::Class& cls) {
  std::string names;
  for (const cim::Property& property : cls.properties()) names += (names.empty() ? "" : ", ") + property.name;
  return names.empty() ? "none" : names;
}

base::Result<const cim::Property*> find(const cim::Class& cls, const std::string& owner, const std::string& name) {
  if (const cim::Property* property = cls.property(name)) return property;
  base::Speller speller(name);
  for (const cim::Property& property : cls.properties()) speller.offer(property.name);
  const std::string suggestion = speller.best().empty() ? "" : "; did you mean " + speller.best() + "?";
  return fail(base::WBEM_E_INVALID_METHOD_PARAMETERS, fmt::format("{} takes no {}; it takes {}{}", owner, name, names_of(cls), suggestion));
}

}  // namespace

base::Result<cim::Instance> in_parameters(cim::Services& services, const cim::Method& method, const std::vector<std::string>& words) {
  cim::InstanceBuilder builder(method.in);
  std::map<const cim::Property*, cim::InstanceBuilder> embedded;
  std::set<std::string> given;
  for (const std::string& text : words) {
    TRY_ASSIGN(const Word word, split(text));
    const std::string name = text.substr(0, text.find('='));
    const bool again = !given.insert(base::fold_case(name)).second;
    TRY_ASSIGN(const cim::Property* property, find(*method.in, method.name, word.name));
    if (word.member.empty()) {
      TRY(about(name, set(builder, *property, word.text, again)));
      continue;
    }
    auto it = embedded.find(property);
    if (it == embedded.end()) {
      if (property->type.base != cim::CimType::kObject || property->reference_class().empty())
        return fail(base::WBEM_E_INVALID_METHOD_PARAMETERS, fmt::format("{} is {}, which has no members", word.name, property->cim_type));
      TRY_ASSIGN(const cim::Object cls, cim::GetObject(services, std::string(property->reference_class())));
      it = embedded.emplace(property, cim::InstanceBuilder(cls.cls())).first;
    }
    const cim::ClassPtr& cls = it->second.cls();
    TRY_ASSIGN(const cim::Property* member, find(*cls, cls->name(), word.member));
    TRY(about(name, set(it->second, *member, word.text, again)));
  }
  for (const auto& [property, object] : embedded)
    TRY(builder.set(*property, cim::Value::object(std::make_shared<cim::Object>(object.build()))));
  return builder.build();
}

}  // namespace cli
