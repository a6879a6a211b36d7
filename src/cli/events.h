// Events of asynchronous calls as a person or a program reads them: one line each, in order of arrival, flushed at once.
#pragma once

#include <string>

#include "cim/services.h"
#include "cli/console.h"

namespace cli {

/// json and jsonl give {"event":"OnObjectReady",...} lines, every other form text. Not thread-safe: one operation's handlers at a time.
class EventPrinter {
 public:
  EventPrinter(const Console& console, const RowOptions& options);
  void object_ready(const cim::Object& object);
  void object_put(std::string_view path);
  void progress(const cim::SinkStatus& status);
  /// `status` from status_of().
  void completed(const base::Status& status);

 private:
  bool json() const { return options_.format == Format::kJson || options_.format == Format::kJsonLines; }
  void emit(std::string line);
  RowOptions shown() const;
  const Console& console_;
  RowOptions options_;
};

}  // namespace cli
