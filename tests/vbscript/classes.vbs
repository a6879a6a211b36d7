Option Explicit

Class Point
  Public X, Y
  Private name_
  Public Sub Move(dx, dy)
    X = X + dx
    Y = Y + dy
  End Sub
  Public Function Sum()
    Sum = X + Y
  End Function
  Public Property Get Name
    Name = name_
  End Property
  Public Property Let Name(value)
    name_ = "<" & value & ">"
  End Property
  Public Property Get Text(separator)
    Text = X & separator & Y
  End Property
  Function Is_public()
    Is_public = True
  End Function
  Private Function Hidden()
    Hidden = "hidden"
  End Function
  Public Function Reveal()
    Reveal = Hidden() & Me.X
  End Function
End Class

Sub Test_Members()
  Dim p
  Set p = New Point
  Same TypeName(p), "Point"
  Same VarType(p) = 9 Or VarType(p) = 0, True
  Same p.X, Empty
  p.X = 1
  p.Y = 2
  Same p.X, 1
  Same p.Sum(), 3
  Same p.Sum, 3
  p.Move 10, 20
  Same p.Sum, 33
  Call p.Move(1, 1)
  Same p.X, 12
  p.Name = "n"
  Same p.Name, "<n>"
  p.Name = p.Name & "!"
  Same p.Name, "<<n>!>"
  Same p.Text("-"), "12-23"
  Same p.Is_public, True
  p.X = 5
  Same p.Reveal(), "hidden5"
  Same P.x, 5
End Sub

Sub Test_Members_that_are_missing()
  Dim p, v
  Set p = New Point
  On Error Resume Next
  v = p.Hidden()
  Raised 438, "Object doesn't support this property or method: 'p.Hidden'"
  v = p.name_
  Raised 438, "Object doesn't support this property or method: 'p.name_'"
  p.name_ = 1
  Raised 438, "Object doesn't support this property or method: 'p.name_'"
  v = p.Unknown
  Raised 438, "Object doesn't support this property or method: 'p.Unknown'"
  p.Unknown = 1
  Raised 438, "Object doesn't support this property or method: 'p.Unknown'"
  p.Unknown 1, 2
  Raised 438, "Object doesn't support this property or method: 'p.Unknown'"
  v = p.Sum(1)
  Raised 450, "Wrong number of arguments or invalid property assignment: 'p.Sum'"
  p.Move 1
  Raised 450, "Wrong number of arguments or invalid property assignment: 'p.Move'"
  v = p
  Raised 438, "Object doesn't support this property or method"
  v = p(1)
  Raised 438, "Object doesn't support this property or method: 'p'"
End Sub

Class Half_open
  Private value_
  Public Property Get Value
    Value = value_
  End Property
  Private Property Let Value(v)
    value_ = v
  End Property
  Public Sub Change(v)
    Value = v
    Me.Value = Me.Value & "!"
  End Sub
End Class

Sub Test_Private_accessors()
  Dim o
  Set o = New Half_open
  o.Change 5
  Same o.Value, "5!"
  On Error Resume Next
  o.Value = 6
  Raised 438, "Object doesn't support this property or method: 'o.Value'"
  Same o.Value, "5!"
End Sub

Sub Test_Instances_are_apart()
  Dim a, b, c
  Set a = New Point
  Set b = New Point
  Set c = a
  a.X = 1
  b.X = 2
  Same a.X, 1
  Same b.X, 2
  c.X = 3
  Same a.X, 3
  Holds a Is c
  Fails a Is b
End Sub

Class Box
  Private items_(9)
  Private object_
  Public Fixed(2), Loose()
  Public Default Property Get Item(index)
    If IsObject(items_(index)) Then
      Set Item = items_(index)
    Else
      Item = items_(index)
    End If
  End Property
  Public Property Let Item(index, value)
    items_(index) = value
  End Property
  Public Property Set Item(index, value)
    Set items_(index) = value
  End Property
  Public Property Get Thing
    Set Thing = object_
  End Property
  Public Property Set Thing(value)
    Set object_ = value
  End Property
  Public Property Let Thing(value)
    object_ = "let " & value
  End Property
  Public Property Get Raw
    Raw = object_
  End Property
  Public Sub Grow(n)
    ReDim Preserve Loose(n)
    Loose(n) = n
  End Sub
  Public Function Sizes()
    Sizes = UBound(Loose) & "," & UBound(Fixed) & "," & UBound(items_)
  End Function
End Class

Sub Test_Properties_with_arguments()
  Dim b, p
  Set b = New Box
  b.Item(1) = "one"
  Same b.Item(1), "one"
  Same b(1), "one"
  b(2) = "two"
  Same b.Item(2), "two"
  Set p = New Point
  p.X = 5
  Set b(3) = p
  Same b(3).X, 5
  Holds b(3) Is p
  b(3).X = 6
  Same p.X, 6
  Set b.Item(4) = p
  Same b.Item(4).X, 6
  Same b(1) & b(2), "onetwo"
End Sub

Class Leaving
  Private value_
  Public Property Get Value
    Value = "early"
    If IsEmpty(value_) Then Exit Property
    Value = value_
  End Property
  Public Property Let Value(v)
    If v = 0 Then Exit Property
    value_ = v
  End Property
End Class

Sub Test_Exit_property()
  Dim o
  Set o = New Leaving
  Same o.Value, "early"
  o.Value = 0
  Same o.Value, "early"
  o.Value = 5
  Same o.Value, 5
End Sub

Sub Test_Property_set_and_let()
  Dim b, p
  Set b = New Box
  Set p = New Point
  Set b.Thing = p
  Holds b.Thing Is p
  b.Thing = "x"
  Same b.Raw, "let x"
  On Error Resume Next
  Set b.Thing = 5
  Raised 424, "Object required: '[number: 5]'"
  b.Raw = 1
  Raised 438, "Object doesn't support this property or method: 'b.Raw'"
End Sub

Sub Test_Array_fields()
  Dim b
  Set b = New Box
  b.Grow 3
  Same b.Sizes(), "3,2,9"
  Same b.Loose(3), 3
  b.Grow 5
  Same b.Loose(3), 3
  Same b.Fixed(1), Empty
  b.Fixed(1) = 7
  Same b.Fixed(1), 7
End Sub

Dim events

Class Watched
  Private name_
  Private Sub Class_Initialize()
    events = events & "+"
    name_ = "?"
  End Sub
  Private Sub Class_Terminate()
    events = events & "-" & name_
  End Sub
  Public Property Let Name(value)
    name_ = value
  End Property
  Public Property Get Name()
    Name = name_
  End Property
  Public Other
End Class

Function Make_watched(name)
  Set Make_watched = New Watched
  Make_watched.Name = name
End Function

Sub Use_locally()
  Dim w
  Set w = Make_watched("local")
  events = events & "|"
End Sub

Sub Test_Lifetime()
  Dim a, b
  events = ""
  Set a = New Watched
  Same events, "+"
  a.Name = "a"
  Set b = a
  Set a = Nothing
  Same events, "+"
  Set b = Nothing
  Same events, "+-a"
  events = ""
  Use_locally
  Same events, "+|-local"
  events = ""
  Set a = Make_watched("1")
  Set a = Make_watched("2")
  Same events, "++-1"
  a = 5
  Same events, "++-1-2"
  events = ""
  Same Make_watched("t").Name, "t"
  Same events, "+-t"
  events = ""
  Make_watched "dropped"
  Same events, "+-dropped"
  events = ""
  If Make_watched("if").Name = "if" Then events = events & "then"
  Same events, "+-ifthen"
  events = ""
  With Make_watched("with")
    events = events & .Name
  End With
  Same events, "+with-with"
End Sub

Sub Test_Lifetime_in_arrays()
  Dim a(1), d, i
  events = ""
  Set a(0) = Make_watched("e")
  Erase a
  Same events, "+-e"
  events = ""
  d = Array(Make_watched("x"), Make_watched("y"))
  d = Empty
  Same events, "++-x-y"
  events = ""
  For i = 1 To 3
    Set d = Make_watched(i)
  Next
  Same events, "++-1+-2"
  Set d = Nothing
  Same events, "++-1+-2-3"
End Sub

Sub Test_Lifetime_of_members()
  Dim a
  events = ""
  Set a = Make_watched("outer")
  Set a.Other = Make_watched("inner")
  Set a = Nothing
  Same events, "++-outer-inner"
End Sub

Sub Test_Lifetime_and_errors()
  Dim x
  events = ""
  On Error Resume Next
  x = Make_watched("e").No_such_thing
  Same events, "+-e"
  Raised 438, "Object doesn't support this property or method: 'Make_watched(...).No_such_thing'"
  events = ""
  Fails_with_local
  Same events, "+-local"
  Raised 11, "Division by zero"
End Sub

Sub Fails_with_local()
  Dim w, x
  Set w = Make_watched("local")
  x = 1 / 0
End Sub

Dim saved

Class Phoenix
  Public Name
  Private Sub Class_Terminate()
    events = events & "-" & Name
    Set saved = Me
  End Sub
End Class

' Terminate runs once, though the object lives on.
Sub Test_Terminate_that_saves_the_object()
  Dim p
  events = ""
  Set p = New Phoenix
  p.Name = "p"
  Set p = Nothing
  Same events, "-p"
  Same saved.Name, "p"
  Set saved = Nothing
  Same events, "-p"
End Sub

Class Failing
  Private Sub Class_Initialize()
    Dim x
    x = 1 / 0
  End Sub
End Class

Class Failing_end
  Private Sub Class_Terminate()
    Dim x
    x = 1 / 0
  End Sub
End Class

Sub Test_Errors_in_events()
  Dim o
  On Error Resume Next
  Set o = New Failing
  Raised 11, "Division by zero"
  Same o, Empty
  Set o = New Failing_end
  Set o = Nothing
  NoError
End Sub

Class Node
  Public Value, Following
End Class

Sub Test_Long_chains()
  Dim first, node, i, n
  Set first = Nothing
  For i = 1 To 20000
    Set node = New Node
    node.Value = i
    Set node.Following = first
    Set first = node
  Next
  Set node = first
  Do Until node Is Nothing
    n = n + 1
    Set node = node.Following
  Loop
  Same n, 20000
  Set first = Nothing
  Holds node Is Nothing
End Sub

Class Chain
  Public Text
  Public Function Add(part)
    Text = Text & part
    Set Add = Me
  End Function
  Public Default Function Show(suffix)
    Show = Text & suffix
  End Function
End Class

Sub Test_Chained_calls()
  Dim c
  Set c = New Chain
  Same c.Add("a").Add("b").Add("c").Text, "abc"
  c.Add("d").Add "e"
  Same c.Text, "abcde"
  Same c("!"), "abcde!"
  Same c.Add("f")("?"), "abcdef?"
  Same (New Chain).Add("x").Text, "x"
End Sub

Sub Test_Me()
  Dim c
  Set c = New Chain
  Holds c.Add("x") Is c
  Same Host.ErrorOf("x = Me.y"), "1037 (1, 5) Invalid use of 'Me' keyword"
  Same Host.ErrorOf("Class c : Sub s : Me = 1 : End Sub : End Class"), "1037 (1, 19) Invalid use of 'Me' keyword"
End Sub

Sub Test_Unknown_classes()
  Dim o
  On Error Resume Next
  Set o = New No_such_class
  Raised 506, "Class not defined: 'No_such_class'"
  Set o = New RegExp
  NoError
  Same TypeName(o), "IRegExp2"
End Sub

Sub Test_Rules()
  Dim head
  head = "Class c" & vbLf
  Same Host.ErrorOf(head & "x = 1" & vbLf & "End Class"), "1024 (2, 1) Expected statement"
  Same Host.ErrorOf(head & "Public Property x : End Property" & vbLf & "End Class"), _
    "1049 (2, 17) Expected Let or Set or Get in property declaration"
  Same Host.ErrorOf(head & "Property Let x : End Property" & vbLf & "End Class"), _
    "1054 (2, 16) Property Set or Let must have at least one argument"
  Same Host.ErrorOf(head & "Property Get x(a) : End Property : Property Let x(v) : End Property" & vbLf & "End Class"), _
    "1051 (2, 49) Number of arguments must be consistent across properties specification"
  Same Host.ErrorOf(head & "Public Default Property Get x : End Property : Public Default Function y : End Function" & vbLf & "End Class"), _
    "1052 (2, 72) Cannot have multiple default property/method in a Class"
  Same Host.ErrorOf(head & "Sub Class_Initialize(a) : End Sub" & vbLf & "End Class"), _
    "1053 (2, 5) Class initialize or terminate do not have arguments"
  Same Host.ErrorOf(head & "Private Default Property Get x : End Property" & vbLf & "End Class"), _
    "1057 (2, 17) 'Default' specification must also specify 'Public'"
  Same Host.ErrorOf(head & "Public Default Property Let x(a) : End Property" & vbLf & "End Class"), _
    "1058 (2, 29) 'Default' specification can only be on Property Get"
  Same Host.ErrorOf(head & "Public Default x" & vbLf & "End Class"), _
    "1056 (2, 16) 'Default' can be specified only on 'Property' or 'Function' or 'Sub'"
  Same Host.ErrorOf(head & "Sub s" & vbLf & "End Sub"), "1014 (3, 8) Expected 'End'"
  Same Host.ErrorOf("Property Get x : End Property"), "1048 (1, 1) Must be defined inside a Class"
  Same Host.ErrorOf("Sub s : Class c : End Class : End Sub"), "1002 (1, 9) Syntax error"
End Sub
