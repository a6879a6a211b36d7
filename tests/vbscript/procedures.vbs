Option Explicit

Function Add(a, b)
  Add = a + b
End Function

Function Nothing_set()
End Function

Sub Test_Functions()
  Same Add(1, 2), 3
  Same Add("a", "b"), "ab"
  Same Nothing_set(), Empty
  Same Nothing_set, Empty
  Same Add(Add(1, 2), Add(3, 4)), 10
  Dim x
  x = Add(1, _
    2)
  Same x, 3
  Call Add(1, 2)
  Add 1, 2
  Same TypeName(Add(1.5, 1)), "Double"
End Sub

Function Factorial(n)
  If n <= 1 Then
    Factorial = 1
  Else
    Factorial = n * Factorial(n - 1)
  End If
End Function

Function Even(n)
  If n = 0 Then Even = True Else Even = Odd(n - 1)
End Function

Function Odd(n)
  If n = 0 Then Odd = False Else Odd = Even(n - 1)
End Function

Sub Test_Recursion()
  Same Factorial(5), 120
  Same Factorial(10), 3628800
  Same Even(100), True
  Same Odd(101), True
End Sub

' Without parentheses the name is the result, with them it is a call.
Function Result_name(n)
  Result_name = "x"
  Result_name = Result_name & "y"
  If n > 0 Then Result_name = Result_name & Result_name(n - 1)
End Function

Sub Test_Result_variable()
  Same Result_name(0), "xy"
  Same Result_name(2), "xyxyxy"
End Sub

Sub Change(a)
  a = "changed"
End Sub

Sub Change_copy(ByVal a)
  a = "changed"
End Sub

Sub Change_reference(ByRef a)
  a = a & "!"
End Sub

Sub Test_Arguments_by_reference()
  Dim x
  x = 1
  Change x
  Same x, "changed"
  x = 1
  Call Change(x)
  Same x, "changed"
  x = 1
  Change (x)
  Same x, 1
  Call Change((x))
  Same x, 1
  Change_copy x
  Same x, 1
  x = "a"
  Change_reference x
  Change_reference x
  Same x, "a!!"
  Change 5
  Change x & ""
  Same x, "a!!"
  top_level = "t"
  Change top_level
  Same top_level, "changed"
End Sub

Dim top_level

Sub Twice_by_reference(a)
  Change_reference a
  Change_reference a
End Sub

Sub Both(a, b)
  a = 1
  b = 2
End Sub

Sub Test_References_through_calls()
  Dim x
  x = "a"
  Twice_by_reference x
  Same x, "a!!"
  Both x, x
  Same x, 2
  top_level = "t"
  Twice_by_reference top_level
  Same top_level, "t!!"
End Sub

Sub Test_Elements_by_reference()
  Dim a(2), b, c
  a(1) = 5
  Change a(1)
  Same a(1), "changed"
  Change (a(0))
  Same a(0), Empty
  Change_copy a(2)
  Same a(2), Empty
  b = Array(1, Array(2, 3))
  Change b(0)
  Same b(0), "changed"
  Change b(1)(0)
  Same b(1)(0), "changed"
  Same b(1)(1), 3
  c = 1
  Change a(c)
  Same a(1), "changed"
  Both a(0), a(2)
  Same a(0), 1
  Same a(2), 2
End Sub

Sub Resize(element, owner)
  element = 1
  ReDim owner(9)
End Sub

Sub Test_Elements_stay_while_called()
  Dim a
  a = Array(0, 1)
  On Error Resume Next
  Resize a(0), a
  Raised 10, "This array is fixed or temporarily locked: 'owner'"
  Same a(0), 1
  Typed UBound(a), 1, "Long"
  ReDim a(9)
  NoError
  Typed UBound(a), 9, "Long"
End Sub

Sub Fill(a)
  a(0) = "filled"
  ReDim Preserve a(5)
End Sub

Sub Fill_copy(ByVal a)
  a(0) = "filled"
End Sub

Sub Test_Arrays_as_arguments()
  Dim a, b
  a = Array(1, 2)
  Fill_copy a
  Same a(0), 1
  Fill a
  Same a(0), "filled"
  Typed UBound(a), 5, "Long"
  b = a
  b(0) = "b"
  Same a(0), "filled"
  Fill (a)
  Typed UBound(a), 5, "Long"
End Sub

Function Missing_argument(a, b)
  Missing_argument = TypeName(b)
End Function

Sub Test_Left_out_arguments()
  Same Missing_argument(1, ), "Error"
  Same Missing_argument(, 2), "Integer"
End Sub

Sub Test_Wrong_numbers_of_arguments()
  Dim x
  On Error Resume Next
  x = Add(1)
  Raised 450, "Wrong number of arguments or invalid property assignment: 'Add'"
  x = Add(1, 2, 3)
  Raised 450, "Wrong number of arguments or invalid property assignment: 'Add'"
  Change
  Raised 450, "Wrong number of arguments or invalid property assignment: 'Change'"
  x = Len()
  Raised 450, "Wrong number of arguments or invalid property assignment: 'Len'"
  x = Len("a", "b")
  Raised 450, "Wrong number of arguments or invalid property assignment: 'Len'"
End Sub

Function Leaves_early(n)
  Leaves_early = "begin"
  If n = 1 Then Exit Function
  Leaves_early = "end"
End Function

Sub Leave_sub(a)
  a = 1
  Exit Sub
  a = 2
End Sub

Sub Test_Exit()
  Dim x
  Same Leaves_early(1), "begin"
  Same Leaves_early(2), "end"
  Leave_sub x
  Same x, 1
End Sub

Function Nested_loops()
  Dim i, j
  For i = 1 To 10
    For Each j In Array(1, 2, 3)
      If i * j = 6 Then
        Nested_loops = i & "*" & j
        Exit Function
      End If
    Next
  Next
End Function

Sub Test_Exit_from_loops()
  Same Nested_loops, "2*3"
End Sub

Sub Test_Calls_with_parentheses()
  Dim x, o
  x = "v"
  Change_reference(x)
  Same x, "v"
  Both (x), x
  Same x, 2
  x = 2
  Both x, (x)
  Same x, 1
  Set o = New Counter
  o.Add (5)
  o.Add(6)
  Call o.Add(7)
  o.Add 8
  Same o.Total, 26
End Sub

Class Counter
  Public Total
  Public Sub Add(n)
    Total = Total + n
  End Sub
End Class

' A text is evaluated from left to right.
Dim order

Function Mark(text)
  order = order & text
  Mark = text
End Function

Sub Test_Order_of_evaluation()
  Dim x
  order = ""
  x = Mark("a") & Mark("b") & Mark("c")
  Same order, "abc"
  order = ""
  x = Add(Mark("1"), Mark("2"))
  Same order, "12"
  x = "v"
  x = x & Changes(x)
  Same x, "vr"
End Sub

Function Changes(a)
  a = "other"
  Changes = "r"
End Function

Function Redefined()
  Redefined = 1
End Function

Function Redefined()
  Redefined = 2
End Function

Sub Test_Last_definition_counts()
  Same Redefined(), 2
End Sub

Sub Test_GetRef()
  Dim f, g
  Set f = GetRef("Add")
  Same f(1, 2), 3
  Set g = GetRef("CHANGE")
  Dim x
  x = 1
  g x
  Same x, "changed"
  Same TypeName(f), "Object"
  Holds IsObject(f)
  On Error Resume Next
  Set f = GetRef("no_such_procedure")
  Raised 5, "Invalid procedure call or argument: 'GetRef'"
  On Error GoTo 0
  called = 0
  Host.CallBack GetRef("Called_back")
  Same called, 1
  Same Apply(GetRef("Add"), 3, 4), 7
End Sub

Dim called

Sub Called_back()
  called = called + 1
End Sub

Function Apply(f, a, b)
  Apply = f(a, b)
End Function

Sub Test_Deep_recursion()
  Same Depth(1000), 1000
  On Error Resume Next
  Dim x
  x = Endless(1)
  Raised 28, "Out of stack space: 'Endless'"
End Sub

Function Depth(n)
  If n = 0 Then Depth = 0 Else Depth = 1 + Depth(n - 1)
End Function

Function Endless(n)
  Endless = Endless(n + 1)
End Function

Sub Test_Errors_of_calls()
  Same Host.ErrorOf("foo"), "13 (1, 1) Type mismatch: 'foo'"
  Same Host.ErrorOf("foo 1, 2"), "13 (1, 1) Type mismatch: 'foo'"
  Same Host.ErrorOf("x = foo(1)"), "13 (1, 1) Type mismatch: 'foo'"
  Same Host.ErrorOf("Call foo"), "13 (1, 1) Type mismatch: 'foo'"
  Same Host.ErrorOf("Option Explicit" & vbLf & "foo 1"), "500 (2, 1) Variable is undefined: 'foo'"
  Same Host.ErrorOf("x = 1 : x 2"), "13 (1, 9) Type mismatch: 'x'"
  Same Host.ErrorOf("Sub s : End Sub : s = 1"), "501 (1, 19) Illegal assignment: 's'"
  Same Host.ErrorOf("Function f : f = 1 : End Function : f = 2"), "501 (1, 37) Illegal assignment: 'f'"
  Same Host.ErrorOf("Len = 2"), "501 (1, 1) Illegal assignment: 'Len'"
End Sub
