#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace base {
namespace {

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return spdlog::level::debug;
    case LogLevel::kInfo: return spdlog::level::info;
    case LogLevel::kWarning: return spdlog::level::warn;
    case LogLevel::kError: return spdlog::level::err;
  }
  return spdlog::level::err;
}

/// A line is one line, whatever strangers put into their names.
std::string one_line(std::string_view message) {
  std::string out(message);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto octet = static_cast<unsigned char>(out[i]);
    const auto before = static_cast<unsigned char>(i > 0 ? out[i - 1] : 0);
    if (octet < 0x20 || octet == 0x7F) out[i] = ' ';
    if (before == 0xC2 && octet >= 0x80 && octet < 0xA0) out.replace(i - 1, 2, "  ");  // U+0080 to U+009F
  }
  return out;
}

class StderrLog final : public Log {
 public:
  explicit StderrLog(LogLevel least) : logger_("openwmi", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger_.set_level(level_of(least));
    logger_.set_pattern("%Y-%m-%dT%H:%M:%S.%e %l: %v");
  }
  bool enabled(LogLevel level) const override { return logger_.should_log(level_of(level)); }
  void write(LogLevel level, std::string_view message) override {
    if (enabled(level)) logger_.log(level_of(level), one_line(message));
  }

 private:
  spdlog::logger logger_;
};

class NullLog final : public Log {
 public:
  bool enabled(LogLevel) const override { return false; }
  void write(LogLevel, std::string_view) override {}
};

}  // namespace

std::unique_ptr<Log> make_stderr_log(LogLevel least) { return std::make_unique<StderrLog>(least); }
std::unique_ptr<Log> make_null_log() { return std::make_unique<NullLog>(); }

}  // namespace base
