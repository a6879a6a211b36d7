// Messages for the person who runs the program. Passed along as a reference; there is no global one.
#pragma once

#include <memory>
#include <string_view>

namespace base {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

/// Thread-safe.
class Log {
 public:
  virtual ~Log() = default;
  virtual bool enabled(LogLevel level) const = 0;
  /// One message, without a newline at its end; format it only when enabled(level).
  virtual void write(LogLevel level, std::string_view message) = 0;

  void debug(std::string_view message) { write(LogLevel::kDebug, message); }
  void info(std::string_view message) { write(LogLevel::kInfo, message); }
  void warning(std::string_view message) { write(LogLevel::kWarning, message); }
  void error(std::string_view message) { write(LogLevel::kError, message); }
};

/// Writes messages of at least `least` to standard error, with time and level.
std::unique_ptr<Log> make_stderr_log(LogLevel least);

/// Drops everything.
std::unique_ptr<Log> make_null_log();

}  // namespace base
