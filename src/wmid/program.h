// The life of the daemon: start, signals, end.
#pragma once

#include <string>
#include <vector>

#include "wmid/config.h"

namespace wmid {

constexpr int kWrongConfiguration = 2;  // the exit status

struct Arguments {
  std::string config_file;  // empty: kConfigFile if it is there
  std::vector<Setting> flags;
  bool background = false;
};

/// Serves until SIGTERM or SIGINT, prints `wmid: ready on ADDRESS:PORT` when it does, reloads at SIGHUP. Returns the exit status: 0, 1 when
/// it cannot serve, 2 for a wrong configuration, with the reason on standard error. In the background the calling process returns once the
/// daemon serves, or cannot. Call it from main(), before there are threads; once.
int run(const Arguments& arguments);

}  // namespace wmid
