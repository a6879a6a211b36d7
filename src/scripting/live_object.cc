#include "scripting/live_object.h"

#include <algorithm>

#include "base/utf.h"
#include "cim/path.h"

namespace scripting {

bool is_system_name(std::string_view name) { return name.starts_with("__"); }

LiveObject::LiveObject(cim::Object object) : object_(std::move(object)) {}
LiveObject::LiveObject(cim::ClassBuilder fresh, cim::ClassPtr parent) : parent_(std::move(parent)), class_(std::move(fresh)) {}

cim::ClassBuilder& LiveObject::edit_class() {
  if (!class_) class_.emplace(cim::ClassBuilder::modify(*object_->cls()));
  current_.reset();
  return *class_;
}

cim::InstanceBuilder& LiveObject::edit_instance() {
  if (!instance_) instance_.emplace(object_->instance());
  current_.reset();
  return *instance_;
}

base::Result<cim::Object> LiveObject::snapshot() const {
  if (!class_ && !instance_) return *object_;
  if (!current_) {
    if (class_) {
      TRY_ASSIGN(cim::ClassPtr built, class_->build());
      current_ = cim::Object(std::move(built));
    } else {
      current_ = cim::Object(instance_->build(object_->instance().decorated()));
    }
  }
  return *current_;
}

Ref<LiveObject> LiveObject::clone() const {
  auto copy = object_ ? make<LiveObject>(*object_) : make<LiveObject>(*class_, parent_);
  copy->clone_ = true;
  copy->lent_ = lent_;
  if (object_ && class_) copy->class_.emplace(*class_);
  if (instance_) copy->instance_.emplace(*instance_);
  return copy;
}

void LiveObject::replace(cim::Object object) {
  if (lent_ && *lent_ && !base::equal_ignore_case((*lent_)->name(), object.cls()->name())) lent_.reset();
  object_ = std::move(object);
  parent_.reset();
  class_.reset();
  instance_.reset();
  current_.reset();
}

std::string LiveObject::class_name() const { return class_ ? class_->name() : object_->cls()->name(); }

base::Status LiveObject::set_class_name(std::string name) {
  if (!is_class()) return {WBEM_E_INVALID_OPERATION, "the class of an instance cannot be changed"};
  if (!cim::valid_identifier(name)) return {WBEM_E_INVALID_PARAMETER, "'" + name + "' is no name of a class"};
  edit_class().set_name(std::move(name));
  return {};
}

std::vector<std::string> LiveObject::derivation() const {
  const cim::ClassPtr known = parent_ ? parent_ : object_->cls();
  std::vector<std::string> out = known->derivation();
  if (parent_) out.insert(out.begin(), parent_->name());
  return out;
}

std::string LiveObject::path() const {
  const auto now = snapshot();
  if (!now) return {};
  std::string full = now->path();
  return full.empty() ? now->relative_path() : full;
}

std::string LiveObject::relative_path() const {
  if (class_) return class_->name();
  const auto now = snapshot();
  return now ? now->relative_path() : std::string();
}

std::span<const cim::Property> LiveObject::properties() const { return class_ ? class_->properties() : object_->cls()->properties(); }

const cim::Property* LiveObject::property(std::string_view name) const {
  if (!class_) return object_->cls()->property(name);
  const auto all = class_->properties();
  const auto found = std::ranges::find_if(all, [&](const cim::Property& p) { return base::equal_ignore_case(p.name, name); });
  return found == all.end() ? nullptr : &*found;
}

std::span<const cim::Method> LiveObject::methods() const { return class_ ? class_->methods() : method_class().methods(); }

const cim::Method* LiveObject::method(std::string_view name) const {
  if (!class_) return method_class().method(name);
  const auto all = class_->methods();
  const auto found = std::ranges::find_if(all, [&](const cim::Method& m) { return base::equal_ignore_case(m.name, name); });
  return found == all.end() ? nullptr : &*found;
}

std::string LiveObject::origin(std::uint32_t number) const {
  const std::vector<std::string> ancestors = derivation();
  if (number >= ancestors.size()) return class_name();
  return ancestors[ancestors.size() - 1 - number];
}

std::string LiveObject::origin(const cim::Method& method) const {
  if (!lent_ || !*lent_) return origin(method.origin);
  const std::vector<std::string>& ancestors = method_class().derivation();
  return method.origin < ancestors.size() ? ancestors[ancestors.size() - 1 - method.origin] : method_class().name();
}

cim::Value LiveObject::value(const cim::Property& property) const {
  if (is_class()) return property.default_value;
  return instance_ ? instance_->value(property) : object_->instance().view().value(property);
}

base::Result<cim::Value> LiveObject::system_value(std::string_view name) const {
  const auto names = cim::system_property_names();
  const auto known = std::ranges::find_if(names, [&](std::string_view n) { return base::equal_ignore_case(n, name); });
  if (known == names.end()) return base::fail(WBEM_E_NOT_FOUND);
  if (const auto now = snapshot()) return now->get(*known);
  // A class that cannot be built yet: what is known of it.
  if (*known == "__GENUS") return cim::Value::sint(1);
  if (*known == "__CLASS") return class_name().empty() ? cim::Value::null() : cim::Value::text(class_name());
  if (*known == "__PROPERTY_COUNT") return cim::Value::sint(static_cast<std::int64_t>(properties().size()));
  const std::vector<std::string> ancestors = derivation();
  if (*known == "__SUPERCLASS" && !ancestors.empty()) return cim::Value::text(ancestors.front());
  if (*known == "__DYNASTY" && !ancestors.empty()) return cim::Value::text(ancestors.back());
  if (*known == "__DERIVATION") {
    cim::Value::Array items;
    for (const std::string& ancestor : ancestors) items.push_back(cim::Value::text(ancestor));
    return cim::Value::array(std::move(items));
  }
  return cim::Value::null();
}

base::Status LiveObject::set_value(std::string_view name, cim::Value value) {
  if (!is_class()) return edit_instance().set(name, value);
  const cim::Property* found = property(name);
  if (found == nullptr) return WBEM_E_NOT_FOUND;
  const cim::Type type = found->type;
  const std::string cim_type = found->cim_type;
  return edit_class().put_property(name, type, std::move(value), cim_type);
}

base::Status LiveObject::add_property(std::string_view name, cim::Type type) {
  if (!is_class()) return {WBEM_E_INVALID_OPERATION, "properties are added to classes, not to instances"};
  return edit_class().put_property(name, type);
}

base::Status LiveObject::delete_property(std::string_view name) {
  const cim::Property* found = property(name);
  if (found == nullptr) return WBEM_E_NOT_FOUND;
  if (is_class()) return edit_class().delete_property(name);
  edit_instance().set_default(found->handle);
  return WBEM_S_RESET_TO_DEFAULT;
}

base::Result<cim::QualifierSet> LiveObject::qualifiers(const QualifierOwner& owner) const {
  if (owner.kind == QualifierOwner::Kind::kMethod) {
    const cim::Method* found = method(owner.name);
    if (found == nullptr) return base::fail(WBEM_E_NOT_FOUND);
    return found->qualifiers;
  }
  if (owner.kind == QualifierOwner::Kind::kProperty) {
    const cim::Property* found = property(owner.name);
    if (found == nullptr) return base::fail(WBEM_E_NOT_FOUND);
    if (is_class()) return found->qualifiers;
    // An instance's property shows what its class hands down and what is its own.
    cim::QualifierSet all = found->qualifiers.propagate(cim::flavor::kToInstance);
    if (const auto now = snapshot()) {
      for (const cim::Qualifier& own : now->instance()->own_property_qualifiers(*found)) all.put(own);
    }
    return all;
  }
  if (is_class()) return class_ ? class_->qualifiers() : object_->cls()->qualifiers();
  cim::QualifierSet all = object_->cls()->qualifiers().propagate(cim::flavor::kToInstance);
  if (const auto now = snapshot()) {
    for (const cim::Qualifier& own : now->instance()->own_qualifiers()) all.put(own);
  }
  return all;
}

base::Status LiveObject::put_qualifier(const QualifierOwner& owner, cim::Qualifier qualifier) {
  using Kind = QualifierOwner::Kind;
  if (is_class()) {
    cim::ClassBuilder& builder = edit_class();
    if (owner.kind == Kind::kObject) return builder.put_qualifier(std::move(qualifier));
    if (owner.kind == Kind::kProperty) return builder.put_property_qualifier(owner.name, std::move(qualifier));
    return builder.put_method_qualifier(owner.name, std::move(qualifier));
  }
  if (owner.kind == Kind::kObject) return edit_instance().put_qualifier(std::move(qualifier));
  if (owner.kind == Kind::kProperty) return edit_instance().put_property_qualifier(owner.name, std::move(qualifier));
  return {WBEM_E_INVALID_OPERATION, "an instance's methods are those of its class"};
}

base::Status LiveObject::delete_qualifier(const QualifierOwner& owner, std::string_view name) {
  using Kind = QualifierOwner::Kind;
  if (is_class()) {
    cim::ClassBuilder& builder = edit_class();
    if (owner.kind == Kind::kObject) return builder.delete_qualifier(name);
    if (owner.kind == Kind::kProperty) return builder.delete_property_qualifier(owner.name, name);
    return builder.delete_method_qualifier(owner.name, name);
  }
  if (owner.kind == Kind::kObject) return edit_instance().delete_qualifier(name);
  if (owner.kind == Kind::kProperty) return edit_instance().delete_property_qualifier(owner.name, name);
  return {WBEM_E_INVALID_OPERATION, "an instance's methods are those of its class"};
}

}  // namespace scripting
