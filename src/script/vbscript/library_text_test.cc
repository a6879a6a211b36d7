// Functions that take and give texts.
#include <algorithm>

#include "script/vbscript/library_testing.h"

namespace script::vbscript::testing {
namespace {

using TextFunctions = LibraryTest;

TEST_F(TextFunctions, Lengths) {
  EXPECT_EQ(say("Len", {"abc"}), "Long 3");
  EXPECT_EQ(say("Len", {""}), "Long 0");
  EXPECT_EQ(say("Len", {12345}), "Long 5");
  EXPECT_EQ(say("Len", {kEmpty}), "Long 0");
  EXPECT_EQ(say("Len", {kNull}), "Null");
  EXPECT_EQ(say("Len", {"\xF0\x9F\x98\x80"}), "Long 2");
  EXPECT_EQ(say("LenB", {"abc"}), "Long 6");
}

TEST_F(TextFunctions, Parts) {
  EXPECT_EQ(say("Left", {"abc", 2}), "String ab");
  EXPECT_EQ(say("Left", {"abc", 9}), "String abc");
  EXPECT_EQ(say("Left", {"abc", 0}), "String ");
  EXPECT_EQ(say("Left", {"abc", -1}), "error 5");
  EXPECT_EQ(say("Left", {kNull, 1}), "Null");
  EXPECT_EQ(say("Left", {"abc", kNull}), "error 94");
  EXPECT_EQ(say("Right", {"abc", 2}), "String bc");
  EXPECT_EQ(say("Right", {"abc", 9}), "String abc");
  EXPECT_EQ(say("Mid", {"abcdef", 2, 3}), "String bcd");
  EXPECT_EQ(say("Mid", {"abcdef", 4}), "String def");
  EXPECT_EQ(say("Mid", {"abcdef", 40, 3}), "String ");
  EXPECT_EQ(say("Mid", {"abcdef", 0}), "error 5");
  EXPECT_EQ(say("Mid", {"abcdef", 1, -1}), "error 5");
  EXPECT_EQ(say("MidB", {"abc", 3, 2}), "String b");
  EXPECT_EQ(say("LeftB", {"abc", 2}), "String a");
  EXPECT_EQ(say("RightB", {"abc", 2}), "String c");
  EXPECT_EQ(say("Mid", {12345, 2, 2}), "String 23");
}

TEST_F(TextFunctions, BlanksAndCase) {
  EXPECT_EQ(say("Trim", {"  a b  "}), "String a b");
  EXPECT_EQ(say("LTrim", {"  a "}), "String a ");
  EXPECT_EQ(say("RTrim", {"  a "}), "String   a");
  EXPECT_EQ(say("Trim", {"\ta\t"}), "String \ta\t");
  EXPECT_EQ(say("Trim", {kNull}), "Null");
  EXPECT_EQ(say("UCase", {"abc\xC3\xA4"}), "String ABC\xC3\x84");
  EXPECT_EQ(say("LCase", {"ABC\xC3\x84"}), "String abc\xC3\xA4");
  EXPECT_EQ(say("UCase", {kNull}), "Null");
}

TEST_F(TextFunctions, Repetition) {
  EXPECT_EQ(say("Space", {3}), "String    ");
  EXPECT_EQ(say("Space", {-1}), "error 5");
  EXPECT_EQ(say("String", {3, "xyz"}), "String xxx");
  EXPECT_EQ(say("String", {3, 65}), "String AAA");
  EXPECT_EQ(say("String", {2, 65 + 256}), "String AA");
  EXPECT_EQ(say("String", {0, "x"}), "String ");
  EXPECT_EQ(say("String", {3, ""}), "error 5");
  EXPECT_EQ(say("String", {-3, "x"}), "error 5");
  EXPECT_EQ(say("String", {2000000000, "x"}), "error 14");
  EXPECT_EQ(say("StrReverse", {"abc"}), "String cba");
  EXPECT_EQ(say("StrReverse", {kNull}), "error 94");
}

TEST_F(TextFunctions, Search) {
  EXPECT_EQ(say("InStr", {"abcabc", "c"}), "Long 3");
  EXPECT_EQ(say("InStr", {4, "abcabc", "c"}), "Long 6");
  EXPECT_EQ(say("InStr", {"abc", ""}), "Long 1");
  EXPECT_EQ(say("InStr", {"", "a"}), "Long 0");
  EXPECT_EQ(say("InStr", {9, "abc", "c"}), "Long 0");
  EXPECT_EQ(say("InStr", {1, "abc", "B", 1}), "Long 2");
  EXPECT_EQ(say("InStr", {1, "abc", "B", 0}), "Long 0");
  EXPECT_EQ(say("InStr", {0, "abc", "B"}), "error 5");
  EXPECT_EQ(say("InStr", {1, "abc", "B", 7}), "error 5");
  EXPECT_EQ(say("InStr", {kNull, "B"}), "Null");
  EXPECT_EQ(say("InStrB", {"abc", "b"}), "Long 3");
  EXPECT_EQ(say("InStrRev", {"abcabc", "c"}), "Long 6");
  EXPECT_EQ(say("InStrRev", {"abcabc", "c", 5}), "Long 3");
  EXPECT_EQ(say("InStrRev", {"abcabc", "C", -1, 1}), "Long 6");
  EXPECT_EQ(say("InStrRev", {"abcabc", ""}), "Long 6");
  EXPECT_EQ(say("InStrRev", {"abc", "c", 0}), "error 5");
  EXPECT_EQ(say("InStrRev", {"abc", "c", 9}), "Long 0");
}

TEST_F(TextFunctions, Replace) {
  EXPECT_EQ(say("Replace", {"abcabc", "b", "X"}), "String aXcaXc");
  EXPECT_EQ(say("Replace", {"abcabc", "B", "X"}), "String abcabc");
  EXPECT_EQ(say("Replace", {"abcabc", "B", "X", 1, -1, 1}), "String aXcaXc");
  EXPECT_EQ(say("Replace", {"abcabc", "b", "X", 3}), "String caXc");
  EXPECT_EQ(say("Replace", {"abcabc", "b", "X", 1, 1}), "String aXcabc");
  EXPECT_EQ(say("Replace", {"abcabc", "b", "X", 1, 0}), "String abcabc");
  EXPECT_EQ(say("Replace", {"abc", "", "X"}), "String abc");
  EXPECT_EQ(say("Replace", {"abc", "b", "X", 9}), "String ");
  EXPECT_EQ(say("Replace", {"", "b", "X"}), "String ");
  EXPECT_EQ(say("Replace", {"abc", "b", "X", 0}), "error 5");
  EXPECT_EQ(say("Replace", {"abc", "b", "X", 1, -2}), "error 5");
  EXPECT_EQ(say("Replace", {kNull, "b", "X"}), "error 94");
}

TEST_F(TextFunctions, Lists) {
  EXPECT_EQ(say("Split", {"a b c"}), "Variant() a|b|c");
  EXPECT_EQ(say("Split", {"a,b,,c", ","}), "Variant() a|b||c");
  EXPECT_EQ(say("Split", {"a,b,c", ",", 2}), "Variant() a|b,c");
  EXPECT_EQ(say("Split", {"aXbxc", "x", -1, 1}), "Variant() a|b|c");
  EXPECT_EQ(say("Split", {"abc", ""}), "Variant() abc");
  EXPECT_EQ(say("Split", {""}), "Variant()");
  EXPECT_EQ(say("Split", {kNull}), "error 94");
  const Value list = *call("Array", {"a", 1, true});
  EXPECT_EQ(say("Join", {list}), "String a 1 True");
  EXPECT_EQ(say("Join", {list, ""}), "String a1True");
  EXPECT_EQ(say("Join", {"a"}), "error 13");
  EXPECT_EQ(say("Join", {*call("Array", {})}), "String ");
  const Value words = *call("Split", {"one two three four"});
  EXPECT_EQ(say("Filter", {words, "o"}), "Variant() one|two|four");
  EXPECT_EQ(say("Filter", {words, "o", false}), "Variant() three");
  EXPECT_EQ(say("Filter", {words, "O"}), "Variant()");
  EXPECT_EQ(say("Filter", {words, "O", true, 1}), "Variant() one|two|four");
  EXPECT_EQ(say("UBound", {*call("Filter", {words, "zz"})}), "Long -1");
}

TEST_F(TextFunctions, Comparison) {
  EXPECT_EQ(say("StrComp", {"a", "b"}), "Integer -1");
  EXPECT_EQ(say("StrComp", {"b", "a"}), "Integer 1");
  EXPECT_EQ(say("StrComp", {"a", "A"}), "Integer 1");
  EXPECT_EQ(say("StrComp", {"a", "A", 1}), "Integer 0");
  EXPECT_EQ(say("StrComp", {"a", kNull}), "Null");
  EXPECT_EQ(say("StrComp", {"a", "a", 5}), "error 5");
}

TEST_F(TextFunctions, Escapes) {
  EXPECT_EQ(say("Escape", {"a b\xC3\xA4\xE2\x82\xAC@*_+-./"}), "String a%20b%E4%u20AC@*_+-./");
  EXPECT_EQ(say("Unescape", {"a%20b%E4%u20AC%zz%u12"}), "String a b\xC3\xA4\xE2\x82\xAC%zz%u12");
  EXPECT_EQ(say("Unescape", {kNull}), "Null");
}

TEST_F(TextFunctions, Characters) {
  EXPECT_EQ(say("Asc", {"A"}), "Integer 65");
  EXPECT_EQ(say("Asc", {"\xE2\x82\xAC"}), "Integer 128");
  EXPECT_EQ(say("Asc", {""}), "error 5");
  EXPECT_EQ(say("AscW", {"\xE2\x82\xAC"}), "Integer 8364");
  EXPECT_EQ(say("AscB", {"A"}), "Byte 65");
  EXPECT_EQ(say("Chr", {65}), "String A");
  EXPECT_EQ(say("Chr", {128}), "String \xE2\x82\xAC");
  EXPECT_EQ(say("Chr", {256}), "error 5");
  EXPECT_EQ(say("Chr", {-1}), "error 5");
  EXPECT_EQ(say("ChrW", {8364}), "String \xE2\x82\xAC");
  EXPECT_EQ(say("ChrW", {-4}), "String \xEF\xBF\xBC");
}

TEST_F(TextFunctions, Conversions) {
  EXPECT_EQ(say("CStr", {1.5}), "String 1.5");
  EXPECT_EQ(say("CStr", {1e20}), "String 1E+20");
  EXPECT_EQ(say("CStr", {0.1 + 0.2}), "String 0.3");
  EXPECT_EQ(say("CStr", {true}), "String True");
  EXPECT_EQ(say("CStr", {kNull}), "error 94");
  EXPECT_EQ(say("CInt", {2.5}), "Integer 2");
  EXPECT_EQ(say("CInt", {3.5}), "Integer 4");
  EXPECT_EQ(say("CInt", {"  12 "}), "Integer 12");
  EXPECT_EQ(say("CInt", {40000}), "error 6");
  EXPECT_EQ(say("CInt", {"abc"}), "error 13");
  EXPECT_EQ(say("CLng", {"&HFF"}), "Long 255");
  EXPECT_EQ(say("CByte", {256}), "error 6");
  EXPECT_EQ(say("CCur", {1.23456}), "Currency 1.2346");
  EXPECT_EQ(say("CSng", {0.1}), "Single 0.1");
  EXPECT_EQ(say("CBool", {"true"}), "Boolean True");
  EXPECT_EQ(say("CBool", {0}), "Boolean False");
  EXPECT_EQ(say("CDate", {"2/29/2004 1:02 PM"}), "Date 2/29/2004 1:02:00 PM");
  EXPECT_EQ(say("Hex", {255}), "String FF");
  EXPECT_EQ(say("Hex", {-1}), "String FFFF");
  EXPECT_EQ(say("Hex", {Variant::int32(-1)}), "String FFFFFFFF");
  EXPECT_EQ(say("Hex", {kNull}), "Null");
  EXPECT_EQ(say("Oct", {8}), "String 10");
}

TEST_F(TextFunctions, Inspection) {
  EXPECT_EQ(say("TypeName", {kEmpty}), "String Empty");
  EXPECT_EQ(say("TypeName", {Variant::object(nullptr)}), "String Nothing");
  EXPECT_EQ(say("TypeName", {*call("Array", {1})}), "String Variant()");
  EXPECT_EQ(say("VarType", {*call("Array", {1})}), "Integer 8204");
  EXPECT_EQ(say("VarType", {"a"}), "Integer 8");
  EXPECT_EQ(say("IsNumeric", {"1e3"}), "Boolean True");
  EXPECT_EQ(say("IsNumeric", {"1x"}), "Boolean False");
  EXPECT_EQ(say("IsNumeric", {kEmpty}), "Boolean True");
  EXPECT_EQ(say("IsNumeric", {kNull}), "Boolean False");
  EXPECT_EQ(say("IsNumeric", {date("1/1/2000")}), "Boolean False");
  EXPECT_EQ(say("IsDate", {"1/1/2000"}), "Boolean True");
  EXPECT_EQ(say("IsDate", {"5"}), "Boolean False");
  EXPECT_EQ(say("IsDate", {kNull}), "Boolean False");
  EXPECT_EQ(say("LBound", {*call("Array", {1, 2})}), "Long 0");
  EXPECT_EQ(say("UBound", {*call("Array", {1, 2}), 2}), "error 9");
  EXPECT_EQ(say("UBound", {"a"}), "error 13");
}

TEST_F(TextFunctions, LocaleChangesConversions) {
  EXPECT_EQ(say("SetLocale", {"de-DE"}), "Long 1033");
  EXPECT_EQ(say("GetLocale", {}), "Long 1031");
  EXPECT_EQ(say("CDbl", {"1.234,5"}), "Double 1234.5");
  EXPECT_EQ(say("CInt", {"2,5"}), "Integer 2");
  EXPECT_EQ(say("CStr", {1.5}), "String 1,5");
  EXPECT_EQ(say("CStr", {date("3/4/2005")}), "String 04.03.2005");
  EXPECT_EQ(say("CDate", {"4.3.2005"}), "Date 3/4/2005");
  EXPECT_EQ(say("SetLocale", {1036}), "Long 1031");
  EXPECT_EQ(say("SetLocale", {99999}), "error 447");
  EXPECT_EQ(say("SetLocale", {"xx-YY"}), "error 447");
  EXPECT_EQ(say("SetLocale", {0}), "Long 1036");
  EXPECT_EQ(say("GetLocale", {}), "Long 1033");
}

TEST_F(TextFunctions, NamesAreUniqueAndConstantsHaveTheirTypes) {
  std::vector<std::u16string> names;
  for (const auto group : builtin_groups()) {
    for (const Builtin& builtin : group) names.emplace_back(builtin.name);
  }
  for (const BuiltinConstant& constant : builtin_constants()) names.emplace_back(constant.name);
  for (std::u16string& name : names) {
    for (char16_t& c : name) c = lower(c);
  }
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
  for (const BuiltinConstant& constant : builtin_constants()) {
    if (constant.name == u"vbCrLf") {
      EXPECT_EQ(describe(constant.value), "String \r\n");
    }
    if (constant.name == u"vbObjectError") {
      EXPECT_EQ(describe(constant.value), "Long -2147221504");
    }
    if (constant.name == u"vbTextCompare") {
      EXPECT_EQ(describe(constant.value), "Integer 1");
    }
  }
}

class BoxHost final : public Host {
 public:
  Outcome<scripting::DispatchRef> create_object(std::u16string_view prog_id, std::u16string_view server) override {
    asked = Text(prog_id).to_utf8() + "@" + Text(server).to_utf8();
    return raise(kCannotCreate, Text(prog_id).to_utf8());
  }
  Outcome<scripting::DispatchRef> get_object(std::u16string_view moniker, std::u16string_view prog_id) override {
    asked = Text(moniker).to_utf8() + "@" + Text(prog_id).to_utf8();
    return make_regexp();
  }
  int message_box(const Text& prompt, int buttons, const Text& title) override {
    asked = prompt.to_utf8() + "/" + std::to_string(buttons) + "/" + title.to_utf8();
    return 6;
  }
  std::optional<Text> input_box(const Text& prompt, const Text&, const Text& initial) override {
    asked = prompt.to_utf8();
    if (initial.empty()) return std::nullopt;
    return initial;
  }
  std::string asked;
};

TEST_F(TextFunctions, AskTheHost) {
  EXPECT_EQ(say("CreateObject", {"A.B"}), "error 429");
  BoxHost host;
  options.host = &host;
  EXPECT_EQ(say("CreateObject", {"A.B", "srv"}), "error 429");
  EXPECT_EQ(host.asked, "A.B@srv");
  EXPECT_EQ(say("TypeName", {*call("GetObject", {"winmgmts:"})}), "String IRegExp2");
  EXPECT_EQ(say("MsgBox", {5, 4}), "Integer 6");
  EXPECT_EQ(host.asked, "5/4/VBScript");
  EXPECT_EQ(say("MsgBox", {"a", 0, "t", "help"}), "error 5");
  EXPECT_EQ(say("InputBox", {"a"}), "Empty");
  EXPECT_EQ(say("InputBox", {"a", "t", "given"}), "String given");
  EXPECT_EQ(say("ScriptEngine", {}), "String VBScript");
  EXPECT_EQ(say("ScriptEngineMajorVersion", {}), "Long 5");
  EXPECT_EQ(say("ScriptEngineMinorVersion", {}), "Long 8");
}

}  // namespace
}  // namespace script::vbscript::testing
