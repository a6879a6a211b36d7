// Any text as a number and a date of each locale; what is read is written and read again.
#include <cmath>
#include <cstdint>
#include <string>

#include "base/utf.h"
#include "script/vbscript/conversions.h"
#include "script/vbscript/locale.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace script::vbscript;
  const std::u16string text = base::utf8_to_utf16({reinterpret_cast<const char*>(data), size});
  const Variant value = Variant::text(Text(text));
  static_cast<void>(to_currency(value));
  static_cast<void>(to_boolean(value));
  for (const Locale& locale : all_locales()) {
    static_cast<void>(parse_number(text, locale));
    const auto date = parse_date(text, locale);
    if (!date) continue;
    if (!(*date > -657435.0 && *date < 2958466.0)) __builtin_trap();
    static_cast<void>(general_date(*date, locale));
    static_cast<void>(format_pattern(locale.long_date, civil_time(*date), locale));
  }
  if (const auto number = parse_number(text); number && std::isfinite(*number)) {
    const auto again = parse_number(base::utf8_to_utf16(format_double(*number)));
    if (!again || std::fabs(*again - *number) > std::fabs(*number) * 1e-14 + 1e-300) __builtin_trap();
  }
  if (const auto date = parse_date(text)) {
    if (!parse_date(base::utf8_to_utf16(format_date(*date)))) __builtin_trap();
  }
  return 0;
}
