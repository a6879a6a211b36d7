// Dates by patterns; texts of a locale turned into the English ones that conversions.h reads.
#include <algorithm>
#include <cmath>
#include <vector>

#include "script/vbscript/locale.h"

namespace script::vbscript {
namespace {

std::u16string figures(int value, std::size_t width) {
  std::u16string out;
  for (; value > 0 || out.empty(); value /= 10) out.insert(out.begin(), static_cast<char16_t>(u'0' + value % 10));
  if (out.size() < width) out.insert(0, width - out.size(), u'0');
  return out;
}

std::u16string field(char16_t letter, std::size_t count, const CivilTime& time, const Locale& locale) {
  const int hour12 = time.hour % 12 == 0 ? 12 : time.hour % 12;
  switch (letter) {
    case u'd':
      if (count == 3) return std::u16string(list_item(locale.short_weekdays, time.day_of_week));
      if (count > 3) return std::u16string(list_item(locale.weekdays, time.day_of_week));
      return figures(time.day, count);
    case u'M':
      if (count == 3) return std::u16string(list_item(locale.short_months, time.month - 1));
      if (count > 3) return std::u16string(list_item(locale.months, time.month - 1));
      return figures(time.month, count);
    case u'y': return count <= 2 ? figures(time.year % 100, 2) : figures(time.year, count);
    case u'h': return figures(hour12, count);
    case u'H': return figures(time.hour, count);
    case u'm': return figures(time.minute, count);
    case u's': return figures(time.second, count);
    case u't': return time.hour < 12 ? u"AM" : u"PM";
    default: return {};
  }
}

void replace_all(std::u16string& text, std::u16string_view what, std::u16string_view with) {
  for (std::size_t at = text.find(what); at != std::u16string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

bool is_letter(char16_t c) { return c >= 0x80 ? c != 0xA0 && c != 0x202F : (c | 0x20) >= u'a' && (c | 0x20) <= u'z'; }

/// Every word that names a month or a weekday in the locale becomes the English one.
std::u16string translate_words(std::u16string_view text, const Locale& locale) {
  const Locale& english = locale_or_default("en-US");
  std::u16string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_letter(text[end])) ++end;
    if (end == i) {
      out += text[i++];
      continue;
    }
    const std::u16string_view word = text.substr(i, end - i);
    std::u16string_view use = word;
    const auto look = [&](std::u16string_view names, std::u16string_view to, int count) {
      for (int n = 0; n < count; ++n) {
        std::u16string_view name = list_item(names, n);
        if (name.ends_with(u'.')) name.remove_suffix(1);
        if (compare_texts(word, name, true) == 0) use = list_item(to, n);
      }
    };
    if (word == u"de") use = {};  // "5 de enero de 2004"
    look(locale.short_weekdays, english.weekdays, 7);
    look(locale.weekdays, english.weekdays, 7);
    look(locale.short_months, english.months, 12);
    look(locale.months, english.months, 12);
    out += use;
    i = end;
    if (i < text.size() && text[i] == u'.' && use != word) ++i;  // "janv."
  }
  return out;
}

/// `d/m` in figures becomes `m/d`, so that the reader of English dates takes them right.
std::u16string swap_day_and_month(std::u16string_view text) {
  std::vector<std::pair<std::size_t, std::size_t>> numbers;  // position, length
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && text[end] >= u'0' && text[end] <= u'9') ++end;
    if (end == i) {
      if (text[i] == u':' || is_letter(text[i])) return std::u16string(text);
      ++i;
      continue;
    }
    numbers.emplace_back(i, end - i);
    i = end;
  }
  if (numbers.size() < 2 || numbers[0].second > 2 || numbers[1].second > 2) return std::u16string(text);
  const auto [a, a_size] = numbers[0];
  const auto [b, b_size] = numbers[1];
  std::u16string out(text.substr(0, a));
  return out.append(text.substr(b, b_size))
      .append(text.substr(a + a_size, b - a - a_size))
      .append(text.substr(a, a_size))
      .append(text.substr(b + b_size));
}

}  // namespace

std::u16string format_pattern(std::u16string_view pattern, const CivilTime& time, const Locale& locale) {
  std::u16string out;
  for (std::size_t i = 0; i < pattern.size();) {
    std::size_t end = i + 1;
    if (pattern[i] == u'\'') {
      end = std::min(pattern.find(u'\'', end), pattern.size() - 1) + 1;
      out += pattern.substr(i + 1, end - i - 2);
    } else if (!std::u16string_view(u"dMyhHmst").contains(pattern[i])) {
      out += pattern[i];
    } else {
      while (end < pattern.size() && pattern[end] == pattern[i]) ++end;
      out += field(pattern[i], end - i, time, locale);
    }
    i = end;
  }
  return out;
}

std::u16string general_date(double days, const Locale& locale) {
  const CivilTime time = civil_time(days);
  const bool has_time = time.hour != 0 || time.minute != 0 || time.second != 0;
  const bool has_date = time.year != 1899 || time.month != 12 || time.day != 30;
  std::u16string out;
  if (has_date) out = format_pattern(locale.short_date, time, locale);
  if (has_date && has_time) out += u' ';
  if (has_time || !has_date) out += format_pattern(locale.long_time, time, locale);
  return out;
}

std::u16string localize_number(std::string_view english, const Locale& locale) {
  std::u16string out;
  for (const char c : english) {
    if (c == '.') {
      out += locale.decimal;
    } else {
      out += static_cast<char16_t>(c);
    }
  }
  return out;
}

std::optional<double> parse_number(std::u16string_view text, const Locale& locale) {
  if (locale.decimal == u".") {
    if (locale.currency == u"$") return parse_number(text);
    std::u16string plain(text);
    replace_all(plain, locale.currency, u"$");
    return parse_number(plain);
  }
  std::u16string english(text);
  for (char16_t& c : english) {
    if (c == u',') {
      c = u'.';
    } else if (c == locale.group[0] || c == 0x202F) {
      c = u',';
    } else if (c == u'.') {
      return std::nullopt;
    }
  }
  replace_all(english, u" " + std::u16string(locale.currency), u"");
  replace_all(english, locale.currency, u"$");
  return parse_number(english);
}

std::optional<double> parse_date(std::u16string_view text, const Locale& locale) {
  if (locale.lcid == 1033) return parse_date(text);
  std::u16string english = translate_words(text, locale);
  if (locale.decimal == u"," && !english.contains(u':')) replace_all(english, u",", u" ");
  // The time stays behind the date; day and month stand first.
  const std::size_t blank = english.find(u' ');
  const bool time_first = english.substr(0, blank).contains(u':');
  if (locale.order == Locale::Order::kDayMonthYear && !time_first) {
    std::u16string rest = blank == std::u16string::npos ? std::u16string() : english.substr(blank);
    english = swap_day_and_month(std::u16string_view(english).substr(0, blank)) + rest;
  }
  if (const auto number = parse_number(text, locale)) {
    if (text.find_first_of(u"./-") == std::u16string_view::npos) return *number > -657435.0 && *number < 2958466.0 ? number : std::nullopt;
  }
  return parse_date(english);
}

}  // namespace script::vbscript
