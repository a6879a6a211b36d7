// The commands of `wmi` over any cim::Services: embedded today, another machine's tomorrow. Each returns its exit status:
// 0 success, 1 a WMI error (already printed), 2 bad usage (already printed).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cim/services.h"
#include "cli/console.h"
#include "cli/run.h"

namespace cli {

inline constexpr int kSuccess = 0;
inline constexpr int kWmiError = 1;
inline constexpr int kUsage = 2;

/// What the global options made.
struct Session {
  Console console;
  RowOptions rows;
  bool format_given = false;  // -o was written
  RunLimits limits;
  cim::ServicesPtr services;  // of -n
};

int query(Session& session, const std::string& text);
int get(Session& session, const std::string& path);

struct CallArguments {
  std::string path;
  std::string method;
  std::vector<std::string> parameters;  // Name=Value; repeated for arrays; Object.Name=Value inside an embedded object
  bool async = false;
  bool status = false;
};
int call(Session& session, const CallArguments& arguments);

struct PutArguments {
  std::string file;  // "-": standard input
  bool async = false;
  bool status = false;
  std::uint32_t flags = 0;  // flag::kCreateOnly ...
};
int put(Session& session, const PutArguments& arguments);

int remove(Session& session, const std::string& path);
/// `pattern`: * and ? as in file names, or %; empty for all.
int classes(Session& session, const std::string& pattern);
int describe(Session& session, const std::string& class_name);
/// All namespaces from `root` down.
int namespaces(Session& session);

/// Prints the error and gives kWmiError; kSuccess for a success.
int finish(const Session& session, const base::Status& status);

}  // namespace cli
