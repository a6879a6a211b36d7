#include "scripting/swbem_base.h"

#include "scripting/coercion.h"

namespace scripting {

Outcome<Variant> convert_argument(const Variant& value, ParameterType type) {
  const auto as = [](auto outcome, auto make) -> Outcome<Variant> {
    if (!outcome) return std::unexpected(outcome.error());
    return make(*std::move(outcome));
  };
  switch (type) {
    case ParameterType::kAny: return value.target();
    case ParameterType::kText: return as(to_text(value), [](Text text) { return Variant::text(std::move(text)); });
    case ParameterType::kLong: return as(to_int32(value), [](std::int32_t number) { return Variant::int32(number); });
    case ParameterType::kBoolean: return as(to_boolean(value), [](bool truth) { return Variant::boolean(truth); });
    case ParameterType::kDate: return as(to_date(value), [](double days) { return Variant::date(days); });
    case ParameterType::kObject: break;
  }
  const Variant& target = value.target();
  if (target.is(VarType::kDispatch)) return target;
  if (target.is(VarType::kEmpty) || target.is(VarType::kNull)) return Variant::object({});
  return failure(DISP_E_TYPEMISMATCH);
}

Outcome<Variant*> element_at(const Variant& array, std::span<const Variant> indices) {
  if (!array.is_array()) return failure(DISP_E_BADPARAMCOUNT);
  std::vector<std::int32_t> numbers;
  for (const Variant& given : indices) {
    auto number = to_int32(given);
    if (!number) return std::unexpected(number.error());
    numbers.push_back(*number);
  }
  Variant* item = array.as_array()->at(numbers.data(), numbers.size());
  if (item == nullptr) return failure(DISP_E_BADINDEX);
  return item;
}

Outcome<Variant> SwbemBase::invoke(Dispid member, unsigned how, Arguments arguments) {
  const bool put = (how & (invoke::kPut | invoke::kPutRef)) != 0;
  const auto indices = put && !arguments.values.empty() ? arguments.values.first(arguments.values.size() - 1) : arguments.values;
  const MemberTable::Entry* entry = member == kValue && !indices.empty() ? members().find(kValue) : nullptr;
  if (entry == nullptr || !entry->parameters.empty() || (entry->member.kinds & invoke::kPut) == 0)
    return TableObject::invoke(member, how, arguments);
  auto whole = TableObject::invoke(kValue, invoke::kGet, {});
  if (!whole) return whole;
  if (put && whole->is_array()) whole = Variant::array(Array::of(VarType::kVariant, whole->as_array()->items()));
  auto item = element_at(*whole, indices);
  if (!item) return std::unexpected(std::move(item).error());
  if (!put) return **item;
  **item = arguments.values.back().target();
  return TableObject::invoke(kValue, invoke::kPut, {{&*whole, 1}, {}});
}

Outcome<Variant> SwbemBase::call_member(const MemberTable::Entry& entry, MemberCall& call) {
  const auto row = static_cast<std::size_t>(&entry - members().entries().data());
  const auto parameters = interface_.parameters(row);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (!call.has(i)) {
      call.arguments[i] = parameters[i].default_value();
      continue;
    }
    auto converted = convert_argument(call.argument(i), parameters[i].type);
    if (!converted) return std::unexpected(dressed(std::move(converted).error()));
    call.arguments[i] = *std::move(converted);
  }
  if (call.is_put()) {
    auto converted = convert_argument(call.value(), interface_.value_type(row));
    if (!converted) return std::unexpected(dressed(std::move(converted).error()));
    call.replace_value(*std::move(converted));
  }
  auto result = entry.member.call(*this, call);
  if (!result) return std::unexpected(dressed(std::move(result).error()));
  return result;
}

std::unexpected<Failure> SwbemBase::fail(base::Hresult code) const { return std::unexpected(dressed({code, {}, {}})); }

std::unexpected<Failure> SwbemBase::fail(const base::Status& status) const {
  return std::unexpected(dressed({status.code(), {}, status_phrase(status)}));
}

Failure SwbemBase::dressed(Failure failure) const {
  const auto number = static_cast<std::uint32_t>(failure.code);
  if ((number & 0xFFFF0000U) == 0x80020000U) return failure;  // errors of the call itself are the engine's
  if (failure.source.empty()) failure.source = type_name();
  if (failure.description.empty()) failure.description = status_phrase(failure.code);
  return failure;
}

std::string text_argument(const MemberCall& call, std::size_t i) { return call.argument(i).as_text().to_utf8(); }
std::uint32_t flags_argument(const MemberCall& call, std::size_t i) { return static_cast<std::uint32_t>(call.argument(i).as_int32()); }
bool boolean_argument(const MemberCall& call, std::size_t i) { return call.argument(i).as_boolean(); }
Dispatch* object_argument(const MemberCall& call, std::size_t i) { return call.argument(i).as_object(); }

}  // namespace scripting
