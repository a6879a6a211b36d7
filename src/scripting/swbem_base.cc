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
    case ParameterType::kDate: return as(to_real(value), [](double days) { return Variant::date(days); });
    case ParameterType::kObject: break;
  }
  const Variant& target = value.target();
  if (target.is(VarType::kDispatch)) return target;
  if (target.is(VarType::kEmpty) || target.is(VarType::kNull)) return Variant::object({});
  return failure(DISP_E_TYPEMISMATCH);
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
