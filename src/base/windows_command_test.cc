#include "base/windows_command.h"

#include <gtest/gtest.h>

namespace base {
namespace {

using Words = std::vector<std::string>;

TEST(LinuxPath, MapsDriveCAndBackslashes) {
  EXPECT_EQ(*linux_path(R"(C:\)"), "/");
  EXPECT_EQ(*linux_path("c:"), "/");
  EXPECT_EQ(*linux_path(R"(C:\tmp\x y)"), "/tmp/x y");
  EXPECT_EQ(*linux_path("C:/tmp"), "/tmp");
  EXPECT_EQ(*linux_path(R"(sub\dir)"), "sub/dir");
  EXPECT_EQ(*linux_path("/usr/bin"), "/usr/bin");
  EXPECT_EQ(linux_path(R"(D:\data)").error().code(), WBEM_E_NOT_FOUND);
}

TEST(SplitCommandLine, FollowsWindowsQuoting) {
  EXPECT_EQ(split_command_line(R"(prog a  "b c" d"e f"g)"), (Words{"prog", "a", "b c", "de fg"}));
  EXPECT_EQ(split_command_line(R"(prog "a\\" "b\"c" d\e)"), (Words{"prog", R"(a\)", R"(b"c)", R"(d\e)"}));
  EXPECT_EQ(split_command_line(R"("C:\Program Files\x.exe" "")"), (Words{R"(C:\Program Files\x.exe)", ""}));
  EXPECT_EQ(split_command_line(R"(p "a""b")"), (Words{"p", R"(a"b)"}));
  EXPECT_EQ(split_command_line("  "), Words{});
}

TEST(SplitCommandLine, AcceptsApostrophesAroundWords) {
  EXPECT_EQ(split_command_line("sh -c 'echo \"hi\" there'"), (Words{"sh", "-c", "echo \"hi\" there"}));
  EXPECT_EQ(split_command_line("echo it's 'tis"), (Words{"echo", "it's", "'tis"}));
}

TEST(CmdExe, RunsTheRestInTheShell) {
  EXPECT_EQ(*cmd_exe_text("cmd /c echo hi"), "echo hi");
  EXPECT_EQ(*cmd_exe_text(R"(C:\Windows\System32\CMD.EXE /s /q /C "echo hi > /tmp/x")"), "echo hi > /tmp/x");
  EXPECT_EQ(*cmd_exe_text("%ComSpec% /k dir"), "dir");
  EXPECT_EQ(*cmd_exe_text(R"(cmd.exe /c "/bin/sh")"), R"("/bin/sh")");
  EXPECT_EQ(*cmd_exe_text("cmd /s/c ls"), "ls");
  EXPECT_FALSE(cmd_exe_text("cmd"));
  EXPECT_FALSE(cmd_exe_text("cmd2 /c x"));
  EXPECT_FALSE(cmd_exe_text("cmd file /c x"));
}

TEST(LinuxCommand, MapsTheProgram) {
  const auto shell = linux_command("cmd.exe /c exit 3");
  ASSERT_TRUE(shell);
  EXPECT_TRUE(shell->shell);
  EXPECT_EQ(shell->argv, (Words{"/bin/sh", "-c", "exit 3"}));
  EXPECT_EQ(linux_command("cmd.exe /c exit 3", false)->argv, (Words{"cmd.exe", "/c", "exit", "3"}));
  EXPECT_EQ(linux_command(R"(C:\bin\sleep 5)")->argv, (Words{"/bin/sleep", "5"}));
  EXPECT_EQ(linux_command("").error().code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(linux_command(std::string_view("a\0b", 3)).error().code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(linux_command(R"(E:\x.exe)").error().code(), WBEM_E_NOT_FOUND);
}

TEST(FindProgram, LooksAlongThePath) {
  EXPECT_EQ(find_program("sh", "/nowhere:/bin").value_or(""), "/bin/sh");
  EXPECT_EQ(find_program("/bin/sh", "").value_or(""), "/bin/sh");
  EXPECT_FALSE(find_program("/bin", ""));
  EXPECT_FALSE(find_program("no-such-program", "/bin:/usr/bin"));
}

}  // namespace
}  // namespace base
