// Rights on a namespace as people name them, and changes of the list that grants them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "security/descriptor.h"

namespace cli {

/// "enable,methods,remote", "all", 0x33 or 51. WBEM_E_INVALID_PARAMETER naming what is no right.
base::Result<std::uint32_t> parse_rights(std::string_view text);
/// "all" for every right; bits without a name as one hexadecimal number.
std::vector<std::string> right_names(std::uint32_t mask);

struct Grant {
  security::Sid who;
  std::uint32_t rights = 0;
  bool deny = false;
  bool below = false;  // namespaces below too
};

/// Adds an ACE, or rights to one of the same kind and reach, before those that are inherited (denying ones first). A granted right is taken
/// out of the namespace's own denials of `who`.
void grant(security::SecurityDescriptor& descriptor, const Grant& change);
/// Takes the rights out of the namespace's own ACEs of `who` of that kind, whatever their reach; an ACE without rights goes. Returns what
/// was taken. Inherited ACEs stay.
std::uint32_t revoke(security::SecurityDescriptor& descriptor, const Grant& change);
/// Rights that inherited ACEs of that kind name for `who`.
std::uint32_t inherited_rights(const security::SecurityDescriptor& descriptor, const Grant& change);

}  // namespace cli
