// The program when it is called by the name wmic.
#pragma once

namespace wmi {

/// Whether argv[0] says so.
bool is_wmic(const char* program);
/// The exit status. Overwrites the password in `argv`.
int run_wmic(int argc, char** argv);

}  // namespace wmi
