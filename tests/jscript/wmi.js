var topic = "wmi";
var services = GetObject("winmgmts:root\\cimv2");
var cls = services.Get();
cls.Path_.Class = "Test_Script";
var p = cls.Properties_.Add("Id", 19);
p.Qualifiers_.Add("key", true);
cls.Properties_.Add("Name", 8);
cls.Properties_.Add("Numbers", 19, true);
cls.Properties_.Add("Flag", 11);
services.Put(cls);
same(services.Get("Test_Script").Path_.Class, "Test_Script");

// Properties directly and by name; arrays of JavaScript.
var made = services.Get("Test_Script").SpawnInstance_();
made.Id = 1;
made.Name = "one";
made.Flag = true;
made.Numbers = [1, 2, 3];
same(made.Name, "one");
same(made.Properties_("Name").Value, "one");
same(made.Properties_.Item("Id").Value, 1);
isTrue(made.Flag);
same(new VBArray(made.Numbers).toArray().join(), "1,2,3");
made.Properties_("Name").Value = "uno";
same(made.Name, "uno");
made.Properties_.Item("Name") = "eins";
same(made.Name, "eins", "a value put to what Item gives");
made.Put_();
var read = services.Get("Test_Script.Id=1");
same(read.Name, "eins");
same(new VBArray(read.Numbers).ubound(1), 2);
same(read.Path_.RelPath, "Test_Script.Id=1");
read.Name = null;
same(read.Name, null);

// Direct methods and those by ExecMethod_.
var process = services.Get("Win32_Process");
var parameters = process.Methods_("Create").InParameters.SpawnInstance_();
parameters.CommandLine = "true";
var results = process.ExecMethod_("Create", parameters);
same(results.ReturnValue, 0);
isTrue(results.ProcessId > 0);
same(process.Create("true"), 0, "a method as member");
isTrue(process.Create("/no/such/program") > 0);

// Collections.
var count = 0;
for (var e = new Enumerator(services.ExecQuery("SELECT * FROM Test_Script")); !e.atEnd(); e.moveNext()) {
  ++count;
  same(e.item().Id, 1);
}
same(count, 1);
same(services.InstancesOf("Test_Script").Count, 1);
var names = [];
for (e = new Enumerator(read.Properties_); !e.atEnd(); e.moveNext()) names.push(e.item().Name);
same(names.sort().join(), "Flag,Id,Name,Numbers");

// Errors.
fails(function () { services.Get("No_Such_Class"); }, 0x80041002);
fails(function () { services.ExecQuery("nonsense", "WQL", 0).Count; }, 0x80041017);
fails(function () { made.NoSuchProperty = 1; }, 438);
fails(function () { GetObject("winmgmts:{nonsense"); }, 0x800401E4);
fails(function () { services.Get("Test_Script").SpawnInstance_().Put_(); }, 0x80041089);

// Events by prefix, by ConnectObject, with a context.
var log = [];
var sink = WScript.CreateObject("WbemScripting.SWbemSink", "First_");
function First_OnObjectReady(object, context) { log.push("ready " + object.Id); }
function First_OnCompleted(code, error, context) { log.push("completed " + code + " " + context("who").Value + " " + error); }
function First_OnObjectPut(path, context) { log.push("put " + path.RelPath); }
function wait(size) { for (var i = 0; i < 30000 && log.length < size; ++i) WScript.Sleep(10); }
var context = new ActiveXObject("WbemScripting.SWbemNamedValueSet");
context.Add("who", "me");
services.ExecQueryAsync(sink, "SELECT * FROM Test_Script", "WQL", 0, null, context);
same(log.length, 0, "events come while the script waits");
wait(2);
same(log.join(), "ready 1,completed 0 me null");
log = [];
made.Id = 2;
services.PutAsync(sink, made, 0, null, context);
wait(2);
same(log.join(), "put Test_Script.Id=2,completed 0 me null");
log = [];
var second = new ActiveXObject("WbemScripting.SWbemSink");
WScript.ConnectObject(second, "Second_");
function Second_OnCompleted(code, error) { log.push(code + " " + error.Description.length); }
services.GetAsync(second, "No_Such_Class");
wait(1);
same(log[0].split(" ")[0], String(0x80041002 | 0));
isTrue(Number(log[0].split(" ")[1]) > 0, "an error object");
WScript.DisconnectObject(second);
log = [];
services.GetAsync(second, "Test_Script");
WScript.Sleep(100);
same(log.length, 0, "no events after DisconnectObject");
fails(function () { WScript.ConnectObject(new ActiveXObject("Scripting.Dictionary"), "X_"); }, 0x80040200);
services.Delete("Test_Script");
fails(function () { services.Get("Test_Script"); }, 0x80041002);
fails(function () { services.GetAsync(new ActiveXObject("Scripting.Dictionary"), "Test_Script"); }, 0x80041008);

// Dates of WMI.
var stamp = new ActiveXObject("WbemScripting.SWbemDateTime");
stamp.SetVarDate(new Date(2024, 4, 6, 7, 8, 9).getVarDate(), true);
same(stamp.Year, 2024);
same(stamp.GetVarDate(true).getMinutes(), 8);
stamp.Value = "20240102030405.000000+000";
same(stamp.Hours, 3);
