// Assertions of the tests in this folder: each prints one line of TAP.
var assertions = 0;

function shown(value) {
  return typeof value + " " + (value === null ? "null" : value);
}
function report(passed, text) {
  ++assertions;
  WScript.StdOut.WriteLine((passed ? "ok " : "not ok ") + assertions + " - " + topic + ": " + text);
}
function same(actual, expected, what) {
  var passed = actual === expected || (actual !== actual && expected !== expected);
  report(passed, (what || shown(expected)) + (passed ? "" : "; got " + shown(actual) + ", expected " + shown(expected)));
}
function isTrue(value, what) { same(value, true, what); }
// The error's number as VBScript would show it, and its description where one is expected.
function fails(work, number, description) {
  try {
    work();
  } catch (error) {
    var code = error.number;
    if ((code & 0xFFFF0000) === (0x800A0000 | 0)) code = code & 0xFFFF;
    same(code, number < 0x80000000 ? number : number | 0, "fails with " + number.toString(16));
    if (description !== undefined) same(error.description, description, description);
    return;
  }
  report(false, "did not fail with " + number);
}
