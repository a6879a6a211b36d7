#include "cim/context.h"

#include <algorithm>

#include "base/utf.h"

namespace cim {

const NamedValue* Context::find(std::string_view name) const {
  const auto at = std::ranges::find_if(values_, [&](const NamedValue& v) { return base::equal_ignore_case(v.name, name); });
  return at == values_.end() ? nullptr : &*at;
}

Value Context::get(std::string_view name) const {
  const NamedValue* found = find(name);
  return found ? found->value : Value();
}

void Context::put(std::string name, Type type, Value value) {
  const auto at = std::ranges::find_if(values_, [&](const NamedValue& v) { return base::equal_ignore_case(v.name, name); });
  if (at == values_.end()) {
    values_.push_back({std::move(name), type, std::move(value)});
    return;
  }
  at->type = type;
  at->value = std::move(value);
}

bool Context::erase(std::string_view name) {
  return std::erase_if(values_, [&](const NamedValue& v) { return base::equal_ignore_case(v.name, name); }) != 0;
}

}  // namespace cim
