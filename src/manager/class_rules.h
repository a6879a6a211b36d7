// The rules of PutClass that need more than the class itself: its name, its parent, and the three update modes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "cim/class.h"

namespace manager {

/// The name in __CLASS (MS-WMI 3.1.4.3.6). Errors: INCOMPLETE_CLASS (never set), INVALID_PARAMETER (no CLASS-NAME), INVALID_OPERATION
/// (leading underscore), INVALID_OBJECT (trailing underscore), QUOTA_VIOLATION (over 4,096 characters).
base::Status check_class_name(std::string_view name);

/// The class against its parent (null: top-level). Errors: CANNOT_BE_SINGLETON (keys, or a parent that is none; an abstract parent without
/// keys is no hindrance), CANNOT_BE_ABSTRACT (under a concrete parent), CANNOT_BE_KEY (a key added or taken away under a keyed or
/// concrete parent; of its type ClassBuilder judges), TOO_MANY_PROPERTIES (over 256 keys), QUOTA_VIOLATION (derived too deeply).
base::Status check_class(const cim::Class& cls, const cim::Class* parent);

/// True for a qualifier whose change never hurts an instance or a derived class: every one but key, indexed, not_null, abstract, singleton,
/// association, dynamic, provider, static, implemented, disabled, cimtype, in, out, id and any with DisableOverride.
bool unimportant(const cim::Qualifier& qualifier);

/// How a new definition differs from the stored one, apart from inherited members that follow the parent.
enum class Difference : std::uint8_t { kNone, kUnimportant, kImportant };
Difference compare_definitions(const cim::Class& stored, const cim::Class& updated);

/// Why `child` cannot follow its parent from the old to the new definition; each in one sentence. A conflict is a new ToSubClass
/// DisableOverride qualifier that the child sets itself, a property or method that the child declares otherwise than the new definition,
/// or an abstract, singleton or key of the child that the new definition forbids.
std::vector<std::string> conflicts(const cim::Class& child, const cim::Class& old_parent, const cim::Class& updated_parent);

/// The child's own declarations on its new parent. With `force` those that conflict give way. Errors: what check_class or the put of a
/// member says.
base::Result<cim::ClassPtr> follow_parent(const cim::ClassPtr& child, const cim::Class& old_parent, const cim::ClassPtr& updated_parent,
                                          bool force);

}  // namespace manager
