Option Explicit

Function Made()
  Set Made = CreateObject("Scripting.Dictionary")
End Function

Sub Test_Items()
  Dim d
  Set d = Made()
  Same TypeName(d), "Dictionary"
  Same d.Count, CLng(0)
  d.Add "one", 1
  d.Add "two", 2
  d("three") = 3
  d.Item("four") = 4
  Same d.Count, CLng(4)
  Same d("one"), 1
  Same d.Item("three"), 3
  d("one") = 11
  Same d("one"), 11
  Same d.Exists("two"), True
  Same d.Exists("TWO"), False
  Same d("nothing"), Empty
  Same d.Exists("nothing"), True
  Same d.Count, CLng(5)
  On Error Resume Next
  d.Add "one", 5
  Raised 457, "This key is already associated with an element of this collection"
  d.Remove "missing"
  Raised 32811, "Element not found"
  d.Key("missing") = "x"
  Raised 32811, "Element not found"
  d.Add Array(1), 1
  Raised 5, "Invalid procedure call or argument"
End Sub

Sub Test_Keys_and_items()
  Dim d, key, out, keys, items
  Set d = Made()
  d.Add "a", 1
  d.Add 5, "five"
  d.Add #2004-01-01#, "date"
  keys = d.Keys
  items = d.Items
  Same UBound(keys), CLng(2)
  Same keys(0), "a"
  Same keys(1), 5
  Same keys(2), #2004-01-01#
  Same Join(items, ","), "1,five,date"
  For Each key In d
    out = out & key & ";"
  Next
  Same out, "a;5;1/1/2004;"
  out = ""
  For Each key In d.Keys
    out = out & d(key) & ";"
  Next
  Same out, "1;five;date;"
  Same d.Keys()(1), 5
  Same UBound(Made().Keys), CLng(-1)
End Sub

Sub Test_Types_of_keys()
  Dim d, o
  Set d = Made()
  Set o = Made()
  d.Add 1, "number"
  d.Add "1", "text"
  Same d(1), "number"
  Same d("1"), "text"
  Same d(1.0), "number"
  Same d(CLng(1)), "number"
  Same d.Count, CLng(2)
  d.Add o, "object"
  Same d(o), "object"
  Same d.Exists(Made()), False
  d.Add Empty, "empty"
  Same d(Empty), "empty"
  Same d.Exists(""), False
End Sub

Sub Test_Compare_mode()
  Dim d
  Set d = Made()
  Same d.CompareMode, CLng(0)
  d.CompareMode = vbTextCompare
  Same d.CompareMode, CLng(1)
  d.Add "Key", 1
  Same d.Exists("KEY"), True
  Same d("key"), 1
  Same d.Keys()(0), "Key"
  On Error Resume Next
  d.CompareMode = vbBinaryCompare
  Raised 5, "Invalid procedure call or argument"
  d.Add "kEY", 2
  Raised 457, "This key is already associated with an element of this collection"
End Sub

Sub Test_Remove_and_rename()
  Dim d
  Set d = Made()
  d.Add "a", 1
  d.Add "b", 2
  d.Add "c", 3
  d.Remove "b"
  Same Join(d.Keys, ","), "a,c"
  d.Key("a") = "z"
  Same Join(d.Keys, ","), "z,c"
  Same d("z"), 1
  d.RemoveAll
  Same d.Count, CLng(0)
  d.Add "a", 5
  Same d("a"), 5
End Sub

Class Counted
  Public Total
  Public Name
End Class

Sub Test_Objects_and_arrays()
  Dim d, item, list
  Set d = Made()
  Set item = New Counted
  item.Name = "x"
  d.Add "x", item
  d("x").Total = 5
  Same item.Total, 5
  Same d("x") Is item, True
  Set d("y") = New Counted
  Same TypeName(d("y")), "Counted"
  d.Add "list", Array(1, 2, 3)
  Same d("list")(1), 2
  list = d("list")
  list(0) = 9
  Same d("list")(0), 1
  Set d("self") = d
  Same d("self")("x").Name, "x"
  d.RemoveAll
End Sub

Sub Test_Counting_words()
  Dim d, word
  Set d = Made()
  For Each word In Split("a b a c b a")
    d(word) = d(word) + 1
  Next
  Same d("a") & d("b") & d("c"), "321"
End Sub

Sub Test_Many()
  Dim d, i
  Set d = Made()
  For i = 1 To 5000
    d.Add "key" & i, i
  Next
  Same d.Count, CLng(5000)
  For i = 1 To 5000 Step 2
    d.Remove "key" & i
  Next
  Same d.Count, CLng(2500)
  Same d("key5000"), 5000
  Same d.Exists("key4999"), False
  Same d.Keys()(0), "key2"
End Sub

Sub Test_Removing_while_walking()
  Dim d, key
  Set d = Made()
  d.Add "a", 1
  d.Add "b", 2
  d.Add "c", 3
  For Each key In d
    d.Remove key
  Next
  Same d.Count, CLng(0)
End Sub
