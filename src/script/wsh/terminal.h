// The terminal as script hosts use it: lines, boxes that ask.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "scripting/text.h"

namespace script::wsh {

/// One thread. Writes straight to descriptors, so that TextStreams over the same ones keep the order.
class Terminal {
 public:
  struct Options {
    int input = 0;
    int output = 1;
    int error = 2;
    bool utf16 = false;   // //U
    bool silent = false;  // //B: boxes answer with their default at once, echo() and errors print nothing
    /// Called now and then while a box waits: events are delivered. False: the script is to end.
    std::function<bool(std::chrono::milliseconds)> pump;
  };
  explicit Terminal(Options options) : options_(std::move(options)) {}

  const Options& options() const { return options_; }
  void silence(bool silent) { options_.silent = silent; }
  void set_pump(std::function<bool(std::chrono::milliseconds)> pump) { options_.pump = std::move(pump); }

  /// WScript.Echo.
  void echo(std::u16string_view line);
  /// A line on the error stream, for people.
  void report(std::string_view line);
  /// A text of the program itself on the output, lines ended by LF.
  void print(std::string_view text);

  /// The errno that a write of echo() or print() ended with; 0: all was written.
  int output_error() const { return output_error_; }

  /// MsgBox: `buttons` are vbOKOnly ... vbDefaultButton3 added up. The number of the button: 1 to 7; -1 when `limit` was over. On a
  /// terminal it is asked for; elsewhere a line of the input answers when there is more than one button, and its end means the default.
  int message_box(std::u16string_view prompt, int buttons, std::u16string_view title, std::optional<std::chrono::milliseconds> limit = {});
  /// InputBox: nullopt for Cancel (the input's end); an empty line is the initial text.
  std::optional<scripting::Text> input_box(std::u16string_view prompt, std::u16string_view title, std::u16string_view initial);

 private:
  enum class Answer { kLine, kEnd, kTimeOut };
  Answer read_line(std::string& line, std::optional<std::chrono::steady_clock::time_point> deadline);
  void write(int descriptor, std::string_view utf8);

  Options options_;
  int output_error_ = 0;
};

}  // namespace script::wsh
