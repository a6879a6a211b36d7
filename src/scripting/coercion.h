// Conversions between types of Variants that callers of automation rely on (VariantChangeType of MS-OAUT's library).
#pragma once

#include "scripting/dispatch.h"

namespace scripting {

/// The value itself: references followed, and of an object what its default member gives. DISP_E_TYPEMISMATCH for an object without one.
Outcome<Variant> plain_value(const Variant& value);

/// Empty is "", numbers in decimal with up to 15 digits, Booleans True and False, dates as en-US writes them. DISP_E_TYPEMISMATCH for
/// Null, Nothing, arrays and errors.
Outcome<Text> to_text(const Variant& value);
/// Empty is 0, True -1, fractions go to the nearest even number, text is read as a number (also &H...). DISP_E_OVERFLOW,
/// DISP_E_TYPEMISMATCH.
Outcome<std::int32_t> to_int32(const Variant& value);
Outcome<double> to_real(const Variant& value);
/// Days since 1899-12-30; text is read as a date too: M/D/YYYY or YYYY-M-D, H:MM[:SS] [AM|PM], either or both.
Outcome<double> to_date(const Variant& value);
/// Anything but zero is true; the texts True and False too.
Outcome<bool> to_boolean(const Variant& value);

/// 1.5, 1E+20: 15 digits.
std::string real_text(double value);

}  // namespace scripting
