var topic = "host_objects";
var d = new ActiveXObject("Scripting.Dictionary");
same(typeof d.Count, "number");
same(d.Count, 0);
d.Add("a", 1);
d.add("B", "two");
same(d.Count, 2);
same(d.count, 2, "names of members have no case");
same(d.Item("a"), 1);
same(d.item("B"), "two");
same(d("a"), 1, "the default member");
isTrue(d.Exists("a"), "true comes as true");
same(d.Exists("b"), false);
isTrue("Item" in d, "in");
same("Nothing" in d, false);
same(d.NoSuchMember, undefined);

// Parameterised properties as targets.
d.Item("a") = 5;
same(d.Item("a"), 5);
d("a") = 6;
same(d("a"), 6);
d.Item("a") += 4;
same(d.Item("a"), 10);
d.Item("a") -= 1;
d.Item("a") *= 2;
same(d.Item("a"), 18);
d.Item("a")++;
same(d.Item("a"), 19);
d.Item("B") += "!";
same(d.Item("B"), "two!");
d.Item("new") = d.Item("a") = 3;
same(d.Item("new"), 3);
same(d.Item("a"), 3);
d.Key("new") = "newer";
isTrue(d.Exists("newer"));
var key = "a", holder = { inner: { d: d } };
holder.inner.d.Item(key) = "deep";
same(d.Item("a"), "deep");
holder["inner"].d(key + "x") = 1;
same(d.Item("ax"), 1);
(function () { return d; })().Item("f") = 2;
same(d.Item("f"), 2);
d.CompareMode;
d.RemoveAll();
d.CompareMode = 1;
same(d.CompareMode, 1);
d.Add("Key", 1);
isTrue(d.Exists("kEY"));

// Values there and back.
d.RemoveAll();
var values = [0, 1, -1, 2147483647, -2147483648, 2147483648, 1.5, -0.25, 1e300, "", "text", "\u00e4\u20ac", "\ud83d\ude00", "a\0b", true, false, null];
for (var i = 0; i < values.length; ++i) {
  d.Item("v") = values[i];
  same(d.Item("v"), values[i]);
}
d.Item("v") = undefined;
same(d.Item("v"), undefined);
isTrue(isNaN((d.Item("v") = NaN, d.Item("v"))), "NaN");
same((d.Item("v") = Infinity, d.Item("v")), Infinity);
same((d.Item("v") = "\ud83d\ude00x", d.Item("v").length), 3, "characters beyond 65535 are two units");

// Objects there and back.
var own = { name: "own", list: [1, 2], twice: function (n) { return 2 * n; } };
d.Item("o") = own;
isTrue(d.Item("o") === own, "an object is itself again");
same(d.Item("o").twice(4), 8);
var array = [1, [2, 3]];
d.Item("array") = array;
isTrue(d.Item("array") === array);
isTrue(d.Item("array") instanceof Array);
function named() { return 1; }
d.Item("function") = named;
isTrue(d.Item("function") === named);
same(d.Item("function")(), 1);
d.Item("self") = d;
isTrue(d.Item("self") === d, "an object from outside is one object");
isTrue(d.Item("self").Item("self") === d);
d.Remove("self");
var other = new ActiveXObject("Scripting.Dictionary");
same(d === other, false);
same(d == other, false);

// Methods and properties.
var method = d.Exists;
same(method("o"), true, "a method can be kept");
same(typeof d.Keys, "function");
same(WScript.Arguments.length, 3);
same(WScript.Arguments.Count(), 3);
same(WScript.Arguments.Count + 0, 3, "a method without arguments in a calculation");
same(WScript.Arguments(0), "first");
same(WScript.Arguments.Item(1), "/name:value");
same(WScript.Arguments.Named("name"), "value");
same(WScript.Arguments.Named.Item("NAME"), "value");
isTrue(WScript.Arguments.Named.Exists("name"));
same(WScript.Arguments.Unnamed.length, 2);
same(WScript.Arguments.Unnamed(1), "last one");
fails(function () { WScript.Arguments(9); }, 9, "Subscript out of range");

// Errors.
fails(function () { new ActiveXObject("No.Such"); }, 429, "ActiveX component can't create object: 'No.Such'");
fails(function () { WScript.CreateObject("No.Such"); }, 429);
fails(function () { GetObject("nosuch:thing"); }, 0x800401E4);
fails(function () { d.NoSuchMethod(); }, 438, "Object doesn't support this property or method");
fails(function () { d.NoSuchProperty = 1; }, 438);
fails(function () { d.Add("o", 1); }, 457);
fails(function () { d.Add("only"); }, 450);
fails(function () { d.Remove("absent"); }, 32811);
fails(function () { d.Count = 1; }, 438);
fails(function () { nowhere; }, 5009, "'nowhere' is undefined");
fails(function () { var n = null; n.x; }, 5007);
fails(function () { var u; u.x = 1; }, 5007);
fails(function () { var n = 5; n(); }, 5002);
fails(function () { throw new Error(1234, "own text"); }, 1234, "own text");
fails(function () { throw new Error("plain"); }, 0, "plain");
fails(function () { (function f() { f(); })(); }, 28, "Out of stack space");
fails(function () { new RegExp("("); }, 5017);
fails(function () { eval("}"); }, 1002);
fails(function () { new Array(-1); }, 5029);
var caught;
try { d.Add("o", 1); } catch (e) { caught = e; }
isTrue(caught instanceof Error);
same(caught.message, caught.description);
same(caught.number, -2146827831);
same(caught.number & 0xFFFF, 457);
same(caught.number >> 16 & 0x1FFF, 10, "the facility");

// Constants of errors made by hand.
var made = new Error(7, "seven");
same(made.number, 7);
same(made.description, "seven");
same(made.message, "seven");
same(String(made), "Error: seven");
same(new Error().number, 0);
isTrue(new TypeError("x") instanceof TypeError);

// A property with arguments of its own, and one whose object takes them.
var shell = new ActiveXObject("WScript.Shell");
shell.Environment("PROCESS")("OWMI_TEST") = "set";
same(shell.Environment("PROCESS")("OWMI_TEST"), "set");
same(shell.Environment("PROCESS").Item("OWMI_TEST"), "set");
same(shell.Environment.Item("OWMI_TEST"), "set");
var variables = shell.Environment("PROCESS");
same(variables("OWMI_TEST"), "set");
isTrue(shell.Environment("PROCESS").Count() > 0);
fails(function () { shell.Environment("NOWHERE"); }, 5);
same(new ActiveXObject("Scripting.FileSystemObject").Drives("C").Path, "C:");
same(WScript.Arguments(0), "first");
