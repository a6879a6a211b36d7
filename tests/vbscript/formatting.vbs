Option Explicit

Sub Test_FormatNumber()
  Typed FormatNumber(1234567.891), "1,234,567.89", "String"
  Same FormatNumber(1234.5, 0), "1,235"
  Same FormatNumber(0.5, 0), "1"
  Same FormatNumber(1.5, 0), "2"
  Same FormatNumber(2.5, 0), "3"
  Same FormatNumber(-1.5, 0), "-2"
  Same FormatNumber(1.005, 2), "1.01"
  Same FormatNumber(0.1, 4), "0.1000"
  Same FormatNumber(0.25, 2, vbFalse), ".25"
  Same FormatNumber(0.25, 2, vbTrue), "0.25"
  Same FormatNumber(-0.25, 2, vbFalse), "-.25"
  Same FormatNumber(-5, 1, vbUseDefault, vbTrue), "(5.0)"
  Same FormatNumber(-5, 1, vbUseDefault, vbFalse), "-5.0"
  Same FormatNumber(1234567, 0, -2, -2, vbFalse), "1234567"
  Same FormatNumber(1234567, 0, -2, -2, vbTrue), "1,234,567"
  Same FormatNumber(999.995, 2), "1,000.00"
  Same FormatNumber(-0.001), "0.00"
  Same FormatNumber("12.5", 1), "12.5"
  Same FormatNumber(Empty), "0.00"
  Same FormatNumber(True, 0), "-1"
  Same FormatNumber(1e15, 0), "1,000,000,000,000,000"
  Same FormatNumber(12.3456, , , , vbFalse), "12.35"
  Same FormatNumber(CCur(12.3456), 3), "12.346"
  On Error Resume Next
  Dim x
  x = FormatNumber("abc")
  Raised 13, "Type mismatch: 'FormatNumber'"
  x = FormatNumber(1, -5)
  Raised 5, "Invalid procedure call or argument: 'FormatNumber'"
  x = FormatNumber(1, 2, 5)
  Raised 5, "Invalid procedure call or argument: 'FormatNumber'"
End Sub

Sub Test_FormatCurrency()
  Same FormatCurrency(1234.5), "$1,234.50"
  Same FormatCurrency(-1234.5), "($1,234.50)"
  Same FormatCurrency(-1234.5, 2, -2, vbFalse), "-$1,234.50"
  Same FormatCurrency(-1234.5, 2, -2, vbTrue), "($1,234.50)"
  Same FormatCurrency(1000), "$1,000.00"
  Same FormatCurrency(1000, 0), "$1,000"
  Same FormatCurrency(0.5, 2, vbFalse), "$.50"
  Same FormatCurrency(1000, 0, -2, -2, vbFalse), "$1000"
  Same FormatCurrency("3"), "$3.00"
End Sub

Sub Test_FormatPercent()
  Same FormatPercent(0.5), "50.00%"
  Same FormatPercent(0.12345), "12.35%"
  Same FormatPercent(1.5, 0), "150%"
  Same FormatPercent(-0.5, 1), "-50.0%"
  Same FormatPercent(-0.5, 1, -2, vbTrue), "(50.0%)"
  Same FormatPercent(0.001, 1), "0.1%"
  Same FormatPercent(0.001, 1, vbFalse), ".1%"
  Same FormatPercent(12.345, 1), "1,234.5%"
End Sub

Sub Test_FormatDateTime()
  Dim d
  d = #2000-03-31 16:05:06#
  Same FormatDateTime(d), "3/31/2000 4:05:06 PM"
  Same FormatDateTime(d, vbGeneralDate), "3/31/2000 4:05:06 PM"
  Same FormatDateTime(d, vbLongDate), "Friday, March 31, 2000"
  Same FormatDateTime(d, vbShortDate), "3/31/2000"
  Same FormatDateTime(d, vbLongTime), "4:05:06 PM"
  Same FormatDateTime(d, vbShortTime), "16:05"
  Same FormatDateTime(#2000-03-31#), "3/31/2000"
  Same FormatDateTime(#00:05:00#, vbLongTime), "12:05:00 AM"
  Same FormatDateTime(#09:05:00#, vbShortTime), "09:05"
  Same FormatDateTime("1/2/2003", vbLongDate), "Thursday, January 2, 2003"
  Same FormatDateTime(0.75), "6:00:00 PM"
  On Error Resume Next
  Dim x
  x = FormatDateTime(d, 5)
  Raised 5, "Invalid procedure call or argument: 'FormatDateTime'"
  x = FormatDateTime("x")
  Raised 13, "Type mismatch: 'FormatDateTime'"
End Sub

Sub Test_Locales()
  Dim d
  d = #2000-03-31 16:05:06#
  SetLocale "de-DE"
  Same FormatNumber(1234.5), "1.234,50"
  Same FormatCurrency(1234.5), "1.234,50 " & ChrW(8364)
  Same FormatDateTime(d, vbShortDate), "31.03.2000"
  Same FormatDateTime(d, vbLongDate), "Freitag, 31. M" & ChrW(228) & "rz 2000"
  Same FormatDateTime(d, vbLongTime), "16:05:06"
  Same MonthName(10), "Oktober"
  Same WeekdayName(1), "Montag"
  SetLocale "en-GB"
  Same FormatCurrency(-5), "-" & ChrW(163) & "5.00"
  Same FormatDateTime(d, vbLongDate), "31 March 2000"
  SetLocale "es-ES"
  Same FormatDateTime(d, vbLongDate), "viernes, 31 de marzo de 2000"
  Same DateValue("31 de marzo de 2000"), #2000-03-31#
  Same FormatPercent(0.5, 1), "50,0%"
  SetLocale "it-IT"
  Same FormatDateTime(d, vbLongDate), "venerd" & ChrW(236) & " 31 marzo 2000"
  SetLocale "nl-NL"
  Same FormatCurrency(-1234.5), ChrW(8364) & " -1.234,50"
  Same CStr(d), "31-3-2000 16:05:06"
  Same CDate("31-3-2000"), #2000-03-31#
  SetLocale 1046
  Same FormatCurrency(1234.5), "R$ 1.234,50"
  Same MonthName(3), "mar" & ChrW(231) & "o"
  SetLocale "sv-SE"
  Same FormatDateTime(d, vbShortDate), "2000-03-31"
  Same FormatDateTime(d, vbLongDate), "den 31 mars 2000"
  Same CDate("2000-03-31"), #2000-03-31#
  SetLocale "en-AU"
  Same FormatDateTime(d), "31/03/2000 4:05:06 PM"
  SetLocale "en-US"
  Same FormatNumber(1234.5), "1,234.50"
End Sub
