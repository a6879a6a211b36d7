// Rows of several machines in one table, list or stream.
#pragma once

#include <memory>
#include <mutex>

#include "cli/console.h"

namespace cli {

/// One writer behind those of many sessions that run the same command at once. Thread-safe.
class SharedRows {
 public:
  explicit SharedRows(const Console& console) : console_(console) {}

  /// For one session, whose RowOptions::host goes with its rows. The first one's options decide the form.
  std::unique_ptr<RowWriter> writer(const RowOptions& options);
  /// After the last session: finishes what the first row began; prints nothing when no session had a row to write.
  void finish();

 private:
  class Forwarder;
  const Console& console_;
  std::mutex mutex_;
  std::unique_ptr<RowWriter> target_;
};

}  // namespace cli
