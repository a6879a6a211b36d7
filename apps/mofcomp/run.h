// What mofcomp does once its command line is understood.
#pragma once

#include <functional>
#include <ostream>

#include "apps/mofcomp/arguments.h"
#include "base/files.h"
#include "mof/compiler.h"

namespace mofcomp {

inline constexpr int kDone = 0;
inline constexpr int kRepositoryError = 1;
inline constexpr int kBadSwitch = 2;
inline constexpr int kSyntaxError = 3;

/// What lies outside: files, streams and the repository.
struct Surroundings {
  base::Files& files;
  std::ostream& out;
  std::ostream& errors;
  std::function<std::string()> read_input;  // standard input to its end
  /// Compiles a checked unit into the repository of the arguments; all or nothing unless options.keep_going.
  std::function<base::Result<mof::CompileCounts>(const Arguments&, const mof::Unit&, const mof::CompileOptions&, mof::Diagnostics&)>
      compile;
  /// Notes a file for recovery beside the repository.
  std::function<base::Status(const Arguments&, const std::string& file)> note_for_recovery;
};

/// The exit status: kDone, kRepositoryError, kBadSwitch, kSyntaxError. Everything was printed.
int run(const Arguments& arguments, const Surroundings& surroundings);

}  // namespace mofcomp
