// The machines that a script connects to: this one and others.
#pragma once

#include <memory>
#include <vector>

#include "manager/manager.h"
#include "remote/client.h"
#include "rpc/network.h"
#include "scripting/swbem.h"

namespace cscript {

/// Opens nothing before it is asked. On the script's thread. Ends after the services that it gave.
class Connections {
 public:
  /// This machine: at a daemon that runs for the repository, else in this process. Another: MS-WMI over DCOM, as the user that the request
  /// names (NTLM, or Kerberos when its authority says so), without a user by the tickets of this process's user.
  base::Result<cim::ServicesPtr> connect(const scripting::ConnectRequest& request);

 private:
  base::Result<cim::ServicesPtr> connect_here(const scripting::ConnectRequest& request);
  base::Result<cim::ServicesPtr> connect_embedded(const scripting::ConnectRequest& request);
  base::Result<cim::ServicesPtr> connect_by(remote::ClientOptions options, const scripting::ConnectRequest& request);
  remote::ClientOptions options_of(const scripting::ConnectRequest& request) const;

  std::unique_ptr<manager::Manager> manager_;
  std::unique_ptr<rpc::Network> network_;
  std::vector<std::unique_ptr<remote::Machine>> machines_;
};

}  // namespace cscript
