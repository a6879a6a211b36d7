#include "script/jscript/prelude.h"

namespace script::jscript {

const char* const kPrelude = R"js((function (global) {
  var create = $$create, get = $$get, enumeration = $$enumeration, next = $$next, vbarray = $$vbarray, prepared = $$eval;
  function define(object, name, value) {
    Object.defineProperty(object, name, { value: value, writable: true, configurable: true, enumerable: false });
  }
  function two(n) { return n < 10 ? "0" + n : String(n); }

  define(global, "ActiveXObject", function ActiveXObject(name, server) {
    return create(String(name), server === undefined ? "" : String(server));
  });
  define(global, "GetObject", function GetObject(path, name) {
    return get(path === undefined ? "" : String(path), name === undefined ? "" : String(name));
  });
  define(global, "VBArray", function VBArray(value) { return vbarray(value); });
  define(global, "CollectGarbage", function CollectGarbage() {});
  define(global, "ScriptEngine", function ScriptEngine() { return "JScript"; });
  define(global, "ScriptEngineMajorVersion", function ScriptEngineMajorVersion() { return 5; });
  define(global, "ScriptEngineMinorVersion", function ScriptEngineMinorVersion() { return 8; });
  define(global, "ScriptEngineBuildVersion", function ScriptEngineBuildVersion() { return 16384; });

  function Enumerator(collection) {
    define(this, "$items", collection);
    this.moveFirst();
  }
  Enumerator.prototype = {
    constructor: Enumerator,
    moveFirst: function () {
      define(this, "$walk", this.$items === undefined ? null : enumeration(this.$items));
      this.moveNext();
    },
    moveNext: function () { define(this, "$now", this.$walk ? next(this.$walk) : undefined); },
    atEnd: function () { return this.$now === undefined; },
    item: function () { return this.$now === undefined ? undefined : this.$now[0]; }
  };
  define(global, "Enumerator", Enumerator);

  var PlainError = Error;
  function NewError(number, text) {
    var two = arguments.length > 1 || typeof number === "number";
    var made = two ? new PlainError(text === undefined ? "" : text) : number === undefined ? new PlainError() : new PlainError(number);
    made.number = two ? number | 0 : 0;
    made.description = made.message;
    return made;
  }
  NewError.prototype = PlainError.prototype;
  define(NewError.prototype, "constructor", NewError);
  define(global, "Error", NewError);

  var PlainFunction = Function;
  function NewFunction() {
    var parts = Array.prototype.slice.call(arguments);
    if (parts.length > 0) parts[parts.length - 1] = prepared(String(parts[parts.length - 1]));
    return PlainFunction.apply(this, parts);
  }
  NewFunction.prototype = PlainFunction.prototype;
  define(NewFunction.prototype, "constructor", NewFunction);
  define(global, "Function", NewFunction);

  // RegExp.$1 and its kin, of the last match that anything found: looked for again when they are asked for.
  var plainExec = RegExp.prototype.exec, plainMatch = String.prototype.match, plainReplace = String.prototype.replace;
  var plainSearch = String.prototype.search, plainSlice = Array.prototype.slice;
  var last = { 0: "", index: -1, input: "" }, pattern = null, searched = "";
  function found() {
    if (!pattern) return last;
    var again = null;
    plainReplace.call(searched, pattern, function () { again = arguments; return ""; });
    pattern = null;
    if (again) last = plainSlice.call(again, 0, -2), last.index = again[again.length - 2], last.input = searched;
    return last;
  }
  function remember(match) {
    if (match) last = match, pattern = null;
    return match;
  }
  function later(by, text) { pattern = by, searched = text; }
  function shows(names, make) {
    names.forEach(function (name) {
      Object.defineProperty(RegExp, name, { get: function () { return make(found()); }, set: function () {}, configurable: true });
    });
  }
  [1, 2, 3, 4, 5, 6, 7, 8, 9].forEach(function (i) { shows(["$" + i], function (m) { return m[i] === undefined ? "" : m[i]; }); });
  shows(["lastMatch", "$&"], function (m) { return m[0]; });
  shows(["lastParen", "$+"], function (m) { return m.length > 1 && m[m.length - 1] !== undefined ? m[m.length - 1] : ""; });
  shows(["index"], function (m) { return m.index; });
  shows(["lastIndex"], function (m) { return m.index < 0 ? -1 : m.index + m[0].length; });
  shows(["input", "$_"], function (m) { return m.input; });
  shows(["leftContext", "$`"], function (m) { return m.input.slice(0, Math.max(m.index, 0)); });
  shows(["rightContext", "$'"], function (m) { return m.input.slice(Math.max(m.index, 0) + m[0].length); });
  function isPattern(value) { return value instanceof RegExp; }
  define(RegExp.prototype, "exec", function (text) { return remember(plainExec.call(this, text)); });
  define(RegExp.prototype, "test", function (text) { return remember(plainExec.call(this, text)) !== null; });
  define(String.prototype, "match", function (by) {
    var result = plainMatch.call(this, by);
    if (!isPattern(by) || !by.global) return remember(result);
    if (result) later(by, String(this));
    return result;
  });
  define(String.prototype, "replace", function (by, made) {
    var text = String(this);
    if (!isPattern(by)) return plainReplace.call(text, by, made);
    if (typeof made === "function") {
      return plainReplace.call(text, by, function () {
        last = plainSlice.call(arguments, 0, -2), last.index = arguments[arguments.length - 2], last.input = text, pattern = null;
        return made.apply(undefined, arguments);
      });
    }
    var result = plainReplace.call(text, by, made);
    if (result !== text) later(by, text);
    return result;
  });
  define(String.prototype, "search", function (by) {
    var index = plainSearch.call(this, by);
    if (index >= 0 && isPattern(by)) later(new RegExp(by.source, (by.ignoreCase ? "i" : "") + (by.multiline ? "m" : "")), String(this));
    return index;
  });

  // "text".bold() and what else makes HTML.
  function tag(name, tagName, attribute) {
    define(String.prototype, name, function (value) {
      return "<" + tagName + (attribute ? " " + attribute + "=\"" + value + "\"" : "") + ">" + this + "</" + tagName + ">";
    });
  }
  tag("anchor", "A", "NAME"), tag("link", "A", "HREF"), tag("fontcolor", "FONT", "COLOR"), tag("fontsize", "FONT", "SIZE");
  tag("big", "BIG"), tag("blink", "BLINK"), tag("bold", "B"), tag("fixed", "TT"), tag("italics", "I"), tag("small", "SMALL");
  tag("strike", "STRIKE"), tag("sub", "SUB"), tag("sup", "SUP");

  var days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
  var months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
  function zone(date) {
    var minutes = -date.getTimezoneOffset(), size = Math.abs(minutes);
    return "UTC" + (minutes === 0 ? "" : (minutes < 0 ? "-" : "+") + two(Math.floor(size / 60)) + two(size % 60));
  }
  function clock(date) { return two(date.getHours()) + ":" + two(date.getMinutes()) + ":" + two(date.getSeconds()); }
  function twelve(date) {
    return (date.getHours() % 12 || 12) + ":" + two(date.getMinutes()) + ":" + two(date.getSeconds()) + (date.getHours() < 12 ? " AM" : " PM");
  }
  function text(make) { return function () { return isNaN(this.getTime()) ? "NaN" : make(this); }; }
  define(Date.prototype, "getVarDate", function () { return this; });
  define(Date.prototype, "getYear", function () {
    var year = this.getFullYear();
    return year >= 1900 && year < 2000 ? year - 1900 : year;
  });
  define(Date.prototype, "toString", text(function (d) {
    return days[d.getDay()].slice(0, 3) + " " + months[d.getMonth()].slice(0, 3) + " " + d.getDate() + " " + clock(d) + " " + zone(d) + " " +
      d.getFullYear();
  }));
  define(Date.prototype, "toDateString", text(function (d) {
    return days[d.getDay()].slice(0, 3) + " " + months[d.getMonth()].slice(0, 3) + " " + d.getDate() + " " + d.getFullYear();
  }));
  define(Date.prototype, "toTimeString", text(function (d) { return clock(d) + " " + zone(d); }));
  define(Date.prototype, "toLocaleDateString", text(function (d) {
    return days[d.getDay()] + ", " + months[d.getMonth()] + " " + two(d.getDate()) + ", " + d.getFullYear();
  }));
  define(Date.prototype, "toLocaleTimeString", text(twelve));
  define(Date.prototype, "toLocaleString", text(function (d) { return d.toLocaleDateString() + " " + twelve(d); }));
  var utc = text(function (d) {
    return days[d.getUTCDay()].slice(0, 3) + ", " + d.getUTCDate() + " " + months[d.getUTCMonth()].slice(0, 3) + " " + d.getUTCFullYear() + " " +
      two(d.getUTCHours()) + ":" + two(d.getUTCMinutes()) + ":" + two(d.getUTCSeconds()) + " UTC";
  });
  define(Date.prototype, "toUTCString", utc);
  define(Date.prototype, "toGMTString", utc);

  // What JScript reads besides ISO 8601: 2/29/2024 1:04 PM, February 29, 2024, and what toString() writes.
  function month(word) {
    for (var i = 0; i < 12; ++i) if (word.length >= 3 && months[i].toLowerCase().indexOf(word) === 0) return i;
    return -1;
  }
  function parse(value) {
    function find(pattern, text) { return plainExec.call(pattern, text); }  // a script's RegExp.$1 stays
    var iso = PlainDate.parse(value);
    if (find(/^[+-]?\d{4,6}-/, value) && !isNaN(iso)) return iso;
    var time = find(/(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap]m)?/i, value), offset = find(/(?:UTC|GMT|Z)\s*(?:([+-])(\d{2}):?(\d{2}))?/i, value);
    var rest = value.replace(time ? time[0] : "", " ").replace(offset ? offset[0] : "", " ");
    var figures = find(/(\d{1,2})[\/-](\d{1,2})[\/-](-?\d{1,6})/, rest), y, m = -1, d;
    if (figures) {
      m = figures[1] - 1, d = +figures[2], y = +figures[3];
    } else {
      var words = plainMatch.call(rest.toLowerCase(), /[a-z]+/g) || [], numbers = plainMatch.call(rest, /\d+/g) || [];
      for (var i = 0; i < words.length && m < 0; ++i) m = month(words[i]);
      if (m < 0 || numbers.length !== 2) return NaN;
      d = +numbers[0], y = +numbers[1];
    }
    if (y < 100) y += 1900;
    var hours = time ? +time[1] : 0;
    if (time && time[4]) hours = hours % 12 + (time[4].toLowerCase() === "pm" ? 12 : 0);
    var minutes = time ? +time[2] : 0, seconds = time && time[3] ? +time[3] : 0;
    if (!offset) return new PlainDate(y, m, d, hours, minutes, seconds).getTime();
    var away = offset[1] ? (offset[1] === "-" ? -1 : 1) * (+offset[2] * 60 + +offset[3]) : 0;
    return PlainDate.UTC(y, m, d, hours, minutes - away, seconds);
  }
  var PlainDate = Date;
  function NewDate(y, m, d, h, min, s, ms) {
    if (!(this instanceof NewDate)) return new PlainDate().toString();
    if (arguments.length === 0) return new PlainDate();
    if (arguments.length > 1)
      return new PlainDate(y, m, d === undefined ? 1 : d, h === undefined ? 0 : h, min === undefined ? 0 : min, s === undefined ? 0 : s,
        ms === undefined ? 0 : ms);
    var value = y instanceof PlainDate ? y.getTime() : y !== null && typeof y === "object" ? y.valueOf() : y;
    return new PlainDate(typeof value === "string" ? parse(value) : value);
  }
  NewDate.prototype = PlainDate.prototype;
  define(NewDate.prototype, "constructor", NewDate);
  define(NewDate, "parse", function (value) { return parse(String(value)); });
  define(NewDate, "UTC", PlainDate.UTC);
  define(NewDate, "now", PlainDate.now);
  define(global, "Date", NewDate);

  ["$$create", "$$get", "$$enumeration", "$$next", "$$vbarray", "Duktape"].forEach(function (name) { delete global[name]; });
  ["$$key", "$$step", "$$eval"].forEach(function (name) {
    Object.defineProperty(global, name, { writable: false, configurable: false, enumerable: false });
  });
})(this);
)js";

}  // namespace script::jscript
