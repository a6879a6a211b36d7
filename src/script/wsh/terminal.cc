#include "script/wsh/terminal.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <vector>

#include "base/utf.h"

namespace script::wsh {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kPump{20};
constexpr std::size_t kMaxLine = 1U << 16;

struct Button {
  int number;
  std::string_view name;
};
constexpr Button kOk{1, "OK"}, kCancel{2, "Cancel"}, kAbort{3, "Abort"}, kRetry{4, "Retry"}, kIgnore{5, "Ignore"}, kYes{6, "Yes"},
    kNo{7, "No"};

std::vector<Button> buttons_of(int kind) {
  switch (kind & 0xF) {
    case 1: return {kOk, kCancel};
    case 2: return {kAbort, kRetry, kIgnore};
    case 3: return {kYes, kNo, kCancel};
    case 4: return {kYes, kNo};
    case 5: return {kRetry, kCancel};
    default: return {kOk};
  }
}

std::string_view icon_of(int kind) {
  switch (kind & 0x70) {
    case 16: return "[X] ";
    case 32: return "[?] ";
    case 48: return "[!] ";
    case 64: return "[i] ";
    default: return "";
  }
}

/// `text` is the beginning of one button's name, in either case.
const Button* chosen(const std::vector<Button>& buttons, std::string_view text) {
  for (const Button& button : buttons) {
    if (!text.empty() && text.size() <= button.name.size() && base::equal_ignore_case(button.name.substr(0, text.size()), text))
      return &button;
  }
  return nullptr;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r' || text.back() == '\t')) text.remove_suffix(1);
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return text;
}

std::string heading(std::u16string_view prompt, std::u16string_view title, std::string_view icon) {
  std::string out;
  if (!title.empty()) out += "== " + base::utf16_to_utf8(title) + " ==\n";
  out.append(icon);
  for (const char c : base::utf16_to_utf8(prompt)) {
    if (c != '\r') out += c;
  }
  return out + "\n";
}

}  // namespace

void Terminal::write(int descriptor, std::string_view utf8) {
  std::string converted;
  if (options_.utf16) {
    converted = base::utf8_to_utf16le(utf8);
    utf8 = converted;
  }
  while (!utf8.empty()) {
    const ssize_t written = ::write(descriptor, utf8.data(), utf8.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) {
      pollfd ready{descriptor, POLLOUT, 0};
      ::poll(&ready, 1, -1);
      continue;
    }
    if (written < 0 && errno == EPIPE) {  // nobody reads any more: the end that programs have then
      ::signal(SIGPIPE, SIG_DFL);
      ::raise(SIGPIPE);
    }
    if (written <= 0) {
      if (descriptor == options_.output && written < 0) output_error_ = errno;
      return;
    }
    utf8.remove_prefix(static_cast<std::size_t>(written));
  }
}

void Terminal::echo(std::u16string_view line) {
  if (!options_.silent) write(options_.output, base::utf16_to_utf8(line) + "\n");
}
void Terminal::report(std::string_view line) {
  if (!options_.silent) write(options_.error, std::string(line) + "\n");
}
void Terminal::print(std::string_view text) { write(options_.output, text); }

int Terminal::message_box(std::u16string_view prompt, int kind, std::u16string_view title, std::optional<std::chrono::milliseconds> limit) {
  const std::vector<Button> buttons = buttons_of(kind);
  const std::size_t wanted = static_cast<std::size_t>((kind >> 8) & 3);
  const Button standard = buttons[wanted < buttons.size() ? wanted : 0];
  if (options_.silent) return standard.number;
  write(options_.output, heading(prompt, title, icon_of(kind)));
  const bool terminal = ::isatty(options_.input) != 0;
  if (!terminal && buttons.size() == 1) return standard.number;
  const auto deadline = limit ? std::optional(Clock::now() + *limit) : std::nullopt;
  while (true) {
    std::string question;
    for (const Button& button : buttons) {
      question += question.empty() ? "" : " / ";
      question += button.name == standard.name ? "[" + std::string(button.name) + "]" : std::string(button.name);
    }
    write(options_.output, question + " ");
    std::string line;
    const Answer answer = read_line(line, deadline);
    if (answer != Answer::kLine || !terminal) write(options_.output, "\n");
    if (answer == Answer::kTimeOut) return -1;
    const std::string_view word = trimmed(line);
    if (answer == Answer::kEnd || word.empty()) return standard.number;
    if (const Button* button = chosen(buttons, word)) return button->number;
  }
}

std::optional<scripting::Text> Terminal::input_box(std::u16string_view prompt, std::u16string_view title, std::u16string_view initial) {
  if (options_.silent) return std::nullopt;
  std::string text = heading(prompt, title, "");
  if (!initial.empty()) text += "[" + base::utf16_to_utf8(initial) + "] ";
  write(options_.output, text + "> ");
  std::string line;
  const Answer answer = read_line(line, std::nullopt);
  if (answer != Answer::kLine) write(options_.output, "\n");
  if (answer != Answer::kLine) return std::nullopt;
  if (line.ends_with('\r')) line.pop_back();
  if (line.empty()) return scripting::Text(initial);
  return scripting::Text::from_utf8(line);
}

Terminal::Answer Terminal::read_line(std::string& line, std::optional<Clock::time_point> deadline) {
  while (line.size() < kMaxLine) {
    pollfd ready{options_.input, POLLIN, 0};
    const int found = ::poll(&ready, 1, options_.pump ? 0 : 100);
    if (found == 0) {
      if (deadline && Clock::now() >= *deadline) return Answer::kTimeOut;
      if (options_.pump && !options_.pump(kPump)) return Answer::kEnd;
      continue;
    }
    char octet = 0;  // one at a time: what follows the line is for others
    const ssize_t got = ::read(options_.input, &octet, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return line.empty() ? Answer::kEnd : Answer::kLine;
    if (octet == '\n') return Answer::kLine;
    line += octet;
  }
  return Answer::kLine;
}

}  // namespace script::wsh
