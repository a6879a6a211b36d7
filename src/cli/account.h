// account add | passwd | list | remove: on the accounts file itself, without a repository.
#pragma once

#include <string>
#include <vector>

#include "cli/console.h"

namespace cli {

inline constexpr const char* kDefaultAccounts = "/etc/openwmi/accounts";

struct AccountArguments {
  std::string file = kDefaultAccounts;
  std::string name;
  bool password_stdin = false;
  std::string unix_user;
  std::vector<std::string> groups;
};

/// Each returns an exit status and has printed what there is to say.
int account_add(const Console& console, const AccountArguments& arguments);
int account_passwd(const Console& console, const AccountArguments& arguments);
int account_remove(const Console& console, const AccountArguments& arguments);
int account_list(const Console& console, const RowOptions& rows, const AccountArguments& arguments);

}  // namespace cli
