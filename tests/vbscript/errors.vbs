Option Explicit

Sub Test_Resume_next()
  Dim x, y
  On Error Resume Next
  x = 1
  x = 1 / 0
  y = 2
  Same x, 1
  Same y, 2
  Same Err.Number = 11, True
  Same Err.Description, "Division by zero"
  Same Err.Source, "Microsoft VBScript runtime error"
  Same Err.HelpFile, ""
  Holds Err.HelpContext = 0
  Holds Err = 11
  Err.Clear
  Holds Err.Number = 0
  Same Err.Description, ""
  Same Err.Source, ""
End Sub

Sub Test_Cleared_by_statements()
  Dim x
  On Error Resume Next
  x = 1 / 0
  On Error Resume Next
  NoError
  x = 1 / 0
  On Error GoTo 0
  NoError
  On Error Resume Next
  x = 1 / 0
  x = 1
  Raised 11, "Division by zero"
End Sub

Sub Unhandled()
  Dim x
  steps = steps & "a"
  x = 1 / 0
  steps = steps & "b"
End Sub

Sub Handled()
  On Error Resume Next
  Dim x
  steps = steps & "c"
  x = 1 / 0
  steps = steps & "d"
End Sub

Dim steps

Sub Test_Errors_leave_procedures()
  On Error Resume Next
  steps = ""
  Unhandled
  steps = steps & "e"
  Same steps, "ae"
  Raised 11, "Division by zero"
  steps = ""
  Handled
  Same steps, "cd"
  Raised 11, "Division by zero"
  steps = ""
  Outer
  Same steps, "1a"
  Raised 11, "Division by zero"
End Sub

Sub Outer()
  steps = steps & "1"
  Unhandled
  steps = steps & "2"
End Sub

' A handler is the procedure's own and ends with it.
Sub Test_Handlers_are_local()
  Same Host.ErrorOf("Sub h : On Error Resume Next : x = 1 / 0 : End Sub : h : y = 1 / 0"), "11 (1, 58) Division by zero"
  Same Host.ErrorOf("On Error Resume Next : x = 1 / 0 : On Error GoTo 0 : y = 1 / 0"), "11 (1, 54) Division by zero"
End Sub

Sub Exits()
  On Error Resume Next
  Dim x
  x = 1 / 0
  Exit Sub
End Sub

Sub Test_Exit_clears()
  On Error Resume Next
  Exits
  NoError
End Sub

' What follows an error in a header.
Sub Test_Errors_in_conditions()
  Dim seen, x, n
  On Error Resume Next
  If 1 / 0 Then
    seen = seen & "then"
  Else
    seen = seen & "else"
  End If
  Same seen, "then"
  seen = ""
  If False Then
    seen = "a"
  ElseIf 1 / 0 Then
    seen = "b"
  Else
    seen = "c"
  End If
  Same seen, "b"
  seen = ""
  Select Case 1 / 0
    Case 1
      seen = seen & "one"
    Case Else
      seen = seen & "else"
  End Select
  Same seen, ""
  Do While 1 / 0
    n = n + 1
    If n > 2 Then Exit Do
  Loop
  Same n, 3
  n = 0
  Do
    n = n + 1
  Loop While 1 / 0
  Same n, 1
  Err.Clear
End Sub

Sub Test_Errors_in_expressions()
  Dim x, a(1)
  x = "kept"
  On Error Resume Next
  x = "a" & 1 / 0
  Same x, "kept"
  a(1 / 0) = 5
  Same a(0), Empty
  x = Len(1 / 0)
  Same x, "kept"
  Set x = 5
  Same x, "kept"
  x = x & Array(1)
  Same x, "kept"
  Err.Clear
End Sub

Sub Test_Raise()
  Dim x
  On Error Resume Next
  Err.Raise 5
  Raised 5, "Invalid procedure call or argument"
  Err.Raise 1000
  Raised 1000, "Unknown runtime error"
  Err.Raise 1000, "Mine", "My text", "help.chm", 77
  Same Err.Source, "Mine"
  Same Err.HelpFile, "help.chm"
  Holds Err.HelpContext = 77
  Raised 1000, "My text"
  Err.Raise vbObjectError + 1, "S", "D"
  Raised -2147221503, "D"
  Err.Raise 13, , "Only a text"
  Same Err.Source, "Microsoft VBScript runtime error"
  Raised 13, "Only a text"
  Err.Raise 0
  Raised 5, "Invalid procedure call or argument: 'Err.Raise'"
  Err.Raise &H800A000D
  Raised 13, "Type mismatch"
  Err.Raise -2147024891, "S", "denied"
  Raised -2147024891, "denied"
  Err.Raise 11, "S"
  Same Err.HelpFile, ""
  Raised 11, "Division by zero"
End Sub

Sub Test_Raise_through_procedures()
  On Error Resume Next
  Raises 1234, "through"
  Raised 1234, "through"
End Sub

Sub Raises(number, text)
  Err.Raise number, "Raises", text
End Sub

Sub Test_Members_of_err()
  On Error Resume Next
  Err.Number = 5
  Holds Err.Number = 5
  Err.Description = "text"
  Same Err.Description, "text"
  Err.Source = "source"
  Same Err.Source, "source"
  Err.HelpFile = "file"
  Same Err.HelpFile, "file"
  Err.HelpContext = 3
  Holds Err.HelpContext = 3
  If Err Then steps = "err"
  Same steps, "err"
  Err.Clear
  Same Err.Description & Err.Source & Err.HelpFile, ""
  Err.No_such = 1
  Raised 438, "Object doesn't support this property or method: 'Err.No_such'"
  Same TypeName(Err), "Object"
End Sub

Sub Test_Objects()
  Dim o, x, n
  On Error Resume Next
  x = o.Member
  Raised 424, "Object required: 'o'"
  o.Method 1
  Raised 424, "Object required: 'o'"
  o.Member = 1
  Raised 424, "Object required: 'o'"
  Set n = Nothing
  x = n.Member
  Raised 91, "Object variable not set: 'n'"
  n.Member = 1
  Raised 91, "Object variable not set: 'n'"
  x = o.a.b
  Raised 424, "Object required: 'o'"
  Set x = o
  Raised 424, "Object required: 'o'"
  Set x = 5
  Raised 424, "Object required: '[number: 5]'"
  Set x = "text"
  Raised 424, "Object required: '[string: ""text""]'"
  x = "s"
  x.Length = 3
  Raised 424, "Object required: 'x'"
  x = Nothing
  Raised 91, "Object variable not set"
End Sub

Sub Test_Objects_of_the_host()
  Dim x
  On Error Resume Next
  Host.FailWith CLng(&H80041002), "Not found"
  Same Err.Source, "Host"
  Raised &H80041002, "Not found"
  Host.FailWith CLng(&H80020005), ""
  Raised 13, "Type mismatch: 'Host.FailWith'"
  Host.FailWith CLng(&H80070005), ""
  Raised 70, "Permission denied: 'Host.FailWith'"
  x = Host.No_such_member
  Raised 438, "Object doesn't support this property or method: 'Host.No_such_member'"
  Host.FailWith 1
  Raised 450, "Wrong number of arguments or invalid property assignment: 'Host.FailWith'"
  Host.OutArgument
  Raised 450, "Wrong number of arguments or invalid property assignment: 'Host.OutArgument'"
  Host.List = 5
  NoError
End Sub

Sub Test_Builtins_name_themselves()
  Dim x
  On Error Resume Next
  x = CInt("abc")
  Raised 13, "Type mismatch: 'CInt'"
  x = CInt(Null)
  Raised 94, "Invalid use of Null: 'CInt'"
  x = Left("abc", -1)
  Raised 5, "Invalid procedure call or argument: 'Left'"
  x = Mid("abc", 0)
  Raised 5, "Invalid procedure call or argument: 'Mid'"
  x = String(-1, "x")
  Raised 5, "Invalid procedure call or argument: 'String'"
  x = Chr(70000)
  Raised 5, "Invalid procedure call or argument: 'Chr'"
  x = CDate("no date")
  Raised 13, "Type mismatch: 'CDate'"
  x = Sqr(-1)
  Raised 5, "Invalid procedure call or argument: 'Sqr'"
  x = Log(0)
  Raised 5, "Invalid procedure call or argument: 'Log'"
End Sub

' Where errors are: the statement, in the innermost procedure.
Sub Test_Places()
  Same Host.ErrorOf("x = 1 / 0"), "11 (1, 1) Division by zero"
  Same Host.ErrorOf("y = 1" & vbCrLf & "  x = 1 / 0"), "11 (2, 3) Division by zero"
  Same Host.ErrorOf("y = 1 : x = 1 / 0"), "11 (1, 9) Division by zero"
  Same Host.ErrorOf("If True Then" & vbLf & "  x = 1 / 0" & vbLf & "End If"), "11 (2, 3) Division by zero"
  Same Host.ErrorOf("If 1 / 0 Then" & vbLf & "End If"), "11 (1, 1) Division by zero"
  Same Host.ErrorOf("If False Then" & vbLf & "ElseIf 1 / 0 Then" & vbLf & "End If"), "11 (2, 1) Division by zero"
  Same Host.ErrorOf("Do" & vbLf & "Loop While 1 / 0"), "11 (2, 1) Division by zero"
  Same Host.ErrorOf("For i = 1 To 1 / 0" & vbLf & "Next"), "11 (1, 1) Division by zero"
  Same Host.ErrorOf("Sub s" & vbLf & "  x = 1 / 0" & vbLf & "End Sub" & vbLf & "s"), "11 (2, 3) Division by zero"
  Same Host.ErrorOf("x = _" & vbLf & "  1 / 0"), "11 (1, 1) Division by zero"
  Same Host.ErrorOf("Class c : Sub s : x = 1 / 0 : End Sub : End Class" & vbLf & "Set o = New c" & vbLf & "o.s"), _
    "11 (1, 19) Division by zero"
  Same Host.ErrorOf("Function f : f = 1 / 0 : End Function" & vbLf & "x = 1 + f"), "11 (1, 14) Division by zero"
  Same Host.ErrorOf("Err.Raise 1000, ""S"", ""D"""), "1000 (1, 1) D"
  Same Host.ErrorOf("On Error Resume Next : x = 1 / 0"), ""
End Sub
