Option Explicit

Sub Test_Parts()
  Dim d
  d = #2004-02-29 13:05:06#
  Typed Year(d), 2004, "Integer"
  Same Month(d), 2
  Same Day(d), 29
  Same Hour(d), 13
  Same Minute(d), 5
  Same Second(d), 6
  Same Weekday(d), 1
  Same Weekday(d, vbMonday), 7
  Same Weekday(d, vbUseSystem), 1
  Same Year("12/31/1999"), 1999
  Same Year(0), 1899
  Same Day(0), 30
  Same Hour(0.5), 12
  Same Hour(-1.25), 6
  Same Day(-1.25), 29
  Same Year(Null), Null
  Same Weekday(Null), Null
  Same Second(#23:59:59#), 59
  On Error Resume Next
  Dim x
  x = Year("x")
  Raised 13, "Type mismatch: 'Year'"
  x = Weekday(d, 9)
  Raised 5, "Invalid procedure call or argument: 'Weekday'"
End Sub

Sub Test_Names()
  Same MonthName(1), "January"
  Same MonthName(12), "December"
  Same MonthName(9, True), "Sep"
  Same MonthName("5"), "May"
  Same WeekdayName(1), "Sunday"
  Same WeekdayName(7), "Saturday"
  Same WeekdayName(4, True), "Wed"
  Same WeekdayName(1, False, vbMonday), "Monday"
  Same WeekdayName(7, True, vbMonday), "Sun"
  Same WeekdayName(Weekday(#2004-02-29#)), "Sunday"
  On Error Resume Next
  Dim x
  x = MonthName(13)
  Raised 5, "Invalid procedure call or argument: 'MonthName'"
  x = MonthName(0)
  Raised 5, "Invalid procedure call or argument: 'MonthName'"
  x = WeekdayName(8)
  Raised 5, "Invalid procedure call or argument: 'WeekdayName'"
End Sub

Sub Test_DateSerial()
  Typed DateSerial(2004, 2, 29), #2004-02-29#, "Date"
  Same DateSerial(2004, 14, 1), #2005-02-01#
  Same DateSerial(2004, 1, 32), #2004-02-01#
  Same DateSerial(2004, 3, 0), #2004-02-29#
  Same DateSerial(2004, 0, 1), #2003-12-01#
  Same DateSerial(2004, -1, 1), #2003-11-01#
  Same DateSerial(2004, 1, -30), #2003-12-01#
  Same DateSerial(99, 1, 1), #1999-01-01#
  Same DateSerial(5, 1, 1), #2005-01-01#
  Same DateSerial(100, 1, 1), CDate(-657434)
  Same CDbl(DateSerial(9999, 12, 31)), CDbl(2958465)
  On Error Resume Next
  Dim x
  x = DateSerial(10000, 1, 1)
  Raised 5, "Invalid procedure call or argument: 'DateSerial'"
  x = DateSerial(40000, 1, 1)
  Raised 6, "Overflow: 'DateSerial'"
End Sub

Sub Test_TimeSerial()
  Typed TimeSerial(13, 5, 6), #13:05:06#, "Date"
  Same TimeSerial(12, -15, 0), #11:45:00#
  Same TimeSerial(0, 0, 3600), #01:00:00#
  Same TimeSerial(0, 90, 0), #01:30:00#
  Same CDbl(TimeSerial(24, 0, 0)), CDbl(1)
  Same CDbl(TimeSerial(6, 0, 0)), 0.25
End Sub

Sub Test_Values()
  Same DateValue("2/29/2004 10:00"), #2004-02-29#
  Same DateValue(#2004-02-29 13:00:00#), #2004-02-29#
  Same DateValue("March 4, 2005"), #2005-03-04#
  Same DateValue("2005-03-04"), #2005-03-04#
  Same TimeValue("10:30"), #10:30:00#
  Same TimeValue("10:30 PM"), #22:30:00#
  Same TimeValue("3/4/2005 4:35:17 PM"), #16:35:17#
  Same CDbl(TimeValue("12:00 AM")), CDbl(0)
  Same CDbl(TimeValue("12:00 PM")), 0.5
  On Error Resume Next
  Dim x
  x = DateValue("nothing")
  Raised 13, "Type mismatch: 'DateValue'"
  x = TimeValue("25:00")
  Raised 13, "Type mismatch: 'TimeValue'"
  x = DateValue(Null)
  Raised 94, "Invalid use of Null: 'DateValue'"
End Sub

Sub Test_DateAdd()
  Typed DateAdd("d", 1, #2004-02-28#), #2004-02-29#, "Date"
  Same DateAdd("m", 1, #2001-01-31#), #2001-02-28#
  Same DateAdd("m", 1, #2004-01-31#), #2004-02-29#
  Same DateAdd("m", -1, #2004-03-31#), #2004-02-29#
  Same DateAdd("m", 13, #2004-01-31#), #2005-02-28#
  Same DateAdd("M", 11, #2004-01-31#), #2004-12-31#
  Same DateAdd("q", 1, #2004-11-30#), #2005-02-28#
  Same DateAdd("yyyy", 1, #2004-02-29#), #2005-02-28#
  Same DateAdd("yyyy", -4, #2004-02-29#), #2000-02-29#
  Same DateAdd("y", 366, #2004-01-01#), #2005-01-01#
  Same DateAdd("w", 5, #2004-01-01#), #2004-01-06#
  Same DateAdd("ww", 2, #2004-01-01#), #2004-01-15#
  Same DateAdd("h", 25, #2004-01-01#), #2004-01-02 01:00:00#
  Same DateAdd("n", 90, #2004-01-01#), #2004-01-01 01:30:00#
  Same DateAdd("s", -1, #2004-01-01#), #2003-12-31 23:59:59#
  Same DateAdd("d", 1, "1/31/2004"), #2004-02-01#
  Same DateAdd("d", 1.5, #2004-01-01#), #2004-01-03#
  Same DateAdd("d", -1, #1899-12-30#), #1899-12-29#
  Same DateAdd("h", 12, #1899-12-28 18:00:00#), #1899-12-29 06:00:00#
  Same DateAdd("d", 1, Null), Null
  On Error Resume Next
  Dim x
  x = DateAdd("x", 1, Date)
  Raised 5, "Invalid procedure call or argument: 'DateAdd'"
  x = DateAdd("d", "x", Date)
  Raised 13, "Type mismatch: 'DateAdd'"
  x = DateAdd("yyyy", 8000, #2004-01-01#)
  Raised 5, "Invalid procedure call or argument: 'DateAdd'"
End Sub

Sub Test_DateDiff()
  Typed DateDiff("d", #2004-01-01#, #2004-03-01#), 60, "Long"
  Same DateDiff("d", #2004-03-01#, #2004-01-01#), CLng(-60)
  Same DateDiff("d", #2004-01-01 23:59:00#, #2004-01-02 00:01:00#), CLng(1)
  Same DateDiff("y", #2004-01-01#, #2004-01-31#), CLng(30)
  Same DateDiff("yyyy", #1999-12-31#, #2000-01-01#), CLng(1)
  Same DateDiff("q", #2004-03-31#, #2004-04-01#), CLng(1)
  Same DateDiff("m", #2004-01-31#, #2004-02-01#), CLng(1)
  Same DateDiff("m", #2004-02-01#, #2003-02-01#), CLng(-12)
  Same DateDiff("w", #2004-01-01#, #2004-01-15#), CLng(2)
  Same DateDiff("w", #2004-01-01#, #2004-01-07#), CLng(0)
  Same DateDiff("ww", #2004-01-03#, #2004-01-04#), CLng(1)
  Same DateDiff("ww", #2004-01-04#, #2004-01-10#), CLng(0)
  Same DateDiff("ww", #2004-01-04#, #2004-01-05#, vbMonday), CLng(1)
  Same DateDiff("h", #10:59:00#, #11:00:00#), CLng(1)
  Same DateDiff("n", #10:00:59#, #10:01:00#), CLng(1)
  Same DateDiff("s", #10:00:00#, #11:00:00#), CLng(3600)
  Same DateDiff("s", #1970-01-01#, #2004-01-01#), CLng(1072915200)
  Same DateDiff("d", "1/1/2004", "1/2/2004"), CLng(1)
  Same DateDiff("d", Null, Date), Null
  Same DateDiff("d", Date, Null), Null
  On Error Resume Next
  Dim x
  x = DateDiff("z", Date, Date)
  Raised 5, "Invalid procedure call or argument: 'DateDiff'"
  x = DateDiff("s", #1900-01-01#, #2100-01-01#)
  Raised 6, "Overflow: 'DateDiff'"
End Sub

Sub Test_DatePart()
  Dim d
  d = #2004-12-31 13:05:06#
  Typed DatePart("yyyy", d), 2004, "Integer"
  Same DatePart("q", d), 4
  Same DatePart("m", d), 12
  Same DatePart("y", d), 366
  Same DatePart("d", d), 31
  Same DatePart("w", d), 6
  Same DatePart("w", d, vbMonday), 5
  Same DatePart("ww", d), 53
  Same DatePart("h", d), 13
  Same DatePart("n", d), 5
  Same DatePart("s", d), 6
  Same DatePart("ww", #2005-01-01#), 1
  Same DatePart("ww", #2005-01-01#, vbMonday, vbFirstFourDays), 53
  Same DatePart("ww", #2005-01-03#, vbMonday, vbFirstFourDays), 1
  Same DatePart("ww", #2005-01-01#, vbSunday, vbFirstFullWeek), 52
  Same DatePart("ww", #2005-01-02#, vbSunday, vbFirstFullWeek), 1
  Same DatePart("q", #2004-06-30#), 2
  Same DatePart("q", #2004-07-01#), 3
  Same DatePart("d", Null), Null
End Sub

Sub Test_Clock()
  Dim before, after, seconds
  before = Now
  after = Now
  Same TypeName(before), "Date"
  Holds after >= before
  Holds DateDiff("s", before, after) <= 60
  Same TypeName(Date), "Date"
  Same CDbl(Date), CDbl(Int(CDbl(Date)))
  Holds CDbl(Time) < 1
  seconds = Timer
  Same TypeName(seconds), "Single"
  Holds seconds >= 0 And seconds <= 86400
  Holds Abs(DateDiff("s", Date, Now) - Timer) < 60 Or Timer < 60
  Holds Year(Now) >= 2000
End Sub

Sub Test_Arithmetic()
  Same #2004-01-01# + 1, #2004-01-02#
  Same #2004-01-02# - #2004-01-01#, CDbl(1)
  Same #2004-01-01# + #12:00:00#, #2004-01-01 12:00:00#
  Holds #2004-01-01# < #2004-01-02#
  Holds #2004-01-01# = DateSerial(2004, 1, 1)
  Same "Today: " & #2004-01-01#, "Today: 1/1/2004"
End Sub
