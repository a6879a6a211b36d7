// The command line of mofcomp (SDK page "mofcomp").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace mofcomp {

struct Arguments {
  std::string file;  // "-": standard input
  bool help = false;
  bool check = false;
  bool wmi = false;
  bool autorecover = false;
  bool keep_going = false;  // -continue, ours: refused objects are reported, the others stored
  std::string name_space = "root\\default";
  std::uint32_t class_flags = 0;
  std::uint32_t instance_flags = 0;
  std::string binary;     // -B
  std::string user;       // -U
  std::string password;   // -P
  std::string authority;  // -A
  std::string amendment;  // -AMENDMENT
  std::string mof;        // -MOF
  std::string mfl;        // -MFL
  std::string resource;   // -ER
  std::string locale;     // -L
  std::string repository;
};

/// Switches begin with - or /, in any case; a word with / that is no switch is a path. Errors: WBEM_E_INVALID_PARAMETER with what was
/// wrong (exit status 2).
base::Result<Arguments> parse_arguments(const std::vector<std::string>& words);

std::string_view usage();

}  // namespace mofcomp
