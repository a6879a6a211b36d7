Option Explicit

Sub Test_Expected_words()
  Same Host.ErrorOf("If True"), "1017 (1, 8) Expected 'Then'"
  Same Host.ErrorOf("If True Then" & vbLf & "x = 1"), "1014 (2, 6) Expected 'End'"
  Same Host.ErrorOf("If True Then" & vbLf & "End Sub"), "1012 (2, 5) Expected 'If'"
  Same Host.ErrorOf("For i = 1"), "1013 (1, 10) Expected 'To'"
  Same Host.ErrorOf("For i = 1 To 2" & vbLf & "x = 1"), "1020 (2, 6) Expected 'Next'"
  Same Host.ErrorOf("For i 1 To 2"), "1011 (1, 7) Expected '='"
  Same Host.ErrorOf("For Each x 5"), "1046 (1, 12) Expected 'In'"
  Same Host.ErrorOf("Do" & vbLf & "x = 1"), "1019 (2, 6) Expected 'Loop'"
  Same Host.ErrorOf("While True" & vbLf & "x = 1"), "1018 (2, 6) Expected 'Wend'"
  Same Host.ErrorOf("Do Forever"), "1028 (1, 4) Expected 'While', 'Until' or end of statement"
  Same Host.ErrorOf("Sub s" & vbLf & "End Function"), "1016 (2, 5) Expected 'Sub'"
  Same Host.ErrorOf("Function f" & vbLf & "End Sub"), "1015 (2, 5) Expected 'Function'"
  Same Host.ErrorOf("Select 1"), "1021 (1, 8) Expected 'Case'"
  Same Host.ErrorOf("Select Case 1" & vbLf & "Case 1" & vbLf & "End If"), "1022 (3, 5) Expected 'Select'"
  Same Host.ErrorOf("With x" & vbLf & "End If"), "1029 (2, 5) Expected 'With'"
  Same Host.ErrorOf("Class c" & vbLf & "End If"), "1047 (2, 5) Expected 'Class'"
  Same Host.ErrorOf("Class c" & vbLf & "Property Get x" & vbLf & "End Sub" & vbLf & "End Class"), "1050 (3, 5) Expected 'Property'"
End Sub

Sub Test_Expected_signs()
  Same Host.ErrorOf("x = (1 + 2"), "1006 (1, 11) Expected ')'"
  Same Host.ErrorOf("x = f(1"), "1006 (1, 8) Expected ')'"
  Same Host.ErrorOf("Dim a(3"), "1006 (1, 8) Expected ')'"
  Same Host.ErrorOf("Dim a(x)"), "1026 (1, 7) Expected integer constant"
  Same Host.ErrorOf("Dim 5"), "1010 (1, 5) Expected identifier"
  Same Host.ErrorOf("Dim a,"), "1010 (1, 7) Expected identifier"
  Same Host.ErrorOf("Sub 1"), "1010 (1, 5) Expected identifier"
  Same Host.ErrorOf("Set = 5"), "1010 (1, 5) Expected identifier"
  Same Host.ErrorOf("Set x"), "1011 (1, 6) Expected '='"
  Same Host.ErrorOf("Const c"), "1011 (1, 8) Expected '='"
  Same Host.ErrorOf("Const c = x"), "1045 (1, 11) Expected literal constant"
  Same Host.ErrorOf("Const c = 1 + 2"), "1025 (1, 13) Expected end of statement"
  Same Host.ErrorOf("ReDim a"), "1005 (1, 8) Expected '('"
  Same Host.ErrorOf("x. = 1"), "1010 (1, 4) Expected identifier"
End Sub

Sub Test_Expected_expressions()
  Same Host.ErrorOf("x ="), "1002 (1, 4) Syntax error"
  Same Host.ErrorOf("x = 1 +"), "1002 (1, 8) Syntax error"
  Same Host.ErrorOf("x = * 2"), "1002 (1, 5) Syntax error"
  Same Host.ErrorOf("If Then"), "1002 (1, 4) Syntax error"
  Same Host.ErrorOf("x = )"), "1002 (1, 5) Syntax error"
  Same Host.ErrorOf("x = 1 2"), "1025 (1, 7) Expected end of statement"
  Same Host.ErrorOf("x = 1 y"), "1025 (1, 7) Expected end of statement"
  Same Host.ErrorOf("Dim x = 1"), "1025 (1, 7) Expected end of statement"
  Same Host.ErrorOf("x = y z"), "1025 (1, 7) Expected end of statement"
End Sub

Sub Test_Expected_statements()
  Same Host.ErrorOf("5"), "1024 (1, 1) Expected statement"
  Same Host.ErrorOf("+ 5"), "1024 (1, 1) Expected statement"
  Same Host.ErrorOf("""text"""), "1024 (1, 1) Expected statement"
  Same Host.ErrorOf("Then"), "1024 (1, 1) Expected statement"
  Same Host.ErrorOf("End If"), "1024 (1, 1) Expected statement"
  Same Host.ErrorOf("Else"), "1024 (1, 1) Expected statement"
  Same Host.ErrorOf("Loop"), "1038 (1, 1) 'loop' without 'do'"
  Same Host.ErrorOf("Next"), "1055 (1, 1) Unexpected 'Next'"
  Same Host.ErrorOf("Wend"), "1024 (1, 1) Expected statement"
End Sub

Sub Test_Characters()
  Same Host.ErrorOf("x = ""abc"), "1033 (1, 9) Unterminated string constant"
  Same Host.ErrorOf("x = ""abc" & vbLf & "y = 1"), "1033 (1, 9) Unterminated string constant"
  Same Host.ErrorOf("x = 5 @ 3"), "1032 (1, 7) Invalid character"
  Same Host.ErrorOf("x = !"), "1032 (1, 5) Invalid character"
  Same Host.ErrorOf("[abc = 1"), "1007 (1, 9) Expected ']'"
  Same Host.ErrorOf("x = 1e"), "1031 (1, 5) Invalid number"
  Same Host.ErrorOf("x = 1e999"), "1031 (1, 5) Invalid number"
  Same Host.ErrorOf("x = &HFFFFFFFFF"), "1031 (1, 5) Invalid number"
  Same Host.ErrorOf("x = #no date#"), "1002 (1, 5) Syntax error"
  Same Host.ErrorOf("x = #1/1/2000"), "1002 (1, 5) Syntax error"
  Same Host.ErrorOf(String(256, "a") & " = 1"), "1030 (1, 1) Identifier too long"
  Same Host.ErrorOf(String(255, "a") & " = 1"), ""
  Same Host.ErrorOf("x = 1 _ + 2"), "1032 (1, 7) Invalid character"
End Sub

Sub Test_Exit_and_loops()
  Same Host.ErrorOf("Exit For"), "1039 (1, 6) Invalid 'exit' statement"
  Same Host.ErrorOf("Exit Do"), "1039 (1, 6) Invalid 'exit' statement"
  Same Host.ErrorOf("Exit Sub"), "1039 (1, 6) Invalid 'exit' statement"
  Same Host.ErrorOf("Exit Function"), "1039 (1, 6) Invalid 'exit' statement"
  Same Host.ErrorOf("Sub s : Exit Function : End Sub"), "1039 (1, 14) Invalid 'exit' statement"
  Same Host.ErrorOf("Do : Exit For : Loop"), "1039 (1, 11) Invalid 'exit' statement"
  Same Host.ErrorOf("Exit Nowhere"), "1039 (1, 6) Invalid 'exit' statement"
  Same Host.ErrorOf("For x.y = 1 To 2 : Next"), "1040 (1, 6) Invalid 'for' loop control variable"
  Same Host.ErrorOf("For x(1) = 1 To 2 : Next"), "1040 (1, 6) Invalid 'for' loop control variable"
  Same Host.ErrorOf("For Each x.y In z : Next"), "1040 (1, 11) Invalid 'for' loop control variable"
End Sub

Sub Test_Calls()
  Same Host.ErrorOf("foo(1, 2)"), "1044 (1, 10) Cannot use parentheses when calling a Sub"
  Same Host.ErrorOf("o.foo(1, 2)"), "1044 (1, 12) Cannot use parentheses when calling a Sub"
  Same Host.ErrorOf("Call 5"), "1010 (1, 6) Expected identifier"
  Same Host.ErrorOf("Call foo 1"), "1025 (1, 10) Expected end of statement"
  Same Host.ErrorOf("Sub s(a, ) : End Sub"), "1010 (1, 10) Expected identifier"
  Same Host.ErrorOf("Sub s(a : End Sub"), "1006 (1, 9) Expected ')'"
  Same Host.ErrorOf("Sub a : Sub b : End Sub : End Sub"), "1002 (1, 9) Syntax error"
  Same Host.ErrorOf("If True Then" & vbLf & "Class b : End Class" & vbLf & "End If"), "1002 (2, 1) Syntax error"
  Same Host.ErrorOf("Sub a" & vbLf & "If True Then" & vbLf & "Sub b : End Sub" & vbLf & "End If" & vbLf & "End Sub"), "1002 (3, 1) Syntax error"
End Sub

Sub Test_Handlers()
  Same Host.ErrorOf("On Error GoTo label"), "1002 (1, 15) Syntax error"
  Same Host.ErrorOf("On Error GoTo 1"), "1002 (1, 15) Syntax error"
  Same Host.ErrorOf("On Error Resume"), "1020 (1, 16) Expected 'Next'"
  Same Host.ErrorOf("On Something"), "1002 (1, 4) Syntax error"
  Same Host.ErrorOf("Option Strict"), "1002 (1, 8) Syntax error"
End Sub

' Nothing runs when the text has an error.
Sub Test_Nothing_runs()
  Same Host.ErrorOf("x = 1 / 0" & vbLf & "y = ("), "1002 (2, 6) Syntax error"
End Sub

Sub Test_Nesting()
  Dim deep, i
  deep = "x = " & String(150, "(") & "1" & String(150, ")")
  Same Host.ErrorOf(deep), ""
  deep = "x = " & String(5000, "(") & "1" & String(5000, ")")
  Same Left(Host.ErrorOf(deep), 4), "1001"
  deep = "x = 1"
  For i = 1 To 5000
    deep = deep & " + 1"
  Next
  Same Host.ErrorOf(deep & vbLf & "If x <> 5001 Then y = 1 / 0"), ""
  deep = ""
  For i = 1 To 300
    deep = deep & "If True Then" & vbLf
  Next
  Same Left(Host.ErrorOf(deep), 4), "1001"
  Same Left(Host.ErrorOf("x = " & String(5000, "-") & "1"), 4), "1001"
End Sub
