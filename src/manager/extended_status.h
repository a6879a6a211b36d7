// The error object of a failed operation: an instance of __ExtendedStatus.
#pragma once

#include <string_view>

#include "cim/object.h"
#include "manager/connection.h"

namespace manager {

/// Operation, ParameterInfo, ProviderName, Description (the status' text, else the code's general one) and StatusCode. Never null.
cim::ObjectPtr extended_status(const Connection& connection, const base::Status& status, std::string_view operation,
                               std::string_view parameter_info, std::string_view provider_name);

}  // namespace manager
