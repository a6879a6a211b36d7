#include "script/jscript/prepare.h"

#include <gtest/gtest.h>

namespace script::jscript {
namespace {

TEST(JScriptPrepare, AssignsToCalls) {
  EXPECT_EQ(prepare("o.Item(\"x\") = 1;"), "o.Item[$$key(\"x\")] = 1;");
  EXPECT_EQ(prepare("o(1, f(2)) += a(3);"), "o[$$key(1, f(2))] += a(3);");
  EXPECT_EQ(prepare("a.b[0].c() = 1"), "a.b[0].c[$$key()] = 1");
  EXPECT_EQ(prepare("d.Item('n')++;"), "d.Item[$$key('n')]++;");
  EXPECT_EQ(prepare("p.Properties_('a').Value('b') = 2"), "p.Properties_('a').Value[$$key('b')] = 2");
  EXPECT_EQ(prepare("f()(1) = 2"), "f()[$$key(1)] = 2");
}

TEST(JScriptPrepare, LeavesOtherCallsAlone) {
  for (const char* text : {"x = f(1) == 2;", "if (a) ++b;", "f(a)\n++b", "x = o.m(1).n", "if (f(1)) x = 2;", "var s = '(a) = 1';",
                           "/(a)=1/.test(s)", "x = a / b(1) / c; // (d) = 1", "with (a) b = 1;"}) {
    EXPECT_EQ(prepare(text), text);
  }
}

TEST(JScriptPrepare, PutsStepsIntoLoops) {
  EXPECT_EQ(prepare("while (a, b) c();"), "while ($$step(),a, b) c();");
  EXPECT_EQ(prepare("do { x } while(y)"), "do { x } while($$step(),y)");
  EXPECT_EQ(prepare("for (;;) x;"), "for (;$$step(),true;) x;");
  EXPECT_EQ(prepare("for (var i = f(';'); i < 3; ++i) x;"), "for (var i = f(';');$$step(), i < 3; ++i) x;");
  EXPECT_EQ(prepare("for (k in o) x;"), "for (k in o) x;");
  EXPECT_EQ(prepare("o.while(1)"), "o.while(1)");
}

TEST(JScriptPrepare, PutsStepsIntoFunctionsAndHandlers) {
  EXPECT_EQ(prepare("function f(a) { return 1 }"), "function f(a) {$$step(); return 1 }");
  EXPECT_EQ(prepare("x = function () {}"), "x = function () {$$step();}");
  EXPECT_EQ(prepare("try {} catch (e) {} finally {}"), "try {} catch (e) {$$step();} finally {$$step();}");
  EXPECT_EQ(prepare("function Sink::OnCompleted(a) {}"), "function Sink_OnCompleted(a) {$$step();}");
}

TEST(JScriptPrepare, PreparesEvaluatedText) { EXPECT_EQ(prepare("x = eval(f(1)); o.eval(2)"), "x = eval($$eval(f(1))); o.eval(2)"); }

TEST(JScriptPrepare, KeepsWhatIsBroken) {
  for (const char* text :
       {"((((", "))))", "'", "\"abc\\", "/* x", "/", "for (", "while", "function", "function a::", "function a::b", "x) = 1", "catch ("}) {
    const std::string out = prepare(text);
    EXPECT_FALSE(out.empty());
  }
}

}  // namespace
}  // namespace script::jscript
