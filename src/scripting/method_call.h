// Calling the methods of WMI objects from scripts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scripting/live_object.h"
#include "scripting/world.h"

namespace scripting {

/// One position in a direct call. In-parameters and out-parameters with the same ID are one.
struct MethodParameter {
  std::string name;
  const cim::Property* in = nullptr;
  const cim::Property* out = nullptr;
};
/// By the ID qualifiers, without ReturnValue. Valid while the method's classes live.
std::vector<MethodParameter> method_parameters(const cim::Method& method);

/// Gets an instance the methods that it came without, from its class's definition. It stays without where there is none; what the script
/// knows of its last error stays.
void find_methods(const SessionPtr& session, LiveObject& object);

/// `o.Create("x", , , pid)`: arguments to in-parameters, out-parameters to by-reference arguments, the result is ReturnValue (Empty for a
/// method without one). Left-out arguments keep their defaults, Null is NULL.
Outcome<Variant> call_method(const SessionPtr& session, const LiveObject& object, const cim::Method& method, Arguments arguments);

/// The argument objWbemInParameters: nullopt for none; of a class its instance with the values set there. WBEM_E_INVALID_PARAMETER for
/// other objects.
base::Result<std::optional<cim::Instance>> in_parameters(Dispatch* argument);

/// The path by which an operation in the session's namespace names the object; empty when it has none.
std::string path_for(Session& session, const LiveObject& object);

}  // namespace scripting
