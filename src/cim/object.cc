#include "cim/object.h"

#include "cim/system_properties.h"

namespace cim {

const ClassPtr& Object::cls() const { return is_class() ? std::get<ClassPtr>(v_) : instance().cls(); }

base::Result<Value> Object::get(std::string_view name) const {
  const Class& of = *cls();
  if (const Instance* i = as_instance()) {
    if (const Property* property = of.property(name)) return i->view().value(*property);
    return system_property(of, &i->view(), i->decorated() && of.decorated(), name);
  }
  if (const Property* property = of.property(name)) return property->default_value;
  return system_property(of, nullptr, of.decorated(), name);
}

std::string Object::path() const {
  if (const Instance* i = as_instance()) return i->path();
  return cls()->decorated() && !cls()->name().empty() ? full_path(*cls(), cls()->name()) : std::string();
}

std::string Object::relative_path() const {
  if (const Instance* i = as_instance()) return i->view().relative_path();
  return cls()->name();
}

}  // namespace cim
