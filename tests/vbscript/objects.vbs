Option Explicit

Sub Test_Calls()
  Dim x, y
  Same Host.Item(5), 5
  Same Host(6), 6
  x = "before"
  y = Host.OutArgument(x)
  Same x, "assigned"
  Same CInt(y), 7
  x = "before"
  Host.OutArgument x
  Same x, "assigned"
  x = "before"
  Host.OutArgument (x)
  Same x, "before"
  Host.OutArgument "constant"
  Dim a(1)
  Host.OutArgument a(1)
  Same a(1), "assigned"
  Dim u
  Host.OutArgument u
  Same u, "assigned"
  Same HOST.item(1), 1
End Sub

Sub Test_Puts()
  Dim o
  Host.Item = 5
  Same Host.Item, 5
  Host.Item("key") = 6
  Same Host.Item, 6
  Host("key") = 7
  Same Host.Item, 7
  Set o = New Thing
  Set Host.Item = o
  Holds Host.Item Is o
  Set Host("key") = o
  Holds Host.Item Is o
  Host.Item = "text"
  Same Host.Item, "text"
End Sub

Class Thing
  Public Name
  Public Default Property Get Value()
    Value = "default of " & Name
  End Property
End Class

Sub Test_Global_members()
  Dim x
  Report True, ""
  OutArgument x
  Same x, "assigned"
  Same CInt(OutArgument(x)), 7
  Holds List Is Host
End Sub

Sub Test_Default_values()
  Dim t, v
  Set t = New Thing
  t.Name = "n"
  v = t
  Same v, "default of n"
  Same t & "", "default of n"
  Same Len(t), CLng(12)
  Same UCase(t), "DEFAULT OF N"
  Host.Item = 5
  v = Host
  Same v, 5
  Same Host + 1, 6
End Sub

Sub Test_Objects_through_the_host()
  Dim t, got
  Set t = New Thing
  t.Name = "n"
  Set Host.Item = t
  Set got = Host.Item
  Holds got Is t
  Same Host.Item.Name, "n"
  Host.Item.Name = "m"
  Same t.Name, "m"
  Same Host.Item().Name, "m"
  Host.Item = Empty
End Sub

Sub Test_Is_and_types()
  Dim o
  Same TypeName(Host), "Reporter"
  Holds IsObject(Host)
  Set o = Host
  Holds o Is Host
  Set o = Nothing
  Holds IsObject(o)
  Same TypeName(o), "Nothing"
  Same TypeName(New Thing), "Thing"
End Sub

Sub Test_Call_back()
  On Error Resume Next
  Host.CallBack GetRef("Fails_inside")
  Raised 11, "Division by zero"
  Host.CallBack New Thing
  NoError
End Sub

Sub Fails_inside()
  Dim x
  x = 1 / 0
End Sub

Sub Test_Chains()
  Same Host.List.List.Item(3), 3
  Same Host.List()(4), 4
  With Host.List
    Same .Item(5), 5
    Same .List.Item(6), 6
    .Item = 8
    Same .Item, 8
  End With
End Sub
