// security show | grant | revoke: who may do what in a namespace, over any cim::Services.
#pragma once

#include <string>

#include "cli/account.h"
#include "cli/commands.h"

namespace cli {

struct SecurityArguments {
  std::string name_space;
  std::string accounts = kDefaultAccounts;  // for names of accounts
  bool elsewhere = false;                   // the namespace is another machine's
  std::string who;
  std::string rights;
  bool deny = false;
  bool recursive = false;  // grant: for the namespaces below too
  bool sddl = false;       // show
};

/// Each returns its exit status and has printed what there is to say. The session's services are those of the namespace.
int security_show(Session& session, const SecurityArguments& arguments);
int security_grant(Session& session, const SecurityArguments& arguments);
int security_revoke(Session& session, const SecurityArguments& arguments);

}  // namespace cli
