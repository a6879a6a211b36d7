Option Explicit

Sub Test_CStr()
  Typed CStr(5), "5", "String"
  Same CStr(-5), "-5"
  Same CStr(1.5), "1.5"
  Same CStr(0.1), "0.1"
  Same CStr(0.1 + 0.2), "0.3"
  Same CStr(1 / 3), "0.333333333333333"
  Same CStr(2 / 3), "0.666666666666667"
  Same CStr(1e15), "1E+15"
  Same CStr(123456789012345), "123456789012345"
  Same CStr(1e14), "100000000000000"
  Same CStr(1e-5), "0.00001"
  Same CStr(1.5e-10), "0.00000000015"
  Same CStr(1e-20), "1E-20"
  Same CStr(1.7976931348623157e308), "1.79769313486232E+308"
  Same CStr(100000000), "100000000"
  Same CStr(CSng(0.1)), "0.1"
  Same CStr(CSng(1) / CSng(3)), "0.3333333"
  Same CStr(CCur(12.5)), "12.5"
  Same CStr(True), "True"
  Same CStr(False), "False"
  Same CStr(Empty), ""
  Same CStr(#2004-02-29#), "2/29/2004"
  Same CStr(#2004-02-29 13:05:06#), "2/29/2004 1:05:06 PM"
  Same CStr(#13:05:06#), "1:05:06 PM"
  Same CStr(CDate(0)), "12:00:00 AM"
  On Error Resume Next
  Dim x
  x = CStr(Null)
  Raised 94, "Invalid use of Null: 'CStr'"
  x = CStr(Array(1))
  Raised 13, "Type mismatch: 'CStr'"
End Sub

Sub Test_CInt()
  Typed CInt("&hFFFF"), -1, "Integer"
  Typed CLng("&hFFFF"), 65535, "Long"
  Typed CInt(2.5), 2, "Integer"
  Same CInt(3.5), 4
  Same CInt(-2.5), -2
  Same CInt(-3.5), -4
  Same CInt(2.4999), 2
  Same CInt("12"), 12
  Same CInt(" 12 "), 12
  Same CInt("1,234"), 1234
  Same CInt("&HFF"), 255
  Same CInt("1e3"), 1000
  Same CInt(True), -1
  Same CInt(Empty), 0
  Same CInt(32767), 32767
  Same CInt(-32768.4), CInt(-32768)
  On Error Resume Next
  Dim x
  x = CInt(32768)
  Raised 6, "Overflow: 'CInt'"
  x = CInt("abc")
  Raised 13, "Type mismatch: 'CInt'"
  x = CInt("")
  Raised 13, "Type mismatch: 'CInt'"
  x = CInt(Null)
  Raised 94, "Invalid use of Null: 'CInt'"
End Sub

Sub Test_CLng()
  Typed CLng(2147483647), 2147483647, "Long"
  Same CLng(0.5), CLng(0)
  Same CLng(1.5), CLng(2)
  Same CLng("-2147483648"), CLng(-2147483648)
  Same CLng("&HFFFFFFFF"), CLng(-1)
  Same CLng("&O17"), CLng(15)
  On Error Resume Next
  Dim x
  x = CLng(2147483648)
  Raised 6, "Overflow: 'CLng'"
End Sub

Sub Test_CByte()
  Typed CByte(255), 255, "Byte"
  Same CByte("7"), CByte(7)
  Same CByte(2.5), CByte(2)
  On Error Resume Next
  Dim x
  x = CByte(-1)
  Raised 6, "Overflow: 'CByte'"
  x = CByte(True)
  Raised 6, "Overflow: 'CByte'"
End Sub

Sub Test_Reals()
  Typed CDbl("1.5"), 1.5, "Double"
  Same CDbl("1e3"), CDbl(1000)
  Same CDbl("1.5E-3"), 0.0015
  Same CDbl("1d2"), CDbl(100)
  Same CDbl("$1,234.50"), 1234.5
  Same CDbl("(5)"), CDbl(-5)
  Same CDbl("-.5"), -0.5
  Same CDbl("5-"), CDbl(-5)
  Same CDbl(" +3 "), CDbl(3)
  Same CDbl(#1900-01-01#), CDbl(2)
  Typed CSng(0.5), 0.5, "Single"
  Same CStr(CSng(3.14159265)), "3.141593"
  On Error Resume Next
  Dim x
  x = CSng(1e300)
  Raised 6, "Overflow: 'CSng'"
  x = CDbl("1e400")
  Raised 6, "Overflow: 'CDbl'"
  x = CDbl("1 2")
  Raised 13, "Type mismatch: 'CDbl'"
  x = CDbl("1.2.3")
  Raised 13, "Type mismatch: 'CDbl'"
End Sub

Sub Test_CCur()
  Typed CCur(1.23456), CCur("1.2346"), "Currency"
  Same CStr(CCur(0.00005)), "0"
  Same CStr(CCur(0.00025)), "0.0002"
  Same CStr(CCur("922337203685477.5807")), "922337203685477.5807"
  Same CStr(CCur("-922337203685477.5808")), "-922337203685477.5808"
  Same CStr(CCur("$1,234.56785")), "1234.5678"
  Same CStr(CCur("(2.5)")), "-2.5"
  Same CStr(CCur("1e3")), "1000"
  Same CStr(CCur(-0.5)), "-0.5"
  On Error Resume Next
  Dim x
  x = CCur(1e15)
  Raised 6, "Overflow: 'CCur'"
  x = CCur("922337203685477.5808")
  Raised 6, "Overflow: 'CCur'"
  x = CCur(922337203685477.5807)
  Raised 6, "Overflow: 'CCur'"
End Sub

Sub Test_CBool()
  Typed CBool(1), True, "Boolean"
  Same CBool(0), False
  Same CBool(-0.1), True
  Same CBool("True"), True
  Same CBool("FALSE"), False
  Same CBool("0"), False
  Same CBool("5"), True
  Same CBool(Empty), False
  On Error Resume Next
  Dim x
  x = CBool("yes")
  Raised 13, "Type mismatch: 'CBool'"
  x = CBool(Null)
  Raised 94, "Invalid use of Null: 'CBool'"
End Sub

Sub Test_CDate()
  Typed CDate("2/29/2004"), #2004-02-29#, "Date"
  Same CDate("2004-02-29"), #2004-02-29#
  Same CDate("29 Feb 2004"), #2004-02-29#
  Same CDate("February 29, 2004"), #2004-02-29#
  Same CDate("13/1/2004"), #2004-01-13#
  Same CDate("1/2/30"), #1930-01-02#
  Same CDate("1/2/29"), #2029-01-02#
  Same CDate("10:30 PM"), #22:30:00#
  Same CDate("2/29/2004 10:30:15"), #2004-02-29 10:30:15#
  Same CDate(1), #1899-12-31#
  Same CDate("36526"), #2000-01-01#
  Same CDate(36526.5), #2000-01-01 12:00:00#
  On Error Resume Next
  Dim x
  x = CDate("2/30/2004")
  Raised 13, "Type mismatch: 'CDate'"
  x = CDate("hello")
  Raised 13, "Type mismatch: 'CDate'"
  x = CDate(1e10)
  Raised 6, "Overflow: 'CDate'"
  x = CDate(Null)
  Raised 94, "Invalid use of Null: 'CDate'"
End Sub

Sub Test_Hex_and_oct()
  Typed Hex(255), "FF", "String"
  Same Hex(0), "0"
  Same Hex(-1), "FFFF"
  Same Hex(CLng(-1)), "FFFFFFFF"
  Same Hex(65536), "10000"
  Same Hex(15.5), "10"
  Same Hex("31"), "1F"
  Same Hex(Empty), "0"
  Same Hex(Null), Null
  Same Hex(True), "FFFF"
  Same Hex(CByte(10)), "A"
  Same Oct(8), "10"
  Same Oct(-1), "177777"
  Same Oct(Null), Null
  Same CLng("&H" & Hex(4660)), CLng(4660)
  On Error Resume Next
  Dim x
  x = Hex(1e12)
  Raised 6, "Overflow: 'Hex'"
End Sub

Sub Test_Locales()
  Dim before
  before = SetLocale("de-DE")
  Typed before, 1033, "Long"
  Same GetLocale(), CLng(1031)
  Same CDbl("1,5"), 1.5
  Same CDbl("1.234,5"), 1234.5
  Same CStr(1.5), "1,5"
  Same CStr(#2004-02-29#), "29.02.2004"
  Same CDate("3.4.2005"), #2005-04-03#
  Same CDate("3. M" & ChrW(228) & "rz 2005"), #2005-03-03#
  Same IsNumeric("1,5"), True
  SetLocale 2057
  Same CStr(#2004-03-01#), "01/03/2004"
  Same CDate("1/3/2004"), #2004-03-01#
  SetLocale "fr-FR"
  Same GetLocale(), CLng(1036)
  SetLocale 0
  Same GetLocale(), CLng(1033)
  Same CStr(1.5), "1.5"
  On Error Resume Next
  SetLocale 77777
  Raised 447, "Object doesn't support current locale setting"
End Sub
