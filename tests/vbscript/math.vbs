Option Explicit

Sub Near(actual, expected)
  Report Abs(actual - expected) < 1e-12, "got " & actual & ", expected " & expected
End Sub

Sub Test_Abs()
  Typed Abs(-5), 5, "Integer"
  Typed Abs(-5.5), 5.5, "Double"
  Typed Abs(CLng(-5)), 5, "Long"
  Typed Abs(CInt(-32768)), 32768, "Long"
  Typed Abs("-3"), 3, "Double"
  Typed Abs(CCur(-1.5)), CCur(1.5), "Currency"
  Typed Abs(True), 1, "Integer"
  Typed Abs(Empty), 0, "Integer"
  Same Abs(Null), Null
  On Error Resume Next
  Dim x
  x = Abs("x")
  Raised 13, "Type mismatch: 'Abs'"
End Sub

Sub Test_Int_and_fix()
  Typed Int(2.7), 2, "Double"
  Same Int(-2.7), CDbl(-3)
  Same Fix(2.7), CDbl(2)
  Same Fix(-2.7), CDbl(-2)
  Typed Int(5), 5, "Integer"
  Typed Int("5.5"), 5, "Double"
  Typed Int(CCur(-1.5)), CCur(-2), "Currency"
  Typed Fix(CCur(-1.5)), CCur(-1), "Currency"
  Typed Int(#2000-01-01 18:00:00#), #2000-01-01#, "Date"
  Same Int(Null), Null
  Same Fix(Null), Null
  Typed Int(True), -1, "Integer"
End Sub

Sub Test_Sgn()
  Typed Sgn(-2.5), -1, "Integer"
  Same Sgn(0), 0
  Same Sgn(7), 1
  Same Sgn("-3"), -1
  Same Sgn(Null), Null
  Same Sgn(Empty), 0
End Sub

Sub Test_Round()
  Same Round(0.5), CDbl(0)
  Same Round(1.5), CDbl(2)
  Same Round(2.5), CDbl(2)
  Same Round(-0.5), CDbl(0)
  Same Round(-1.5), CDbl(-2)
  Same Round(3.14159, 2), 3.14
  Same Round(0.125, 2), 0.12
  Same Round(0.375, 2), 0.38
  Same Round(1234.5678, 0), CDbl(1235)
  Same Round("2.5"), CDbl(2)
  Typed Round(5), 5, "Integer"
  Typed Round(CCur(1.2345), 2), CCur(1.23), "Currency"
  Same Round(Null), Null
  On Error Resume Next
  Dim x
  x = Round(1.5, -1)
  Raised 5, "Invalid procedure call or argument: 'Round'"
  x = Round(1.5, 23)
  Raised 5, "Invalid procedure call or argument: 'Round'"
End Sub

Sub Test_Roots_and_logarithms()
  Same Sqr(16), CDbl(4)
  Near Sqr(2), 1.4142135623731
  Same Exp(0), CDbl(1)
  Near Exp(1), 2.71828182845905
  Same Log(1), CDbl(0)
  Near Log(10), 2.30258509299405
  Near Log(Exp(3)), 3
  On Error Resume Next
  Dim x
  x = Sqr(-1)
  Raised 5, "Invalid procedure call or argument: 'Sqr'"
  x = Log(0)
  Raised 5, "Invalid procedure call or argument: 'Log'"
  x = Log(-1)
  Raised 5, "Invalid procedure call or argument: 'Log'"
  x = Exp(1000)
  Raised 6, "Overflow: 'Exp'"
  x = Sqr(Null)
  Raised 94, "Invalid use of Null: 'Sqr'"
End Sub

Sub Test_Angles()
  Dim pi
  pi = 4 * Atn(1)
  Near pi, 3.14159265358979
  Near Sin(pi / 2), 1
  Near Sin(pi / 6), 0.5
  Near Cos(pi), -1
  Near Cos(0), 1
  Near Tan(pi / 4), 1
  Near Sin(1) ^ 2 + Cos(1) ^ 2, 1
  Near Atn(Tan(0.7)), 0.7
End Sub

Sub Test_Rnd()
  Dim first, i, value
  Same CStr(Rnd), "0.7055475"
  Same CStr(Rnd), "0.533424"
  Same CStr(Rnd), "0.5795186"
  Same CStr(Rnd), "0.2895625"
  Same CStr(Rnd), "0.301948"
  Same CStr(Rnd(0)), "0.301948"
  Same TypeName(Rnd), "Single"
  first = Rnd(-7)
  Same Rnd(-7), first
  Rnd -1
  Randomize 5
  first = Rnd
  Rnd -1
  Randomize 5
  Same Rnd, first
  Randomize
  For i = 1 To 100
    value = Rnd
    If value < 0 Or value >= 1 Then Report False, "Rnd gave " & value
  Next
  Report True, ""
  Same Int(6 * Rnd) + 1 >= 1, True
End Sub

Sub Test_RGB()
  Typed RGB(255, 0, 0), 255, "Long"
  Same RGB(0, 255, 0), CLng(65280)
  Same RGB(0, 0, 255), CLng(16711680)
  Same RGB(1, 2, 3), CLng(197121)
  Same RGB(300, 0, 0), CLng(255)
  Same RGB(255, 255, 255), vbWhite
  On Error Resume Next
  Dim x
  x = RGB(-1, 0, 0)
  Raised 5, "Invalid procedure call or argument: 'RGB'"
End Sub
