// The engine as hosts see it: several texts, procedures from outside, limits, and ends that no script catches.
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "script/engine.h"
#include "scripting/table_object.h"

namespace script {
namespace {

using scripting::MemberCall;
using scripting::Outcome;
using scripting::Variant;

/// Ends the script as WScript.Quit does, and notes what scripts say.
class Desk final : public scripting::TableObject {
 public:
  Desk() : TableObject(table()) {}
  Engine* engine = nullptr;
  std::string said;

  Outcome<Variant> say(MemberCall& call) {
    said += call.argument(0).as_text().to_utf8();
    return Variant();
  }
  Outcome<Variant> quit(MemberCall&) {
    engine->quit();
    return Variant();
  }
  Outcome<Variant> flags(MemberCall&) { return Variant::int32(16); }

 private:
  static const scripting::MemberTable& table() {
    using scripting::handler;
    static const scripting::MemberTable made("Desk", {{"Say", 1, scripting::invoke::kMethod, "Text", handler<&Desk::say>},
                                                      {"Quit", 2, scripting::invoke::kMethod, "", handler<&Desk::quit>},
                                                      {"deskFlags", 3, scripting::invoke::kGet, "", handler<&Desk::flags>}});
    return made;
  }
};

class EngineTest : public testing::Test {
 protected:
  void start(EngineOptions options = {}) {
    engine_ = make_vbscript(std::move(options));
    desk_ = scripting::make<Desk>();
    desk_->engine = engine_.get();
    engine_->add_object(u"Desk", desk_);
  }
  std::expected<void, ScriptError> run(std::string_view text) { return engine_->run(text, "file.vbs"); }
  std::string error_of(std::string_view text) {
    const auto result = run(text);
    return result ? std::string() : result.error().to_string();
  }

  std::unique_ptr<Engine> engine_;
  scripting::Ref<Desk> desk_;
};

TEST_F(EngineTest, PrintsErrorsAsWindowsDoes) {
  start();
  EXPECT_EQ(error_of("a = 1\n    x.y = 2\n"), "file.vbs(2, 5) Microsoft VBScript runtime error: Object required: 'x'");
  EXPECT_EQ(error_of("If x"), "file.vbs(1, 5) Microsoft VBScript compilation error: Expected 'Then'");
  EXPECT_EQ(error_of("Err.Raise 1, \"S\", \"D\""), "file.vbs(1, 1) S: D");
  ScriptError bare;
  bare.number = 0x80041003;
  EXPECT_EQ(bare.to_string(), "(null): 0x80041003");
}

TEST_F(EngineTest, TextsShareTheContext) {
  start();
  ASSERT_TRUE(run("x = 5\nFunction Twice(n)\nTwice = n * 2\nEnd Function\nConst c = 3"));
  ASSERT_TRUE(run("y = Twice(x) + c\nClass Thing\nPublic V\nEnd Class"));
  ASSERT_TRUE(run("Set o = New Thing : o.V = y : If o.V <> 13 Then Err.Raise 1"));
  ASSERT_TRUE(run("Function Twice(n)\nTwice = n * 3\nEnd Function"));
  EXPECT_EQ(error_of("If Twice(2) <> 6 Then Err.Raise 1"), "");
  EXPECT_EQ(engine_->run("\n\nx = 1 / 0", "part.vbs", 10).error().to_string(),
            "part.vbs(12, 1) Microsoft VBScript runtime error: Division by zero");
}

TEST_F(EngineTest, CallsProcedures) {
  start();
  ASSERT_TRUE(run("Function Add(a, b)\nAdd = a + b\nb = 99\nEnd Function\nSub Fail\nx = 1 / 0\nEnd Sub"));
  EXPECT_TRUE(engine_->has_procedure(u"ADD"));
  EXPECT_FALSE(engine_->has_procedure(u"Other"));
  Variant out = Variant::int16(2);
  Variant arguments[] = {Variant::int16(1), Variant::reference(&out)};
  const auto sum = engine_->call_procedure(u"add", arguments);
  ASSERT_TRUE(sum);
  EXPECT_EQ(sum->as_int16(), 3);
  EXPECT_EQ(out.as_int16(), 99);
  EXPECT_EQ(engine_->call_procedure(u"Fail", {}).error().to_string(), "file.vbs(6, 1) Microsoft VBScript runtime error: Division by zero");
  EXPECT_EQ(engine_->call_procedure(u"Other", {}).error().number, 35U);
  EXPECT_EQ(engine_->call_procedure(u"Add", {}).error().number, 450U);
}

TEST_F(EngineTest, ChecksWithoutRunning) {
  start();
  EXPECT_TRUE(engine_->check("x = 1 / 0", "f"));
  EXPECT_EQ(engine_->check("x = (", "f").error().to_string(), "f(1, 6) Microsoft VBScript compilation error: Syntax error");
  EXPECT_EQ(engine_->check("Dim x, x", "f").error().number, 1041U);
  EXPECT_TRUE(engine_->check("Dim x", "f"));
}

TEST_F(EngineTest, NamesOfTheHost) {
  start();
  engine_->add_object(u"Flags", desk_, true);
  EXPECT_EQ(error_of("If deskFlags <> 16 Then Err.Raise 1"), "");
  EXPECT_EQ(error_of("Option Explicit\nIf DESKFLAGS + 1 <> 17 Then Err.Raise 1"), "");
  EXPECT_EQ(error_of("Sub s\nSay \"in a sub\"\nEnd Sub\ns"), "");
  EXPECT_EQ(desk_->said, "in a sub");
  EXPECT_EQ(error_of("Desk = 1"), "file.vbs(1, 1) Microsoft VBScript runtime error: Illegal assignment: 'Desk'");
}

TEST_F(EngineTest, QuitPassesAllHandlers) {
  start();
  const auto result =
      run("On Error Resume Next\nSub s\nOn Error Resume Next\nDesk.Quit\nDesk.Say \"inner\"\nEnd Sub\ns\nDesk.Say \"outer\"");
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().quit);
  EXPECT_EQ(desk_->said, "");
  EXPECT_EQ(error_of("Desk.Say \"again\""), "");
  EXPECT_EQ(desk_->said, "again");
}

TEST_F(EngineTest, CloseTerminatesObjects) {
  start();
  const std::string cls = "Class C\nPublic N\nSub Class_Terminate\nDesk.Say N\nEnd Sub\nEnd Class\n";
  ASSERT_TRUE(run(cls + "Set a = New C : a.N = \"a\"\nSet b = New C : b.N = \"b\"\n"));
  EXPECT_EQ(desk_->said, "");
  engine_->close();
  EXPECT_EQ(desk_->said, "ab");
  engine_->close();
  EXPECT_EQ(desk_->said, "ab");
}

TEST_F(EngineTest, TerminateRunsWhenTheScriptQuits) {
  start();
  (void)run("Class C\nSub Class_Terminate\nDesk.Say \"end\"\nEnd Sub\nEnd Class\nSub s\nSet c = New C\nDesk.Quit\nEnd Sub\ns");
  EXPECT_EQ(desk_->said, "end");
}

TEST_F(EngineTest, ObjectsMayOutliveTheEngine) {
  start();
  ASSERT_TRUE(
      run("Class C\nPublic V\nSub Class_Terminate\nDesk.Say \"x\"\nEnd Sub\nEnd Class\n"
          "Function Make\nSet Make = New C\nEnd Function\nFunction Proc\nSet Proc = GetRef(\"Make\")\nEnd Function"));
  auto object = engine_->call_procedure(u"Make", {});
  auto procedure = engine_->call_procedure(u"Proc", {});
  ASSERT_TRUE(object && procedure);
  EXPECT_TRUE(scripting::put(*object->as_object(), "v", Variant::int16(4)));
  EXPECT_EQ(scripting::get(*object->as_object(), "V")->as_int16(), 4);
  engine_.reset();
  EXPECT_FALSE(scripting::get(*object->as_object(), "V"));
  EXPECT_FALSE(procedure->as_object()->invoke(scripting::kValue, scripting::invoke::kMethod, {}));
}

TEST_F(EngineTest, StepsAreBounded) {
  EngineOptions options;
  options.limits.steps = 100'000;
  start(options);
  const auto endless = run("On Error Resume Next\nDo\nLoop");
  ASSERT_FALSE(endless);
  EXPECT_TRUE(endless.error().quit);
  EXPECT_NE(endless.error().description, "");
  EXPECT_FALSE(run("Sub s\ns2\nEnd Sub\nSub s2\nEnd Sub\nWhile True\ns\nWend"));
}

TEST_F(EngineTest, MemoryIsBounded) {
  EngineOptions options;
  options.limits.memory = 10 << 20;
  options.limits.steps = 10'000'000;
  for (const char* text : {"s = \"abcdefgh\"\nDo\ns = s & s\nLoop", "s = \"abcdefgh\"\nDo\ns = s + s\nLoop", "ReDim a(10000000)",
                           "s = String(100000000, \"x\")", "s = Space(100000000)",
                           "s = \"x\"\nDo\ns = Replace(s & s, \"x\", \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\")\nLoop",
                           "Do\nReDim Preserve a(n)\na(n) = Space(1000)\nn = n + 1\nLoop",
                           "Class N\nPublic F\nEnd Class\nSet o = Nothing\nDo\nSet p = New N\nSet p.F = o\nSet o = p\nLoop"}) {
    start(options);
    const auto result = run(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().number, 7U) << text << ": " << result.error().to_string();
  }
}

TEST_F(EngineTest, RecursionIsBounded) {
  EngineOptions options;
  options.limits.call_depth = 100;
  start(options);
  EXPECT_EQ(error_of("Sub s\ns\nEnd Sub\ns"), "file.vbs(2, 1) Microsoft VBScript runtime error: Out of stack space: 's'");
  start();
  EXPECT_EQ(run("Sub s\nExecute \"s\"\nEnd Sub\ns").error().number, 28U);
  EXPECT_EQ(run("Class C\nPublic Default Property Get V\nV = Me + 1\nEnd Property\nEnd Class\nx = New C").error().number, 28U);
  EXPECT_EQ(run("Class D\nSub Class_Initialize\nSet x = New D\nEnd Sub\nEnd Class\nSet y = New D").error().number, 28U);
  EXPECT_EQ(error_of("Class E\nSub Class_Terminate\nSet x = New E\nEnd Sub\nEnd Class\nSet y = New E\ny = 0"), "");
}

TEST_F(EngineTest, OthersMayStopIt) {
  StopFlag stop;
  EngineOptions options;
  options.stop = &stop;
  start(options);
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    stop.stop();
  });
  const auto result = run("On Error Resume Next\nDo\nx = x + 1\nLoop");
  other.join();
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().quit);
}

}  // namespace
}  // namespace script
