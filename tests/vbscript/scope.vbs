Option Explicit

Dim top_level, shadowed
top_level = "top"
shadowed = "outer"

Sub Test_Top_level_variables()
  Same top_level, "top"
  top_level = "changed"
  Same Read_top_level(), "changed"
End Sub

Function Read_top_level()
  Read_top_level = top_level
End Function

Sub Test_Locals_hide()
  Dim shadowed
  Same shadowed, Empty
  shadowed = "inner"
  Same shadowed, "inner"
  Same Read_shadowed(), "outer"
  Change_parameter "x"
  Same Read_shadowed(), "outer"
End Sub

Function Read_shadowed()
  Read_shadowed = shadowed
End Function

Sub Change_parameter(shadowed)
  shadowed = "parameter"
End Sub

Function Fresh()
  Dim n
  n = n + 1
  Fresh = n
End Function

Sub Test_Locals_are_fresh()
  Same Fresh, 1
  Same Fresh, 1
End Sub

' Dim holds for the whole procedure, wherever it stands.
Sub Test_Dim_below_use()
  late = 5
  Same late, 5
  Dim late
  If False Then
    Dim never_reached
  End If
  never_reached = 6
  Same never_reached, 6
End Sub

Sub Test_Dim_hides_functions()
  Dim Len, Now
  Len = 5
  Now = 6
  Same Len + Now, 11
End Sub

Sub Test_Undeclared()
  Same Host.ErrorOf("Option Explicit" & vbLf & "x = 1"), "500 (2, 1) Variable is undefined: 'x'"
  Same Host.ErrorOf("Option Explicit" & vbLf & "y = 1 + x"), "500 (2, 1) Variable is undefined: 'y'"
  Same Host.ErrorOf("Option Explicit" & vbLf & "Dim y" & vbLf & "y = 1 + x"), "500 (3, 1) Variable is undefined: 'x'"
  Same Host.ErrorOf("Option Explicit" & vbLf & "Sub s" & vbLf & "  x = 1" & vbLf & "End Sub" & vbLf & "s"), _
    "500 (3, 3) Variable is undefined: 'x'"
  Same Host.ErrorOf("Option Explicit" & vbLf & "For i = 1 To 2 : Next"), "500 (2, 1) Variable is undefined: 'i'"
  Same Host.ErrorOf("x = x + 1 : If x <> 1 Then x = 1 / 0"), ""
  Same Host.ErrorOf("Sub s : y = 5 : End Sub : s : If Not IsEmpty(y) Then x = 1 / 0"), ""
  Same Host.ErrorOf("y = 1 : Sub s : y = 5 : End Sub : s : If y <> 5 Then x = 1 / 0"), ""
  Same Host.ErrorOf("Sub s : y = y + 1 : z = y : If z <> 1 Then x = 1 / 0 : End Sub : s"), ""
  Same Host.ErrorOf("Sub c(a) : a = 3 : End Sub : c q : If q <> 3 Then x = 1 / 0"), ""
  Same Host.ErrorOf("Sub s : c q : If q <> 3 Then x = 1 / 0 : End Sub : Sub c(a) : a = 3 : End Sub : s"), ""
  Same Host.ErrorOf("s = ""a"" : For i = 1 To 3 : s = s & i : Next : If s <> ""a123"" Then x = 1 / 0"), ""
End Sub

Class Scoped
  Public Field
  Private hidden
  Public Sub Put(value)
    Field = value
    hidden = value & "!"
    shadowed = "by a method"
  End Sub
  Public Function Inner()
    Dim Field
    Field = "local"
    Inner = Field & "/" & Me.Field & "/" & hidden
  End Function
  Public Function Calls_top()
    Calls_top = Read_top_level()
  End Function
  Public Function Calls_own()
    Calls_own = Inner() & Inner
  End Function
End Class

Sub Test_Names_in_classes()
  Dim o
  Set o = New Scoped
  o.Put 5
  Same o.Field, 5
  Same o.Inner(), "local/5/5!"
  Same shadowed, "by a method"
  Same o.Calls_top(), "top"
  Same o.Calls_own(), "local/5/5!local/5/5!"
End Sub

Sub Test_Redefinition()
  Same Host.ErrorOf("Dim x, x"), "1041 (1, 8) Name redefined"
  Same Host.ErrorOf("Dim x" & vbLf & "Dim X"), "1041 (2, 5) Name redefined"
  Same Host.ErrorOf("Sub s" & vbLf & "Dim a" & vbLf & "Dim a" & vbLf & "End Sub"), "1041 (3, 5) Name redefined"
  Same Host.ErrorOf("Sub s(a)" & vbLf & "Dim a" & vbLf & "End Sub"), "1041 (2, 5) Name redefined"
  Same Host.ErrorOf("Sub s(a, a)" & vbLf & "End Sub"), "1041 (1, 10) Name redefined"
  Same Host.ErrorOf("Class c : End Class : Dim c"), "1041 (1, 27) Name redefined"
  Same Host.ErrorOf("Dim s : Sub s : End Sub"), "1041 (1, 13) Name redefined"
  Same Host.ErrorOf("Const c = 1 : Dim c"), "1041 (1, 19) Name redefined"
  Same Host.ErrorOf("Class c : Public a : Public a : End Class"), "1041 (1, 29) Name redefined"
  Same Host.ErrorOf("Class c : Public a : Sub a : End Sub : End Class"), "1041 (1, 26) Name redefined"
End Sub
