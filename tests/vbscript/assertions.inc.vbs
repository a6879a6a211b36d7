' Assertions of the language tests. The host gives Report(passed, text).
Option Explicit

Function Shown(value)
  If IsObject(value) Then
    Shown = "object " & TypeName(value)
  ElseIf IsArray(value) Then
    Shown = "array " & TypeName(value)
  ElseIf IsNull(value) Then
    Shown = "Null"
  ElseIf IsEmpty(value) Then
    Shown = "Empty"
  Else
    Shown = TypeName(value) & " " & CStr(value)
  End If
End Function

' The same type and the same value.
Sub Same(actual, expected)
  Dim passed
  passed = (VarType(actual) = VarType(expected))
  If passed And Not IsNull(expected) And Not IsEmpty(expected) And VarType(expected) <> 10 Then
    If IsObject(expected) Then
      passed = actual Is expected
    ElseIf Not IsArray(expected) Then
      passed = (actual = expected)
    End If
  End If
  If passed Then
    Report True, ""
  Else
    Report False, "got " & Shown(actual) & ", expected " & Shown(expected)
  End If
End Sub

' The value and the name of its type.
Sub Typed(actual, expected, type_name)
  Report TypeName(actual) = type_name, "got " & TypeName(actual) & ", expected " & type_name
  If IsNull(expected) Or IsNull(actual) Then
    Report IsNull(expected) And IsNull(actual), "got " & Shown(actual) & ", expected " & Shown(expected)
  Else
    Report actual = expected, "got " & Shown(actual) & ", expected " & Shown(expected)
  End If
End Sub

Sub Holds(condition)
  Report CBool(condition), "does not hold"
End Sub

Sub Fails(condition)
  Report Not CBool(condition), "holds"
End Sub

' The error that Err shows; it is cleared.
Sub Raised(number, description)
  Dim seen, words
  seen = Err.Number
  words = Err.Description
  Err.Clear
  Report seen = number And words = description, "error " & seen & " (" & words & "), expected " & number & " (" & description & ")"
End Sub

Sub NoError()
  Dim seen, words
  seen = Err.Number
  words = Err.Description
  Err.Clear
  Report seen = 0, "error " & seen & " (" & words & ")"
End Sub
