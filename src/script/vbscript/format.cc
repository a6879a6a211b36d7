// Numbers and dates as texts.
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "script/vbscript/conversions.h"

namespace script::vbscript {
namespace {

/// `digits` significant digits; plain figures while they need no more places than that on either side of the point.
std::string format_number(double value, int digits) {
  if (std::isnan(value)) return "-1.#IND";
  if (std::isinf(value)) return value < 0 ? "-1.#INF" : "1.#INF";
  if (value == 0) return "0";
  std::string scientific = fmt::format("{:.{}e}", std::fabs(value), digits - 1);
  const std::size_t e = scientific.find('e');
  const int exponent = std::atoi(scientific.c_str() + e + 1);
  std::string figures = scientific.substr(0, 1) + scientific.substr(2, e - 2);
  figures.erase(figures.find_last_not_of('0') + 1);
  const int count = static_cast<int>(figures.size());
  std::string out = value < 0 ? "-" : "";
  if (exponent >= digits || (exponent < 0 && count - 1 - exponent > digits)) {
    out += figures.substr(0, 1);
    if (count > 1) out += "." + figures.substr(1);
    return out + fmt::format("E{}{:02}", exponent < 0 ? '-' : '+', std::abs(exponent));
  }
  if (exponent < 0) return out + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + figures;
  if (count <= exponent + 1) return out + figures + std::string(static_cast<std::size_t>(exponent + 1 - count), '0');
  const auto whole = static_cast<std::size_t>(exponent + 1);
  return out + figures.substr(0, whole) + "." + figures.substr(whole);
}

}  // namespace

std::string format_double(double value) { return format_number(value, 15); }

std::string format_single(float value) { return format_number(static_cast<double>(value), 7); }

std::string format_currency(std::int64_t scaled) {
  const std::uint64_t magnitude = scaled < 0 ? 0 - static_cast<std::uint64_t>(scaled) : static_cast<std::uint64_t>(scaled);
  std::string out = fmt::format("{}{}", scaled < 0 ? "-" : "", magnitude / 10'000);
  if (magnitude % 10'000 == 0) return out;
  out += fmt::format(".{:04}", magnitude % 10'000);
  out.erase(out.find_last_not_of('0') + 1);
  return out;
}

std::string format_date(double days) {
  const CivilTime time = civil_time(days);
  const bool has_time = time.hour != 0 || time.minute != 0 || time.second != 0;
  std::string out;
  const bool has_date = time.year != 1899 || time.month != 12 || time.day != 30;
  if (has_date) out = fmt::format("{}/{}/{}", time.month, time.day, time.year);
  if (has_date && !has_time) return out;
  if (has_date) out += ' ';
  const int hour = time.hour % 12 == 0 ? 12 : time.hour % 12;
  return out + fmt::format("{}:{:02}:{:02} {}", hour, time.minute, time.second, time.hour < 12 ? "AM" : "PM");
}

}  // namespace script::vbscript
