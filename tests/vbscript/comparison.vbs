Option Explicit

Sub Test_Numbers()
  Holds 1 = 1
  Fails 1 = 2
  Holds 1 <> 2
  Holds 1 < 2
  Holds 2 > 1
  Holds 1 <= 1
  Holds 1 >= 1
  Holds 1 = 1.0
  Holds 0.5 < 1
  Holds 100000 > 32767
  Holds CCur(1.5) = 1.5
  Holds CByte(5) = 5
  Holds True = -1
  Holds False = 0
  Holds True < False
  Holds #2000-01-01# < #2000-01-02#
  Holds #1899-12-31# = 1
  Holds -1 < 0
  Holds 1 =< 1
  Holds 1 => 1
  Holds 1 >< 2
End Sub

Sub Test_Texts()
  Holds "a" = "a"
  Fails "a" = "A"
  Holds "a" > "A"
  Holds "a" < "b"
  Holds "abc" < "abd"
  Holds "ab" < "abc"
  Holds "" < "a"
  Holds "10" < "9"
  Fails "a " = "a"
End Sub

Sub Test_Empty()
  Dim e
  Holds e = 0
  Holds e = ""
  Holds e = Empty
  Holds e = False
  Fails e = 1
  Fails e = "a"
  Holds e < 1
  Holds e < "a"
  Holds e > -1
  Holds Empty = Empty
End Sub

Sub Test_Null()
  Same Null = 1, Null
  Same Null = Null, Null
  Same Null <> Null, Null
  Same 1 < Null, Null
  Same "a" > Null, Null
  Dim reached
  reached = "else"
  If Null = Null Then reached = "then"
  Same reached, "else"
  If Not (Null = 1) Then reached = "then"
  Same reached, "else"
End Sub

' Variables of a number and a text: the number is less. A literal bends the other side.
Sub Test_Mixed()
  Dim number, words
  number = 5
  words = "5"
  Fails number = words
  Holds number < words
  Holds words > number
  Holds 5 = words
  Holds words = 5
  Holds number = "5"
  Holds "5" = number
  Holds 10 > words
  Holds words < 10
  Fails number = "05"
  Holds "42" = 42
  Holds "10" > 9
  Holds " 5" = 5
  Holds "&hff" = 255
  Holds "5" = CInt(5)
  Fails "010" = CInt(10)
  Fails "10" > CDbl(5)
  Fails "abc" = -5
  number = 10
  words = "9"
  Holds number < words
  Holds 10 > words
End Sub

' Boolean literals are texts beside texts: capitals count, figures do not.
Sub Test_Texts_and_Booleans()
  Dim words
  words = "True"
  Holds words = True
  Holds "True" = True
  Holds "False" = False
  Fails "true" = True
  Fails "-1" = True
  Fails "" = False
  Holds "True" <> False
  Holds "abc" > True
End Sub

Sub Test_Mixed_errors()
  Dim words, x
  words = "abc"
  On Error Resume Next
  x = (words = 5)
  Raised 13, "Type mismatch: '[string: ""abc""]'"
  x = ("abc" = 5)
  Raised 13, "Type mismatch: '[string: ""abc""]'"
  x = (5 > "")
  Raised 13, "Type mismatch: '[string: """"]'"
  x = (Array(1) = 1)
  Raised 13, "Type mismatch"
  NoError
End Sub

Sub Test_Is()
  Dim a, b
  Set a = New Thing
  Set b = a
  Holds a Is b
  Set b = New Thing
  Fails a Is b
  Holds Not a Is b
  Set b = Nothing
  Holds b Is Nothing
  Fails a Is Nothing
  Holds Nothing Is Nothing
  Holds Not (a Is Nothing)
  Dim x
  On Error Resume Next
  x = 1 Is Nothing
  Raised 424, "Object required: '[number: 1]'"
  x = a Is Empty
  Raised 424, "Object required: '[undefined]'"
End Sub

Sub Test_Default_members()
  Dim v
  Set v = New Valued
  Holds v = 7
  Holds 7 = v
  Holds v < 8
  Same v + 1, 8
  Same v & "!", "7!"
  Same -v, -7
  Dim o, x
  Set o = New Thing
  On Error Resume Next
  x = (o = 1)
  Raised 438, "Object doesn't support this property or method"
End Sub

Class Thing
  Public Field
End Class

Class Valued
  Public Default Property Get Value()
    Value = 7
  End Property
End Class
