#include "scripting/swbem_datetime.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <ctime>

namespace scripting {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDayLength = 86'400 * kSecond;
constexpr std::int64_t kUnixEpoch = 11'644'473'600 * kSecond;  // since 1601
constexpr std::int64_t kVariantEpoch = 109'205 * kDayLength;   // 1899-12-30 since 1601
constexpr std::int64_t kLast = 3'067'671 * kDayLength;         // the end of the year 9999, since 1601
constexpr std::int32_t kMaxOffset = 720;

/// Minutes that this machine's local time is ahead of UTC at a moment (microseconds since 1601).
std::int64_t local_offset(std::int64_t utc) {
  const auto seconds = static_cast<std::time_t>((utc - kUnixEpoch) / kSecond);
  std::tm parts{};
  return ::localtime_r(&seconds, &parts) != nullptr ? parts.tm_gmtoff / 60 : 0;
}

/// The same for a moment of the local clock.
std::int64_t local_offset_at(std::int64_t local) {
  const std::int64_t first = local_offset(local);
  return local_offset(local - first * 60 * kSecond);
}

constexpr unsigned kReadWrite = invoke::kGet | invoke::kPut;

}  // namespace

const Interface& SwbemDateTime::declaration() {
  using D = SwbemDateTime;
  constexpr unsigned kMethod = invoke::kMethod;
  static const Interface made(
      {.object = "SWbemDateTime",
       .interface = "ISWbemDateTime",
       .iid = "5e97458a-cf77-11d3-b38f-00105a1f473a",
       .clsid = "47dfbe54-cf76-11d3-b38f-00105a1f473a",
       .prog_id = "WbemScripting.SWbemDateTime"},
      {{"Value", kValue, kReadWrite, 7, "", "BSTR", handler<&D::value>},
       {"Year", 1, kReadWrite, 9, "", "long", handler<&D::field<kYear>>},
       {"YearSpecified", 2, kReadWrite, 11, "", "VARIANT_BOOL", handler<&D::specified<kYear>>},
       {"Month", 3, kReadWrite, 13, "", "long", handler<&D::field<kMonth>>},
       {"MonthSpecified", 4, kReadWrite, 15, "", "VARIANT_BOOL", handler<&D::specified<kMonth>>},
       {"Day", 5, kReadWrite, 17, "", "long", handler<&D::field<kDay>>},
       {"DaySpecified", 6, kReadWrite, 19, "", "VARIANT_BOOL", handler<&D::specified<kDay>>},
       {"Hours", 7, kReadWrite, 21, "", "long", handler<&D::field<kHours>>},
       {"HoursSpecified", 8, kReadWrite, 23, "", "VARIANT_BOOL", handler<&D::specified<kHours>>},
       {"Minutes", 9, kReadWrite, 25, "", "long", handler<&D::field<kMinutes>>},
       {"MinutesSpecified", 10, kReadWrite, 27, "", "VARIANT_BOOL", handler<&D::specified<kMinutes>>},
       {"Seconds", 11, kReadWrite, 29, "", "long", handler<&D::field<kSeconds>>},
       {"SecondsSpecified", 12, kReadWrite, 31, "", "VARIANT_BOOL", handler<&D::specified<kSeconds>>},
       {"Microseconds", 13, kReadWrite, 33, "", "long", handler<&D::field<kMicroseconds>>},
       {"MicrosecondsSpecified", 14, kReadWrite, 35, "", "VARIANT_BOOL", handler<&D::specified<kMicroseconds>>},
       {"UTC", 15, kReadWrite, 37, "", "long", handler<&D::field<kUtc>>},
       {"UTCSpecified", 16, kReadWrite, 39, "", "VARIANT_BOOL", handler<&D::specified<kUtc>>},
       {"IsInterval", 17, kReadWrite, 41, "", "VARIANT_BOOL", handler<&D::is_interval>},
       {"GetVarDate", 18, kMethod, 43, "bIsLocal:VARIANT_BOOL=TRUE", "DATE", handler<&D::get_var_date>},
       {"SetVarDate", 19, kMethod, 44, "dVarDate:DATE, bIsLocal:VARIANT_BOOL=TRUE", "void", handler<&D::set_var_date>},
       {"GetFileTime", 20, kMethod, 45, "bIsLocal:VARIANT_BOOL=TRUE", "BSTR", handler<&D::get_file_time>},
       {"SetFileTime", 21, kMethod, 46, "strFileTime:BSTR, bIsLocal:VARIANT_BOOL=TRUE", "void", handler<&D::set_file_time>}});
  return made;
}

Outcome<Variant> SwbemDateTime::field(std::size_t which, MemberCall& call) {
  struct Range {
    std::int32_t least, most;
  };
  static constexpr std::array<Range, kFields> kMoment{
      {{0, 9999}, {1, 12}, {1, 31}, {0, 23}, {0, 59}, {0, 59}, {0, 999'999}, {-kMaxOffset, kMaxOffset}}};
  if (!call.is_put()) return Variant::int32(fields_[which].value);
  Range range = kMoment[which];
  if (interval_ && which == kDay) range = {0, 99'999'999};
  const std::int32_t value = call.value().as_int32();
  if (value < range.least || value > range.most) return fail(WBEM_E_VALUE_OUT_OF_RANGE);
  fields_[which] = {value, true};
  return Variant();
}

std::string SwbemDateTime::text() const {
  const auto part = [&](Field field, int digits) {
    return fields_[field].specified ? fmt::format("{:0{}}", fields_[field].value, digits)
                                    : std::string(static_cast<std::size_t>(digits), '*');
  };
  const std::string rest = part(kHours, 2) + part(kMinutes, 2) + part(kSeconds, 2) + "." + part(kMicroseconds, 6);
  if (interval_) return part(kDay, 8) + rest + ":000";
  const std::int32_t offset = fields_[kUtc].value;
  const std::string zone = fields_[kUtc].specified ? fmt::format("{:03}", std::abs(offset)) : "***";
  return part(kYear, 4) + part(kMonth, 2) + part(kDay, 2) + rest + (fields_[kUtc].specified && offset < 0 ? "-" : "+") + zone;
}

void SwbemDateTime::set(const cim::DateTime& time) {
  const auto put = [&](Field field, std::int32_t value) {
    if (value >= 0) fields_[field].value = value;
    fields_[field].specified = value >= 0;
  };
  interval_ = time.interval;
  if (!interval_) {
    put(kYear, time.year);
    put(kMonth, time.month);
  }
  put(kDay, time.day);
  put(kHours, time.hour);
  put(kMinutes, time.minute);
  put(kSeconds, time.second);
  put(kMicroseconds, time.microsecond_digits < 6 ? -1 : time.microsecond);
  if (!interval_) fields_[kUtc] = {time.offset_minutes.value_or(0), time.offset_minutes.has_value()};
}

Outcome<Variant> SwbemDateTime::value(MemberCall& call) {
  if (!call.is_put()) return Variant::utf8(text());
  const auto time = cim::DateTime::parse(call.value().as_text().to_utf8());
  if (!time) return fail(WBEM_E_INVALID_SYNTAX);
  set(*time);
  return Variant();
}

Outcome<Variant> SwbemDateTime::is_interval(MemberCall& call) {
  if (!call.is_put()) return Variant::boolean(interval_);
  const bool was = std::exchange(interval_, call.value().as_boolean());
  if (was && !interval_ && fields_[kDay].value > 31) fields_[kDay].value = 31;
  if (was && !interval_ && fields_[kDay].value < 1) fields_[kDay].value = 1;
  return Variant();
}

std::optional<std::int64_t> SwbemDateTime::microseconds(bool local) const {
  if (interval_) return std::nullopt;
  auto time = cim::DateTime::parse(text());
  if (!time) return std::nullopt;
  if (!time->offset_minutes) return std::nullopt;
  const auto utc = time->utc_microseconds();
  if (!utc) return std::nullopt;
  return local ? *utc + local_offset(*utc) * 60 * kSecond : *utc;
}

bool SwbemDateTime::set_microseconds(std::int64_t since_1601, bool local) {
  using namespace std::chrono;
  const sys_days epoch = year(1601) / 1 / 1;
  const auto day = epoch + days(since_1601 / kDayLength - (since_1601 % kDayLength < 0 ? 1 : 0));
  const std::int64_t within = since_1601 - duration_cast<days>(day - epoch).count() * kDayLength;
  const year_month_day date(day);
  if (static_cast<int>(date.year()) < 0 || static_cast<int>(date.year()) > 9999) return false;
  const auto put = [&](Field field, std::int64_t value) { fields_[field] = {static_cast<std::int32_t>(value), true}; };
  interval_ = false;
  put(kYear, static_cast<int>(date.year()));
  put(kMonth, static_cast<unsigned>(date.month()));
  put(kDay, static_cast<unsigned>(date.day()));
  put(kHours, within / kSecond / 3600);
  put(kMinutes, within / kSecond / 60 % 60);
  put(kSeconds, within / kSecond % 60);
  put(kMicroseconds, within % kSecond);
  put(kUtc, local ? local_offset_at(since_1601) : 0);
  return true;
}

Outcome<Variant> SwbemDateTime::get_var_date(MemberCall& call) {
  const auto found = microseconds(boolean_argument(call, 0));
  if (!found) return fail(WBEM_E_FAILED);
  // Whole seconds, as the calendar of automation counts them; before 1899 the day is negative and the time counts forward.
  const std::int64_t since = (*found - kVariantEpoch) / kSecond * kSecond;
  const std::int64_t day = since / kDayLength - (since % kDayLength < 0 ? 1 : 0);
  const double time = static_cast<double>(since - day * kDayLength) / static_cast<double>(kDayLength);
  return Variant::date(day < 0 ? static_cast<double>(day) - time : static_cast<double>(day) + time);
}

Outcome<Variant> SwbemDateTime::set_var_date(MemberCall& call) {
  const double days = call.argument(0).as_real();
  if (!(days > -657'435.0 && days < 2'958'466.0)) return fail(WBEM_E_INVALID_SYNTAX);
  const double day = std::trunc(days);
  const auto time = static_cast<std::int64_t>(std::llround(std::abs(days - day) * 86'400)) * kSecond;
  const std::int64_t since = static_cast<std::int64_t>(day) * kDayLength + time + kVariantEpoch;
  if (!set_microseconds(since, boolean_argument(call, 1))) return fail(WBEM_E_INVALID_SYNTAX);
  return Variant();
}

Outcome<Variant> SwbemDateTime::get_file_time(MemberCall& call) {
  const auto found = microseconds(boolean_argument(call, 0));
  if (!found || *found < 0) return fail(WBEM_E_FAILED);
  return Variant::utf8(std::to_string(static_cast<std::uint64_t>(*found) * 10));
}

Outcome<Variant> SwbemDateTime::set_file_time(MemberCall& call) {
  const std::string text = text_argument(call, 0);
  std::uint64_t ticks = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ticks);
  if (error != std::errc() || end != text.data() + text.size() || ticks / 10 > static_cast<std::uint64_t>(kLast)) {
    return fail(WBEM_E_INVALID_SYNTAX);
  }
  if (!set_microseconds(static_cast<std::int64_t>(ticks / 10), boolean_argument(call, 1))) return fail(WBEM_E_INVALID_SYNTAX);
  return Variant();
}

}  // namespace scripting
