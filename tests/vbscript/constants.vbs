Option Explicit

Sub Test_Texts()
  Same vbCr, Chr(13)
  Same vbLf, Chr(10)
  Same vbCrLf, Chr(13) & Chr(10)
  Same vbNewLine, Chr(13) & Chr(10)
  Same vbTab, Chr(9)
  Same vbFormFeed, Chr(12)
  Same vbVerticalTab, Chr(11)
  Same vbNullChar, Chr(0)
  Same vbNullString, ""
End Sub

Sub Test_Numbers()
  Same vbBinaryCompare, 0
  Same vbTextCompare, 1
  Same vbSunday & vbMonday & vbTuesday & vbWednesday & vbThursday & vbFriday & vbSaturday, "1234567"
  Same vbUseSystemDayOfWeek, 0
  Same vbUseSystem & vbFirstJan1 & vbFirstFourDays & vbFirstFullWeek, "0123"
  Same vbGeneralDate & vbLongDate & vbShortDate & vbLongTime & vbShortTime, "01234"
  Same vbTrue, -1
  Same vbFalse, 0
  Same vbUseDefault, -2
  Same vbObjectError, -2147221504
  Typed vbObjectError, -2147221504, "Long"
End Sub

Sub Test_Colours()
  Same vbBlack, CLng(0)
  Same vbRed, CLng(255)
  Same vbGreen, CLng(65280)
  Same vbYellow, CLng(65535)
  Same vbBlue, CLng(16711680)
  Same vbMagenta, CLng(16711935)
  Same vbCyan, CLng(16776960)
  Same vbWhite, CLng(16777215)
End Sub

Sub Test_Boxes()
  Same vbOKOnly & vbOKCancel & vbAbortRetryIgnore & vbYesNoCancel & vbYesNo & vbRetryCancel, "012345"
  Same vbCritical, 16
  Same vbQuestion, 32
  Same vbExclamation, 48
  Same vbInformation, 64
  Same vbDefaultButton1, 0
  Same vbDefaultButton2, 256
  Same vbDefaultButton3, 512
  Same vbDefaultButton4, 768
  Same vbApplicationModal, 0
  Same vbSystemModal, 4096
  Same vbOK & vbCancel & vbAbort & vbRetry & vbIgnore & vbYes & vbNo, "1234567"
  Same vbYesNo + vbQuestion + vbDefaultButton2, 292
End Sub

Sub Test_Types()
  Same vbEmpty & vbNull & vbInteger & vbLong & vbSingle & vbDouble, "012345"
  Same vbCurrency & vbDate & vbString & vbObject, "6789"
  Same vbError, 10
  Same vbBoolean, 11
  Same vbVariant, 12
  Same vbDataObject, 13
  Same vbDecimal, 14
  Same vbByte, 17
  Same vbArray, 8192
  Same VarType(Array()), vbArray + vbVariant
End Sub

Sub Test_Cannot_be_assigned()
  Same Left(Host.ErrorOf("vbCr = 1"), 9), "501 (1, 1"
End Sub
