Option Explicit

Sub Test_Fixed()
  Dim a(3), b(0), m(1, 2)
  Typed UBound(a), 3, "Long"
  Typed LBound(a), 0, "Long"
  Same a(0), Empty
  a(3) = "x"
  Same a(3), "x"
  Typed UBound(b), 0, "Long"
  Typed UBound(m), 1, "Long"
  Typed UBound(m, 1), 1, "Long"
  Typed UBound(m, 2), 2, "Long"
  m(1, 2) = 12
  m(0, 2) = 2
  Same m(1, 2), 12
  Same m(0, 2), 2
  Same m(1, 1), Empty
  Same TypeName(a), "Variant()"
  Same VarType(a) = 8204, True
  Holds IsArray(a)
End Sub

Sub Test_Indices()
  Dim a(5), i, one
  one = 1
  a(one) = "a"
  a(one + 1) = "b"
  a("3") = "c"
  a(3.6) = "d"
  a(True + 6) = "e"
  Same a(1), "a"
  Same a(2), "b"
  Same a(3), "c"
  Same a(4), "d"
  Same a(5), "e"
  Same a("1"), "a"
  Same a(0.4), Empty
  Same a(Empty), Empty
  For i = 0 To 5
    a(i) = i * i
  Next
  Same a(5), 25
  a(a(1)) = 100
  Same a(1), 100
End Sub

Sub Test_Out_of_range()
  Dim a(2), m(1, 1), x, e()
  On Error Resume Next
  x = a(3)
  Raised 9, "Subscript out of range: '[number: 3]'"
  x = a(-1)
  Raised 9, "Subscript out of range: '[number: -1]'"
  a(3) = 1
  Raised 9, "Subscript out of range: '[number: 3]'"
  x = m(0)
  Raised 9, "Subscript out of range: 'm'"
  x = a(0, 0)
  Raised 9, "Subscript out of range: 'a'"
  x = m(0, 2)
  Raised 9, "Subscript out of range: '[number: 2]'"
  x = e(0)
  Raised 9, "Subscript out of range: 'e'"
  x = UBound(e)
  Raised 9, "Subscript out of range: 'UBound'"
  x = a("b")
  Raised 13, "Type mismatch: '[string: ""b""]'"
  x = UBound(a, 2)
  Raised 9, "Subscript out of range: 'UBound'"
  x = UBound(5)
  Raised 13, "Type mismatch: 'UBound'"
  x = 5
  x = x(1)
  Raised 13, "Type mismatch: 'x'"
  x(1) = 2
  Raised 13, "Type mismatch: 'x'"
End Sub

Sub Test_ReDim()
  Dim a(), b, n
  ReDim a(2)
  a(0) = 1
  Typed UBound(a), 2, "Long"
  ReDim a(4)
  Same a(0), Empty
  a(4) = "x"
  ReDim Preserve a(6)
  Same a(4), "x"
  Typed UBound(a), 6, "Long"
  ReDim Preserve a(4)
  Same a(4), "x"
  ReDim b(1), a(0)
  Typed UBound(b), 1, "Long"
  Typed UBound(a), 0, "Long"
  n = 3
  ReDim b(n, n + 1)
  Typed UBound(b, 2), 4, "Long"
  b(3, 4) = 5
  ReDim Preserve b(3, 6)
  Same b(3, 4), 5
  Typed UBound(b, 2), 6, "Long"
  ReDim b(-1)
  Typed UBound(b), -1, "Long"
  ReDim Preserve b(1)
  Typed UBound(b), 1, "Long"
  b = "text"
  ReDim b(2)
  Typed UBound(b), 2, "Long"
  ReDim Preserve n(2)
  Typed UBound(n), 2, "Long"
End Sub

Sub Test_ReDim_errors()
  Dim fixed(2), a
  On Error Resume Next
  Execute "ReDim fixed(5)"
  Raised 10, "This array is fixed or temporarily locked: 'fixed'"
  ReDim a(2, 2)
  ReDim Preserve a(3, 2)
  Raised 9, "Subscript out of range: 'a'"
  ReDim Preserve a(2)
  Raised 9, "Subscript out of range: 'a'"
  ReDim a(-2)
  Raised 9, "Subscript out of range: '[number: -2]'"
  ReDim a("x")
  Raised 13, "Type mismatch: '[string: ""x""]'"
  ReDim a(2000000000)
  Raised 7, "Out of memory: 'a'"
End Sub

Sub Test_Erase()
  Dim fixed(1), loose, x
  fixed(0) = 1
  Erase fixed
  Same fixed(0), Empty
  Typed UBound(fixed), 1, "Long"
  ReDim loose(2)
  Erase loose
  Holds IsArray(loose)
  On Error Resume Next
  x = UBound(loose)
  Raised 9, "Subscript out of range: 'UBound'"
  ReDim loose(3)
  NoError
  x = 5
  Erase x
  Raised 13, "Type mismatch: 'x'"
End Sub

Sub Test_Values()
  Dim a, b, c(1), d
  a = Array(1, 2, 3)
  b = a
  b(0) = "b"
  Same a(0), 1
  Same b(0), "b"
  c(0) = a
  a(1) = "a"
  Same c(0)(1), 2
  c(0)(1) = "nested"
  Same c(0)(1), "nested"
  Same a(1), "a"
  d = c
  d(0)(1) = "deep"
  Same c(0)(1), "nested"
  Same d(0)(1), "deep"
  ReDim d(3)
  Typed UBound(d), 3, "Long"
  d = Array()
  Typed UBound(d), -1, "Long"
End Sub

Sub Test_Fixed_arrays_stay()
  Dim a(1), b
  b = Array(1, 2, 3)
  On Error Resume Next
  a = b
  Raised 13, "Type mismatch: 'a'"
  Same a(0), Empty
  b = a
  ReDim b(4)
  NoError
  Typed UBound(b), 4, "Long"
End Sub

Function Make_array()
  Dim a(2)
  a(0) = "first"
  Make_array = a
End Function

Sub Test_Results()
  Dim a
  Same Make_array()(0), "first"
  a = Make_array
  a(0) = "changed"
  Same Make_array()(0), "first"
  Same Split("a,b,c", ",")(1), "b"
  Typed UBound(Make_array()), 2, "Long"
  ReDim a(9)
  Typed UBound(a), 9, "Long"
End Sub

Sub Test_Nested()
  Dim grid(2), i, j, sum
  For i = 0 To 2
    grid(i) = Array(0, 0, 0)
    For j = 0 To 2
      grid(i)(j) = i * 3 + j
    Next
  Next
  For i = 0 To 2
    For j = 0 To 2
      sum = sum + grid(i)(j)
    Next
  Next
  Same sum, 36
  Same grid(2)(1), 7
  grid(1)(1) = Array("deep")
  Same grid(1)(1)(0), "deep"
  grid(1)(1)(0) = "deeper"
  Same grid(1)(1)(0), "deeper"
End Sub

Sub Test_Objects_in_arrays()
  Dim a(1), o
  Set o = New Cell
  Set a(0) = o
  a(0).Value = 5
  Same o.Value, 5
  Holds a(0) Is o
  Holds IsObject(a(0))
  On Error Resume Next
  a(1) = o
  Raised 438, "Object doesn't support this property or method"
  Set a(1) = 5
  Raised 424, "Object required: '[number: 5]'"
  a(1).Value = 6
  Raised 424, "Object required: 'a(...)'"
End Sub

Class Cell
  Public Value
End Class

Sub Test_Many_dimensions()
  Dim a(1, 1, 1, 1), i, j, k, l, n
  For i = 0 To 1
    For j = 0 To 1
      For k = 0 To 1
        For l = 0 To 1
          a(i, j, k, l) = n
          n = n + 1
        Next
      Next
    Next
  Next
  Same a(1, 1, 1, 1), 15
  Same a(1, 0, 1, 0), 10
  Same a(0, 0, 0, 1), 1
End Sub

Sub Test_Sorting()
  Dim a, i, j, t
  a = Array(5, 3, 9, 1, 7)
  For i = 0 To UBound(a) - 1
    For j = i + 1 To UBound(a)
      If a(j) < a(i) Then
        t = a(i)
        a(i) = a(j)
        a(j) = t
      End If
    Next
  Next
  Same Join(a, ","), "1,3,5,7,9"
End Sub
