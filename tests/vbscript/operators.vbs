Option Explicit

Sub Test_Addition()
  Typed 1 + 2, 3, "Integer"
  Typed 32767 + 1, 32768, "Long"
  Typed "1" + "2", "12", "String"
  Typed "1" + 2, 3, "Double"
End Sub
