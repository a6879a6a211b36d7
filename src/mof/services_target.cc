#include "mof/services_target.h"

#include <algorithm>

#include <fmt/format.h>

#include "cim/calls.h"

namespace mof {

ServicesTarget::ServicesTarget(cim::ServicesPtr services) : first_(std::move(services)) { spaces_[first_->name_space()].services = first_; }

base::Result<ServicesTarget::Space*> ServicesTarget::open(std::string_view name_space) {
  if (const auto known = spaces_.find(name_space); known != spaces_.end()) return &known->second;
  const std::string name(name_space);
  TRY_ASSIGN(cim::ServicesPtr services, cim::OpenNamespace(*first_, name));
  Space& space = spaces_[name];
  space.services = std::move(services);
  return &space;
}

base::Result<cim::ClassPtr> ServicesTarget::get_class(std::string_view name_space, std::string_view name) {
  TRY_ASSIGN(Space* const space, open(name_space));
  if (const auto known = space->classes.find(name); known != space->classes.end()) return known->second;
  TRY_ASSIGN(const cim::Object object, cim::GetObject(*space->services, std::string(name)));
  if (!object.is_class()) return base::fail(WBEM_E_INVALID_CLASS, fmt::format("{} is no class", name));
  space->classes.emplace(std::string(name), object.cls());
  return object.cls();
}

base::Status ServicesTarget::put_class(std::string_view name_space, const cim::ClassPtr& cls, std::uint32_t flags) {
  TRY_ASSIGN(Space* const space, open(name_space));
  space->classes.clear();
  TRY(cim::PutClass(*space->services, cls, flags));
  return {};
}

base::Status ServicesTarget::put_instance(std::string_view name_space, const cim::Instance& instance, std::uint32_t flags) {
  TRY_ASSIGN(Space* const space, open(name_space));
  TRY(cim::PutInstance(*space->services, instance, flags));
  return {};
}

base::Status ServicesTarget::delete_class(std::string_view name_space, std::string_view name) {
  TRY_ASSIGN(Space* const space, open(name_space));
  space->classes.clear();
  return cim::DeleteClass(*space->services, std::string(name));
}

base::Status ServicesTarget::delete_instance(std::string_view name_space, std::string_view path) {
  TRY_ASSIGN(Space* const space, open(name_space));
  return cim::DeleteInstance(*space->services, std::string(path));
}

base::Status ServicesTarget::create_namespace(std::string_view name_space) {
  for (std::size_t end = name_space.find('\\'); end != std::string_view::npos && end < name_space.size();) {
    const std::string parent(name_space.substr(0, end));
    const std::size_t next = std::min(name_space.find('\\', end + 1), name_space.size());
    const std::string name(name_space.substr(end + 1, next - end - 1));
    end = next;
    if (open(fmt::format("{}\\{}", parent, name))) continue;
    TRY_ASSIGN(const cim::ClassPtr cls, get_class(parent, "__Namespace"));
    cim::InstanceBuilder builder(cls);
    TRY(builder.set("Name", cim::Value::text(name)));
    const base::Status put = put_instance(parent, builder.build(), cim::flag::kCreateOnly);
    if (!put && put.code() != WBEM_E_ALREADY_EXISTS) return put;
  }
  return {};
}

}  // namespace mof
