#include "script/vbscript/locale.h"

#include <algorithm>

namespace script::vbscript {
namespace {

constexpr std::u16string_view kEnglishMonths = u"January,February,March,April,May,June,July,August,September,October,November,December";
constexpr std::u16string_view kEnglishShort = u"Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec";
constexpr std::u16string_view kEnglishDays = u"Sunday,Monday,Tuesday,Wednesday,Thursday,Friday,Saturday";
constexpr std::u16string_view kEnglishShortDays = u"Sun,Mon,Tue,Wed,Thu,Fri,Sat";

constexpr std::array kLocales = {
    Locale{.name = "en-US",
           .lcid = 1033,
           .decimal = u".",
           .group = u",",
           .currency = u"$",
           .positive = u"\u00A4n",
           .negative = u"(\u00A4n)",
           .short_date = u"M/d/yyyy",
           .long_date = u"dddd, MMMM d, yyyy",
           .long_time = u"h:mm:ss tt",
           .order = Locale::Order::kMonthDayYear,
           .first_day_of_week = 0,
           .months = kEnglishMonths,
           .short_months = kEnglishShort,
           .weekdays = kEnglishDays,
           .short_weekdays = kEnglishShortDays},
    Locale{.name = "en-GB",
           .lcid = 2057,
           .decimal = u".",
           .group = u",",
           .currency = u"\u00A3",
           .positive = u"\u00A4n",
           .negative = u"-\u00A4n",
           .short_date = u"dd/MM/yyyy",
           .long_date = u"dd MMMM yyyy",
           .long_time = u"HH:mm:ss",
           .order = Locale::Order::kDayMonthYear,
           .first_day_of_week = 1,
           .months = kEnglishMonths,
           .short_months = kEnglishShort,
           .weekdays = kEnglishDays,
           .short_weekdays = kEnglishShortDays},
    Locale{.name = "de-DE",
           .lcid = 1031,
           .decimal = u",",
           .group = u".",
           .currency = u"\u20AC",
           .positive = u"n \u00A4",
           .negative = u"-n \u00A4",
           .short_date = u"dd.MM.yyyy",
           .long_date = u"dddd, d. MMMM yyyy",
           .long_time = u"HH:mm:ss",
           .order = Locale::Order::kDayMonthYear,
           .first_day_of_week = 1,
           .months = u"Januar,Februar,M\u00E4rz,April,Mai,Juni,Juli,August,September,Oktober,November,Dezember",
           .short_months = u"Jan,Feb,Mrz,Apr,Mai,Jun,Jul,Aug,Sep,Okt,Nov,Dez",
           .weekdays = u"Sonntag,Montag,Dienstag,Mittwoch,Donnerstag,Freitag,Samstag",
           .short_weekdays = u"So,Mo,Di,Mi,Do,Fr,Sa"},
    Locale{.name = "fr-FR",
           .lcid = 1036,
           .decimal = u",",
           .group = u"\u00A0",
           .currency = u"\u20AC",
           .positive = u"n \u00A4",
           .negative = u"-n \u00A4",
           .short_date = u"dd/MM/yyyy",
           .long_date = u"dddd d MMMM yyyy",
           .long_time = u"HH:mm:ss",
           .order = Locale::Order::kDayMonthYear,
           .first_day_of_week = 1,
           .months = u"janvier,f\u00E9vrier,mars,avril,mai,juin,juillet,ao\u00FBt,septembre,octobre,novembre,d\u00E9cembre",
           .short_months = u"janv.,f\u00E9vr.,mars,avr.,mai,juin,juil.,ao\u00FBt,sept.,oct.,nov.,d\u00E9c.",
           .weekdays = u"dimanche,lundi,mardi,mercredi,jeudi,vendredi,samedi",
           .short_weekdays = u"dim.,lun.,mar.,mer.,jeu.,ven.,sam."},
    Locale{.name = "es-ES",
           .lcid = 3082,
           .decimal = u",",
           .group = u".",
           .currency = u"\u20AC",
           .positive = u"n \u00A4",
           .negative = u"-n \u00A4",
           .short_date = u"dd/MM/yyyy",
           .long_date = u"dddd, d 'de' MMMM 'de' yyyy",
           .long_time = u"H:mm:ss",
           .order = Locale::Order::kDayMonthYear,
           .first_day_of_week = 1,
           .months = u"enero,febrero,marzo,abril,mayo,junio,julio,agosto,septiembre,octubre,noviembre,diciembre",
           .short_months = u"ene.,feb.,mar.,abr.,may.,jun.,jul.,ago.,sep.,oct.,nov.,dic.",
           .weekdays = u"domingo,lunes,martes,mi\u00E9rcoles,jueves,viernes,s\u00E1bado",
           .short_weekdays = u"do.,lu.,ma.,mi.,ju.,vi.,s\u00E1."},
    Locale{.name = "it-IT",
           .lcid = 1040,
           .decimal = u",",
           .group = u".",
           .currency = u"\u20AC",
           .positive = u"n \u00A4",
           .negative = u"-n \u00A4",
           .short_date = u"dd/MM/yyyy",
           .long_date = u"dddd d MMMM yyyy",
           .long_time = u"HH:mm:ss",
           .order = Locale::Order::kDayMonthYear,
           .first_day_of_week = 1,
           .months = u"gennaio,febbraio,marzo,aprile,maggio,giugno,luglio,agosto,settembre,ottobre,novembre,dicembre",
           .short_months = u"gen,feb,mar,apr,mag,giu,lug,ago,set,ott,nov,dic",
           .weekdays = u"domenica,luned\u00EC,marted\u00EC,mercoled\u00EC,gioved\u00EC,venerd\u00EC,sabato",
           .short_weekdays = u"dom,lun,mar,mer,gio,ven,sab"},
    Locale{.name = "nl-NL",
           .lcid = 1043,
           .decimal = u",",
           .group = u".",
           .currency = u"\u20AC",
           .positive = u"\u00A4 n",
           .negative = u"\u00A4 -n",
           .short_date = u"d-M-yyyy",
           .long_date = u"dddd d MMMM yyyy",
           .long_time = u"HH:mm:ss",
           .order = Locale::Order::kDayMonthYear,
           .first_day_of_week = 1,
           .months = u"januari,februari,maart,april,mei,juni,juli,augustus,september,oktober,november,december",
           .short_months = u"jan,feb,mrt,apr,mei,jun,jul,aug,sep,okt,nov,dec",
           .weekdays = u"zondag,maandag,dinsdag,woensdag,donderdag,vrijdag,zaterdag",
           .short_weekdays = u"zo,ma,di,wo,do,vr,za"},
    Locale{.name = "pt-BR",
           .lcid = 1046,
           .decimal = u",",
           .group = u".",
           .currency = u"R$",
           .positive = u"\u00A4 n",
           .negative = u"-\u00A4 n",
           .short_date = u"dd/MM/yyyy",
           .long_date = u"dddd, d 'de' MMMM 'de' yyyy",
           .long_time = u"HH:mm:ss",
           .order = Locale::Order::kDayMonthYear,
           .first_day_of_week = 0,
           .months = u"janeiro,fevereiro,mar\u00E7o,abril,maio,junho,julho,agosto,setembro,outubro,novembro,dezembro",
           .short_months = u"jan,fev,mar,abr,mai,jun,jul,ago,set,out,nov,dez",
           .weekdays = u"domingo,segunda-feira,ter\u00E7a-feira,quarta-feira,quinta-feira,sexta-feira,s\u00E1bado",
           .short_weekdays = u"dom,seg,ter,qua,qui,sex,s\u00E1b"},
    Locale{.name = "sv-SE",
           .lcid = 1053,
           .decimal = u",",
           .group = u"\u00A0",
           .currency = u"kr",
           .positive = u"n \u00A4",
           .negative = u"-n \u00A4",
           .short_date = u"yyyy-MM-dd",
           .long_date = u"'den' d MMMM yyyy",
           .long_time = u"HH:mm:ss",
           .order = Locale::Order::kYearMonthDay,
           .first_day_of_week = 1,
           .months = u"januari,februari,mars,april,maj,juni,juli,augusti,september,oktober,november,december",
           .short_months = u"jan,feb,mar,apr,maj,jun,jul,aug,sep,okt,nov,dec",
           .weekdays = u"s\u00F6ndag,m\u00E5ndag,tisdag,onsdag,torsdag,fredag,l\u00F6rdag",
           .short_weekdays = u"s\u00F6n,m\u00E5n,tis,ons,tor,fre,l\u00F6r"},
    Locale{.name = "en-AU",
           .lcid = 3081,
           .decimal = u".",
           .group = u",",
           .currency = u"$",
           .positive = u"\u00A4n",
           .negative = u"-\u00A4n",
           .short_date = u"d/MM/yyyy",
           .long_date = u"dddd, d MMMM yyyy",
           .long_time = u"h:mm:ss tt",
           .order = Locale::Order::kDayMonthYear,
           .first_day_of_week = 1,
           .months = kEnglishMonths,
           .short_months = kEnglishShort,
           .weekdays = kEnglishDays,
           .short_weekdays = kEnglishShortDays},
};

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c == '_' ? '-' : c; }

bool same_start(std::string_view a, std::string_view b, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (small(a[i]) != small(b[i])) return false;
  }
  return true;
}

}  // namespace

std::span<const Locale> all_locales() { return kLocales; }

const Locale* find_locale(std::string_view name) {
  name = name.substr(0, name.find('.'));  // de_DE.UTF-8
  for (const Locale& locale : kLocales) {
    const bool language_alone = name.size() == 2;
    if ((language_alone || name.size() == locale.name.size()) && same_start(name, locale.name, name.size())) return &locale;
  }
  return nullptr;
}

const Locale* find_locale(std::int32_t lcid) {
  if (lcid == 9) return &kLocales[0];
  for (const Locale& locale : kLocales) {
    if (locale.lcid == lcid || (locale.lcid & 0x3FF) == lcid) return &locale;
  }
  return nullptr;
}

const Locale& locale_or_default(std::string_view name) {
  const Locale* found = find_locale(name);
  return found != nullptr ? *found : kLocales[0];
}

std::u16string_view list_item(std::u16string_view list, int index) {
  for (; index > 0; --index) list.remove_prefix(std::min(list.find(u',') + 1, list.size()));
  return list.substr(0, list.find(u','));
}

}  // namespace script::vbscript
