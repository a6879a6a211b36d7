#include "mof/memory_target.h"

#include <algorithm>

#include <fmt/format.h>

#include "cim/path.h"

namespace mof {
namespace {

/// MS-WMI 3.1.4.3.6 and SDK "Key Qualifier", as far as the class and its parent tell.
base::Status check_parent_rules(const cim::Class& cls, const cim::Class* parent) {
  if (cls.singleton() && !cls.keys().empty()) {
    return {WBEM_E_CANNOT_BE_SINGLETON, fmt::format("{} is a singleton and has keys", cls.name())};
  }
  if (parent == nullptr) return {};
  if (cls.abstract() && !parent->abstract()) {
    return {WBEM_E_CANNOT_BE_ABSTRACT, fmt::format("{} is abstract, but its parent {} is not", cls.name(), parent->name())};
  }
  const bool closed = !parent->keys().empty() || !parent->abstract();
  if (closed && cls.keys().size() > parent->keys().size()) {
    return {WBEM_E_CANNOT_BE_KEY, fmt::format("{} adds a key under {}, whose keys are fixed", cls.name(), parent->name())};
  }
  return {};
}

base::Status check_presence(bool present, std::uint32_t flags, std::string_view what) {
  if (present && (flags & cim::flag::kCreateOnly) != 0) return {WBEM_E_ALREADY_EXISTS, fmt::format("{} exists already", what)};
  if (!present && (flags & cim::flag::kUpdateOnly) != 0) return {WBEM_E_NOT_FOUND, fmt::format("{} does not exist", what)};
  return {};
}

/// __SystemClass and __Namespace.
std::vector<cim::ClassPtr> system_classes() {
  cim::ClassBuilder system("__SystemClass");
  cim::Qualifier abstract;
  abstract.name = "abstract";
  (void)system.put_qualifier(abstract);
  const base::Result<cim::ClassPtr> root = system.build();
  if (!root) return {};
  cim::ClassBuilder builder(*root, "__Namespace");
  (void)builder.put_property("Name", {cim::CimType::kString, false});
  cim::Qualifier key;
  key.name = "key";
  key.flavor = cim::default_flavor(key.name);
  (void)builder.put_property_qualifier("Name", key);
  const base::Result<cim::ClassPtr> built = builder.build();
  return built ? std::vector{*root, *built} : std::vector<cim::ClassPtr>();
}

}  // namespace

MemoryTarget::MemoryTarget(bool any_namespace) : any_namespace_(any_namespace) {
  spaces_["root"] = make_space();
  spaces_["root\\default"] = make_space();
}

MemoryTarget::Space MemoryTarget::make_space() const {
  static const std::vector<cim::ClassPtr> shared = system_classes();
  Space space;
  for (const cim::ClassPtr& cls : shared) space.classes.emplace(cls->name(), cls);
  return space;
}

const MemoryTarget::Space* MemoryTarget::space(std::string_view name_space) const {
  const auto found = spaces_.find(name_space);
  return found == spaces_.end() ? nullptr : &found->second;
}

base::Result<MemoryTarget::Space*> MemoryTarget::writable(std::string_view name_space) {
  if (const auto found = spaces_.find(name_space); found != spaces_.end()) return &found->second;
  if (!any_namespace_) return base::fail(WBEM_E_INVALID_NAMESPACE, fmt::format("no namespace {}", name_space));
  return &spaces_.emplace(std::string(name_space), make_space()).first->second;
}

base::Result<cim::ClassPtr> MemoryTarget::get_class(std::string_view name_space, std::string_view name) {
  TRY_ASSIGN(const Space* const space, writable(name_space));
  const auto found = space->classes.find(name);
  if (found == space->classes.end()) return base::fail(WBEM_E_NOT_FOUND, fmt::format("no class {} in {}", name, name_space));
  return found->second;
}

base::Status MemoryTarget::put_class(std::string_view name_space, const cim::ClassPtr& cls, std::uint32_t flags) {
  TRY_ASSIGN(Space* const space, writable(name_space));
  const cim::Class* parent = nullptr;
  if (!cls->superclass().empty()) {
    const auto found = space->classes.find(cls->superclass());
    if (found == space->classes.end()) return {WBEM_E_NOT_FOUND, fmt::format("no class {} in {}", cls->superclass(), name_space)};
    parent = found->second.get();
  }
  TRY(check_presence(space->classes.contains(cls->name()), flags, cls->name()));
  TRY(check_parent_rules(*cls, parent));
  space->classes.insert_or_assign(cls->name(), cls);
  return {};
}

base::Status MemoryTarget::put_instance(std::string_view name_space, const cim::Instance& instance, std::uint32_t flags) {
  TRY_ASSIGN(Space* const space, writable(name_space));
  const cim::Class& cls = *instance.cls();
  if (cls.abstract()) return {WBEM_E_INVALID_OPERATION, fmt::format("{} is abstract: it has no instances", cls.name())};
  std::string path = instance->relative_path();
  if (path.empty())
    return {WBEM_E_NO_KEY, fmt::format("the instance of {} has no path: a key is not set, or the class has none", cls.name())};
  TRY(check_presence(space->instances.contains(path), flags, path));
  space->instances.insert_or_assign(std::move(path), instance);
  if (!base::equal_ignore_case(cls.name(), "__Namespace")) return {};
  const cim::Value name = instance.value("Name");
  return name.as_text() ? create_namespace(fmt::format("{}\\{}", name_space, *name.as_text())) : base::Status();
}

base::Status MemoryTarget::delete_class(std::string_view name_space, std::string_view name) {
  TRY_ASSIGN(Space* const space, writable(name_space));
  if (!space->classes.contains(name)) return {WBEM_E_NOT_FOUND, fmt::format("no class {} in {}", name, name_space)};
  const std::string ancestor(name);
  std::erase_if(space->instances, [&](const auto& entry) { return entry.second.cls()->inherits_from(ancestor); });
  std::erase_if(space->classes, [&](const auto& entry) { return entry.second->inherits_from(ancestor); });
  return {};
}

base::Status MemoryTarget::delete_instance(std::string_view name_space, std::string_view path) {
  TRY_ASSIGN(Space* const space, writable(name_space));
  TRY_ASSIGN(const cim::ObjectPath parsed, cim::ObjectPath::parse(path));
  const auto same = [&](const auto& entry) {
    const base::Result<cim::ObjectPath> own = cim::ObjectPath::parse(entry.first);
    return own && cim::same_path(*own, parsed, "");
  };
  const auto found = std::ranges::find_if(space->instances, same);
  if (found == space->instances.end()) return {WBEM_E_NOT_FOUND, fmt::format("no instance {} in {}", path, name_space)};
  space->instances.erase(found);
  return {};
}

base::Status MemoryTarget::create_namespace(std::string_view name_space) {
  for (std::size_t end = 0; end != name_space.size();) {
    end = std::min(name_space.find('\\', end + 1), name_space.size());
    const std::string part(name_space.substr(0, end));
    if (!spaces_.contains(part)) spaces_.emplace(part, make_space());
  }
  return {};
}

base::Status MemoryTarget::begin() {
  before_ = spaces_;
  return {};
}

base::Status MemoryTarget::commit() {
  before_.clear();
  return {};
}

void MemoryTarget::rollback() { spaces_ = std::move(before_); }

}  // namespace mof
