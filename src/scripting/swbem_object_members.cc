// Direct access: WMI properties and methods as members of SWbemObject.
#include <algorithm>

#include "base/utf.h"
#include "scripting/coercion.h"
#include "scripting/method_call.h"
#include "scripting/swbem_object.h"
#include "scripting/values.h"

namespace scripting {
namespace {

// Ids of members beyond the interface's: a kind in the high half, a position in the low one.
constexpr Dispid kPropertyIds = 0x10000;
constexpr Dispid kMethodIds = 0x20000;  // the position is that of the name among all that were asked for
constexpr Dispid kSystemIds = 0x30000;
constexpr Dispid kNameIds = 0x40000;  // of classes
constexpr Dispid kPosition = 0xFFFF;

/// A number for each class that lives, never used twice: callers keep ids for as long as they meet the same number.
const void* shape_of(const cim::ClassPtr& cls) {
  struct Known {
    std::weak_ptr<const cim::Class> cls;
    std::uintptr_t number;
  };
  thread_local std::unordered_map<const cim::Class*, Known> known;
  thread_local std::uintptr_t last = 1;
  thread_local std::size_t sweep_at = 64;
  const auto found = known.find(cls.get());
  if (found != known.end() && !found->second.cls.expired()) return reinterpret_cast<const void*>(found->second.number);
  if (known.size() >= sweep_at) {
    std::erase_if(known, [](const auto& entry) { return entry.second.cls.expired(); });
    sweep_at = std::max<std::size_t>(64, known.size() * 2);
  }
  last += 2;  // odd: no address of a table
  known.insert_or_assign(cls.get(), Known{cls, last});
  return reinterpret_cast<const void*>(last);
}

/// The names of methods by number. Not positions in a class: objects of one shape may have their methods from definitions that differ.
struct MethodNames {
  std::unordered_map<std::string, Dispid> numbers;  // of folded names
  std::vector<std::string> names;
};

MethodNames& method_names() {
  thread_local MethodNames all;
  return all;
}

Dispid method_id(const std::string& name) {
  MethodNames& all = method_names();
  const auto [entry, fresh] = all.numbers.try_emplace(base::fold_case(name), static_cast<Dispid>(all.names.size()));
  if (fresh) all.names.push_back(name);
  return entry->second > kPosition ? kUnknownName : kMethodIds + entry->second;
}

std::string name_text(std::u16string_view name) {
  std::string out;
  out.reserve(name.size());
  for (const char16_t unit : name) {
    if (unit >= 0x80) return base::utf16_to_utf8(name);
    out += static_cast<char>(unit);
  }
  return out;
}

Dispid system_id(std::string_view name) {
  const auto names = cim::system_property_names();
  const auto found = std::ranges::find_if(names, [&](std::string_view known) { return base::equal_ignore_case(known, name); });
  return found == names.end() ? kUnknownName : kSystemIds + static_cast<Dispid>(found - names.begin());
}

bool is_put(unsigned how) { return (how & (invoke::kPut | invoke::kPutRef)) != 0; }

/// `o.IPAddress(0)`: the element of an array, the default member of an object with those arguments.
Outcome<Variant> apply(Variant value, Arguments arguments) {
  if (arguments.values.empty()) return value;
  if (value.is(VarType::kDispatch) && value.as_object() != nullptr) {
    const DispatchRef inner(value.as_object());
    return inner->invoke(kValue, invoke::kGet | invoke::kMethod, arguments);
  }
  auto item = element_at(value, arguments.values);
  if (!item) return std::unexpected(std::move(item).error());
  return **item;
}

}  // namespace

const void* SwbemObject::shape() const {
  if (live_->is_class() || &interface() != &extended_declaration()) return nullptr;
  return shape_of(live_->cls());
}

Dispid SwbemObject::id_of(std::u16string_view name) {
  // The interface's own names end in an underscore, which no name of CIM does.
  if (name.ends_with(u'_') || name == u"_NewEnum") return SwbemBase::id_of(name);
  const std::string text = name_text(name);
  if (is_system_name(text)) return system_id(text);
  if (live_->is_class()) {
    const auto known = std::ranges::find_if(names_, [&](const std::string& n) { return base::equal_ignore_case(n, text); });
    if (known != names_.end()) return kNameIds + static_cast<Dispid>(known - names_.begin());
    if (live_->property(text) == nullptr && live_->method(text) == nullptr) return kUnknownName;
    names_.push_back(text);
    return kNameIds + static_cast<Dispid>(names_.size() - 1);
  }
  if (const cim::Property* property = live_->property(text)) {
    return kPropertyIds + static_cast<Dispid>(property - live_->properties().data());
  }
  find_methods(session_, *live_);
  return live_->method(text) != nullptr ? method_id(text) : kUnknownName;
}

const cim::Method* SwbemObject::method_of(Dispid member) const {
  const auto position = static_cast<std::size_t>(member & kPosition);
  const Dispid kind = member & ~kPosition;
  if (kind == kNameIds && position < names_.size()) return live_->method(names_[position]);
  if (kind == kMethodIds && position < method_names().names.size()) return live_->method(method_names().names[position]);
  return nullptr;
}

Dispid SwbemObject::parameter_id(Dispid member, std::u16string_view name) {
  if (member < kPropertyIds) return SwbemBase::parameter_id(member, name);
  find_methods(session_, *live_);
  const cim::Method* method = method_of(member);
  if (method == nullptr) return kUnknownName;
  const auto parameters = method_parameters(*method);
  const std::string text = name_text(name);
  const auto found = std::ranges::find_if(parameters, [&](const MethodParameter& p) { return base::equal_ignore_case(p.name, text); });
  return found == parameters.end() ? kUnknownName : static_cast<Dispid>(found - parameters.begin());
}

Outcome<Variant> SwbemObject::invoke(Dispid member, unsigned how, Arguments arguments) {
  if (member < kPropertyIds) return SwbemBase::invoke(member, how, arguments);
  const Ref<SwbemObject> alive(this);
  const auto position = static_cast<std::size_t>(member & kPosition);
  Outcome<Variant> result = failure(DISP_E_MEMBERNOTFOUND);
  switch (member & ~kPosition) {
    case kPropertyIds:
      if (position < live_->properties().size()) result = invoke_property(live_->properties()[position], how, arguments);
      break;
    case kMethodIds:
      find_methods(session_, *live_);  // the id may come from another object of the class
      if (const cim::Method* method = method_of(member)) result = invoke_method(*method, how, arguments);
      break;
    case kSystemIds:
      if (position < cim::system_property_names().size()) result = invoke_system(cim::system_property_names()[position], how, arguments);
      break;
    case kNameIds:
      if (position < names_.size()) result = invoke_named(names_[position], how, arguments);
      break;
    default: break;
  }
  if (!result) return std::unexpected(dressed(std::move(result).error()));
  return result;
}

Outcome<Variant> SwbemObject::invoke_named(const std::string& name, unsigned how, Arguments arguments) {
  if (const cim::Property* property = live_->property(name)) return invoke_property(*property, how, arguments);
  if (const cim::Method* method = live_->method(name)) return invoke_method(*method, how, arguments);
  return failure(DISP_E_MEMBERNOTFOUND);
}

Outcome<Variant> SwbemObject::read(const cim::Property& property) const {
  if (const cim::Instance* plain = live_->plain_instance()) return read_property(plain->view(), property, session_);
  return to_variant(live_->value(property), property.type, session_);
}

Outcome<Variant> SwbemObject::invoke_property(const cim::Property& property, unsigned how, Arguments arguments) {
  if (!is_put(how)) {
    auto value = read(property);
    if (!value) return value;
    return apply(*std::move(value), arguments);
  }
  if (arguments.values.size() != 1) return failure(DISP_E_BADPARAMCOUNT);
  auto value = to_value(arguments.values[0], property.type);
  if (!value) return fail(value.error());
  const std::string name = property.name;  // a change of a class moves its properties
  if (const auto status = live_->set_value(name, *std::move(value)); !status) return fail(status);
  return Variant();
}

Outcome<Variant> SwbemObject::invoke_system(std::string_view name, unsigned how, Arguments arguments) {
  if (!is_put(how)) {
    const auto value = live_->system_value(name);
    if (!value) return fail(value.error());
    return apply(
        to_variant(*value, {value->as_text() || value->is_array() ? cim::CimType::kString : cim::CimType::kSint32, false}, session_),
        arguments);
  }
  if (name != "__CLASS" || !live_->is_class()) return fail(WBEM_E_READ_ONLY);
  if (arguments.values.size() != 1) return failure(DISP_E_BADPARAMCOUNT);
  auto text = to_text(arguments.values[0]);
  if (!text) return std::unexpected(text.error());
  if (const auto status = live_->set_class_name(text->to_utf8()); !status) return fail(status);
  return Variant();
}

Outcome<Variant> SwbemObject::invoke_method(const cim::Method& method, unsigned how, Arguments arguments) {
  if ((how & invoke::kMethod) == 0) return failure(DISP_E_MEMBERNOTFOUND);
  if (!session_) return fail(WBEM_E_INVALID_OBJECT);
  auto result = call_method(session_, *live_, method, arguments);
  if (!result) return std::unexpected(dressed(std::move(result).error()));
  return result;
}

}  // namespace scripting
