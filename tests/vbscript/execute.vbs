Option Explicit

Dim top_level
top_level = "top"

Sub Test_Execute()
  Dim x
  x = 1
  Execute "x = x + 1"
  Same x, 2
  Execute "x = x * 10 : x = x + 1"
  Same x, 21
  Execute "Dim y" & vbLf & "y = 5" & vbLf & "x = y"
  Same x, 5
  Execute "x = y + 1"
  Same x, 6
  Execute "z = 3"
  Execute "x = z"
  Same x, 3
  Execute "top_level = ""changed"""
  Same top_level, "changed"
  Execute "For i = 1 To 3 : x = x + i : Next"
  Same x, 9
  Execute ""
  Execute "' a comment"
  Execute "Same 1, 1"
End Sub

Sub Test_ExecuteGlobal()
  Dim x
  x = "local"
  ExecuteGlobal "made_here = 5"
  Same Eval("made_here"), 5
  ExecuteGlobal "x = ""global"""
  Same x, "local"
  ExecuteGlobal "Function Made(n) : Made = n * 2 : End Function"
  Same Eval("Made(4)"), 8
  ExecuteGlobal "Class Made_class : Public V : End Class"
  Dim o
  Set o = Eval("New Made_class")
  o.V = 3
  Same o.V, 3
  Same TypeName(o), "Made_class"
  ExecuteGlobal "Function Made(n) : Made = n * 3 : End Function"
  Same Eval("Made(4)"), 12
End Sub

Sub Test_Eval()
  Dim x, o
  x = 5
  Same Eval("x + 1"), 6
  Same Eval("x = 5"), True
  Same Eval("""a"" & ""b"""), "ab"
  Same Eval("top_level"), "top"
  Same Eval("Twice(x)"), 10
  Set o = Eval("New Thing")
  Same TypeName(o), "Thing"
  Same Eval("Eval(""x + 1"") + 1"), 7
  Same Eval(7), 7
  Same Eval("Nothing_known"), Empty
  Eval "x"
  Same Eval(" 1 + _" & vbLf & " 2 "), 3
End Sub

Function Twice(n)
  Twice = n * 2
End Function

Class Thing
  Private hidden
  Public Function Run(text)
    hidden = 5
    Execute text
    Run = hidden
  End Function
  Public Function Calculate(text)
    hidden = 7
    Calculate = Eval(text)
  End Function
End Class

Sub Test_In_methods()
  Dim t
  Set t = New Thing
  Same t.Run("hidden = hidden + 1"), 6
  Same t.Run("Run = 1 : hidden = 9"), 9
  Same t.Calculate("hidden * 2"), 14
  Same t.Calculate("TypeName(Me)"), "Thing"
End Sub

Function Changes_argument(a)
  Execute "a = a & ""!"""
  Changes_argument = a
End Function

Sub Test_Parameters()
  Dim x
  x = "v"
  Same Changes_argument(x), "v!"
  Same x, "v!"
End Sub

Sub Test_Apart()
  First_one
  Second_one
End Sub

Sub First_one()
  Execute "Dim private_to_call : private_to_call = 1"
  Same Eval("private_to_call"), 1
End Sub

Sub Second_one()
  Same Eval("private_to_call"), Empty
End Sub

Sub Test_Nested()
  Dim x
  Execute "Execute ""x = 5"""
  Same x, 5
  Execute "Execute ""n = 6"" : x = n"
  Same x, 6
  Execute "x = Eval(""x + 1"")"
  Same x, 7
End Sub

Sub Test_Procedures_in_texts()
  Dim x
  Execute "Function From_text(n) : From_text = n + 1 : End Function"
  Same Eval("From_text(1)"), 2
  Execute "x = From_text(2)"
  Same x, 3
End Sub

Sub Test_Errors()
  Dim x
  On Error Resume Next
  Execute "x = ("
  Same Err.Source, "Microsoft VBScript compilation error"
  Raised 1002, "Syntax error"
  Execute "x = 1 / 0"
  Raised 11, "Division by zero"
  x = Eval("1 +")
  Raised 1002, "Syntax error"
  x = Eval("1 / 0")
  Raised 11, "Division by zero"
  x = Eval("x = 1 : y = 2")
  Raised 1025, "Expected end of statement"
  Execute 42
  Raised 13, "Type mismatch: 'Execute'"
  ExecuteGlobal Null
  Raised 13, "Type mismatch: 'ExecuteGlobal'"
  Set x = GetRef(123)
  Raised 13, "Type mismatch: 'GetRef'"
  Execute "On Error Resume Next : x = 1 / 0 : x = 77"
  Same x, 77
  Execute "Dim q, q"
  Raised 1041, "Name redefined"
  Same Host.ErrorOf("Execute ""x = 1 / 0"""), "11 (1, 1) Division by zero"
  Same Host.ErrorOf("y = 1" & vbLf & "Execute ""x = ("""), "1002 (1, 6) Syntax error"
End Sub

Sub Test_Loops()
  Dim i, sum
  For i = 1 To 100
    Execute "sum = sum + i"
  Next
  Same sum, 5050
  sum = 0
  For i = 1 To 100
    sum = sum + Eval("i * 2")
  Next
  Same sum, 10100
End Sub
