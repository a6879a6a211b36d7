Option Explicit

Sub Test_If()
  Dim x
  If True Then x = 1
  Same x, 1
  If False Then x = 2
  Same x, 1
  If False Then x = 3 Else x = 4
  Same x, 4
  If True Then x = 5 : x = x + 1
  Same x, 6
  If False Then x = 7 : x = 8
  Same x, 6
  If False Then x = 7 Else x = 8 : x = x + 1
  Same x, 9
  If True Then
    x = 10
  End If
  Same x, 10
  If False Then
    x = 11
  Else
    x = 12
  End If
  Same x, 12
  If True Then x = 13 End If
  Same x, 13
  If True Then If False Then x = 14 Else x = 15
  Same x, 15
  If False Then
  ElseIf False Then
  End If
  Same x, 15
End Sub

Function Size(n)
  If n < 10 Then
    Size = "small"
  ElseIf n < 100 Then
    Size = "middle"
  ElseIf n < 1000 Then
    Size = "large"
  Else
    Size = "huge"
  End If
End Function

Sub Test_ElseIf()
  Same Size(5), "small"
  Same Size(50), "middle"
  Same Size(500), "large"
  Same Size(5000), "huge"
End Sub

Function Kind(value)
  Select Case value
    Case 1 Kind = "one"
    Case 2, 3
      Kind = "two or three"
    Case "a", "b" : Kind = "letter"
    Case True
      Kind = "true"
    Case Else
      Kind = "else"
  End Select
End Function

Sub Test_Select()
  Same Kind(1), "one"
  Same Kind(2), "two or three"
  Same Kind(3), "two or three"
  Same Kind("a"), "letter"
  Same Kind("b"), "letter"
  Same Kind(True), "true"
  Same Kind(99), "else"
  Same Kind(Null), "else"
  Same Kind(1.0), "one"
  Dim hit
  Select Case 5
  End Select
  Select Case 5
    Case 1
      hit = 1
  End Select
  Same hit, Empty
  Select Case True
    Case 1 > 2
      hit = "a"
    Case 2 > 1
      hit = "b"
    Case 3 > 1
      hit = "c"
  End Select
  Same hit, "b"
End Sub

Dim evaluations

Function Counted(value)
  evaluations = evaluations + 1
  Counted = value
End Function

Sub Test_Select_evaluates_once()
  Dim hit
  evaluations = 0
  Select Case Counted(3)
    Case 1
      hit = 1
    Case 2
      hit = 2
    Case 3
      hit = 3
  End Select
  Same evaluations, 1
  Same hit, 3
  Select Case 1
    Case Counted(1), Counted(2)
      hit = 4
  End Select
  Same evaluations, 2
  Same hit, 4
End Sub

Sub Test_For()
  Dim i, s
  For i = 1 To 3
    s = s & i
  Next
  Same s, "123"
  Same i, 4
  s = ""
  For i = 3 To 1 Step -1
    s = s & i
  Next
  Same s, "321"
  Same i, 0
  s = ""
  For i = 1 To 0
    s = s & i
  Next
  Same s, ""
  Same i, 1
  For i = 0 To 1 Step 0.25
    s = s & i & ";"
  Next
  Same s, "0;0.25;0.5;0.75;1;"
  s = 0
  For i = 1 To 10 Step 3
    s = s + i
  Next
  Same s, 22
  Same i, 13
  For i = 1 To 10
    If i = 4 Then Exit For
  Next
  Same i, 4
  For i = "1" To "3"
  Next
  Same i, 4.0
  s = 0
  For i = 32766 To 32769
    s = s + 1
  Next
  Same s, 4
  Typed i, 32770, "Long"
End Sub

' Bounds are evaluated once, the variable may be changed.
Sub Test_For_bounds()
  Dim i, n, s
  n = 3
  For i = 1 To n
    n = 10
    s = s & i
  Next
  Same s, "123"
  s = ""
  For i = 1 To 10
    s = s & i
    i = i + 1
  Next
  Same s, "13579"
  Dim down
  down = -1
  s = ""
  For i = 3 To 1 Step down
    s = s & i
  Next
  Same s, "321"
  For i = #2000-01-01# To #2000-01-03#
    n = i
  Next
  Typed n, #2000-01-03#, "Date"
End Sub

Sub Test_For_nested()
  Dim i, j, n
  For i = 1 To 10
    For j = 1 To 10
      If j > i Then Exit For
      n = n + 1
    Next
  Next
  Same n, 55
End Sub

Sub Test_For_errors()
  Dim i, n
  On Error Resume Next
  For i = 1 To "abc"
    n = n + 1
  Next
  Raised 92, "For loop not initialized"
  Same n, 1
  For i = Null To 3
    n = n + 1
  Next
  Raised 92, "For loop not initialized"
  Same n, 2
End Sub

Sub Test_Do()
  Dim i
  Do While i < 3
    i = i + 1
  Loop
  Same i, 3
  Do Until i >= 5
    i = i + 1
  Loop
  Same i, 5
  Do
    i = i + 1
  Loop While i < 8
  Same i, 8
  Do
    i = i + 1
  Loop Until i > 9
  Same i, 10
  Do
    i = i + 1
    If i = 20 Then Exit Do
  Loop
  Same i, 20
  Do While False
    i = 0
  Loop
  Same i, 20
  Do
    i = i + 1
  Loop While False
  Same i, 21
  Do : i = i + 1 : Loop Until i = 25
  Same i, 25
End Sub

Sub Test_While()
  Dim i
  While i < 5
    i = i + 1
  Wend
  Same i, 5
  While False
    i = 0
  Wend
  Same i, 5
  Do
    While True
      i = i + 1
      If i > 7 Then Exit Do
    Wend
  Loop
  Same i, 8
End Sub

Sub Test_Exit_from_nested_blocks()
  Dim i, s, o
  Set o = New Holder
  For i = 1 To 3
    With o
      Select Case i
        Case 2
          Exit For
      End Select
      .Value = i
    End With
  Next
  Same i, 2
  Same o.Value, 1
  Do
    For Each s In Array(1, 2, 3)
      If s = 2 Then Exit Do
    Next
  Loop
  Same s, 2
End Sub

Class Holder
  Public Value
End Class

Sub Test_For_each()
  Dim x, s, a(3)
  For Each x In Array(1, "b", 3.5)
    s = s & x & "|"
  Next
  Same s, "1|b|3.5|"
  Same x, Empty
  a(0) = 1 : a(1) = 2 : a(2) = 3 : a(3) = 4
  s = 0
  For Each x In a
    x = x * 10
    s = s + x
  Next
  Same s, 100
  Same a(0), 1
  s = 0
  For Each x In Array()
    s = 1
  Next
  Same s, 0
  Dim m(1, 1)
  m(0, 0) = "a" : m(1, 0) = "b" : m(0, 1) = "c" : m(1, 1) = "d"
  s = ""
  For Each x In m
    s = s & x
  Next
  Same s, "abcd"
  s = 0
  For Each x In Host.List
    s = s + x
  Next
  Same s, 60
  For Each x In Host
    If x = 20 Then Exit For
  Next
  Same x, 20
End Sub

Sub Test_For_each_errors()
  Dim x, n, o
  On Error Resume Next
  n = 0
  For Each x In 5
    n = n + 1
  Next
  Same n, 1
  Raised 451, "Object not a collection"
  On Error GoTo 0
  Same Host.ErrorOf("For Each x In 5 : Next"), "451 (1, 1) Object not a collection: '[number: 5]'"
  Same Host.ErrorOf("For Each x In y" & vbLf & "Next"), "451 (1, 1) Object not a collection: 'y'"
  Same Host.ErrorOf("For Each x In Nothing : Next"), "91 (1, 1) Object variable not set"
  Same Host.ErrorOf("Class C : End Class : Set o = New C : For Each x In o : Next"), _
    "438 (1, 39) Object doesn't support this property or method: 'o'"
  Set o = Nothing
End Sub

' A collection may fail when its first item is asked for: the body runs once.
Sub Test_For_each_over_a_broken_collection()
  Dim x, n, seen
  x = "before"
  On Error Resume Next
  For Each x In Host.Broken
    n = n + 1
    seen = Err.Description
    Err.Clear
  Next
  Same n, 1
  Same seen, "Invalid query"
  Raised 451, "Object not a collection"
  Same x, "before"
End Sub

If False Then
  Sub Within_a_block()
    within = within + 1
  End Sub
  Private Function Also_within() Also_within = 7 End Function
End If
Dim within

Sub Test_Procedures_in_blocks()
  within = 0
  Within_a_block
  Same within, 1
  Same Also_within, 7
End Sub

Sub Test_Stop()
  Dim x
  x = 1
  Stop
  Same x, 1
End Sub

' An array that is walked keeps its size, not its contents.
Sub Test_For_each_locks()
  Dim a, x, seen
  a = Array(1, 2, 3)
  On Error Resume Next
  For Each x In a
    ReDim a(10)
    seen = Err.Number
    Err.Clear
    a(2) = 30
  Next
  On Error GoTo 0
  Typed seen, 10, "Long"
  Typed UBound(a), 2, "Long"
  Same a(2), 30
  ReDim a(10)
  Typed UBound(a), 10, "Long"
End Sub

Sub Test_With()
  Dim o
  Set o = New Holder
  With o
    .Value = 5
    Same .Value, 5
    .Value = .Value + 1
    With New Holder
      .Value = "inner"
      Same .Value, "inner"
    End With
    Same .Value, 6
  End With
  With o
    Set o = Nothing
    Same .Value, 6
  End With
  Same Host.ErrorOf("x = .y"), "505 (1, 1) Invalid or unqualified reference: 'y'"
  Same Host.ErrorOf("With 5 : End With"), "424 (1, 1) Object required: '[number: 5]'"
End Sub
