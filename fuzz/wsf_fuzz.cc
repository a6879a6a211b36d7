// Any text as a .wsf file: it parses within its limits, or an error names a place; what it describes prints.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "script/wsh/wsf.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = script::wsh::parse_wsf(text);
  if (!file) {
    if (file.error().text.empty() || file.error().line == 0) std::abort();
    return 0;
  }
  if (file->jobs.empty()) std::abort();
  for (const auto& job : file->jobs) {
    if (script::wsh::wsf_usage(job, "x.wsf").size() > 64 * size + 1024) std::abort();
    for (const auto& script : job.scripts) {
      if (script.first_line == 0 || script.text.size() > size) std::abort();
    }
  }
  return 0;
}
