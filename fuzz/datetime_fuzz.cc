// Any text as a datetime: what is accepted comes back, and its conversions agree.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cim/datetime.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = cim::DateTime::parse(text);
  if (!parsed) {
    require(!parsed.error().text().empty());
    return 0;
  }
  const std::string normal = parsed->to_string();
  require(normal.size() == 25);
  require(normal.substr(0, 21) == text.substr(0, 21));
  const auto again = cim::DateTime::parse(normal);
  require(again.has_value() && again->to_string() == normal);
  require(parsed->utc_microseconds() == again->utc_microseconds());
  if (const auto time = parsed->to_time()) {
    const auto made = cim::DateTime::from_time(*time, parsed->offset_minutes.value_or(0));
    require(made.to_string().substr(0, 21) == normal.substr(0, 21));
  }
  if (const auto length = parsed->interval_length()) require(cim::DateTime::from_interval(*length).to_string() == normal);
  const auto order = cim::compare(*parsed, *again);
  require(order == (parsed->has_wildcards() ? std::partial_ordering::unordered : std::partial_ordering::equivalent));
  return 0;
}
