// FormatNumber, FormatCurrency, FormatPercent, FormatDateTime.
#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "script/vbscript/library_support.h"

namespace script::vbscript {
namespace {

constexpr std::int32_t kMaxDigits = 255;

/// What the arguments behind the number ask for.
struct Style {
  int digits = 2;
  bool leading = true;  // 0 before the point
  bool parentheses = false;
  bool locale_sign = true;  // negative numbers as the locale has them
  bool group = true;
};

/// vbTrue, vbFalse, vbUseDefault; nullopt for the last.
Outcome<std::optional<bool>> tristate(Values values, std::size_t i) {
  READ(const std::int32_t value, int_or(values, i, -2));
  if (value < -2 || value > 0) return raise(kInvalidCall);
  return value == -2 ? std::optional<bool>() : std::optional<bool>(value == -1);
}

Outcome<Style> style_of(Values values) {
  Style style;
  READ(const std::int32_t digits, int_or(values, 1, -1));
  READ(const auto leading, tristate(values, 2));
  READ(const auto parentheses, tristate(values, 3));
  READ(const auto group, tristate(values, 4));
  if (digits < -1 || digits > kMaxDigits) return raise(kInvalidCall);
  if (digits >= 0) style.digits = digits;
  style.leading = leading.value_or(true);
  style.locale_sign = !parentheses.has_value();
  style.parentheses = parentheses.value_or(false);
  style.group = group.value_or(true);
  return style;
}

/// Figures of a number, rounded half away from zero.
struct Figures {
  std::string whole, fraction;
  bool negative = false;
};

/// Adds one to the last figure of whole and fraction together.
void increment(Figures& figures) {
  for (std::string* part : {&figures.fraction, &figures.whole}) {
    for (std::size_t i = part->size(); i-- > 0;) {
      if ((*part)[i] != '9') {
        ++(*part)[i];
        return;
      }
      (*part)[i] = '0';
    }
  }
  figures.whole.insert(figures.whole.begin(), '1');
}

/// `shift`: places that the point moves to the right (percent: 2). The 15 figures that CStr shows are what is rounded.
Figures figures_of(const std::string& plain, int digits, int shift) {
  Figures out;
  std::string text = plain;
  out.negative = text.starts_with('-');
  if (out.negative) text.erase(0, 1);
  int exponent = 0;
  if (const std::size_t e = text.find('E'); e != std::string::npos) {
    exponent = std::atoi(text.c_str() + e + 1);
    text.erase(e);
  }
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string all = text.substr(0, point) + (point < text.size() ? text.substr(point + 1) : std::string());
  int place = static_cast<int>(point) + exponent + shift;  // of the point in `all`
  if (place < 0) all.insert(0, static_cast<std::size_t>(-place), '0');
  place = std::max(place, 0);
  const auto wanted = static_cast<std::size_t>(place + digits);
  const bool up = wanted < all.size() && all[wanted] >= '5';
  all.resize(wanted, '0');
  out.whole = all.substr(0, static_cast<std::size_t>(place));
  out.fraction = all.substr(static_cast<std::size_t>(place));
  if (up) increment(out);
  out.whole.erase(0, std::min(out.whole.find_first_not_of('0'), out.whole.size()));
  const bool zero = out.whole.empty() && out.fraction.find_first_not_of('0') == std::string::npos;
  if (zero) out.negative = false;
  return out;
}

/// Without sign.
std::u16string write(const Figures& figures, const Style& style, const Locale& locale) {
  std::u16string out;
  std::string whole = figures.whole;
  if (whole.empty() && (style.leading || style.digits == 0)) whole = "0";
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (style.group && i > 0 && (whole.size() - i) % 3 == 0) out += locale.group;
    out += static_cast<char16_t>(whole[i]);
  }
  if (figures.fraction.empty()) return out;
  out += locale.decimal;
  for (const char c : figures.fraction) out += static_cast<char16_t>(c);
  return out;
}

/// The number as CStr writes it in English; texts are numbers of the locale.
Outcome<std::string> number_text(const Library& library, const Variant& argument) {
  READ(Variant value, localized_number(library, argument));
  if (value.is(VarType::kNull)) return raise(kInvalidNull);
  if (value.is(VarType::kCurrency)) return format_currency(value.as_currency());
  if (value.is(VarType::kFloat)) return format_single(value.as_single());
  READ(const double number, to_number(value));
  return format_double(number);
}

Outcome<Variant> format_number(Library& library, Values values) {
  READ(const Style style, style_of(values));
  READ(const std::string text, number_text(library, values[0]));
  const Figures figures = figures_of(text, style.digits, 0);
  const std::u16string out = write(figures, style, locale_of(library));
  if (!figures.negative) return text_of(out);
  return text_of(style.parentheses ? u"(" + out + u")" : u"-" + out);
}

Outcome<Variant> format_percent(Library& library, Values values) {
  READ(const Style style, style_of(values));
  READ(const std::string text, number_text(library, values[0]));
  const Figures figures = figures_of(text, style.digits, 2);
  const Locale& locale = locale_of(library);
  const std::u16string out = write(figures, style, locale) + u"%";
  if (!figures.negative) return text_of(out);
  return text_of(style.parentheses ? u"(" + out + u")" : u"-" + out);
}

/// A pattern of Locale with the number in the place of n.
std::u16string fill(std::u16string_view pattern, const std::u16string& number, const Locale& locale) {
  std::u16string out;
  for (const char16_t c : pattern) {
    if (c == u'n') {
      out += number;
    } else if (c == u'\u00A4') {
      out += locale.currency;
    } else {
      out += c;
    }
  }
  return out;
}

Outcome<Variant> format_currency_value(Library& library, Values values) {
  READ(const Style style, style_of(values));
  READ(const std::string text, number_text(library, values[0]));
  const Figures figures = figures_of(text, style.digits, 0);
  const Locale& locale = locale_of(library);
  const std::u16string number = write(figures, style, locale);
  if (!figures.negative) return text_of(fill(locale.positive, number, locale));
  if (style.locale_sign) return text_of(fill(locale.negative, number, locale));
  const std::u16string positive = fill(locale.positive, number, locale);
  return text_of(style.parentheses ? u"(" + positive + u")" : u"-" + positive);
}

Outcome<Variant> format_date_time(Library& library, Values values) {
  READ(const Variant value, plain(values[0]));
  READ(const std::int32_t form, int_or(values, 1, 0));
  if (form < 0 || form > 4) return raise(kInvalidCall);
  if (value.is(VarType::kNull)) return raise(kInvalidNull);
  READ(const double days, date_of(library, value));
  const Locale& locale = locale_of(library);
  const CivilTime time = civil_time(days);
  switch (form) {
    case 1: return text_of(format_pattern(locale.long_date, time, locale));
    case 2: return text_of(format_pattern(locale.short_date, time, locale));
    case 3: return text_of(format_pattern(locale.long_time, time, locale));
    case 4: return text_of(format_pattern(u"HH:mm", time, locale));
    default: return text_of(general_date(days, locale));
  }
}

constexpr Builtin kFunctions[] = {
    {u"FormatNumber", 1, 5, format_number},
    {u"FormatCurrency", 1, 5, format_currency_value},
    {u"FormatPercent", 1, 5, format_percent},
    {u"FormatDateTime", 1, 2, format_date_time},
};

}  // namespace

std::span<const Builtin> format_functions() { return kFunctions; }

}  // namespace script::vbscript
