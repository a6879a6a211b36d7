// wmi doctor: climbs to another machine's management rung by rung, and says which one fails and why.
#pragma once

#include "cli/blocking.h"
#include "cli/commands.h"
#include "cli/doctor_report.h"
#include "cli/hosts.h"
#include "remote/client.h"
#include "rpc/network.h"

namespace cli {

struct DoctorPlan {
  Host host;
  std::string name_space;
  remote::ClientOptions client;  // of this host
  base::Status login;            // why there are no credentials; ok when there are
};

/// Prints the rungs as it climbs; JSON when that was asked for. kSuccess when all hold. Waits; Ctrl-C may leave something in `work`.
int doctor(const Session& session, rpc::Network& network, const DoctorPlan& plan, BlockingWork& work);

}  // namespace cli
