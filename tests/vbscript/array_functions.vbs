Option Explicit

Sub Test_Array()
  Dim a
  a = Array(1, "two", 3.5, True)
  Typed UBound(a), 3, "Long"
  Typed LBound(a), 0, "Long"
  Same a(0), 1
  Same a(1), "two"
  Same a(2), 3.5
  Same a(3), True
  a = Array()
  Same UBound(a), CLng(-1)
  a = Array(Array(1, 2), Array(3, 4, 5))
  Same a(1)(2), 5
  Same UBound(a(1)), CLng(2)
  a = Array(1, 2)
  Dim b
  b = a
  b(0) = 9
  Same a(0), 1
End Sub

Sub Test_Bounds()
  Dim m(2, 5), e()
  Same UBound(m), CLng(2)
  Same UBound(m, 1), CLng(2)
  Same UBound(m, 2), CLng(5)
  Same LBound(m, 2), CLng(0)
  On Error Resume Next
  Dim x
  x = UBound(m, 3)
  Raised 9, "Subscript out of range: 'UBound'"
  x = UBound(m, 0)
  Raised 9, "Subscript out of range: 'UBound'"
  x = UBound(e)
  Raised 9, "Subscript out of range: 'UBound'"
  x = UBound("a")
  Raised 13, "Type mismatch: 'UBound'"
  x = LBound(5)
  Raised 13, "Type mismatch: 'LBound'"
End Sub

Sub Test_Split()
  Dim a
  a = Split("a b c")
  Same UBound(a), CLng(2)
  Same a(0), "a"
  Same a(2), "c"
  a = Split("a,b,,c", ",")
  Same UBound(a), CLng(3)
  Same a(2), ""
  a = Split("a--b--c", "--")
  Same a(1), "b"
  a = Split("a,b,c", ",", 2)
  Same UBound(a), CLng(1)
  Same a(1), "b,c"
  a = Split("aXbxc", "x", -1, vbTextCompare)
  Same UBound(a), CLng(2)
  a = Split("aXbxc", "x")
  Same UBound(a), CLng(1)
  a = Split("")
  Same UBound(a), CLng(-1)
  a = Split("abc", "")
  Same a(0), "abc"
  a = Split(",a,", ",")
  Same UBound(a), CLng(2)
  Same a(0), ""
  a = Split("a" & vbCrLf & "b", vbCrLf)
  Same a(1), "b"
  Same Split("x=1", "=")(1), "1"
  On Error Resume Next
  a = Split(Null)
  Raised 94, "Invalid use of Null: 'Split'"
  a = Split("a", ",", -2)
  Raised 5, "Invalid procedure call or argument: 'Split'"
End Sub

Sub Test_Join()
  Same Join(Array("a", "b", "c")), "a b c"
  Same Join(Array("a", "b", "c"), ","), "a,b,c"
  Same Join(Array("a", "b"), ""), "ab"
  Same Join(Array(1, 2.5, True), ";"), "1;2.5;True"
  Same Join(Array("a")), "a"
  Same Join(Array()), ""
  Same Join(Array(Empty, "x"), "-"), "-x"
  Same Join(Split("a b c"), "+"), "a+b+c"
  On Error Resume Next
  Dim x
  x = Join("abc")
  Raised 13, "Type mismatch: 'Join'"
  x = Join(Null)
  Raised 94, "Invalid use of Null: 'Join'"
  x = Join(Array(Array(1)))
  Raised 13, "Type mismatch: 'Join'"
End Sub

Sub Test_Filter()
  Dim words, found
  words = Array("one", "two", "three", "Four")
  found = Filter(words, "o")
  Same Join(found), "one two Four"
  found = Filter(words, "o", False)
  Same Join(found), "three"
  found = Filter(words, "O")
  Same UBound(found), CLng(-1)
  found = Filter(words, "F", True, vbTextCompare)
  Same Join(found), "Four"
  found = Filter(words, "f", True, vbBinaryCompare)
  Same UBound(found), CLng(-1)
  found = Filter(words, "")
  Same UBound(found), CLng(3)
  Same UBound(words), CLng(3)
  On Error Resume Next
  found = Filter("abc", "b")
  Raised 13, "Type mismatch: 'Filter'"
End Sub
