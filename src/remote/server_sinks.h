// From the reference to a client's sink to the operation that calls it back. Only for the server's files.
#pragma once

#include "remote/invocation.h"

namespace remote {

/// `sink` must be a reference to an object elsewhere.
SinkKey sink_key(const std::string& principal, const dcom::Objref& sink);

/// An operation in the table that will call `sink` back as CallbackPolicy says. Errors: CallbackPolicy::security_for's,
/// WBEM_E_INVALID_PARAMETER for no sink, WBEM_E_SERVER_TOO_BUSY. Whoever cannot start it removes it from the table.
base::Result<AsyncCallPtr> make_async_call(const InvocationPtr& invocation, const std::string& principal, const dcom::Objref& sink,
                                           std::string operation, bool sends_text);

}  // namespace remote
