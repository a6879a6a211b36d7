#include "scripting/table_object.h"

#include <algorithm>
#include <optional>

namespace scripting {
namespace {

/// In small letters; nullopt when it is not ASCII, for no member's name is.
std::optional<std::string> fold(std::u16string_view name) {
  std::string out;
  out.reserve(name.size());
  for (const char16_t unit : name) {
    if (unit >= 0x80) return std::nullopt;
    out += static_cast<char>(unit >= u'A' && unit <= u'Z' ? unit + 32 : unit);
  }
  return out;
}

std::string fold(std::string_view name) { return *fold(std::u16string(name.begin(), name.end())); }

MemberTable::Entry parse_member(const Member& member) {
  MemberTable::Entry entry{.member = member, .parameters = {}, .required = 0, .any_number = false};
  std::string_view rest = member.parameters;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    std::string_view name = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    while (name.starts_with(' ')) name.remove_prefix(1);
    if (name == "...") {
      entry.any_number = true;
    } else if (name.starts_with('[')) {
      entry.parameters.push_back(name.substr(1, name.size() - 2));
    } else {
      entry.parameters.push_back(name);
      entry.required = entry.parameters.size();
    }
  }
  return entry;
}

/// The one kind that a call means; 0 when the member has none of them.
unsigned choose(unsigned kinds, unsigned how) {
  for (const unsigned kind : {invoke::kPutRef, invoke::kPut, invoke::kGet, invoke::kMethod}) {
    if ((kinds & how & kind) != 0) return kind;
  }
  return 0;
}

/// Arguments in the order of the parameters, with Variant::missing() for those left out.
Outcome<std::vector<Variant>> arrange(const MemberTable::Entry& entry, std::span<Variant> given, std::span<const Dispid> named) {
  if (named.size() > given.size()) return failure(DISP_E_BADPARAMCOUNT);
  const std::size_t positional = given.size() - named.size();
  if (positional > entry.parameters.size() && !entry.any_number) return failure(DISP_E_BADPARAMCOUNT);
  std::vector<Variant> placed(given.begin(), given.begin() + static_cast<std::ptrdiff_t>(positional));
  while (placed.size() < entry.parameters.size()) placed.push_back(Variant::missing());
  for (std::size_t i = 0; i < named.size(); ++i) {
    const auto place = static_cast<std::size_t>(named[i]);
    if (named[i] < 0 || place >= entry.parameters.size() || place < positional) return failure(DISP_E_PARAMNOTFOUND);
    placed[place] = given[positional + i];
  }
  for (std::size_t i = 0; i < entry.required; ++i) {
    if (!placed[i].target().is_missing()) continue;
    return failure(i < positional || !named.empty() ? DISP_E_PARAMNOTOPTIONAL : DISP_E_BADPARAMCOUNT);
  }
  return placed;
}

/// `o.Properties_.Item("Name") = 5` where Item only gives an object: the value goes to the default member of what it gives.
Outcome<Variant> put_to_result(TableObject& object, const MemberTable::Entry& entry, unsigned how, Arguments arguments) {
  constexpr unsigned kReads = invoke::kGet | invoke::kMethod;
  const bool put = (how & (invoke::kPut | invoke::kPutRef)) != 0;
  if (!put || (entry.member.kinds & kReads) == 0 || arguments.values.empty()) return failure(DISP_E_MEMBERNOTFOUND);
  if ((entry.member.kinds & (invoke::kPut | invoke::kPutRef)) != 0) return failure(DISP_E_MEMBERNOTFOUND);
  auto got = object.invoke(entry.member.id, kReads, {arguments.values.first(arguments.values.size() - 1), arguments.named});
  if (!got) return got;
  if (!got->is(VarType::kDispatch) || got->as_object() == nullptr) return failure(DISP_E_MEMBERNOTFOUND);
  const DispatchRef inner(got->as_object());
  return inner->invoke(kValue, how, {arguments.values.last(1), {}});
}

class ValueEnumeration final : public Enumeration {
 public:
  ValueEnumeration(std::vector<Variant> values, std::size_t position) : values_(std::move(values)), position_(position) {}
  Outcome<std::optional<Variant>> next() override {
    if (position_ >= values_.size()) return std::nullopt;
    return values_[position_++];
  }
  Outcome<bool> reset() override {
    position_ = 0;
    return true;
  }
  Outcome<Ref<Enumeration>> clone() override { return make<ValueEnumeration>(values_, position_); }

 private:
  std::vector<Variant> values_;
  std::size_t position_;
};

}  // namespace

void MemberCall::assign(std::size_t i, Variant value) {
  if (i < arguments.size() && arguments[i].is_reference()) arguments[i].target() = std::move(value);
}

MemberTable::MemberTable(std::string_view type_name, std::initializer_list<Member> members)
    : MemberTable(type_name, std::span<const Member>(members.begin(), members.size())) {}

MemberTable::MemberTable(std::string_view type_name, std::span<const Member> members) : type_name_(type_name) {
  for (const Member& member : members) {
    order_.emplace_back(member.id, entries_.size());
    ids_.emplace(fold(member.name), member.id);
    entries_.push_back(parse_member(member));
  }
  std::ranges::sort(order_);
}

const MemberTable::Entry* MemberTable::find(Dispid id) const {
  const auto row = std::ranges::lower_bound(order_, id, {}, &std::pair<Dispid, std::size_t>::first);
  return row != order_.end() && row->first == id ? &entries_[row->second] : nullptr;
}

Dispid MemberTable::id_of(std::u16string_view name) const {
  const auto key = fold(name);
  if (!key) return kUnknownName;
  const auto found = ids_.find(*key);
  return found == ids_.end() ? kUnknownName : found->second;
}

Dispid TableObject::parameter_id(Dispid member, std::u16string_view name) {
  const MemberTable::Entry* entry = table_.find(member);
  const auto key = fold(name);
  if (entry == nullptr || !key) return kUnknownName;
  const auto found = std::ranges::find_if(entry->parameters, [&](std::string_view parameter) { return fold(parameter) == *key; });
  return found == entry->parameters.end() ? kUnknownName : static_cast<Dispid>(found - entry->parameters.begin());
}

Outcome<Variant> TableObject::invoke(Dispid member, unsigned how, Arguments arguments) {
  const MemberTable::Entry* entry = table_.find(member);
  if (entry == nullptr) return failure(DISP_E_MEMBERNOTFOUND);
  const unsigned kind = choose(entry->member.kinds, how);
  if (kind == 0) return put_to_result(*this, *entry, how, arguments);
  const Ref<TableObject> alive(this);
  std::span<Variant> given = arguments.values;
  Variant* value = nullptr;
  if ((kind & (invoke::kPut | invoke::kPutRef)) != 0) {
    if (given.empty()) return failure(DISP_E_BADPARAMCOUNT);
    value = &given.back();
    given = given.first(given.size() - 1);
  }
  const bool for_result = kind == invoke::kGet && entry->parameters.empty() && !entry->any_number && !given.empty();
  auto placed = arrange(*entry, for_result ? std::span<Variant>() : given, for_result ? std::span<const Dispid>() : arguments.named);
  if (!placed) return std::unexpected(std::move(placed).error());
  MemberCall call(kind, *placed, value);
  auto result = call_member(*entry, call);
  if (!for_result || !result) return result;
  if (!result->is(VarType::kDispatch) || result->as_object() == nullptr) return failure(DISP_E_BADPARAMCOUNT);
  const DispatchRef inner(result->as_object());
  return inner->invoke(kValue, invoke::kGet | invoke::kMethod, arguments);
}

Ref<Enumeration> enumerate_values(std::vector<Variant> values) { return make<ValueEnumeration>(std::move(values), 0U); }

}  // namespace scripting
