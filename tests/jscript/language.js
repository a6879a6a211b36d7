var topic = "language";
// What JScript adds to the standard, or does in its own way.
same(ScriptEngine(), "JScript");
same(ScriptEngineMajorVersion(), 5);
same(ScriptEngineMinorVersion(), 8);
isTrue(ScriptEngineBuildVersion() > 0);
CollectGarbage();
isTrue(/(\d+)-(\d+)/.test("on 12-34"));
same(RegExp.$1, "12");
same(RegExp.$2, "34");
same(RegExp.$3, "");
"k=v".match(/(\w)=(\w)/);
same(RegExp.$2, "v");
/(x)/.exec("x");
same(RegExp.$1, "x");
same(/y/.test("x"), false);
same(RegExp.$1, "x", "a search without result changes nothing");
new Date("2024/02/29 10:00");
same(RegExp.$1, "x", "reading a date changes nothing");
same("2024-02-29".replace(/(\d+)-(\d+)-(\d+)/, "$3/$2/$1"), "29/02/2024");
same(RegExp.$1 + RegExp.$3, "202429", "replace tells what it found");
same(RegExp.lastMatch, "2024-02-29");
same("aXbX".replace(/(x)/gi, function (found, group, at) { return RegExp.$1 + at; }), "aX1bX3");
same("ab12c".search(/(\d)(\d)/), 2);
same(RegExp.$2 + RegExp.leftContext + RegExp.rightContext + RegExp.index + RegExp.lastIndex, "2abc24", "search too");
same("a1 b2".match(/[a-z](\d)/g).join(), "a1,b2");
same(RegExp.$1, "2", "match of all tells the last");
same("a.b".replace(".", "-"), "a-b");
same("x".bold() + "y".anchor("n") + "z".fontcolor("red"), '<B>x</B><A NAME="n">y</A><FONT COLOR="red">z</FONT>');

// eval and Function see the same language.
var d = new ActiveXObject("Scripting.Dictionary");
eval("d.Item('e') = 4;");
same(d.Item("e"), 4);
same(eval("1 + 1"), 2);
same((function () { var local = 7; return eval("local"); })(), 7, "eval sees local variables");
eval("var made = 3");
same(made, 3);
same(eval(5), 5);
same(new Function("a", "b", "return a + b")(1, 2), 3);
new Function("d", "d.Item('f') = 5")(d);
same(d.Item("f"), 5);
isTrue(named instanceof Function);
same(named.constructor, Function);
function named() {}

// Loops and handlers keep their meaning.
var n = 0, i;
for (i = 0; i < 3; i++) n += i;
same(n, 3);
for (;;) { if (++n > 5) break; }
same(n, 6);
do n--; while (n > 2);
same(n, 2);
while (n, n > 0) --n;
same(n, 0);
var keys = [];
for (var k in { a: 1, b: 2 }) keys.push(k);
same(keys.join(), "a,b");
var order = [];
try { try { throw 1; } catch (e) { order.push("c" + e); } finally { order.push("f"); } } catch (never) { order.push("n"); }
same(order.join(), "c1,f");
outer: for (i = 0; i < 3; ++i) { for (;;) { continue outer; } }
same(i, 3);
switch (2) { case 1: n = 1; case 2: n = 2; default: n += 10; }
same(n, 12);
var o = { get: 1, "while": 2, function_: 3, m: function () { return this.get; } };
same(o.m(), 1);
same(o["while"], 2);
with (o) same(get, 1);
same(1 /2/ 1, 0.5, "division is no pattern");
same("a/b".split(/\//).length, 2);
if (true) /x/.test("x");
same((function () { return arguments.length; })(1, 2, 3), 3);
same(typeof undefined, "undefined");
same(escape("\u00e4 \u20ac"), "%E4%20%u20AC");
same(unescape("%u20AC"), "\u20ac");
same("abcdef".substr(-3, 2), "ef".substr(0, 0) + "de");

// Dates.
var when = new Date(2024, 1, 29, 13, 4, 5);
same(when.getYear(), 2024);
same(new Date(1999, 0, 1).getYear(), 99);
same(String(when).substr(0, 19), "Thu Feb 29 13:04:05");
isTrue(/ UTC([+-]\d{4})? 2024$/.test(String(when)));
same(when.toLocaleString(), "Thursday, February 29, 2024 1:04:05 PM");
same(when.toLocaleDateString(), "Thursday, February 29, 2024");
same(when.toLocaleTimeString(), "1:04:05 PM");
same(when.toDateString(), "Thu Feb 29 2024");
same(new Date(0).toUTCString(), "Thu, 1 Jan 1970 00:00:00 UTC");
same(new Date(0).toGMTString(), new Date(0).toUTCString());
same(String(new Date(NaN)), "NaN");
d.Item("date") = when;
isTrue(d.Item("date") instanceof Date, "a date comes back as Date");
same(d.Item("date").getTime(), when.getTime());
same(new Date(d.Item("date")).getMonth(), 1);
same(Date.parse("2/29/2024 1:04:05 PM"), when.getTime());
same(new Date("February 29, 2024 13:04:05").getTime(), when.getTime());
same(new Date("29 Feb 2024 13:04:05").getTime(), when.getTime());
same(new Date(String(when)).getTime(), when.getTime());
same(Date.parse("Thu, 1 Jan 1970 00:00:01 UTC"), 1000);
same(Date.parse("1970-01-01T00:00:02Z"), 2000);
same(new Date("1/1/1970 12:00 AM UTC+0100").getTime(), -3600000);
isTrue(isNaN(Date.parse("no date")));
isTrue(new Date() instanceof Date);
same(typeof Date(), "string");
same(new Date(2024, 0).getDate(), 1);
same(when.getVarDate().getTime(), when.getTime());
d.Item("date") = new Date(1601, 0, 1, 12, 0, 0);
same(d.Item("date").getFullYear(), 1601);
same(d.Item("date").getHours(), 12);
var files = new ActiveXObject("Scripting.FileSystemObject");
isTrue(files.GetFile(WScript.ScriptFullName).DateLastModified instanceof Date);

// What the engine itself needs is not in the way.
same(typeof Duktape, "undefined");
var names = [];
for (var name in this) if (name.indexOf("$$") === 0) names.push(name);
same(names.join(), "");
