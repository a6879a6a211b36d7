// What wmi doctor says: rungs, and the likely causes of failures.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "cli/console.h"

namespace cli {

enum class RungState : std::uint8_t { kHolds, kFails, kSkipped };

struct Finding {
  RungState state = RungState::kHolds;
  std::string found;  // what was learnt, or what went wrong
  std::string cause;  // of a failure: what is likely, and what to do
};

/// Prints one line a rung and one about those that were not tried, or one JSON object at the end. Not thread-safe.
class DoctorReport {
 public:
  /// `json` nullopt: text. Else kJson (indented) or kJsonLines.
  DoctorReport(const Console& console, std::string host, std::optional<Format> json);
  void add(std::string_view rung, std::chrono::nanoseconds took, Finding finding);
  /// After the last rung. Whether all hold.
  bool finish();

 private:
  struct Line {
    std::string rung;
    double milliseconds = 0;
    Finding finding;
  };
  void print_text(std::string_view rung, double milliseconds, const Finding& finding) const;
  void print_json() const;

  const Console& console_;
  const std::string host_;
  const std::optional<Format> json_;
  std::vector<Line> lines_;
  bool sound_ = true;
};

/// Where in the climb a failure arose; the same code means different things.
enum class Rung : std::uint8_t { kName, kPort, kEndpoint, kLogin, kActivation, kObjects, kNamespace, kQuery, kCallback };
/// As it is printed.
std::string_view rung_name(Rung rung);
/// What is likely behind a failure there, and what to do about it; for people who know neither RPC nor DCOM.
std::string likely_cause(Rung rung, base::Hresult code);

}  // namespace cli
