#include "wql/dates.h"

#include <fmt/format.h>

#include <array>
#include <ctime>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/utf.h"
#include "cim/datetime.h"

namespace wql {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr std::int64_t kSecond = 1'000'000;
constexpr sys_days kEpoch1601 = year{1601} / 1 / 1;

/// A run of digits, a word, or one other character.
struct Piece {
  std::string_view text;
  bool number = false;
  bool word = false;
  bool after_blank = false;
  int value = 0;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::optional<std::vector<Piece>> split(std::string_view text) {
  std::vector<Piece> out;
  bool blank = false;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ') {
      blank = true;
      ++at;
      continue;
    }
    Piece piece;
    piece.number = is_digit(text[at]);
    piece.word = is_letter(text[at]);
    piece.after_blank = std::exchange(blank, false);
    std::size_t end = at + 1;
    while (end < text.size() && ((piece.number && is_digit(text[end])) || (piece.word && is_letter(text[end])))) ++end;
    piece.text = text.substr(at, end - at);
    if (piece.number && piece.text.size() > 8) return std::nullopt;
    for (const char c : piece.text) piece.value = piece.number ? piece.value * 10 + (c - '0') : 0;
    out.push_back(piece);
    at = end;
  }
  return out;
}

int month_of(const Piece& piece) {
  static constexpr std::array<std::string_view, 12> kMonths = {"January", "February", "March",     "April",   "May",      "June",
                                                               "July",    "August",   "September", "October", "November", "December"};
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (base::equal_ignore_case(piece.text, kMonths[i]) || base::equal_ignore_case(piece.text, kMonths[i].substr(0, 3))) {
      return static_cast<int>(i) + 1;
    }
  }
  return 0;
}

std::optional<int> year_of(const Piece& piece) {
  if (!piece.number || (piece.text.size() != 4 && piece.text.size() != 2)) return std::nullopt;
  if (piece.text.size() == 4) return piece.value;
  return piece.value + (piece.value < 30 ? 2000 : 1900);
}

std::optional<year_month_day> date_of(std::optional<int> y, int month, int day) {
  if (!y || *y < 1601 || month < 1 || day < 1) return std::nullopt;
  const year_month_day date{year{*y}, std::chrono::month(static_cast<unsigned>(month)), std::chrono::day(static_cast<unsigned>(day))};
  return date.ok() ? std::optional(date) : std::nullopt;
}

/// A year written with four digits, or with two where its place says that it is one.
bool is_long(const Piece& piece) { return piece.number && piece.text.size() == 4; }
int day_of(const Piece& piece) { return piece.number && piece.text.size() <= 2 ? piece.value : 0; }

/// One month name and one or two numbers, in any of the printed orders.
std::optional<year_month_day> named_date(std::span<const Piece> p) {
  std::vector<Piece> parts;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const bool comma = p[i].text == "," && i != 0 && i + 1 != p.size();
    if (!comma) parts.push_back(p[i]);
  }
  if (parts.size() == 2) {
    const std::size_t name = month_of(parts[0]) != 0 ? 0 : 1;
    if (!is_long(parts[1 - name])) return std::nullopt;
    return date_of(year_of(parts[1 - name]), month_of(parts[name]), 1);
  }
  if (parts.size() != 3) return std::nullopt;
  for (std::size_t name = 0; name < 3; ++name) {
    if (month_of(parts[name]) == 0) continue;
    const Piece& first = parts[name == 0 ? 1 : 0];
    const Piece& second = parts[name == 2 ? 1 : 2];
    // Day first, unless only the first can be the year: Jan 32 21, 1932 January 21.
    const bool year_first = is_long(first) || (!is_long(second) && (day_of(first) > 31 || day_of(first) == 0));
    return year_first ? date_of(year_of(first), month_of(parts[name]), day_of(second))
                      : date_of(year_of(second), month_of(parts[name]), day_of(first));
  }
  return std::nullopt;
}

/// Three numbers with equal separators. With a four-digit year its place decides; else month, day, year, then the other orders.
std::optional<year_month_day> numeric_date(std::span<const Piece> p) {
  if (p.size() != 5 || p[1].text != p[3].text || (p[1].text != "/" && p[1].text != "-" && p[1].text != ".")) return std::nullopt;
  const Piece& a = p[0];
  const Piece& b = p[2];
  const Piece& c = p[4];
  if (!a.number || !b.number || !c.number) return std::nullopt;
  struct Order {
    const Piece *y, *m, *d;
  };
  const std::array<Order, 6> orders = {{{&c, &a, &b}, {&c, &b, &a}, {&a, &b, &c}, {&a, &c, &b}, {&b, &a, &c}, {&b, &c, &a}}};
  for (const Order& order : orders) {
    const auto date = date_of(year_of(*order.y), day_of(*order.m), day_of(*order.d));
    if (date) return date;
  }
  return std::nullopt;
}

/// yyyy, yyyyMM, yyyyMMdd, yyMMdd. Six digits are yyyyMM when they begin with 19 or 20 and end with a month.
std::optional<year_month_day> packed_date(std::span<const Piece> p) {
  if (p.size() != 1 || !p[0].number) return std::nullopt;
  const int v = p[0].value;
  switch (p[0].text.size()) {
    case 4: return date_of(v, 1, 1);
    case 6: {
      const bool century = v / 10000 == 19 || v / 10000 == 20;
      if (const auto date = date_of(v / 100, v % 100, 1); century && date) return date;
      return date_of(v / 10000 + (v / 10000 < 30 ? 2000 : 1900), v / 100 % 100, v % 100);
    }
    case 8: return date_of(v / 10000, v / 100 % 100, v % 100);
    default: return std::nullopt;
  }
}

struct TimeOfDay {
  int seconds = 0;
  std::optional<int> offset;  // minutes that the zone deviates from UTC
};

/// hh[:mm[:ss[:uuu]]] with AM or PM; an hour alone needs one of them.
std::optional<TimeOfDay> time_of(std::span<const Piece> p) {
  int half = 0;
  if (!p.empty() && p.back().word) {
    half = base::equal_ignore_case(p.back().text, "AM") ? 1 : base::equal_ignore_case(p.back().text, "PM") ? 2 : -1;
    p = p.first(p.size() - 1);
  }
  if (half < 0 || p.empty() || p.size() % 2 == 0 || p.size() > 7 || (p.size() == 1 && half == 0)) return std::nullopt;
  std::array<int, 4> v{};
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (i % 2 == 1 ? p[i].text != ":" : !p[i].number || p[i].text.size() > (i == 6 ? 3U : 2U)) return std::nullopt;
    if (i % 2 == 0) v[i / 2] = p[i].value;
  }
  if (half != 0 && (v[0] < 1 || v[0] > 12)) return std::nullopt;
  if (half != 0) v[0] = v[0] % 12 + (half == 2 ? 12 : 0);
  if (v[0] > 23 || v[1] > 59 || v[2] > 59) return std::nullopt;
  TimeOfDay out{v[0] * 3600 + v[1] * 60 + v[2], std::nullopt};
  if (p.size() == 7) out.offset = v[3];
  return out;
}

/// Where the time begins: at the number before the first colon, or before a final AM or PM.
std::size_t time_begin(std::span<const Piece> p) {
  for (std::size_t i = 1; i < p.size(); ++i) {
    const bool half = p[i].word && (base::equal_ignore_case(p[i].text, "AM") || base::equal_ignore_case(p[i].text, "PM"));
    if (p[i].text == ":" || half) return i - 1;
  }
  return p.size();
}

std::unexpected<base::Status> not_a_date(std::string_view text, std::string_view why) {
  return base::fail(WBEM_E_INVALID_QUERY,
                    fmt::format("\"{}\" {}; write yyyymmddHHMMSS.mmmmmm+UUU, 2004-01-21 or January 21, 2004 3:23 PM", text, why));
}

base::Result<Moment> of_cim(const cim::DateTime& time, std::string_view text) {
  if (time.interval) {
    const auto length = time.interval_length();
    if (!length) return not_a_date(text, "is an interval with wildcards");
    return Moment{true, length->count()};
  }
  const auto utc = time.utc_microseconds();
  if (!utc) return not_a_date(text, "has wildcards, which WHERE does not take");
  return Moment{false, *utc};
}

class SystemLocalTime final : public LocalTime {
 public:
  std::int32_t offset_minutes(std::int64_t local_seconds) const override {
    std::tm broken{};
    const std::time_t as_utc = local_seconds;
    gmtime_r(&as_utc, &broken);
    broken.tm_isdst = -1;
    const std::time_t utc = std::mktime(&broken);
    return static_cast<std::int32_t>((local_seconds - utc) / 60);
  }
  year_month_day today() const override {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm broken{};
    localtime_r(&now, &broken);
    return year{broken.tm_year + 1900} / (broken.tm_mon + 1) / broken.tm_mday;
  }
};

}  // namespace

const LocalTime& system_local_time() {
  static const SystemLocalTime local;
  return local;
}

base::Result<Moment> parse_moment(std::string_view text, const LocalTime& local) {
  if (const auto time = cim::DateTime::parse(text)) return of_cim(*time, text);
  const auto pieces = split(text);
  if (!pieces || pieces->empty()) return not_a_date(text, "is no date");
  const std::span<const Piece> all(*pieces);
  const std::size_t begin = time_begin(all);
  const auto date_pieces = all.first(begin);
  std::optional<year_month_day> date = local.today();
  if (!date_pieces.empty()) date = named_date(date_pieces);
  if (!date) date = numeric_date(date_pieces);
  if (!date) date = packed_date(date_pieces);
  TimeOfDay time;
  if (begin < all.size()) {
    const auto read = time_of(all.subspan(begin));
    if (!read) return not_a_date(text, "has no time of day");
    time = *read;
  }
  if (!date) return not_a_date(text, "is no date");
  const sys_days day{*date};
  const std::int64_t local_seconds = std::chrono::seconds(day.time_since_epoch()).count() + time.seconds;
  const std::int32_t offset = time.offset ? *time.offset : local.offset_minutes(local_seconds);
  const std::int64_t since_1601 = std::chrono::seconds(day - kEpoch1601).count() + time.seconds - offset * 60;
  return Moment{false, since_1601 * kSecond};
}

std::string to_cim_text(const Moment& moment) {
  const std::chrono::microseconds length(moment.microseconds);
  // from_interval splits the time of day too; only the days need a calendar. Clock types do not reach all years.
  cim::DateTime out = cim::DateTime::from_interval(length);
  if (moment.interval) return out.to_string();
  const year_month_day date{kEpoch1601 + days(out.day)};
  out.interval = false;
  out.year = static_cast<int>(date.year());
  out.month = static_cast<std::int32_t>(static_cast<unsigned>(date.month()));
  out.day = static_cast<std::int32_t>(static_cast<unsigned>(date.day()));
  out.offset_minutes = 0;
  return out.to_string();
}

}  // namespace wql
