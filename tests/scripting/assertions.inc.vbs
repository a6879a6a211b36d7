' Assertions in TAP without numbers; the runner counts.
Option Explicit

Sub Same(actual, expected, about)
  Dim passed
  passed = False
  If IsNull(actual) Or IsNull(expected) Then
    passed = IsNull(actual) And IsNull(expected)
  Else
    passed = (actual = expected)
  End If
  If passed Then
    WScript.Echo "ok - " & about
  Else
    WScript.Echo "not ok - " & about & ": " & actual & " is not " & expected
  End If
End Sub

' What Err says after a statement that was to fail; Err is cleared.
Function Failed()
  Failed = Hex(Err.Number) & " " & Err.Source & " " & Err.Description
  Err.Clear
End Function
