// Elements of arrays and default members with arguments.
#include "script/vbscript/machine.h"

namespace script::vbscript {
namespace {

using scripting::Array;

constexpr std::size_t kMaxDimensions = 60;

}  // namespace

/// Arrays are values: one that others see too is copied before it changes. Those who hold it locked see the change.
bool Machine::unshare(Variant& holder) {
  Array* const array = holder.as_array();
  if (array->references() - array->locks <= 1) return true;
  if (auto room = reserve(array->items().size() * sizeof(Variant)); !room) return fail(std::unexpected(std::move(room).error()));
  const bool fixed = array->fixed;
  holder = Variant::array(array->copy());
  holder.as_array()->fixed = fixed;
  return true;
}

/// The element to write to; null: failure_ says why.
Variant* Machine::element(Variant& holder, Variant* indices, std::size_t count, std::string_view name) {
  if (!holder.is_array()) {
    raised(kTypeMismatch, name);
    return nullptr;
  }
  std::int32_t positions[kMaxDimensions];
  if (count == 0 || count > kMaxDimensions || count != holder.as_array()->bounds().size()) {
    raised(kSubscript, name);
    return nullptr;
  }
  for (std::size_t i = 0; i < count; ++i) {
    auto position = to_int32(indices[i].target());
    if (!position) {
      fail(std::move(position).error());
      return nullptr;
    }
    positions[i] = *position;
  }
  if (!holder.is_array() || !unshare(holder)) return nullptr;
  Variant* const found = holder.as_array()->at(positions, count);
  if (found == nullptr) raised(kSubscript, describe(indices[count - 1]));
  return found;
}

/// A variable with arguments: an element, or an object's default member.
bool Machine::index(Variant& container, Variant* arguments, std::size_t count, Variant& result, Site& site) {
  const Variant& holder = container.target();
  if (holder.is_array()) {
    const scripting::Ref<Array> array(holder.as_array());
    Variant keep(holder);
    std::int32_t positions[kMaxDimensions];
    if (count == 0 || count > kMaxDimensions || count != array->bounds().size()) return raised(kSubscript, site.text);
    for (std::size_t i = 0; i < count; ++i) {
      auto position = to_int32(arguments[i].target());
      if (!position) return fail(std::move(position).error());
      positions[i] = *position;
    }
    const Variant* const found = array->at(positions, count);
    if (found == nullptr) return raised(kSubscript, describe(arguments[count - 1]));
    result = Variant(*found);
    empty_all(arguments, arguments + count);
    return true;
  }
  if (!holder.is(VarType::kDispatch)) return raised(kTypeMismatch, site.text);
  if (holder.as_object() == nullptr) return raised(kObjectNotSet, site.text);
  const scripting::DispatchRef object(holder.as_object());
  return default_get(*object, arguments, count, result, site);
}

bool Machine::index_one(const Instruction& i) {
  Variant& result = at(i.a);
  Variant& position = at(i.c);
  Site& name = site((&i)[1].a);
  const Variant container = at(i.b).target();  // may lie where the arguments go
  Variant argument = i.n == 0 ? Variant(position) : position.is_reference() ? position : Variant::reference(&position);
  Variant* const arguments = &result + 1;
  arguments[0] = std::move(argument);
  Variant held = container;
  return index(held, arguments, 1, result, name);
}

bool Machine::store_index(const Instruction& i, bool is_set) {
  Variant& result = at(i.a);
  Variant* const arguments = &result + 1;
  Site& name = site(i.c);
  Variant& holder = at(i.b).target();
  Variant& given = arguments[i.n - 1];
  if (is_set && !given.target().is(VarType::kDispatch)) return raised(kObjectRequired, describe(given));
  if (holder.is_array()) {
    auto value = is_set ? Outcome<Variant>(given.target()) : plain(given);
    if (!value) return fail(std::move(value).error());
    Variant* const found = element(at(i.b).target(), arguments, i.n - 1U, name.text);
    if (found == nullptr) return false;
    if (value->is_array() && value->as_array()->fixed) value = Variant::array(value->as_array()->copy());
    given = {};
    *found = *std::move(value);
    return true;
  }
  if (!holder.is(VarType::kDispatch)) return raised(kTypeMismatch, name.text);
  if (holder.as_object() == nullptr) return raised(kObjectNotSet, name.text);
  const scripting::DispatchRef object(holder.as_object());
  if (auto* own = dynamic_cast<ScriptObject*>(object.get()); own != nullptr && own->owner() == owner_) {
    const Member* member = own->cls().default_member;
    if (member == nullptr) return raised(kNoSuchMember, name.text);
    return script_put(*own, *member, arguments, i.n, result, name, is_set);
  }
  given = Variant(given.target());
  return invoke_host(*object, scripting::kValue, is_set ? scripting::invoke::kPutRef : scripting::invoke::kPut, arguments, i.n, result,
                     name);
}

/// An argument: the element itself, which stays where it is while the statement runs; of an object the value.
bool Machine::reference_index(const Instruction& i) {
  Variant& holder = at(i.b).target();
  Variant* const indices = &at(i.c);
  Site& name = site((&i)[1].a);
  if (!holder.is_array()) {
    Variant container = holder;
    Variant value;
    if (!container.is(VarType::kDispatch)) return raised(kTypeMismatch, name.text);
    if (container.as_object() == nullptr) return raised(kObjectNotSet, name.text);
    const scripting::DispatchRef object(container.as_object());
    auto got =
        object->invoke(scripting::kValue, scripting::invoke::kGet | scripting::invoke::kMethod, {std::span<Variant>(indices, i.n), {}});
    if (!got) return automation_failure(std::move(got).error(), name.text);
    at(i.a) = got->is_reference() ? Variant(got->target()) : *std::move(got);
    return true;
  }
  Variant* const found = element(holder, indices, i.n, name.text);
  if (found == nullptr) return false;
  locks_.emplace_back(holder.as_array());
  ++holder.as_array()->locks;
  at(i.a) = found->is_reference() ? *found : Variant::reference(found);
  return true;
}

bool Machine::dimension(const Instruction& i) {
  Variant& holder = at(i.a).target();
  Variant* const given = &at(i.b);
  const std::string& name = site((&i)[1].a).text;
  const auto how = static_cast<Resize>(i.c);
  std::vector<Array::Bound> bounds;
  std::size_t count = 1;
  for (std::size_t k = 0; k < i.n; ++k) {
    auto upper = to_int32(given[k].target());
    if (!upper) return fail(std::move(upper).error());
    if (*upper < -1) return raised(kSubscript, describe(given[k]));
    bounds.push_back({0, static_cast<std::uint32_t>(*upper + std::int64_t{1})});
    count *= bounds.back().count;
    if (count > Array::kMaxElements) return raised(kOutOfMemory, name);
  }
  const bool is_array = holder.is_array();
  const bool declares = how == Resize::kFixed || how == Resize::kDynamic;
  if (is_array && !declares && (holder.as_array()->fixed || holder.as_array()->locks > 0)) return raised(kArrayLocked, name);
  if (auto room = reserve(count * sizeof(Variant)); !room) return fail(std::unexpected(std::move(room).error()));
  if (how == Resize::kPreserve && is_array && !holder.as_array()->bounds().empty()) {
    const auto& old = holder.as_array()->bounds();
    bool same = old.size() == bounds.size();
    for (std::size_t k = 0; same && k + 1 < bounds.size(); ++k) same = old[k] == bounds[k];
    if (!same) return raised(kSubscript, name);
    if (!unshare(holder)) return false;
    return holder.as_array()->resize_last(static_cast<std::int32_t>(bounds.back().count) - 1) ? true : raised(kOutOfMemory, name);
  }
  auto made = Array::create(VarType::kVariant, std::move(bounds));
  if (!made) return raised(kOutOfMemory, name);
  made->fixed = how == Resize::kFixed;
  holder = Variant::array(std::move(made));
  return true;
}

/// Elements of a fixed array become Empty; another one loses its dimensions.
bool Machine::erase(const Instruction& i) {
  Variant& holder = at(i.a).target();
  const std::string& name = site(i.c).text;
  if (!holder.is_array()) return raised(kTypeMismatch, name);
  if (holder.as_array()->locks > 0) return raised(kArrayLocked, name);
  if (!holder.as_array()->fixed) {
    holder = Variant::array(Array::create(VarType::kVariant, {}));
    return true;
  }
  if (!unshare(holder)) return false;
  const scripting::Ref<Array> array(holder.as_array());
  for (Variant& item : array->items()) item = {};
  return true;
}

}  // namespace script::vbscript
