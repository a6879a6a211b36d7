// Makes a class and stores three instances of it without waiting for each: PutAsync, whose events say what was stored and where.
// Usage: cscript store_notes.js
var WBEM_FLAG_SEND_STATUS = 0x80, CIM_UINT32 = 19, CIM_STRING = 8;

var services = GetObject("winmgmts:root\\default");

var cls = services.Get();
cls.Path_.Class = "Example_Note";
cls.Properties_.Add("Id", CIM_UINT32).Qualifiers_.Add("key", true);
cls.Properties_.Add("Text", CIM_STRING);
services.Put(cls);

// One sink serves all calls.
var sink = WScript.CreateObject("WbemScripting.SWbemSink", "Sink_");
var texts = ["first", "second", "third"], waiting = 0;
for (var i = 0; i < texts.length; ++i) {
  var note = services.Get("Example_Note").SpawnInstance_();
  note.Id = i + 1;
  note.Properties_.Item("Text") = texts[i];
  var context = new ActiveXObject("WbemScripting.SWbemNamedValueSet");
  context.Add("id", i + 1);
  services.PutAsync(sink, note, WBEM_FLAG_SEND_STATUS, null, context);
  ++waiting;
}
WScript.Echo(waiting + " puts are under way");

// What cannot be stored is an event too, with an error object.
var broken = services.Get("Example_Note").SpawnInstance_();
broken.Text = "no key";
var asked = new ActiveXObject("WbemScripting.SWbemNamedValueSet");
asked.Add("id", "without key");
services.PutAsync(sink, broken, 0, null, asked);
++waiting;

while (waiting > 0) WScript.Sleep(20);

for (var notes = new Enumerator(services.ExecQuery("SELECT * FROM Example_Note")); !notes.atEnd(); notes.moveNext())
  WScript.Echo(notes.item().Id + ": " + notes.item().Text);
services.Delete("Example_Note");

function Sink_OnObjectPut(path, context) {
  WScript.Echo("put " + context.Item("id").Value + ": " + path.RelPath);
}
function Sink_OnCompleted(code, error, context) {
  --waiting;
  var text = "0x" + (code < 0 ? code + 0x100000000 : code).toString(16);
  WScript.Echo("completed " + context.Item("id").Value + ": " + text + (error ? ", " + error.Operation : ""));
}
