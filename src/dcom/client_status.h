// What went wrong between a client and a server, in words for people. Only for .cc files of this folder.
#pragma once

#include <string>

#include "dcom/client.h"

namespace dcom {

struct Target;

/// No connection: who did not answer, why, and what to look at.
base::Status unreachable(const Target& target, const base::Status& cause);

/// A login that came to no good end: SEC_E_LOGON_DENIED where the server refused it, else the code of `cause`.
base::Status login_failed(const std::string& host, const Security& security, const base::Status& cause);

/// A call that brought no answer: a fault, the end of the connection, a deadline.
base::Status call_failed(const std::string& host, const rpc::Reply& reply);

/// An activation whose answer is a failure.
base::Status activation_failed(const std::string& host, const Guid& clsid, base::Hresult result);

}  // namespace dcom
