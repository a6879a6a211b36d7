#include "scripting/coercion.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "base/utf.h"

namespace scripting {
namespace {

constexpr int kMaxDefaults = 16;  // default members in a row [an object whose default is itself]

std::string date_text(double days) {
  const double whole = std::floor(days);
  const auto date = std::chrono::year_month_day(std::chrono::sys_days(std::chrono::year(1899) / 12 / 30) +
                                                std::chrono::days(static_cast<std::int64_t>(whole)));
  const auto seconds = static_cast<int>(std::lround(std::abs(days - whole) * 86400));
  const int hour = seconds / 3600;
  const std::string time =
      fmt::format("{}:{:02}:{:02} {}", hour % 12 == 0 ? 12 : hour % 12, seconds / 60 % 60, seconds % 60, hour < 12 ? "AM" : "PM");
  if (whole == 0) return time;
  const std::string day =
      fmt::format("{}/{}/{}", static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(date.year()));
  return seconds == 0 ? day : day + " " + time;
}

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

Outcome<double> number_of_text(const Text& value) {
  const std::string held = value.to_utf8();
  std::string_view text = trim(held);
  double number = 0;
  if (text.starts_with("&h") || text.starts_with("&H")) {
    std::uint32_t bits = 0;
    const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), bits, 16);
    if (error != std::errc() || end != text.data() + text.size()) return failure(DISP_E_TYPEMISMATCH);
    return static_cast<double>(static_cast<std::int32_t>(bits));
  }
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return failure(DISP_E_TYPEMISMATCH);
  return number;
}

/// Up to three numbers with `separator` between; empty when the text is none.
std::vector<int> numbers_of(std::string_view text, char separator) {
  std::vector<int> out;
  for (;;) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number < 0 || out.size() == 3) return {};
    out.push_back(number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) return out;
    if (text.front() != separator) return {};
    text.remove_prefix(1);
  }
}

/// `1/31/2024` or `2024-01-31`, in days since 1899-12-30.
std::optional<double> day_of_text(std::string_view text) {
  std::vector<int> parts = numbers_of(text, text.find('/') != std::string_view::npos ? '/' : '-');
  if (parts.size() != 3) return std::nullopt;
  if (parts[0] < 100) parts = {parts[2], parts[0], parts[1]};  // en-US
  if (parts[0] < 100) parts[0] += parts[0] < 30 ? 2000 : 1900;
  if (parts[0] > 9999) return std::nullopt;
  using namespace std::chrono;
  const year_month_day date{year(parts[0]), month(static_cast<unsigned>(parts[1])), day(static_cast<unsigned>(parts[2]))};
  if (!date.ok()) return std::nullopt;
  return static_cast<double>((sys_days(date) - sys_days(year(1899) / 12 / 30)).count());
}

/// `13:05`, `1:05:30 PM`, as a part of a day.
std::optional<double> time_of_text(std::string_view text) {
  const auto ends = [&](std::string_view half) { return text.size() > 2 && base::equal_ignore_case(text.substr(text.size() - 2), half); };
  const bool afternoon = ends("PM");
  const bool halves = afternoon || ends("AM");
  if (halves) text = trim(text.substr(0, text.size() - 2));
  std::vector<int> parts = numbers_of(text, ':');
  if (parts.size() < 2) return std::nullopt;
  parts.resize(3);
  if (halves && (parts[0] < 1 || parts[0] > 12)) return std::nullopt;
  if (halves) parts[0] = parts[0] % 12 + (afternoon ? 12 : 0);
  if (parts[0] > 23 || parts[1] > 59 || parts[2] > 59) return std::nullopt;
  return (parts[0] * 3600 + parts[1] * 60 + parts[2]) / 86400.0;
}

std::optional<double> date_of_text(std::string_view text) {
  const std::size_t blank = text.find(' ');
  const auto day = day_of_text(text.substr(0, blank));
  if (!day) return time_of_text(text);
  if (blank == std::string_view::npos) return day;
  const auto time = time_of_text(trim(text.substr(blank)));
  if (!time) return std::nullopt;
  return *day < 0 ? *day - *time : *day + *time;  // before 1899 the time still counts forward
}

}  // namespace

std::string real_text(double value) {
  std::string text = fmt::format("{:.15g}", value);
  const std::size_t e = text.find('e');
  if (e == std::string::npos) return text;
  text[e] = 'E';
  return text;
}

Outcome<Variant> plain_value(const Variant& value) {
  Variant found = value.target();
  for (int i = 0; found.is(VarType::kDispatch); ++i) {
    if (found.as_object() == nullptr || i == kMaxDefaults) return failure(DISP_E_TYPEMISMATCH);
    const DispatchRef object(found.as_object());
    auto got = object->invoke(kValue, invoke::kGet | invoke::kMethod, {});
    if (!got) return failure(DISP_E_TYPEMISMATCH);
    found = got->target();
  }
  return found;
}

Outcome<Text> to_text(const Variant& value) {
  auto plain = plain_value(value);
  if (!plain) return std::unexpected(plain.error());
  if (plain->is_array()) return failure(DISP_E_TYPEMISMATCH);
  switch (plain->type()) {
    case VarType::kString: return plain->as_text();
    case VarType::kEmpty: return Text();
    case VarType::kBoolean: return Text(plain->as_boolean() ? u"True" : u"False");
    case VarType::kFloat: return Text::from_utf8(fmt::format("{:.7g}", plain->as_single()));
    case VarType::kDouble: return Text::from_utf8(real_text(plain->as_real()));
    case VarType::kDate: return Text::from_utf8(date_text(plain->as_real()));
    case VarType::kCurrency: return Text::from_utf8(real_text(static_cast<double>(plain->as_currency()) / 10000));
    case VarType::kInt16: return Text::from_utf8(std::to_string(plain->as_int16()));
    case VarType::kInt32: return Text::from_utf8(std::to_string(plain->as_int32()));
    case VarType::kByte: return Text::from_utf8(std::to_string(plain->as_byte()));
    case VarType::kUInt64: return Text::from_utf8(std::to_string(static_cast<std::uint64_t>(plain->as_integer())));
    case VarType::kInt8:
    case VarType::kUInt16:
    case VarType::kUInt32:
    case VarType::kInt64: return Text::from_utf8(std::to_string(plain->as_integer()));
    default: return failure(DISP_E_TYPEMISMATCH);
  }
}

Outcome<double> to_real(const Variant& value) {
  auto plain = plain_value(value);
  if (!plain) return std::unexpected(plain.error());
  if (plain->is_array()) return failure(DISP_E_TYPEMISMATCH);
  switch (plain->type()) {
    case VarType::kEmpty: return 0;
    case VarType::kBoolean: return plain->as_boolean() ? -1 : 0;
    case VarType::kFloat: return plain->as_single();
    case VarType::kDouble:
    case VarType::kDate: return plain->as_real();
    case VarType::kCurrency: return static_cast<double>(plain->as_currency()) / 10000;
    case VarType::kInt16: return plain->as_int16();
    case VarType::kInt32: return plain->as_int32();
    case VarType::kByte: return plain->as_byte();
    case VarType::kUInt64: return static_cast<double>(static_cast<std::uint64_t>(plain->as_integer()));
    case VarType::kInt8:
    case VarType::kUInt16:
    case VarType::kUInt32:
    case VarType::kInt64: return static_cast<double>(plain->as_integer());
    case VarType::kString: return number_of_text(plain->as_text());
    default: return failure(DISP_E_TYPEMISMATCH);
  }
}

Outcome<double> to_date(const Variant& value) {
  auto plain = plain_value(value);
  if (!plain) return std::unexpected(plain.error());
  if (plain->is(VarType::kString)) {
    const std::string text = plain->as_text().to_utf8();
    if (const auto date = date_of_text(trim(text))) return *date;
  }
  return to_real(*plain);
}

Outcome<std::int32_t> to_int32(const Variant& value) {
  if (value.is(VarType::kInt32)) return value.as_int32();
  auto number = to_real(value);
  if (!number) return std::unexpected(number.error());
  const double rounded = std::nearbyint(*number);
  if (!(rounded >= -2147483648.0 && rounded <= 2147483647.0)) return failure(DISP_E_OVERFLOW);
  return static_cast<std::int32_t>(rounded);
}

Outcome<bool> to_boolean(const Variant& value) {
  auto plain = plain_value(value);
  if (!plain) return std::unexpected(plain.error());
  if (plain->is(VarType::kBoolean)) return plain->as_boolean();
  if (plain->is(VarType::kString)) {
    const std::string text = plain->as_text().to_utf8();
    if (base::equal_ignore_case(text, "true") || base::equal_ignore_case(text, "#true#")) return true;
    if (base::equal_ignore_case(text, "false") || base::equal_ignore_case(text, "#false#")) return false;
  }
  auto number = to_real(*plain);
  if (!number) return std::unexpected(number.error());
  return *number != 0;
}

}  // namespace scripting
