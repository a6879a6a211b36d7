Option Explicit

Class Thing
End Class

Class WithDefault
  Public Default Property Get Value()
    Value = 42
  End Property
End Class

Sub Test_TypeName()
  Dim unset, fixed(2), dynamic()
  Same TypeName(unset), "Empty"
  Same TypeName(Null), "Null"
  Same TypeName(1), "Integer"
  Same TypeName(100000), "Long"
  Same TypeName(1.5), "Double"
  Same TypeName(CSng(1)), "Single"
  Same TypeName(CCur(1)), "Currency"
  Same TypeName(Date), "Date"
  Same TypeName("a"), "String"
  Same TypeName(True), "Boolean"
  Same TypeName(CByte(1)), "Byte"
  Same TypeName(Nothing), "Nothing"
  Same TypeName(New Thing), "Thing"
  Same TypeName(New WithDefault), "WithDefault"
  Same TypeName(fixed), "Variant()"
  Same TypeName(dynamic), "Variant()"
  Same TypeName(Array()), "Variant()"
  Same TypeName(New RegExp), "IRegExp2"
  Same TypeName(&HFF), "Integer"
  Same TypeName(&HFFFF&), "Long"
End Sub

Sub Test_VarType()
  Dim unset
  Same VarType(unset), 0
  Same VarType(Null), 1
  Same VarType(1), 2
  Same VarType(100000), 3
  Same VarType(CSng(1)), 4
  Same VarType(1.5), 5
  Same VarType(CCur(1)), 6
  Same VarType(Now), 7
  Same VarType("a"), 8
  Same VarType(Nothing), 9
  Same VarType(New Thing), 9
  Same VarType(True), 11
  Same VarType(CByte(1)), 17
  Same VarType(Array(1)), 8204
  Same VarType(New WithDefault), 2
  Same VarType("") = vbString, True
End Sub

Sub Test_Is()
  Dim unset, list(1)
  Same IsEmpty(unset), True
  Same IsEmpty(""), False
  Same IsEmpty(0), False
  Same IsNull(Null), True
  Same IsNull(Empty), False
  Same IsNull(Null & Null), True
  Same IsObject(Nothing), True
  Same IsObject(New Thing), True
  Same IsObject("a"), False
  Same IsArray(list), True
  Same IsArray(Array()), True
  Same IsArray("a"), False
  Same IsArray(Empty), False
End Sub

Sub Test_IsNumeric()
  Same IsNumeric(1), True
  Same IsNumeric("1"), True
  Same IsNumeric("1.5"), True
  Same IsNumeric("-1e5"), True
  Same IsNumeric("&HFF"), True
  Same IsNumeric("&HFG"), False
  Same IsNumeric("$5"), True
  Same IsNumeric("(5)"), True
  Same IsNumeric(" 5 "), True
  Same IsNumeric("1,000"), True
  Same IsNumeric(""), False
  Same IsNumeric("abc"), False
  Same IsNumeric("5x"), False
  Same IsNumeric(Empty), True
  Same IsNumeric(Null), False
  Same IsNumeric(True), True
  Same IsNumeric(#2000-01-01#), False
  Same IsNumeric(Array(1)), False
  Same IsNumeric(Nothing), False
  Same IsNumeric(New Thing), False
  Same IsNumeric(New WithDefault), True
End Sub

Sub Test_IsDate()
  Same IsDate(#2000-01-01#), True
  Same IsDate("1/1/2000"), True
  Same IsDate("Jan 1, 2000"), True
  Same IsDate("10:30"), True
  Same IsDate("10:30 am"), True
  Same IsDate("25:00"), False
  Same IsDate("2/30/2000"), False
  Same IsDate("2/29/2000"), True
  Same IsDate("2/29/1900"), False
  Same IsDate("hello"), False
  Same IsDate(""), False
  Same IsDate(5), False
  Same IsDate("5"), False
  Same IsDate(Null), False
  Same IsDate(Empty), False
  Same IsDate(Array(1)), False
End Sub

Sub Test_Engine()
  Same ScriptEngine, "VBScript"
  Same ScriptEngineMajorVersion, CLng(5)
  Same ScriptEngineMinorVersion, CLng(8)
  Holds ScriptEngineBuildVersion > 0
  Same ScriptEngine() & " " & ScriptEngineMajorVersion & "." & ScriptEngineMinorVersion, "VBScript 5.8"
End Sub
