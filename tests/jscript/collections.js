var topic = "collections";
var d = new ActiveXObject("Scripting.Dictionary");
d.Add("x", 10);
d.Add("y", 20);

// Enumerator.
var seen = [], e = new Enumerator(d);
for (; !e.atEnd(); e.moveNext()) seen.push(e.item() + d(e.item()));
same(seen.join(), "x10,y20");
isTrue(e.atEnd());
same(e.item(), undefined);
e.moveNext();
isTrue(e.atEnd(), "behind the end");
e.moveFirst();
same(e.atEnd(), false);
same(e.item(), "x", "moveFirst begins again");
isTrue(new Enumerator().atEnd(), "of nothing");
seen = [];
for (e = new Enumerator([1, "two", null]); !e.atEnd(); e.moveNext()) seen.push(e.item());
same(seen.length, 3, "of an Array");
same(seen[2], null);
seen = [];
for (e = new Enumerator(WScript.Arguments); !e.atEnd(); e.moveNext()) seen.push(e.item());
same(seen.join("|"), "first|/name:value|last one");
fails(function () { new Enumerator(WScript); }, 451, "Object not a collection");
fails(function () { new Enumerator(5); }, 451);
fails(function () { new Enumerator({}); }, 451);
isTrue(e instanceof Enumerator);
same(e.constructor, Enumerator);

// VBArray.
var keys = new VBArray(d.Keys());
same(keys.dimensions(), 1);
same(keys.lbound(), 0);
same(keys.lbound(1), 0);
same(keys.ubound(1), 1);
same(keys.ubound(), 1);
same(keys.getItem(0), "x");
same(keys.getItem(1), "y");
isTrue(keys.toArray() instanceof Array);
same(keys.toArray().join(), "x,y");
same(new VBArray(d.Items()).toArray()[1], 20);
same(d.Keys().toArray().length, 2, "without VBArray around it");
fails(function () { keys.getItem(2); }, 9);
fails(function () { keys.getItem(-1); }, 9);
fails(function () { keys.getItem(0, 0); }, 9);
fails(function () { keys.ubound(2); }, 9);
fails(function () { keys.lbound(0); }, 9);
fails(function () { new VBArray([1, 2]); }, 5013, "VBArray expected");
fails(function () { new VBArray(1); }, 5013);
fails(function () { new VBArray(); }, 5013);
fails(function () { keys.toArray.call({}); }, 5013);
d.Add("array", d.Keys());
same(new VBArray(d("array")).toArray().join(), "x,y", "an array that was kept");
same(new VBArray(new VBArray(d.Keys())).ubound(1), 2);

// Collections of other objects.
var shell = new ActiveXObject("WScript.Shell");
isTrue(shell.SpecialFolders.length > 5);
same(shell.SpecialFolders("NoSuchFolder"), "");
isTrue(shell.SpecialFolders("Desktop").indexOf("Desktop") > 0);
isTrue(shell.SpecialFolders.Item("MyDocuments").length > 0);
var network = WScript.CreateObject("WScript.Network");
same(network.EnumNetworkDrives().length, 0);
same(network.EnumPrinterConnections().Count(), 0);
isTrue(new Enumerator(network.EnumNetworkDrives()).atEnd());
isTrue(network.ComputerName.length > 0);
isTrue(network.UserName.length > 0);
same(network.UserDomain, network.ComputerName);

// Patterns of VBScript's RegExp.
var pattern = new ActiveXObject("VBScript.RegExp");
pattern.Pattern = "(\\w)(\\d)";
pattern.Global = true;
var matches = pattern.Execute("a1 b2 c3");
same(matches.Count, 3);
same(matches.Item(1).Value, "b2");
same(matches(2).SubMatches(1), "3");
same(matches(0).FirstIndex, 0);
seen = [];
for (e = new Enumerator(matches); !e.atEnd(); e.moveNext()) seen.push(e.item().Value);
same(seen.join(), "a1,b2,c3");
same(pattern.Replace("z9", "[$2$1]"), "[9z]");
same(pattern.Test("none"), false);
