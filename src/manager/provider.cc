#include "manager/provider.h"

#include "base/utf.h"

namespace manager {

namespace {

base::Status not_capable(std::string_view what) { return {WBEM_E_PROVIDER_NOT_CAPABLE, fmt::format("the provider does not {}", what)}; }

}  // namespace

bool Wanted::needs(std::string_view property) const {
  if (properties.empty()) return true;
  for (const std::string& name : properties) {
    if (base::equal_ignore_case(name, property)) return true;
  }
  return false;
}

base::Status Provider::get(ProviderCall&, const cim::ObjectPath&, const Wanted&) { return not_capable("get single instances"); }
base::Status Provider::enumerate(ProviderCall&, const Wanted&) { return not_capable("enumerate instances"); }
base::Status Provider::query(ProviderCall&, const wql::Query&) { return not_capable("answer queries"); }
base::Status Provider::put(ProviderCall&, const cim::Instance&, std::uint32_t) { return not_capable("put instances"); }
base::Status Provider::remove(ProviderCall&, const cim::ObjectPath&) { return not_capable("delete instances"); }
base::Status Provider::exec_method(MethodCall& call) {
  return {WBEM_E_METHOD_NOT_IMPLEMENTED, fmt::format("the provider does not implement {}", call.method().name)};
}

}  // namespace manager
