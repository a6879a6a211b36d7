Option Explicit

Const ForReading = 1, ForWriting = 2, ForAppending = 8

Dim fso
Set fso = CreateObject("Scripting.FileSystemObject")

Function At(name)
  At = fso.BuildPath(Folder, name)
End Function

Sub Fill(name, text)
  Dim out
  Set out = fso.CreateTextFile(At(name), True)
  out.Write text
  out.Close
End Sub

Function Content(name)
  Dim stream
  Set stream = fso.OpenTextFile(At(name), ForReading)
  Content = stream.ReadAll
  stream.Close
End Function

Sub Test_Names()
  Same TypeName(fso), "FileSystemObject"
  Same fso.GetFileName("C:\dir\file.txt"), "file.txt"
  Same fso.GetBaseName("C:\dir\file.tar.gz"), "file.tar"
  Same fso.GetExtensionName("C:\dir\file.tar.gz"), "gz"
  Same fso.GetExtensionName("C:\dir\file"), ""
  Same fso.GetParentFolderName("C:\dir\file.txt"), "C:\dir"
  Same fso.GetParentFolderName("C:\dir"), "C:\"
  Same fso.GetParentFolderName("C:\"), ""
  Same fso.GetDriveName("C:\dir"), "C:"
  Same fso.GetDriveName("\\server\share\dir"), "\\server\share"
  Same fso.BuildPath("C:\dir", "file"), "C:\dir\file"
  Same fso.BuildPath("C:\dir\", "file"), "C:\dir\file"
  Same fso.GetAbsolutePathName("C:\a\..\b"), "C:\b"
  Same Left(fso.GetTempName, 3), "rad"
  Same Right(fso.GetTempName, 4), ".tmp"
End Sub

Sub Test_Writing_and_reading()
  Dim stream
  Set stream = fso.CreateTextFile(At("a.txt"), True)
  Same TypeName(stream), "TextStream"
  stream.WriteLine "first"
  stream.Write "second"
  stream.WriteLine
  stream.WriteBlankLines 1
  stream.Write 42
  stream.Close
  Same Content("a.txt"), "first" & vbCrLf & "second" & vbCrLf & vbCrLf & "42"
  Set stream = fso.OpenTextFile(At("a.txt"))
  Same stream.Line, CLng(1)
  Same stream.ReadLine, "first"
  Same stream.Line, CLng(2)
  Same stream.Read(3), "sec"
  Same stream.Column, CLng(4)
  stream.SkipLine
  Same stream.AtEndOfLine, True
  stream.Skip 2
  Same stream.AtEndOfStream, False
  Same stream.ReadAll, "42"
  Same stream.AtEndOfStream, True
  On Error Resume Next
  stream.ReadLine
  Raised 62, "Input past end of file"
  stream.Write "x"
  Raised 54, "Bad file mode"
End Sub

Sub Test_Reading_line_by_line()
  Dim stream, lines
  Fill "b.txt", "one" & vbLf & "two" & vbCrLf & vbCrLf & "four"
  Set stream = fso.OpenTextFile(At("b.txt"), ForReading)
  Do Until stream.AtEndOfStream
    lines = lines & "[" & stream.ReadLine & "]"
  Loop
  stream.Close
  Same lines, "[one][two][][four]"
End Sub

Sub Test_Modes()
  Dim stream
  Fill "m.txt", "x"
  Set stream = fso.OpenTextFile(At("m.txt"), ForAppending)
  stream.Write "y"
  stream.Close
  Same Content("m.txt"), "xy"
  Set stream = fso.OpenTextFile(At("m.txt"), ForWriting)
  stream.Write "z"
  stream.Close
  Same Content("m.txt"), "z"
  Set stream = fso.OpenTextFile(At("new.txt"), ForAppending, True)
  stream.Close
  Same fso.FileExists(At("new.txt")), True
  On Error Resume Next
  Set stream = fso.OpenTextFile(At("missing.txt"))
  Raised 53, "File not found"
  Set stream = fso.OpenTextFile(At("missing\x.txt"), ForWriting, True)
  Raised 76, "Path not found"
  Set stream = fso.OpenTextFile(At("m.txt"), 4)
  Raised 5, "Invalid procedure call or argument"
  Set stream = fso.CreateTextFile(At("m.txt"), False)
  Raised 58, "File already exists"
  Set stream = fso.OpenTextFile(At("new.txt"))
  stream.ReadAll
  Raised 62, "Input past end of file"
End Sub

Sub Test_Unicode()
  Dim stream, word
  word = "h" & ChrW(228) & ChrW(8364)
  Set stream = fso.CreateTextFile(At("u.txt"), True, True)
  stream.Write word
  stream.Close
  Same fso.GetFile(At("u.txt")).Size, CLng(8)
  Set stream = fso.OpenTextFile(At("u.txt"), ForReading, False, -1)
  Same stream.ReadAll, word
  Set stream = fso.OpenTextFile(At("u.txt"), ForReading, False, -2)
  Same stream.ReadAll, word
  Fill "n.txt", word
  Same Content("n.txt"), word
  Same fso.GetFile(At("n.txt")).Size, CLng(6)
End Sub

Sub Test_File()
  Dim file
  Fill "f.txt", "12345"
  Set file = fso.GetFile(At("f.txt"))
  Same TypeName(file), "File"
  Same file.Name, "f.txt"
  Same file.Path, At("f.txt")
  Same file & "", At("f.txt")
  Same file.Size, CLng(5)
  Same file.Type, "TXT File"
  Same file.ParentFolder.Path, Folder
  Same file.Drive.Path, "C:"
  Same TypeName(file.DateLastModified), "Date"
  Holds Abs(DateDiff("s", file.DateLastModified, Now)) < 120
  Same file.Attributes, CLng(32)
  file.Attributes = file.Attributes Or 1
  Same file.Attributes And 1, CLng(1)
  file.Attributes = 0
  file.Copy At("g.txt")
  Same Content("g.txt"), "12345"
  file.Name = "h.txt"
  Same fso.FileExists(At("f.txt")), False
  Same fso.FileExists(At("H.TXT")), True
  file.Move At("i.txt")
  Same file.Name, "i.txt"
  Same file.OpenAsTextStream.ReadAll, "12345"
  file.Delete
  Same fso.FileExists(At("i.txt")), False
  On Error Resume Next
  Set file = fso.GetFile(At("i.txt"))
  Raised 53, "File not found"
End Sub

Sub Test_Folder()
  Dim made, file, child, names
  Set made = fso.CreateFolder(At("dir"))
  Same TypeName(made), "Folder"
  Same made.Name, "dir"
  Same made.IsRootFolder, False
  Same made.ParentFolder.Path, Folder
  Fill "dir\b.txt", "22"
  Fill "dir\a.txt", "1"
  made.SubFolders.Add "sub"
  For Each file In made.Files
    names = names & file.Name & ";"
  Next
  For Each child In made.SubFolders
    names = names & child.Name & ";"
  Next
  Same names, "a.txt;b.txt;sub;"
  Same made.Files.Count, CLng(2)
  Same made.Files.Item("A.TXT").Size, CLng(1)
  Same made.Files("b.txt").Size, CLng(2)
  Same made.SubFolders.Count, CLng(1)
  Same made.Size, CLng(3)
  Same fso.FolderExists(At("dir\sub")), True
  Same fso.FolderExists(At("dir\a.txt")), False
  Same fso.FileExists(At("dir")), False
  made.Copy At("copy")
  Same Content("copy\b.txt"), "22"
  made.Delete
  Same fso.FolderExists(At("dir")), False
  fso.DeleteFolder At("copy")
  Same fso.FolderExists(At("copy")), False
  On Error Resume Next
  fso.GetFolder At("dir")
  Raised 76, "Path not found"
  fso.CreateFolder At("x\y")
  Raised 76, "Path not found"
  fso.CreateFolder Folder
  Raised 58, "File already exists"
End Sub

Sub Test_Copy_move_delete()
  Fill "a1.log", "1"
  Fill "a2.log", "2"
  Fill "b.txt", "3"
  fso.CreateFolder At("to")
  fso.CopyFile At("*.log"), At("to")
  Same Content("to\a1.log") & Content("to\a2.log"), "12"
  fso.MoveFile At("b.txt"), At("to\")
  Same Content("to\b.txt"), "3"
  fso.DeleteFile At("a?.log")
  Same fso.FileExists(At("a1.log")), False
  fso.MoveFolder At("to"), At("moved")
  Same fso.FolderExists(At("moved")), True
  On Error Resume Next
  fso.DeleteFile At("a?.log")
  Raised 53, "File not found"
  fso.CopyFile At("nothing"), At("x")
  Raised 53, "File not found"
  fso.CopyFile At("moved\a1.log"), At("moved\a2.log"), False
  Raised 58, "File already exists"
  fso.CopyFile At("moved\a1.log"), At("nowhere\x")
  Raised 76, "Path not found"
  fso.DeleteFolder At("nothing")
  Raised 76, "Path not found"
  fso.MoveFile At("moved\a1.log"), At("moved\a2.log")
  Raised 58, "File already exists"
End Sub

Sub Test_Read_only()
  Fill "r.txt", "x"
  fso.GetFile(At("r.txt")).Attributes = 1
  On Error Resume Next
  fso.DeleteFile At("r.txt")
  Raised 70, "Permission denied"
  fso.DeleteFile At("r.txt"), True
  NoError
  Same fso.FileExists(At("r.txt")), False
End Sub

Sub Test_Drives()
  Dim drive
  Same fso.DriveExists("C:"), True
  Same fso.DriveExists("Q:"), False
  Set drive = fso.GetDrive("C:")
  Same TypeName(drive), "Drive"
  Same drive.DriveLetter, "C"
  Same drive.Path, "C:"
  Same drive.IsReady, True
  Same drive.RootFolder.Path, "C:\"
  Holds drive.TotalSize > 0
  Holds drive.AvailableSpace <= drive.TotalSize
  Same fso.Drives.Count, CLng(1)
  For Each drive In fso.Drives
    Same drive.DriveLetter, "C"
  Next
  Same fso.GetSpecialFolder(2).Path <> "", True
  On Error Resume Next
  Set drive = fso.GetDrive("Q:")
  Raised 68, "Device unavailable"
End Sub
