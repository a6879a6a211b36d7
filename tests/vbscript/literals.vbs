Option Explicit

Sub Test_Numbers()
  Typed 0, 0, "Integer"
  Typed 32767, 32767, "Integer"
  Typed 32768, 32768, "Long"
  Typed 2147483647, 2147483647, "Long"
  Typed 2147483648, 2147483648, "Double"
  Typed 1.0, 1, "Double"
  Typed .5, 0.5, "Double"
  Typed 5., 5, "Double"
  Typed 1e3, 1000, "Double"
  Typed 1E-3, 0.001, "Double"
  Typed 1.5e+2, 150, "Double"
  Typed 007, 7, "Integer"
  Typed 1.7976931348623157E308 > 1, True, "Boolean"
End Sub

Sub Test_Radix()
  Typed &HFF, 255, "Integer"
  Typed &hff, 255, "Integer"
  Typed &H7FFF, 32767, "Integer"
  Typed &H8000, -32768, "Integer"
  Typed &HFFFF, -1, "Integer"
  Typed &HFFFF&, 65535, "Long"
  Typed &H10000, 65536, "Long"
  Typed &HFFFFFFFF, -1, "Integer"
  Typed &H80000000, -2147483648, "Long"
  Typed &H7FFFFFFF, 2147483647, "Long"
  Typed &O17, 15, "Integer"
  Typed &17, 15, "Integer"
  Typed &O177777, -1, "Integer"
  Typed &H1&, 1, "Integer"
  Typed &HFFFFFFFF&, -1, "Integer"
  Typed &HFFFF8000&, -32768, "Integer"
  Typed &H00000000000000000000000000FF, 255, "Integer"
End Sub

Sub Test_Texts()
  Same "", ""
  Same "a""b", "a" & Chr(34) & "b"
  Same """", Chr(34)
  Typed Len(""""""""), 3, "Long"
  Same "'not a comment", Chr(39) & "not a comment"
  Same "café" = "café", True
End Sub

Sub Test_Dates()
  Typed #2000-01-02#, DateSerial(2000, 1, 2), "Date"
  Typed #1/2/2000#, DateSerial(2000, 1, 2), "Date"
  Typed #January 2, 2000#, DateSerial(2000, 1, 2), "Date"
  Typed #12:30:15#, TimeSerial(12, 30, 15), "Date"
  Typed #1/2/2000 6:00:00 PM#, DateSerial(2000, 1, 2) + 0.75, "Date"
  Typed #2 Jan 2000#, DateSerial(2000, 1, 2), "Date"
End Sub

Sub Test_Words()
  Typed True, True, "Boolean"
  Typed False, False, "Boolean"
  Typed Null, Null, "Null"
  Typed Empty, Empty, "Empty"
  Same TypeName(Nothing), "Nothing"
  Holds IsObject(Nothing)
End Sub

Sub Test_Constants()
  Const one = 1, text = "t", minus = -5, day = #2000-01-01#, nothing_yet = Empty, yes = True, sum = (3)
  Typed one, 1, "Integer"
  Typed text, "t", "String"
  Typed minus, -5, "Integer"
  Typed day, #2000-01-01#, "Date"
  Typed nothing_yet, Empty, "Empty"
  Typed yes, True, "Boolean"
  Typed sum, 3, "Integer"
  Typed top_constant, 42, "Integer"
  Same vbCrLf, Chr(13) & Chr(10)
  Same vbTrue, -1
  Same vbObjectError, -2147221504
  On Error Resume Next
  Execute "top_constant = 1"
  Raised 501, "Illegal assignment: 'top_constant'"
  Execute "vbCrLf = 1"
  Raised 501, "Illegal assignment: 'vbCrLf'"
End Sub

Const top_constant = 42

Sub Test_Lines()
  Dim a, b: a = 1: b = 2
  Same a + b, 3
  a = 1 + _
      2 + _
      3
  Same a, 6
  Rem a comment : a = 100
  Same a, 6  ' behind a statement
  a = 7 : Rem another comment
  Same a, 7
  :: a = 8 ::
  Same a, 8
  Same "text" & _
    " goes on", "text goes on"
End Sub

Sub Test_Bracketed_names()
  Dim [a b], [if], [1]
  [a b] = 1
  [if] = 2
  [1] = 3
  Same [a b] + [if] + [1], 6
  Dim plain
  plain = 5
  Same [plain], 5
  Same [PLAIN], 5
End Sub

Sub Test_Names_without_case()
  Dim MixedCase
  MIXEDCASE = 1
  Same mixedcase, 1
  Same mIXEDcASE + MixedCase, 2
  Dim übung
  ÜBUNG = 5
  Same übung, 5
End Sub

Sub Test_Words_as_members()
  Dim o
  Set o = New Words
  o.Select = 1
  o.End = 2
  Same o.Select + o.End, 3
  Same o.Next, "next"
  Same o.[For], "for"
End Sub

Class Words
  Public [Select], [End]
  Public Property Get [Next]
    [Next] = "next"
  End Property
  Public Function [For]
    [For] = "for"
  End Function
End Class

' Words that are names where nothing else makes sense.
Sub Test_Contextual_words()
  Dim step, property, default, error, explicit, base
  step = 1
  property = 2
  default = 3
  error = 4
  explicit = 5
  Same step + property + default + error + explicit, 15
  Dim i, n
  For i = 0 To 4 Step step
    n = n + 1
  Next
  Same n, 5
End Sub
