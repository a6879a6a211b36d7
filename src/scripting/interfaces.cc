// The objects of the library, all of them.
#include "scripting/interface.h"
#include "scripting/swbem_datetime.h"
#include "scripting/swbem_event_source.h"
#include "scripting/swbem_locator.h"
#include "scripting/swbem_methods.h"
#include "scripting/swbem_named_values.h"
#include "scripting/swbem_object.h"
#include "scripting/swbem_object_path.h"
#include "scripting/swbem_object_set.h"
#include "scripting/swbem_properties.h"
#include "scripting/swbem_qualifiers.h"
#include "scripting/swbem_refresher.h"
#include "scripting/swbem_security.h"
#include "scripting/swbem_services.h"
#include "scripting/swbem_sink.h"

namespace scripting {

std::span<const Interface* const> swbem_interfaces() {
  static const std::array<const Interface*, 24> all{&SwbemDateTime::declaration(),
                                                    &SwbemEventSource::declaration(),
                                                    &SwbemObject::last_error_declaration(),
                                                    &SwbemLocator::declaration(),
                                                    &SwbemMethod::declaration(),
                                                    &SwbemMethodSet::declaration(),
                                                    &SwbemNamedValue::declaration(),
                                                    &SwbemNamedValueSet::declaration(),
                                                    &SwbemObject::declaration(),
                                                    &SwbemObject::extended_declaration(),
                                                    &SwbemObjectPath::declaration(),
                                                    &SwbemObjectSet::declaration(),
                                                    &SwbemPrivilege::declaration(),
                                                    &SwbemPrivilegeSet::declaration(),
                                                    &SwbemProperty::declaration(),
                                                    &SwbemPropertySet::declaration(),
                                                    &SwbemQualifier::declaration(),
                                                    &SwbemQualifierSet::declaration(),
                                                    &SwbemRefreshableItem::declaration(),
                                                    &SwbemRefresher::declaration(),
                                                    &SwbemSecurity::declaration(),
                                                    &SwbemServices::declaration(),
                                                    &SwbemServices::extended_declaration(),
                                                    &SwbemSink::declaration()};
  return all;
}

}  // namespace scripting
