Option Explicit

Sub Test_Len()
  Typed Len("abc"), 3, "Long"
  Same Len(""), CLng(0)
  Same Len(12345), CLng(5)
  Same Len(1.5), CLng(3)
  Same Len(True), CLng(4)
  Same Len(Empty), CLng(0)
  Same Len(Null), Null
  Same Len("a" & vbCrLf), CLng(3)
  Same LenB("abc"), CLng(6)
  Same LenB(Null), Null
  Same Len(String(1000, "x")), CLng(1000)
  On Error Resume Next
  Dim x
  x = Len(Array(1))
  Raised 13, "Type mismatch: 'Len'"
End Sub

Sub Test_Left_and_right()
  Typed Left("hello", 2), "he", "String"
  Same Left("hello", 0), ""
  Same Left("hello", 5), "hello"
  Same Left("hello", 50), "hello"
  Same Left(12345, 2), "12"
  Same Left(Null, 2), Null
  Same Left("hello", "3"), "hel"
  Same Left("hello", 2.5), "he"
  Same Left("hello", 3.5), "hell"
  Same Right("hello", 2), "lo"
  Same Right("hello", 0), ""
  Same Right("hello", 50), "hello"
  Same Right(Null, 1), Null
  Same Right(Empty, 1), ""
  Same LeftB("abc", 2), "a"
  Same RightB("abc", 4), "bc"
  On Error Resume Next
  Dim x
  x = Left("a", -1)
  Raised 5, "Invalid procedure call or argument: 'Left'"
  x = Right("a", -1)
  Raised 5, "Invalid procedure call or argument: 'Right'"
  x = Left("a", Null)
  Raised 94, "Invalid use of Null: 'Left'"
  x = Left("a", "b")
  Raised 13, "Type mismatch: 'Left'"
End Sub

Sub Test_Mid()
  Same Mid("abcdef", 2, 3), "bcd"
  Same Mid("abcdef", 2), "bcdef"
  Same Mid("abcdef", 6), "f"
  Same Mid("abcdef", 7), ""
  Same Mid("abcdef", 2, 100), "bcdef"
  Same Mid("abcdef", 2, 0), ""
  Same Mid(Null, 1, 1), Null
  Same Mid(123456, 3, 2), "34"
  Same MidB("abc", 3), "bc"
  Same MidB("abc", 1, 2), "a"
  On Error Resume Next
  Dim x
  x = Mid("a", 0)
  Raised 5, "Invalid procedure call or argument: 'Mid'"
  x = Mid("a", -1, 2)
  Raised 5, "Invalid procedure call or argument: 'Mid'"
  x = Mid("a", 1, -2)
  Raised 5, "Invalid procedure call or argument: 'Mid'"
End Sub

Sub Test_Trim()
  Same Trim("  a b  "), "a b"
  Same LTrim("  a b  "), "a b  "
  Same RTrim("  a b  "), "  a b"
  Same Trim("   "), ""
  Same Trim(""), ""
  Same Trim(vbTab & "a" & vbTab), vbTab & "a" & vbTab
  Same Trim(" " & vbCrLf), vbCrLf
  Same Trim(Null), Null
  Same LTrim(Null), Null
  Same RTrim(Null), Null
  Same Trim(5), "5"
End Sub

Sub Test_Case()
  Same UCase("abC1"), "ABC1"
  Same LCase("ABc1"), "abc1"
  Same UCase(ChrW(228)), ChrW(196)
  Same LCase(ChrW(196)), ChrW(228)
  Same UCase(ChrW(223)), ChrW(223)
  Same LCase(ChrW(1071)), ChrW(1103)
  Same UCase(Null), Null
  Same LCase(Null), Null
  Same UCase(True), "TRUE"
  Same LCase(Empty), ""
End Sub

Sub Test_Space_and_string()
  Same Space(3), "   "
  Same Space(0), ""
  Same Space("2"), "  "
  Same String(3, "ab"), "aaa"
  Same String(3, 65), "AAA"
  Same String(2, 65 + 256), "AA"
  Same String(0, "a"), ""
  Same String(Null, "a"), Null
  Same String(3, Null), Null
  Same Len(String(100000, "x")), CLng(100000)
  On Error Resume Next
  Dim x
  x = Space(-1)
  Raised 5, "Invalid procedure call or argument: 'Space'"
  x = String(-1, "a")
  Raised 5, "Invalid procedure call or argument: 'String'"
  x = String(3, "")
  Raised 5, "Invalid procedure call or argument: 'String'"
End Sub

Sub Test_InStr()
  Typed InStr("hello", "l"), 3, "Long"
  Same InStr("hello", "x"), CLng(0)
  Same InStr("hello", ""), CLng(1)
  Same InStr("", "a"), CLng(0)
  Same InStr("", ""), CLng(0)
  Same InStr(4, "hello", "l"), CLng(4)
  Same InStr(5, "hello", "l"), CLng(0)
  Same InStr(9, "hello", "l"), CLng(0)
  Same InStr(3, "hello", ""), CLng(3)
  Same InStr("hello", "L"), CLng(0)
  Same InStr(1, "hello", "L", vbTextCompare), CLng(3)
  Same InStr(1, "hello", "L", vbBinaryCompare), CLng(0)
  Same InStr(Null, "a"), Null
  Same InStr("a", Null), Null
  Same InStr(12345, 34), CLng(3)
  Same InStrB("abc", "b"), CLng(3)
  Same InStrB("abc", "x"), CLng(0)
  On Error Resume Next
  Dim x
  x = InStr(0, "a", "a")
  Raised 5, "Invalid procedure call or argument: 'InStr'"
  x = InStr(Null, "a", "a")
  Raised 94, "Invalid use of Null: 'InStr'"
  x = InStr(1, "a", "a", 9)
  Raised 5, "Invalid procedure call or argument: 'InStr'"
End Sub

Sub Test_InStrRev()
  Typed InStrRev("hello", "l"), 4, "Long"
  Same InStrRev("hello", "l", 3), CLng(3)
  Same InStrRev("hello", "l", 2), CLng(0)
  Same InStrRev("hello", "L"), CLng(0)
  Same InStrRev("hello", "L", -1, vbTextCompare), CLng(4)
  Same InStrRev("hello", ""), CLng(5)
  Same InStrRev("", "a"), CLng(0)
  Same InStrRev("hello", "o", 9), CLng(0)
  Same InStrRev("C:\dir\file.txt", "\"), CLng(7)
  On Error Resume Next
  Dim x
  x = InStrRev("a", "a", 0)
  Raised 5, "Invalid procedure call or argument: 'InStrRev'"
  x = InStrRev(Null, "a")
  Raised 94, "Invalid use of Null: 'InStrRev'"
End Sub

Sub Test_Replace()
  Same Replace("abcabc", "b", "X"), "aXcaXc"
  Same Replace("abcabc", "b", ""), "acac"
  Same Replace("abcabc", "B", "X"), "abcabc"
  Same Replace("abcabc", "B", "X", 1, -1, vbTextCompare), "aXcaXc"
  Same Replace("abcabc", "b", "X", 1, 1), "aXcabc"
  Same Replace("abcabc", "b", "X", 3), "caXc"
  Same Replace("abcabc", "b", "X", 7), ""
  Same Replace("abcabc", "", "X"), "abcabc"
  Same Replace("aaa", "aa", "b"), "ba"
  Same Replace("aaa", "a", "aa"), "aaaaaa"
  Same Replace("a.b.c", ".", "\"), "a\b\c"
  Same Replace("", "a", "b"), ""
  Same Replace(12321, 2, 5), "15351"
  On Error Resume Next
  Dim x
  x = Replace(Null, "a", "b")
  Raised 94, "Invalid use of Null: 'Replace'"
  x = Replace("a", "a", "b", 0)
  Raised 5, "Invalid procedure call or argument: 'Replace'"
End Sub

Sub Test_StrComp()
  Typed StrComp("a", "b"), -1, "Integer"
  Same StrComp("b", "a"), 1
  Same StrComp("a", "a"), 0
  Same StrComp("a", "A"), 1
  Same StrComp("a", "A", vbTextCompare), 0
  Same StrComp("A", "b", 1), -1
  Same StrComp("ab", "abc"), -1
  Same StrComp("", ""), 0
  Same StrComp(Null, "a"), Null
  Same StrComp("a", Null), Null
  Same StrComp(1, "1"), 0
End Sub

Sub Test_StrReverse()
  Same StrReverse("abc"), "cba"
  Same StrReverse(""), ""
  Same StrReverse(123), "321"
  On Error Resume Next
  Dim x
  x = StrReverse(Null)
  Raised 94, "Invalid use of Null: 'StrReverse'"
End Sub

Sub Test_Characters()
  Same Asc("A"), 65
  Same Asc("ABC"), 65
  Same Asc(ChrW(8364)), 128
  Same Asc(ChrW(252)), 252
  Same AscW("A"), 65
  Same AscW(ChrW(8364)), 8364
  Same AscW(ChrW(65535)), -1
  Same Chr(65), "A"
  Same Chr(13) & Chr(10), vbCrLf
  Same Chr(128), ChrW(8364)
  Same Chr(228), ChrW(228)
  Same ChrW(-1), ChrW(65535)
  Same Len(Chr(0)), CLng(1)
  Same Chr("66"), "B"
  On Error Resume Next
  Dim x
  x = Asc("")
  Raised 5, "Invalid procedure call or argument: 'Asc'"
  x = Chr(256)
  Raised 5, "Invalid procedure call or argument: 'Chr'"
  x = Chr(-1)
  Raised 5, "Invalid procedure call or argument: 'Chr'"
  x = ChrW(70000)
  Raised 5, "Invalid procedure call or argument: 'ChrW'"
  x = Asc(Null)
  Raised 94, "Invalid use of Null: 'Asc'"
End Sub

Sub Test_Escape()
  Same Escape("a b"), "a%20b"
  Same Escape("abcXYZ019@*_+-./"), "abcXYZ019@*_+-./"
  Same Escape(ChrW(228)), "%E4"
  Same Escape(ChrW(8364)), "%u20AC"
  Same Escape("%&"), "%25%26"
  Same Unescape("a%20b"), "a b"
  Same Unescape("%u20AC"), ChrW(8364)
  Same Unescape("%E4"), ChrW(228)
  Same Unescape("%zz%u12"), "%zz%u12"
  Same Unescape("100%"), "100%"
  Same Unescape(Escape("x=1&y=" & ChrW(1234))), "x=1&y=" & ChrW(1234)
End Sub
