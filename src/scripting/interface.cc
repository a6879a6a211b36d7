#include "scripting/interface.h"

#include <charconv>

#include "base/utf.h"
#include "scripting/swbem.h"

namespace scripting {
namespace {

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// "wbemFlagReturnImmediately|wbemFlagForwardOnly", "TRUE", "0".
std::int32_t number_of(std::string_view text) {
  if (text == "TRUE") return 1;
  if (text == "FALSE") return 0;
  std::int32_t sum = 0;
  while (!text.empty()) {
    const std::size_t bar = std::min(text.find('|'), text.size());
    const std::string_view word = trim(text.substr(0, bar));
    text.remove_prefix(std::min(bar + 1, text.size()));
    std::int32_t value = 0;
    if (!find_swbem_constant(word, value)) std::from_chars(word.data(), word.data() + word.size(), value);
    sum |= value;
  }
  return sum;
}

Parameter parse_parameter(std::string_view text) {
  Parameter made;
  const std::size_t colon = text.find(':');
  const std::size_t equals = text.find('=', colon);
  made.name = trim(text.substr(0, colon));
  made.idl_type = trim(text.substr(colon + 1, std::min(equals, text.size()) - colon - 1));
  made.type = parameter_type(made.idl_type);
  if (equals == std::string_view::npos) return made;
  made.idl_default = trim(text.substr(equals + 1));
  if (made.type == ParameterType::kText) {
    made.text = made.idl_default.substr(2, made.idl_default.size() - 3);  // L"WQL"
  } else {
    made.number = number_of(made.idl_default);
  }
  return made;
}

std::vector<Parameter> parse_parameters(std::string_view text) {
  std::vector<Parameter> out;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    out.push_back(parse_parameter(text.substr(0, comma)));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return out;
}

std::string form_of(std::span<const Parameter> parameters) {
  std::string form;
  for (const Parameter& parameter : parameters) {
    if (!form.empty()) form += ", ";
    const std::string name(parameter.name);
    form += parameter.optional() ? "[" + name + "]" : name;
  }
  return form;
}

}  // namespace

ParameterType parameter_type(std::string_view idl_type) {
  if (idl_type == "BSTR") return ParameterType::kText;
  if (idl_type == "VARIANT_BOOL") return ParameterType::kBoolean;
  if (idl_type == "DATE") return ParameterType::kDate;
  if (idl_type == "long" || idl_type.ends_with("Enum")) return ParameterType::kLong;
  if (idl_type.starts_with("IDispatch") || idl_type.starts_with("ISWbem")) return ParameterType::kObject;
  return ParameterType::kAny;
}

Variant Parameter::default_value() const {
  switch (type) {
    case ParameterType::kText: return Variant::utf8(text);
    case ParameterType::kLong: return Variant::int32(number);
    case ParameterType::kBoolean: return Variant::boolean(number != 0);
    case ParameterType::kDate: return Variant::date(number);
    case ParameterType::kObject: return Variant::object({});
    case ParameterType::kAny: break;
  }
  return Variant::missing();
}

Interface::Interface(Names names, std::initializer_list<InterfaceMember> members) : names_(names), members_(members) {
  if (names_.base != nullptr) all_ = names_.base->all_;
  all_.insert(all_.end(), members.begin(), members.end());
  std::vector<Member> rows;
  for (const InterfaceMember& member : all_) {
    parameters_.push_back(parse_parameters(member.parameters));
    value_types_.push_back(parameter_type(member.type));
    forms_.push_back(form_of(parameters_.back()));
    rows.push_back({member.name, member.id, member.kinds, forms_.back(), member.call});
  }
  table_ = std::make_unique<MemberTable>(names_.object, rows);
}

Outcome<Variant> self_enumerating(TableObject& object, MemberCall&) { return Variant::object(DispatchRef(&object)); }

}  // namespace scripting
