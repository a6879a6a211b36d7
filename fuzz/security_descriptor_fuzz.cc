// Any octets as a self-relative security descriptor, and as SDDL: what is accepted survives being written and read again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "security/descriptor.h"

using security::SecurityDescriptor;

namespace {

void use(const SecurityDescriptor& descriptor) {
  const auto again = SecurityDescriptor::parse(descriptor.to_octets());
  if (!again || !(again->dacl == descriptor.dacl && again->sacl == descriptor.sacl && again->owner == descriptor.owner)) std::abort();
  if (const auto text = descriptor.to_sddl()) {
    const auto from_text = SecurityDescriptor::from_sddl(*text);
    if (from_text && from_text->to_sddl() != *text) std::abort();
  }
  const std::vector<security::Sid> sids{security::well_known::everyone(), security::well_known::administrators()};
  static_cast<void>(security::granted_rights(descriptor, sids, security::kNamespaceMapping));
  const SecurityDescriptor child = security::inherit(descriptor, security::default_namespace_descriptor());
  if (!SecurityDescriptor::parse(child.to_octets())) std::abort();
  if (!SecurityDescriptor::parse(security::inherit(descriptor, descriptor).to_octets())) std::abort();
  static_cast<void>(security::check_namespace_descriptor(descriptor));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  if (const auto descriptor = SecurityDescriptor::parse(octets)) use(*descriptor);
  const security::Sid domain{5, {21, 1, 2, 3}};
  if (const auto descriptor = SecurityDescriptor::from_sddl(octets, &domain)) use(*descriptor);
  return 0;
}
