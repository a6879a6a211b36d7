Option Explicit

Sub Test_And()
  Typed True And True, True, "Boolean"
  Typed True And False, False, "Boolean"
  Typed 6 And 3, 2, "Integer"
  Typed 65536 And 65536, 65536, "Long"
  Typed True And 5, 5, "Integer"
  Typed Null And False, False, "Boolean"
  Typed False And Null, False, "Boolean"
  Typed Null And True, Null, "Null"
  Typed Null And Null, Null, "Null"
  Typed Null And 0, 0, "Integer"
  Typed CByte(6) And CByte(3), 2, "Byte"
  Typed 6.4 And 3, 2, "Long"
  Typed "6" And 3, 2, "Long"
  Typed Empty And 5, 0, "Long"
  Typed Empty And Null, 0, "Long"
  Typed True Imp Empty, 0, "Long"
End Sub

Sub Test_Or()
  Typed True Or False, True, "Boolean"
  Typed False Or False, False, "Boolean"
  Typed 6 Or 3, 7, "Integer"
  Typed Null Or True, True, "Boolean"
  Typed True Or Null, True, "Boolean"
  Typed Null Or False, Null, "Null"
  Typed False Or Null, Null, "Null"
  Typed Null Or 5, 5, "Integer"
  Typed Null Or 0, Null, "Null"
  Typed &H8000 Or 1, -32767, "Integer"
  Typed &H10000 Or 1, 65537, "Long"
End Sub

Sub Test_Xor()
  Typed True Xor False, True, "Boolean"
  Typed True Xor True, False, "Boolean"
  Typed 6 Xor 3, 5, "Integer"
  Typed Null Xor True, Null, "Null"
  Typed 5 Xor Null, Null, "Null"
End Sub

Sub Test_Not()
  Typed Not True, False, "Boolean"
  Typed Not False, True, "Boolean"
  Typed Not 0, -1, "Integer"
  Typed Not 5, -6, "Integer"
  Typed Not 65536, -65537, "Long"
  Typed Not Null, Null, "Null"
  Typed Not Empty, -1, "Long"
  Typed Not "5", -6, "Long"
  Typed Not "True", False, "Boolean"
  Typed Not CByte(0), 255, "Byte"
End Sub

Sub Test_Eqv()
  Typed True Eqv True, True, "Boolean"
  Typed True Eqv False, False, "Boolean"
  Typed False Eqv False, True, "Boolean"
  Typed 6 Eqv 3, -6, "Integer"
  Typed Null Eqv True, Null, "Null"
End Sub

Sub Test_Imp()
  Typed True Imp True, True, "Boolean"
  Typed True Imp False, False, "Boolean"
  Typed False Imp True, True, "Boolean"
  Typed False Imp False, True, "Boolean"
  Typed Null Imp True, True, "Boolean"
  Typed Null Imp False, Null, "Null"
  Typed False Imp Null, True, "Boolean"
  Typed True Imp Null, Null, "Null"
  Typed Null Imp Null, Null, "Null"
End Sub

Dim calls

Function Touch(value)
  calls = calls + 1
  Touch = value
End Function

' Both sides are evaluated, always.
Sub Test_No_short_circuit()
  Dim x
  calls = 0
  x = Touch(False) And Touch(True)
  Same calls, 2
  x = Touch(True) Or Touch(True)
  Same calls, 4
  If Touch(False) And Touch(True) Then calls = 100
  Same calls, 6
End Sub

Sub Test_Errors()
  Dim x
  On Error Resume Next
  x = "abc" And 1
  Raised 13, "Type mismatch: '[string: ""abc""]'"
  x = 1e10 And 1
  Raised 6, "Overflow"
  x = Not Array(1)
  Raised 13, "Type mismatch"
End Sub

Sub Test_Conditions()
  Dim seen
  If 1 Then seen = seen & "a"
  If 0 Then seen = seen & "b"
  If -5 Then seen = seen & "c"
  If "1" Then seen = seen & "d"
  If "True" Then seen = seen & "e"
  If "False" Then seen = seen & "f"
  If 0.1 Then seen = seen & "g"
  If Empty Then seen = seen & "h"
  If Null Then seen = seen & "i"
  If #2000-01-01# Then seen = seen & "j"
  Same seen, "acdegj"
  On Error Resume Next
  If "abc" Then seen = "then"
  Raised 13, "Type mismatch: '[string: ""abc""]'"
End Sub
