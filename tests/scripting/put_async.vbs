' SWbemServicesEx.PutAsync and SWbemObject.PutAsync_: every flag of their pages, every error that a caller can bring about, the events.
Dim services, sink, log, completed, last_code, last_error, last_path, context
Set services = GetObject("winmgmts:root\cimv2")
Set sink = WScript.CreateObject("WbemScripting.SWbemSink", "Sink_")

Const kInvalid = "80041008 SWbemServicesEx Invalid parameter "

Sub Sink_OnObjectPut(path, asked)
  log = log & "put "
  Set last_path = path
  If Not asked Is Nothing Then log = log & asked("id").Value & " "
End Sub

Sub Sink_OnCompleted(code, status, asked)
  log = log & "completed "
  last_code = Hex(code)
  Set last_error = status
  If Not asked Is Nothing Then log = log & asked("id").Value & " "
  completed = completed + 1
End Sub

Sub Sink_OnProgress(upper, current, message, asked)
  log = log & "progress "
End Sub

Sub Sink_OnObjectReady(found, asked)
  log = log & "ready "
End Sub

Sub WaitFor(count)
  Dim turns
  Do While completed < count And turns < 30000
    WScript.Sleep 10
    turns = turns + 1
  Loop
End Sub

' The code of OnCompleted after a put.
Function Put(what, flags)
  log = ""
  completed = 0
  last_code = "none"
  services.PutAsync sink, what, flags
  If log <> "" Then WScript.Echo "not ok - an event came before the script waited"
  WaitFor 1
  Put = last_code
End Function

' A class of our own, made with PutAsync as well.
Dim cls, key
Set cls = services.Get
cls.Path_.Class = "Test_Put"
Set key = cls.Properties_.Add("Id", 19)
key.Qualifiers_.Add "key", True
cls.Properties_.Add "Text", 8
Same Put(cls, 0), "0", "a class is created"
Same log, "put completed ", "the path comes first, then the end"
Same last_path.Class, "Test_Put", "OnObjectPut brings an SWbemObjectPath"
Same TypeName(last_path), "SWbemObjectPath", "of that type"
Same last_error Is Nothing, True, "without an error object"

Dim made
Set made = services.Get("Test_Put").SpawnInstance_
made.Id = 1
made.Text = "one"
Same Put(made, 1), "80041002", "wbemChangeFlagUpdateOnly: there is none"
Same log, "completed ", "a failure brings no path"
Same TypeName(last_error), "SWbemLastError", "but an SWbemLastError"
Same Hex(last_error.StatusCode), "80041002", "with the code"
Same Put(made, 2), "0", "wbemChangeFlagCreateOnly: it is created"
Same last_path.RelPath, "Test_Put.Id=1", "with its path"
Same services.Get("Test_Put=1").Text, "one", "and is there"
Same Put(made, 2), "80041019", "wbemChangeFlagCreateOnly: it exists"
made.Text = "two"
Same Put(made, 1), "0", "wbemChangeFlagUpdateOnly: it is changed"
Same services.Get("Test_Put=1").Text, "two", "as it was set"
Same Put(made, 0), "0", "wbemChangeFlagCreateOrUpdate, wbemFlagReturnWhenComplete"
Same Put(made, 16), "0", "wbemFlagReturnImmediately changes nothing"
Same log, "put completed ", "not even the events"
Same Put(made, 128), "0", "wbemFlagSendStatus is taken"
Same Put(made, &H20000), "0", "wbemFlagUseAmendedQualifiers is taken"

' Found before the start: raised here, and no event comes.
Dim flags
On Error Resume Next
completed = 0
log = ""
For Each flags In Array(&H20, &H40, &H60, 3, 4, &H100)
  services.PutAsync sink, made, flags
  Same Failed(), kInvalid, "an instance with flags " & Hex(flags)
Next
services.PutAsync sink, cls, &H60
Same Failed(), kInvalid, "safe mode and force mode exclude each other"
services.PutAsync sink, cls, 3
Same Failed(), kInvalid, "create-only and update-only exclude each other"
services.PutAsync Nothing, made
Same Failed(), kInvalid, "no sink"
services.PutAsync services, made
Same Failed(), kInvalid, "another object for the sink"
services.PutAsync sink, Nothing
Same Failed(), kInvalid, "no object"
services.PutAsync sink, sink
Same Failed(), kInvalid, "another object for the object"
services.PutAsync sink, made, 0, services
Same Failed(), kInvalid, "another object for the named values"
services.PutAsync sink, made, 0, , services
Same Failed(), kInvalid, "another object for the context"
Err.Clear
services.PutAsync sink
Same Err.Number, 450, "too few arguments"
Err.Clear
services.PutAsync sink, "text"
Same Err.Number <> 0, True, "a text is no object"
Err.Clear
On Error GoTo 0
WScript.Sleep 50
Same log, "", "no event came of it"

' Everything else arrives as OnCompleted.
Dim keyless
Set keyless = services.Get("Test_Put").SpawnInstance_
keyless.Id = Null
Same Put(keyless, 0), "80041028", "wbemErrIllegalNull: a key without a value"
Same Put(services.Get, 0), "80041020", "wbemErrIncompleteClass: a class without a name"
Dim text_changed
Set text_changed = services.Get("Test_Put")
text_changed.Properties_.Add "More", 8
Same Put(text_changed, 0), "80041026", "a class with instances, compatible mode"
Same Put(text_changed, &H20), "80041026", "a class with instances, safe mode"
Same Put(text_changed, &H40), "0", "force mode"
Same services.InstancesOf("Test_Put").Count, 0, "which deletes the instances"

' Derived classes: safe mode, force mode.
Dim derived, parent
Set derived = services.Get("Test_Put").SpawnDerivedClass_
derived.Path_.Class = "Test_PutMore"
Same Put(derived, 2), "0", "a derived class, create-only"
Set parent = services.Get("Test_Put")
parent.Properties_.Add "Third", 8
Same Put(parent, 0), "80041025", "a class with children, compatible mode"
Same Put(parent, &H20), "0", "safe mode"
Same services.Get("Test_PutMore").Properties_.Count, 4, "the child has the property too"

' PutAsync_ of the object, with contexts; one sink for several calls.
Dim contexts(2), i
completed = 0
log = ""
For i = 0 To 2
  Set contexts(i) = CreateObject("WbemScripting.SWbemNamedValueSet")
  contexts(i).Add "id", i
  Set made = services.Get("Test_Put").SpawnInstance_
  made.Id = 10 + i
  made.PutAsync_ sink, , , contexts(i)
Next
WaitFor 3
Same completed, 3, "three calls of one sink"
For i = 0 To 2
  Same InStr(log, "put " & i & " ") > 0, True, "context " & i & " came with its path"
  Same InStr(log, "completed " & i & " ") > 0, True, "and with its end"
Next
On Error Resume Next
made.PutAsync_ sink, 3
Same Failed(), "80041008 SWbemObjectEx Invalid parameter ", "PutAsync_ refuses the same flags"
On Error GoTo 0
services.Delete "Test_Put"
