#include "script/wsh/program.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <future>
#include <mutex>
#include <thread>

#include "script/wsh/source_file.h"
#include "script/wsh/terminal.h"
#include "script/wsh/watchdog.h"
#include "script/wsh/wscript_arguments.h"

namespace script::wsh {
namespace {

CommandLine line_of(std::vector<std::string> words) {
  auto line = parse_command_line(words);
  EXPECT_TRUE(line) << (line ? "" : line.error());
  return line ? *line : CommandLine();
}
std::string error_of(std::vector<std::string> words) {
  const auto line = parse_command_line(words);
  return line ? "none" : line.error();
}

TEST(WshCommandLine, ReadsOptionsAnywhere) {
  const CommandLine line = line_of({"//NoLogo", "a.vbs", "/x:1", "//B", "b", "//t:5", "//E:JScript", "//job:main", "//U"});
  EXPECT_FALSE(line.logo);
  EXPECT_TRUE(line.batch);
  EXPECT_TRUE(line.unicode);
  EXPECT_EQ(line.time_limit, std::chrono::seconds(5));
  EXPECT_EQ(line.engine, "JScript");
  EXPECT_EQ(line.job, "main");
  EXPECT_EQ(line.script, "a.vbs");
  EXPECT_EQ(line.arguments, (std::vector<std::string>{"/x:1", "b"}));
}

TEST(WshCommandLine, ExplainsItselfToWhoAsks) {
  for (const char* word : {"//?", "--help", "-h", "-?", "/?"}) EXPECT_TRUE(line_of({word}).help) << word;
  EXPECT_TRUE(line_of({}).help);
  EXPECT_FALSE(line_of({"a.wsf", "/?"}).help) << "the job's own usage";
}

TEST(WshCommandLine, NamesWrongOptionsAsWindowsDoes) {
  EXPECT_EQ(error_of({"//q", "a.vbs"}), "Unknown option \"//q\" specified.");
  EXPECT_EQ(error_of({"//T:x"}), "Invalid timeout value for \"//T:x\" option.");
  EXPECT_EQ(error_of({"//T:40000"}), "Invalid timeout value for \"//T:40000\" option.");
  EXPECT_EQ(error_of({"//H:other"}), "Unknown option \"//H:other\" specified.");
  EXPECT_EQ(error_of({"//E:"}), "Unknown option \"//E:\" specified.");
  EXPECT_FALSE(line_of({"//T:0"}).time_limit);
}

TEST(WshCommandLine, SlashesOfPathsAreNoOptions) { EXPECT_EQ(line_of({"//tmp/a.vbs"}).script, "//tmp/a.vbs"); }

TEST(WshSource, DecodesWhatEditorsWrite) {
  EXPECT_EQ(decode_source("\xEF\xBB\xBF"
                          "x = \"\xC3\xA4\""),
            "x = \"\xC3\xA4\"");
  EXPECT_EQ(decode_source(std::string_view("\xFF\xFE\xE4\0x\0", 6)), "\xC3\xA4x");
  EXPECT_EQ(decode_source(std::string_view("\xFE\xFF\0\xE4\0x", 6)), "\xC3\xA4x");
  EXPECT_EQ(decode_source("\xE4 \x80"), "\xC3\xA4 \xE2\x82\xAC");
  EXPECT_EQ(decode_source(""), "");
}

/// A terminal between two pipes.
class WshTerminalTest : public testing::Test {
 protected:
  WshTerminalTest() {
    EXPECT_EQ(::pipe(in_), 0);
    EXPECT_EQ(::pipe(out_), 0);
  }
  ~WshTerminalTest() override {
    for (const int end : {in_[0], in_[1], out_[0], out_[1]}) ::close(end);
  }
  Terminal terminal(bool silent = false) { return Terminal({in_[0], out_[1], out_[1], false, silent, {}}); }
  void type(std::string_view text) { EXPECT_EQ(::write(in_[1], text.data(), text.size()), static_cast<ssize_t>(text.size())); }
  std::string printed() {
    EXPECT_EQ(::write(out_[1], "$", 1), 1);
    char buffer[4096];
    const ssize_t size = ::read(out_[0], buffer, sizeof buffer);
    return {buffer, static_cast<std::size_t>(size - 1)};
  }
  int in_[2] = {};
  int out_[2] = {};
};

TEST_F(WshTerminalTest, AsksWhichButton) {
  type("what\nc\n");
  EXPECT_EQ(terminal().message_box(u"Go on?", 3 + 32, u"Title"), 2);
  EXPECT_EQ(printed(), "== Title ==\n[?] Go on?\n[Yes] / No / Cancel \n[Yes] / No / Cancel \n");
}
TEST_F(WshTerminalTest, TheDefaultButtonAnswersAnEmptyLine) {
  type("\n");
  EXPECT_EQ(terminal().message_box(u"x", 4 + 256, u""), 7);
}
TEST_F(WshTerminalTest, OneButtonDoesNotWaitForAPipe) { EXPECT_EQ(terminal().message_box(u"x", 0, u""), 1); }
TEST_F(WshTerminalTest, TimeRunsOut) { EXPECT_EQ(terminal().message_box(u"x", 4, u"", std::chrono::milliseconds(150)), -1); }
TEST_F(WshTerminalTest, ReadsALine) {
  type("given\n\n");
  Terminal asked = terminal();
  EXPECT_EQ(asked.input_box(u"Name", u"", u"none")->to_utf8(), "given");
  EXPECT_EQ(asked.input_box(u"Name", u"", u"none")->to_utf8(), "none");
}
TEST_F(WshTerminalTest, SilentAsksNothing) {
  Terminal silent = terminal(true);
  EXPECT_EQ(silent.message_box(u"x", 4, u""), 6);
  EXPECT_FALSE(silent.input_box(u"x", u"", u""));
  silent.echo(u"x");
  silent.report("x");
  EXPECT_EQ(printed(), "");
}

TEST(WshArguments, AreNamedAndUnnamed) {
  bool shown = false;
  const auto arguments = make_arguments({"/server:a:b", "/quiet+", "/e", "/etc/hosts", "word", "/SERVER:c"}, [&] { shown = true; });
  EXPECT_EQ(scripting::call(*arguments, "Count")->as_int32(), 6);
  const auto named = scripting::get(*arguments, "Named");
  EXPECT_EQ(scripting::call(*named->as_object(), "Count")->as_int32(), 3);
  scripting::Variant key[] = {scripting::Variant::utf8("Server")};
  EXPECT_EQ(scripting::get(*named->as_object(), "Item", key)->as_text().to_utf8(), "a:b");
  key[0] = scripting::Variant::utf8("quiet");
  EXPECT_TRUE(scripting::get(*named->as_object(), "Item", key)->as_boolean());
  EXPECT_TRUE(scripting::call(*named->as_object(), "Exists", key)->as_boolean());
  key[0] = scripting::Variant::utf8("e");
  EXPECT_TRUE(scripting::get(*named->as_object(), "Item", key)->is(scripting::VarType::kEmpty));
  const auto unnamed = scripting::get(*arguments, "Unnamed");
  key[0] = scripting::Variant::int32(0);
  EXPECT_EQ(scripting::get(*unnamed->as_object(), "Item", key)->as_text().to_utf8(), "/etc/hosts");
  key[0] = scripting::Variant::int32(2);
  EXPECT_EQ(static_cast<std::uint32_t>(scripting::get(*unnamed->as_object(), "Item", key).error().code), 0x800A0009U);
  ASSERT_TRUE(scripting::call(*arguments, "ShowUsage"));
  EXPECT_TRUE(shown);
}

// A script that ended by itself late must not be reported by the watchdog too.
TEST(WshWatchdog, EndsNothingOnceItIsDisarmed) {
  bool ended = false;
  Watchdog::Cause cause = Watchdog::Cause::kNone;
  std::thread([&] {  // its signals are blocked there, not here
    std::promise<void> asked;
    Watchdog* known = nullptr;
    std::mutex starting;
    std::unique_lock lock(starting);
    Watchdog watchdog({[&] {
                         const std::scoped_lock started(starting);
                         known->disarm();
                         asked.set_value();
                       },
                       [&](Watchdog::Cause, int) { ended = true; }});
    known = &watchdog;
    lock.unlock();
    watchdog.limit(std::chrono::seconds(1));
    asked.get_future().wait();
    cause = watchdog.cause();
  })
      .join();
  EXPECT_EQ(cause, Watchdog::Cause::kTime);
  EXPECT_FALSE(ended);
}

}  // namespace
}  // namespace script::wsh
