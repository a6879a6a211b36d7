Option Explicit

Function Pattern(text, is_global, ignore_case)
  Dim re
  Set re = New RegExp
  re.Pattern = text
  re.Global = is_global
  re.IgnoreCase = ignore_case
  Set Pattern = re
End Function

Function Matched(text, where)
  Dim found, out
  For Each found In Pattern(text, True, False).Execute(where)
    out = out & "<" & found & ">"
  Next
  Matched = out & ""
End Function

Function Replaced(text, where, replacement)
  Replaced = Pattern(text, True, False).Replace(where, replacement)
End Function

Sub Test_Defaults()
  Dim re
  Set re = New RegExp
  Same re.Pattern, ""
  Same re.Global, False
  Same re.IgnoreCase, False
  Same re.Multiline, False
  Same TypeName(re), "IRegExp2"
  Same re.Test("anything"), True
  Same re.Execute("abc").Count, CLng(1)
End Sub

Sub Test_Test()
  Same Pattern("b", False, False).Test("abc"), True
  Same Pattern("B", False, False).Test("abc"), False
  Same Pattern("B", False, True).Test("abc"), True
  Same Pattern("^\d+$", False, False).Test("12345"), True
  Same Pattern("^\d+$", False, False).Test("123a5"), False
  Same Pattern("^[\w.]+@[\w.]+\.\w{2,4}$", False, False).Test("a.b@example.com"), True
  Same Pattern("^[\w.]+@[\w.]+\.\w{2,4}$", False, False).Test("a.b@example"), False
  Same Pattern("^$", False, False).Test(""), True
  Same Pattern("5", False, False).Test(12345), True
End Sub

Sub Test_Execute()
  Dim found, one
  Set found = Pattern("(\w)(\d)?", True, False).Execute("a1 b")
  Same TypeName(found), "IMatchCollection2"
  Same found.Count, CLng(2)
  Set one = found(0)
  Same TypeName(one), "IMatch2"
  Same one.Value, "a1"
  Same one.FirstIndex, CLng(0)
  Same one.Length, CLng(2)
  Same one & "", "a1"
  Same TypeName(one.SubMatches), "ISubMatches"
  Same one.SubMatches.Count, CLng(2)
  Same one.SubMatches(0), "a"
  Same one.SubMatches(1), "1"
  Same found.Item(1).FirstIndex, CLng(3)
  Same found(1).SubMatches(1), Empty
  Same found(1).SubMatches.Item(0), "b"
  Set found = Pattern("x", True, False).Execute("abc")
  Same found.Count, CLng(0)
  Set found = Pattern("\w", False, False).Execute("abc")
  Same found.Count, CLng(1)
  On Error Resume Next
  one = found(5).Value
  Raised 5, "Invalid procedure call or argument"
End Sub

Sub Test_Enumeration()
  Dim found, group, out
  For Each found In Pattern("(\w)=(\d)", True, False).Execute("a=1 b=2")
    For Each group In found.SubMatches
      out = out & group & ","
    Next
  Next
  Same out, "a,1,b,2,"
End Sub

Sub Test_Syntax()
  Same Matched("a|b", "cab"), "<a><b>"
  Same Matched("[a-c]+", "xabcx"), "<abc>"
  Same Matched("[^a-c]+", "xabcy"), "<x><y>"
  Same Matched("\d{2}", "1234"), "<12><34>"
  Same Matched("\d{2,3}", "12345"), "<123><45>"
  Same Matched("\d{2,}", "1 12345"), "<12345>"
  Same Matched("\d{2,}?", "12345"), "<12><34>"
  Same Matched("a+?", "aaa"), "<a><a><a>"
  Same Matched("a.c", "abc a" & vbLf & "c"), "<abc>"
  Same Matched("\bis\b", "this is"), "<is>"
  Same Matched("\s+", "a  b" & vbTab), "<  ><" & vbTab & ">"
  Same Matched("\S+", "a bc"), "<a><bc>"
  Same Matched("\W", "a-b"), "<->"
  Same Matched("\D+", "12ab34"), "<ab>"
  Same Matched("\x41\u0042", "AB"), "<AB>"
  Same Matched("(?:ab)+", "ababx"), "<abab>"
  Same Matched("a(?=b)", "ab ac"), "<a>"
  Same Matched("a(?!b)..", "abc acd"), "<acd>"
  Same Matched("(a)(b)\2\1", "abba"), "<abba>"
  Same Matched("\.", "a.b"), "<.>"
  Same Matched("[.]", "a.b"), "<.>"
  Same Matched("\$\^", "$^"), "<$^>"
  Same Matched("[\]\\]", "a]\"), "<]><\>"
  Same Matched("a{,2}", "a{,2}"), "<a{,2}>"
  Same Matched("", "ab"), "<><><>"
  Same Matched("^a", "aa"), "<a>"
  Same Matched("a$", "a" & vbLf), ""
End Sub

Sub Test_Multiline()
  Dim re
  Set re = Pattern("^\w", True, False)
  Same re.Execute("a" & vbCrLf & "b").Count, CLng(1)
  re.Multiline = True
  Same re.Execute("a" & vbCrLf & "b").Count, CLng(2)
  re.Pattern = "\w$"
  Same re.Execute("a" & vbCrLf & "b" & vbLf & "c").Count, CLng(3)
End Sub

Sub Test_Case()
  Same Pattern("abc", False, True).Test("xABCx"), True
  Same Pattern("[a-z]+", False, True).Execute("HELLO")(0).Value, "HELLO"
  Same Pattern(ChrW(228), False, True).Test(ChrW(196)), True
  Same Pattern(ChrW(228), False, False).Test(ChrW(196)), False
  Same Pattern("(a)\1", False, True).Test("aA"), True
End Sub

Sub Test_Replace()
  Same Replaced("b", "abcb", "X"), "aXcX"
  Same Pattern("b", False, False).Replace("abcb", "X"), "aXcb"
  Same Replaced("(\w+) (\w+)", "one two", "$2 $1"), "two one"
  Same Replaced("b", "abc", "[$&]"), "a[b]c"
  Same Replaced("b", "abc", "$`"), "aac"
  Same Replaced("b", "abc", "$'"), "acc"
  Same Replaced("b", "abc", "$$"), "a$c"
  Same Replaced("b", "abc", "$1"), "a$1c"
  Same Replaced("(b)", "abc", "$1$1"), "abbc"
  Same Replaced("(b)(x)?", "abc", "<$2>"), "a<>c"
  Same Replaced("^\s+|\s+$", "  a b  ", ""), "a b"
  Same Replaced("[^0-9]", "(030) 12-34", ""), "0301234"
  Same Replaced("x", "abc", "y"), "abc"
  Same Replaced("(\d+)/(\d+)/(\d+)", "12/31/2004", "$3-$1-$2"), "2004-12-31"
End Sub

Function Upper(found, group, index, whole)
  Upper = "[" & UCase(group) & index & "]"
End Function

Sub Test_Replace_by_function()
  Same Pattern("<(\w)>", True, False).Replace("<a>-<b>", GetRef("Upper")), "[A0]-[B4]"
End Sub

Sub Test_Errors()
  Dim re, x
  Set re = New RegExp
  On Error Resume Next
  re.Pattern = "(a"
  x = re.Test("a")
  Raised 5020, "Expected ')' in regular expression"
  re.Pattern = "[a"
  x = re.Test("a")
  Raised 5019, "Expected ']' in regular expression"
  re.Pattern = "*a"
  x = re.Test("a")
  Raised 5018, "Unexpected quantifier"
  re.Pattern = "[b-a]"
  x = re.Test("a")
  Raised 5021, "Invalid range in character set"
  re.Pattern = "a)"
  x = re.Test("a")
  Raised 5017, "Syntax error in regular expression"
  re.Pattern = "a"
  x = re.Test("a")
  NoError
  Same x, True
End Sub
