// The command line of the old Linux wmic: wmic -U [DOMAIN/]USER%PASSWORD [options] //HOST "QUERY".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "cli/hosts.h"

namespace cli {

struct WmicArguments {
  Host host;
  std::string query;
  std::string name_space = "root\\cimv2";
  std::string delimiter = "|";
  std::string domain;
  std::string user;
  std::optional<std::string> password;
  bool asks_password = true;  // false: -N
  bool kerberos = false;
  int debug_level = 0;
  bool debug_to_error = false;  // --debug-stderr
  bool help = false;
  bool version = false;

  /// A password in the words of the command line: where the caller has to overwrite it.
  struct Secret {
    std::size_t word = 0;
    std::size_t offset = 0;
  };
  std::vector<Secret> secrets;
};

/// `words` without the program's name. Options that configured the old program's insides (-s, -d, --option ...) are taken and ignored. A
/// file of -A has lines `username = X`, `password = X`, `domain = X`. WBEM_E_INVALID_PARAMETER with what was wrong.
base::Result<WmicArguments> parse_wmic(const std::vector<std::string>& words);

/// The help text.
std::string wmic_usage();

}  // namespace cli
