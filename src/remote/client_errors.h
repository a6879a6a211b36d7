// What a client tells of failures: texts with the host in them, and the error object.
#pragma once

#include <string_view>

#include "cim/services.h"
#include "dcom/client.h"

namespace remote {

/// The failure of a call to `host`: the method's own as it is; of the transport with a text that says what happened to which host.
base::Status describe_failure(const dcom::ObjectReply& reply, std::string_view host, std::string_view operation);
/// The end of a connection.
base::Status describe_loss(const base::Status& reason, std::string_view host);
/// __ExtendedStatus with Description, Operation, ParameterInfo and StatusCode: what the wire says in words, as the manager would put it.
cim::ObjectPtr make_error_object(const base::Status& status, std::string_view operation, std::string_view parameter_info);
cim::SinkStatus failure_status(const base::Status& status, std::string_view operation, std::string_view parameter_info);

}  // namespace remote
