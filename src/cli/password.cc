#include "cli/password.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>

#include "base/files.h"
#include "cli/text_file.h"

namespace cli {
namespace {

constexpr std::size_t kMaxPassword = 4096;
constexpr char kInterrupt = 0x03;
constexpr char kEnd = 0x04;
constexpr char kBackspace = 0x08;
constexpr char kKill = 0x15;
constexpr char kDelete = 0x7F;

/// A terminal that neither shows nor interprets what is typed, for as long as this object lives.
class SilentTerminal {
 public:
  explicit SilentTerminal(int terminal) : terminal_(terminal), changed_(::tcgetattr(terminal, &before_) == 0) {
    if (!changed_) return;
    termios silent = before_;
    // Ctrl-C is read as a character, so that it cannot leave the terminal without echo.
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
    silent.c_cc[VMIN] = 1;
    silent.c_cc[VTIME] = 0;
    changed_ = ::tcsetattr(terminal, TCSAFLUSH, &silent) == 0;
  }
  ~SilentTerminal() {
    if (changed_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;
  bool silent() const { return changed_; }

 private:
  const int terminal_;
  termios before_{};
  bool changed_;
};

/// One UTF-8 character less.
void erase_last(std::string& text) {
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) text.pop_back();
  if (!text.empty()) text.pop_back();
}

base::Result<std::string> type_line(int terminal) {
  const base::Status cancelled(base::WBEM_E_CALL_CANCELLED, "no password was given");
  std::string line;
  char c = 0;
  while (true) {
    const ssize_t got = ::read(terminal, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || c == kInterrupt || (c == kEnd && line.empty())) return base::fail(cancelled);
    if (c == '\n' || c == '\r' || c == kEnd) return line;
    if (c == kDelete || c == kBackspace) {
      erase_last(line);
    } else if (c == kKill) {
      line.clear();
    } else if (line.size() < kMaxPassword) {
      line += c;
    }
  }
}

}  // namespace

base::Result<std::string> prompt_password(std::string_view prompt) {
  const base::Status no_terminal(base::WBEM_E_NOT_AVAILABLE, "there is no terminal to ask for the password on");
  const base::FileDescriptor terminal(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal.valid()) return base::fail(no_terminal);
  const SilentTerminal silence(terminal.get());
  if (!silence.silent()) return base::fail(no_terminal);
  (void)!::write(terminal.get(), prompt.data(), prompt.size());
  auto line = type_line(terminal.get());
  (void)!::write(terminal.get(), "\n", 1);
  return line;
}

base::Result<std::string> prompt_new_password(std::string_view name) {
  TRY_ASSIGN(std::string first, prompt_password(fmt::format("Password for {}: ", name)));
  if (first.empty()) return base::fail(base::WBEM_E_INVALID_PARAMETER, "an account needs a password");
  TRY_ASSIGN(const std::string second, prompt_password("Again: "));
  if (first != second) return base::fail(base::WBEM_E_INVALID_PARAMETER, "the two passwords differ");
  return first;
}

base::Result<std::string> read_password_line(std::FILE* from) {
  std::string line;
  int c = 0;
  while ((c = std::fgetc(from)) != EOF && c != '\n') {
    if (line.size() == kMaxPassword) return base::fail(base::WBEM_E_INVALID_PARAMETER, "the password is too long");
    line += static_cast<char>(c);
  }
  if (line.ends_with('\r')) line.pop_back();
  line.erase(0, line.size() - without_bom(line).size());
  if (line.empty()) return base::fail(base::WBEM_E_INVALID_PARAMETER, "no password in the first line");
  return line;
}

}  // namespace cli
