' A walk through the objects as administration scripts use them.
Dim locator, services, cls, item, found, names, path, values, time, refresher, source, sink, last, done
Set locator = CreateObject("WbemScripting.SWbemLocator")
locator.Security_.ImpersonationLevel = 3
Set services = locator.ConnectServer(".", "root\cimv2")
Same TypeName(services), "SWbemServicesEx", "ConnectServer"
services.Security_.Privileges.AddAsString "SeDebugPrivilege"
Same services.Security_.Privileges(19).Name, "SeDebugPrivilege", "privileges by number"

Set cls = services.Get
cls.[__CLASS] = "Test_Member"
cls.Properties_.Add("Name", 8).Qualifiers_.Add "key", True
cls.Properties_.Add "Size", 19
cls.Properties_.Add "Words", 8, True
cls.Put_
For Each names In Array("a", "b", "c")
  Set item = services.Get("Test_Member").SpawnInstance_
  item.Name = names
  item.Size = Asc(names)
  item.Words = Array(names, names & names)
  Set path = item.Put_
  Same path.RelPath, "Test_Member.Name=""" & names & """", "Put_ tells the path"
Next

names = ""
For Each item In services.ExecQuery("SELECT * FROM Test_Member WHERE Size > 97", , 48)
  names = names & item.Name & item.Words(1) & item.Properties_("Size") & " "
Next
Same Len(names), 12, "For Each over a forward-only query"
Same services.InstancesOf("Test_Member").Count, 3, "Count"
Set found = services.ExecQuery("SELECT * FROM Test_Member WHERE Name = 'b'")
Same found.ItemIndex(0).Size, 98, "ItemIndex"
Same found("Test_Member.Name=""b""").Size, 98, "Item is the default member"

Set item = GetObject("winmgmts:root\cimv2:Test_Member.Name='c'")
Same item.Size, 99, "a moniker of an instance"
item.Properties_("Size") = 100
Same item.Size, 100, "a value put to an item of a set"
item.Properties_.Item("Size").Value = 101
Same item.Size, 101, "and to its Value"
item.Refresh_
Same item.Size, 99, "Refresh_"
Same UBound(item.Derivation_), -1, "Derivation_ of a class without parents"
Same item.Path_.IsClass, False, "IsClass"
Same item.Path_.Keys("Name").Value, "c", "keys of a path"
Same InStr(item.GetObjectText_, "instance of Test_Member") > 0, True, "GetObjectText_"
Same InStr(item.GetText_(1), "<INSTANCE CLASSNAME=""Test_Member"">"), 1, "GetText_"
Same item.CompareTo_(item.Clone_), True, "CompareTo_, Clone_"
names = ""
For Each found In item.SystemProperties_
  names = names & found.Name & " "
Next
Same InStr(names, "__RELPATH") > 0, True, "SystemProperties_"

On Error Resume Next
services.Get "Test_Member='zzz'"
Same Failed(), "80041002 SWbemServicesEx Not found ", "Err of a failed Get"
Set last = CreateObject("WbemScripting.SWbemLastError")
Same Hex(last.StatusCode), "80041002", "SWbemLastError has the code"
Same last.ParameterInfo <> "", True, "and what was asked for"
Set last = CreateObject("WbemScripting.SWbemLastError")
Same Err.Number <> 0, True, "making it takes it"
Err.Clear
item.Absent = 1
Same Err.Number, 438, "a property that there is not"
Err.Clear
item.Size = "many"
Same Hex(Err.Number), "80041005", "a value of the wrong type"
Err.Clear
Set found = services.ExecQuery("SELECT * FROM Absent_Class")
Same Err.Number, 0, "a query returns before its class is looked up"
names = found.Count
Same Failed(), "80041010 SWbemObjectSet Invalid class ", "its error comes on the first access"
Set found = GetObject("winmgmts:{nothing}")
Same Hex(Err.Number), "800401E4", "a moniker that does not follow the grammar"
Err.Clear
On Error GoTo 0

Set values = CreateObject("WbemScripting.SWbemNamedValueSet")
values.Add "One", 1
values.Add "Two", Array(1, 2)
Same values("one").Value, 1, "named values"
names = 0
For Each found In values
  names = names + 1
Next
Same names, 2, "are walked"

Set time = CreateObject("WbemScripting.SWbemDateTime")
time.SetVarDate #2024-02-29 13:45:01#, False
Same time.Value, "20240229134501.000000+000", "SetVarDate"
Same time.GetVarDate(False), #2024-02-29 13:45:01#, "GetVarDate"

Set path = CreateObject("WbemScripting.SWbemObjectPath")
path.Path = "\\box\root\cimv2:A.B=1"
Same path.Server & path.Keys("B").Value, "box1", "SWbemObjectPath"

Set refresher = CreateObject("WbemScripting.SWbemRefresher")
Set found = refresher.AddEnum(services, "Test_Member").ObjectSet
refresher.Refresh
Same found.Count, 3, "a refresher"

done = False
Set sink = WScript.CreateObject("WbemScripting.SWbemSink", "Rows_")
names = 0
services.ExecQueryAsync sink, "SELECT * FROM Test_Member"
Do Until done
  WScript.Sleep 10
Loop
Same names, 3, "ExecQueryAsync"
Sub Rows_OnObjectReady(row, asked)
  names = names + 1
End Sub
Sub Rows_OnCompleted(code, status, asked)
  done = True
End Sub

' Direct methods, out-parameters by reference
Dim id, result
result = services.Get("Win32_Process").Create("true", Null, Null, id)
Same result, 0, "a method called directly"
Same id > 0, True, "with its out-parameter"
services.Delete "Test_Member"

' Forms that scripts of the documentation use.
Same GetObject("winmgmts:{impersonationlevel=impersonate}!\Root\Cimv2").Get("Win32_Process").Path_.Class, "Win32_Process", "a moniker with one slash"
Same locator.ConnectServer(".", "\root\cimv2").Get("Win32_Process").Path_.Class, "Win32_Process", "ConnectServer with one slash"
Same GetObject("winmgmts:Win32_Process.Handle=1").Handle, "1", "a number for a key of text"

' Elements of arrays that objects have as their value
Dim context
Set context = CreateObject("WbemScripting.SWbemNamedValueSet")
context.Add "n1", Array(1, 2, 3)
Same context("n1")(0), 1, "an element of a named value"
context("n1")(1) = 11
Same context("n1")(1), 11, "an element assigned"
Set values = context("n1")
values(2) = 345
Same context("n1")(2), 345, "an element assigned through the object"
Set item = services.Get("Win32_ProcessStartup").SpawnInstance_
item.EnvironmentVariables = Array("a=1", "b=2")
Same item.Properties_("EnvironmentVariables")(1), "b=2", "an element of a property"
item.Properties_("EnvironmentVariables")(0) = "c=3"
Same item.EnvironmentVariables(0), "c=3", "an element of a property assigned"
On Error Resume Next
values = context("n1")(3)
Same Err.Number <> 0, True, "an element outside of the array"
