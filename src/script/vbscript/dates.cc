// The calendar, and texts that are dates.
#include <array>
#include <cmath>
#include <ctime>
#include <vector>

#include "script/vbscript/conversions.h"

namespace script::vbscript {
namespace {

constexpr double kFirstDay = -657434;  // 100-01-01
constexpr double kEndDay = 2958466;    // the day after 9999-12-31
constexpr int kEpoch = 25569;          // 1970-01-01

/// Days since 1970-01-01 of the proleptic Gregorian calendar.
std::int64_t days_of(std::int64_t year, int month, int day) {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = year - era * 400;
  const int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

void split_days(std::int64_t days, CivilTime& out) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t of_era = days - era * 146097;
  const std::int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month = (5 * of_year + 2) / 153;
  out.day = static_cast<int>(of_year - (153 * month + 2) / 5 + 1);
  out.month = static_cast<int>(month < 10 ? month + 3 : month - 9);
  out.year = static_cast<int>(year_of_era + era * 400 + (out.month <= 2));
}

int current_year() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  return local.tm_year + 1900;
}

struct Piece {
  enum Kind : std::uint8_t { kNumber, kMonth, kWeekday, kMeridiem, kSign } kind;
  int value;   // kMeridiem: 0 or 12
  int digits;  // of a number
};

constexpr std::array<std::u16string_view, 12> kMonths = {u"january", u"february", u"march",     u"april",   u"may",      u"june",
                                                         u"july",    u"august",   u"september", u"october", u"november", u"december"};
constexpr std::array<std::u16string_view, 7> kWeekdays = {u"sunday",   u"monday", u"tuesday", u"wednesday",
                                                          u"thursday", u"friday", u"saturday"};

std::optional<Piece> word_piece(std::u16string_view word) {
  const auto matches = [&](std::u16string_view name) { return word.size() >= 3 && (word == name || word == name.substr(0, 3)); };
  for (int i = 0; i < 12; ++i) {
    if (matches(kMonths[static_cast<std::size_t>(i)])) return Piece{Piece::kMonth, i + 1, 0};
  }
  for (int i = 0; i < 7; ++i) {
    if (matches(kWeekdays[static_cast<std::size_t>(i)])) return Piece{Piece::kWeekday, i, 0};
  }
  if (word == u"am" || word == u"a") return Piece{Piece::kMeridiem, 0, 0};
  if (word == u"pm" || word == u"p") return Piece{Piece::kMeridiem, 12, 0};
  return std::nullopt;
}

bool is_digit(char16_t c) { return c >= u'0' && c <= u'9'; }
bool is_letter(char16_t c) { return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z'); }

/// nullopt for anything that no date contains.
std::optional<std::vector<Piece>> split_text(std::u16string_view text) {
  std::vector<Piece> pieces;
  std::size_t i = 0;
  while (i < text.size()) {
    if (pieces.size() > 20) return std::nullopt;
    const std::size_t start = i;
    if (is_digit(text[i])) {
      int value = 0;
      for (; i < text.size() && is_digit(text[i]); ++i) {
        if (i - start >= 5) return std::nullopt;
        value = value * 10 + (text[i] - u'0');
      }
      pieces.push_back({Piece::kNumber, value, static_cast<int>(i - start)});
    } else if (is_letter(text[i])) {
      std::u16string word;
      for (; i < text.size() && is_letter(text[i]); ++i) word += lower(text[i]);
      const auto piece = word_piece(word);
      if (!piece) return std::nullopt;
      pieces.push_back(*piece);
    } else if (text[i] == u' ' || text[i] == u'\t' || text[i] == 0xA0 || text[i] == 0x202F) {
      ++i;
    } else if (std::u16string_view(u"/-,.:").contains(text[i])) {
      pieces.push_back({Piece::kSign, text[i], 0});
      ++i;
    } else {
      return std::nullopt;
    }
  }
  return pieces;
}

bool is_sign(const std::vector<Piece>& pieces, std::size_t i, char16_t sign) {
  return i < pieces.size() && pieces[i].kind == Piece::kSign && pieces[i].value == sign;
}
bool is_number(const std::vector<Piece>& pieces, std::size_t i) { return i < pieces.size() && pieces[i].kind == Piece::kNumber; }

/// Takes `h:mm[:ss] [AM]` or `h AM` out of the pieces. False: a time that is none. `found` tells whether there was one.
bool take_time(std::vector<Piece>& pieces, double& time, bool& found) {
  found = false;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (!is_number(pieces, i)) continue;
    const bool short_form = i + 1 < pieces.size() && pieces[i + 1].kind == Piece::kMeridiem;
    if (!short_form && !is_sign(pieces, i + 1, u':')) continue;
    int parts[3] = {pieces[i].value, 0, 0};
    std::size_t end = i + 1;
    for (int part = 1; part < 3 && is_sign(pieces, end, u':'); ++part, end += 2) {
      if (!is_number(pieces, end + 1)) return false;
      parts[part] = pieces[end + 1].value;
    }
    if (end < pieces.size() && pieces[end].kind == Piece::kMeridiem) {
      if (parts[0] > 12 && pieces[end].value == 0) return false;
      if (parts[0] <= 12) parts[0] = parts[0] % 12 + pieces[end].value;
      ++end;
    }
    if (parts[0] > 23 || parts[1] > 59 || parts[2] > 59) return false;
    time = time_value(parts[0], parts[1], parts[2]);
    pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(i), pieces.begin() + static_cast<std::ptrdiff_t>(end));
    found = true;
    return true;
  }
  return true;
}

struct Ymd {
  int year = 0, month = 0, day = 0;
  int year_digits = 4;
};

bool is_year(const Piece& piece) { return piece.digits >= 3 || piece.value > 31; }

std::optional<Ymd> with_month_name(int month, const std::vector<Piece>& numbers) {
  if (numbers.size() == 1) {
    if (is_year(numbers[0])) return Ymd{numbers[0].value, month, 1, numbers[0].digits};
    return Ymd{current_year(), month, numbers[0].value, 4};
  }
  if (numbers.size() != 2) return std::nullopt;
  if (is_year(numbers[0])) return Ymd{numbers[0].value, month, numbers[1].value, numbers[0].digits};
  return Ymd{numbers[1].value, month, numbers[0].value, numbers[1].digits};
}

std::optional<Ymd> in_figures(const std::vector<Piece>& numbers) {
  Ymd out;
  if (numbers.size() == 2) {
    if (is_year(numbers[1])) return Ymd{numbers[1].value, numbers[0].value, 1, numbers[1].digits};
    if (is_year(numbers[0])) return Ymd{numbers[0].value, numbers[1].value, 1, numbers[0].digits};
    out = {current_year(), numbers[0].value, numbers[1].value, 4};
  } else if (numbers.size() == 3) {
    if (is_year(numbers[0])) {
      out = {numbers[0].value, numbers[1].value, numbers[2].value, numbers[0].digits};
    } else {
      out = {numbers[2].value, numbers[0].value, numbers[1].value, numbers[2].digits};
    }
  } else {
    return std::nullopt;
  }
  if (out.month > 12 && out.day <= 12) std::swap(out.month, out.day);
  return out;
}

std::optional<double> date_of(const std::vector<Piece>& pieces) {
  std::vector<Piece> numbers;
  int month = 0;
  bool sign_before = true;  // none may stand first, and no two together
  for (const Piece& piece : pieces) {
    if (piece.kind == Piece::kSign) {
      if (sign_before || piece.value == u':') return std::nullopt;
      sign_before = true;
      continue;
    }
    sign_before = false;
    if (piece.kind == Piece::kMeridiem) return std::nullopt;
    if (piece.kind == Piece::kNumber) numbers.push_back(piece);
    if (piece.kind == Piece::kMonth && std::exchange(month, piece.value) != 0) return std::nullopt;
  }
  auto ymd = month != 0 ? with_month_name(month, numbers) : in_figures(numbers);
  if (!ymd) return std::nullopt;
  if (ymd->year_digits <= 2) ymd->year += ymd->year < 30 ? 2000 : 1900;
  if (ymd->month < 1 || ymd->month > 12 || ymd->day < 1 || ymd->day > 31) return std::nullopt;
  const auto days = date_value(ymd->year, ymd->month, ymd->day);
  if (!days || civil_time(*days).month != ymd->month) return std::nullopt;
  return days;
}

}  // namespace

CivilTime civil_time(double days) {
  double whole = std::trunc(days);
  auto seconds = static_cast<int>(std::lround(std::fabs(days - whole) * 86400));
  if (seconds >= 86400) {
    seconds = 0;
    whole += 1;
  }
  CivilTime out{};
  const auto day = static_cast<std::int64_t>(whole);
  split_days(day - kEpoch, out);
  out.hour = seconds / 3600;
  out.minute = seconds / 60 % 60;
  out.second = seconds % 60;
  out.day_of_week = static_cast<int>(((day + 6) % 7 + 7) % 7);
  return out;
}

std::optional<double> date_value(int year, int month, int day) {
  const std::int64_t months = static_cast<std::int64_t>(year) * 12 + month - 1;
  const std::int64_t whole_year = months >= 0 ? months / 12 : (months - 11) / 12;
  if (whole_year < -10'000'000 || whole_year > 10'000'000) return std::nullopt;
  const double days = static_cast<double>(days_of(whole_year, static_cast<int>(months - whole_year * 12) + 1, 1) + day - 1 + kEpoch);
  if (days < kFirstDay || days >= kEndDay) return std::nullopt;
  return days;
}

double time_value(int hour, int minute, int second) { return (hour * 3600.0 + minute * 60.0 + second) / 86400.0; }

double join_date(double whole_days, double fraction) { return whole_days < 0 ? whole_days - fraction : whole_days + fraction; }

std::optional<double> parse_date(std::u16string_view text) {
  auto pieces = split_text(text);
  if (pieces && !pieces->empty()) {
    double time = 0;
    bool found = false;
    if (!take_time(*pieces, time, found)) return std::nullopt;
    if (pieces->empty()) return time;
    if (const auto date = date_of(*pieces)) return join_date(*date, time);
    if (found) return std::nullopt;
  }
  const auto number = parse_number(text);
  if (!number || *number < kFirstDay || *number >= kEndDay) return std::nullopt;
  return number;
}

}  // namespace script::vbscript
