Option Explicit

Sub Test_Addition()
  Typed 1 + 2, 3, "Integer"
  Typed 32767 + 1, 32768, "Long"
  Typed 2147483647 + 1, 2147483648, "Double"
  Typed 1 + 2.5, 3.5, "Double"
  Typed "1" + "2", "12", "String"
  Typed "1" + 2, 3, "Double"
  Typed 2 + "1.5", 3.5, "Double"
  Typed True + True, -2, "Integer"
  Typed Empty + 1, 1, "Integer"
  Typed Empty + Empty, 0, "Integer"
  Typed Empty + "a", "a", "String"
  Typed "a" + Empty, "a", "String"
  Typed Null + 1, Null, "Null"
  Typed 1 + Null, Null, "Null"
  Typed CByte(200) + CByte(50), 250, "Byte"
  Typed CByte(200) + CByte(100), 300, "Integer"
  Typed CByte(1) + 1, 2, "Integer"
  Typed CLng(1) + 1, 2, "Long"
  Typed CSng(1.5) + 1, 2.5, "Single"
  Typed CSng(1.5) + CLng(1), 2.5, "Double"
  Typed CCur(1.25) + 1, CCur(2.25), "Currency"
  Typed CCur(1.25) + 1.5, CCur(2.75), "Currency"
  Typed CSng(1.5) - CCur(1), CCur(0.5), "Currency"
  Typed CCur(1.25) * 1.5, 1.875, "Double"
  Typed #2000-01-01# + 1, #2000-01-02#, "Date"
  Typed 1 + #2000-01-01#, #2000-01-02#, "Date"
End Sub

Sub Test_Subtraction()
  Typed 5 - 3, 2, "Integer"
  Typed -32768 - 1, -32769, "Long"
  Typed -2147483647 - 2, -2147483649, "Double"
  Typed "5" - "3", 2, "Double"
  Typed #2000-01-03# - #2000-01-01#, 2, "Double"
  Typed #2000-01-03# - 1, #2000-01-02#, "Date"
  Typed CByte(1) - CByte(2), -1, "Integer"
  Typed True - 1, -2, "Integer"
  Typed Null - 1, Null, "Null"
  Typed CCur(5) - CCur(2.5), CCur(2.5), "Currency"
  Typed 0.5 - 0.25, 0.25, "Double"
End Sub

Sub Test_Multiplication()
  Typed 3 * 4, 12, "Integer"
  Typed 300 * 300, 90000, "Long"
  Typed 100000 * 100000, 10000000000, "Double"
  Typed CByte(20) * CByte(20), 400, "Integer"
  Typed CByte(5) * CByte(5), 25, "Byte"
  Typed "3" * "4", 12, "Double"
  Typed True * 5, -5, "Integer"
  Typed 1.5 * 2, 3, "Double"
  Typed CCur(1.5) * 2, CCur(3), "Currency"
  Typed Empty * 5, 0, "Integer"
  Typed Null * 5, Null, "Null"
  Typed CSng(2) * CSng(3), 6, "Single"
End Sub

Sub Test_Division()
  Typed 6 / 3, 2, "Double"
  Typed 7 / 2, 3.5, "Double"
  Typed CSng(7) / CSng(2), 3.5, "Single"
  Typed "10" / "4", 2.5, "Double"
  Typed Null / 1, Null, "Null"
  Typed CCur(5) / 2, 2.5, "Double"
  Typed True / 2, -0.5, "Double"
  On Error Resume Next
  Dim x
  x = 1 / 0
  Raised 11, "Division by zero"
  x = 0 / 0
  Raised 6, "Overflow"
  x = 1.5 / 0
  Raised 11, "Division by zero"
End Sub

Sub Test_Integer_division()
  Typed 7 \ 2, 3, "Integer"
  Typed -7 \ 2, -3, "Integer"
  Typed 7 \ -2, -3, "Integer"
  Typed 7.5 \ 2, 4, "Long"
  Typed 6.5 \ 2, 3, "Long"
  Typed 100000 \ 3, 33333, "Long"
  Typed CByte(7) \ CByte(2), 3, "Byte"
  Typed "7" \ "2", 3, "Long"
  Typed Null \ 2, Null, "Null"
  On Error Resume Next
  Dim x
  x = 1 \ 0
  Raised 11, "Division by zero"
  x = 1 \ 0.4
  Raised 11, "Division by zero"
End Sub

Sub Test_Modulo()
  Typed 7 Mod 3, 1, "Integer"
  Typed -7 Mod 3, -1, "Integer"
  Typed 7 Mod -3, 1, "Integer"
  Typed 7.6 Mod 3, 2, "Long"
  Typed 100000 Mod 7, 5, "Long"
  Typed "7" Mod "3", 1, "Long"
  Typed Null Mod 3, Null, "Null"
  Typed 12 Mod 4, 0, "Integer"
  On Error Resume Next
  Dim x
  x = 5 Mod 0
  Raised 11, "Division by zero"
End Sub

Sub Test_Power()
  Typed 2 ^ 10, 1024, "Double"
  Typed 2 ^ -1, 0.5, "Double"
  Typed 2 ^ 0.5 > 1.414, True, "Boolean"
  Typed (-2) ^ 3, -8, "Double"
  Typed -2 ^ 2, 4, "Double"
  Typed 2 * -3 ^ 2, 18, "Double"
  Typed -(2 ^ 2), -4, "Double"
  Typed 0 ^ 0, 1, "Double"
  Typed Null ^ 2, Null, "Null"
  Typed 2 ^ 3 ^ 2, 64, "Double"
  On Error Resume Next
  Dim x
  x = 0 ^ -1
  Raised 5, "Invalid procedure call or argument"
  x = (-8) ^ 0.5
  Raised 5, "Invalid procedure call or argument"
  x = 10 ^ 400
  Raised 6, "Overflow"
End Sub

Sub Test_Concatenation()
  Typed "a" & "b", "ab", "String"
  Typed 1 & 2, "12", "String"
  Typed "x" & Null, "x", "String"
  Typed Null & "x", "x", "String"
  Typed Null & Null, Null, "Null"
  Typed "x" & Empty, "x", "String"
  Typed Empty & Empty, "", "String"
  Typed "v" & True, "vTrue", "String"
  Typed 1.5 & "", "1.5", "String"
  Typed 1 & 2 + 3, "15", "String"
  Typed 0.1 & "", "0.1", "String"
  Typed -1 & "", "-1", "String"
  Typed 1e20 & "", "1E+20", "String"
  Typed CCur(1.5) & "", "1.5", "String"
End Sub

Sub Test_Negation()
  Typed -(5), -5, "Integer"
  Typed -"5", -5, "Double"
  Typed -Null, Null, "Null"
  Typed -Empty, 0, "Integer"
  Typed -True, 1, "Integer"
  Typed -CByte(5), -5, "Integer"
  Typed - -5, 5, "Integer"
  Typed -1.5, -1.5, "Double"
  Typed -CCur(2), CCur(-2), "Currency"
  Typed -32768, -32768, "Long"
  Typed -2147483648, -2147483648, "Double"
  Typed +"5", "5", "String"
End Sub

Sub Test_Precedence()
  Same 2 + 3 * 4, 14
  Same (2 + 3) * 4, 20
  Same 10 - 2 - 3, 5
  Same 2 * 3 Mod 4, 2
  Same 7 \ 2 * 2, 1
  Same 10 \ 3 Mod 2, 1
  Same 1 + 2 & 3 + 4, "37"
  Same Not 1 = 2, True
  Same Not (True And False), True
  Same True Or True And False, True
  Same 1 < 2 = True, True
  Same -3 Mod 2, -1
  Same 8 / 2 / 2, 2.0
  Same 2 + 3 = 5 And 1 < 2, True
  Same 1 Or 2 Xor 3, 0
  Same True Eqv False Imp False, True
  Same "a" & "b" = "ab", True
  Same Not 0 And 0, 0
End Sub

Sub Test_Overflow()
  On Error Resume Next
  Dim x
  x = 1e308 * 10
  Raised 6, "Overflow"
  x = 1e308 + 1e308
  Raised 6, "Overflow"
  x = CInt(40000)
  Raised 6, "Overflow: 'CInt'"
  x = CByte(256)
  Raised 6, "Overflow: 'CByte'"
  x = CLng(3e9)
  Raised 6, "Overflow: 'CLng'"
End Sub

Sub Test_Mismatch()
  On Error Resume Next
  Dim x
  x = "a" + 1
  Raised 13, "Type mismatch: '[string: ""a""]'"
  x = "a" * 2
  Raised 13, "Type mismatch: '[string: ""a""]'"
  x = -"abc"
  Raised 13, "Type mismatch: '[string: ""abc""]'"
  x = Array(1) + 1
  Raised 13, "Type mismatch"
  x = "" + 1
  Raised 13, "Type mismatch: '[string: """"]'"
  Dim o
  Set o = Nothing
  x = o + 1
  Raised 91, "Object variable not set"
End Sub
