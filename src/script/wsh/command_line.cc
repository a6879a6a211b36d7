#include "script/wsh/command_line.h"

#include <charconv>

#include "base/utf.h"

namespace script::wsh {
namespace {

constexpr std::int64_t kMaxSeconds = 32767;

std::unexpected<std::string> wrong(std::string text) { return std::unexpected(std::move(text)); }

/// The value of `NAME:value`.
std::optional<std::string> value_of(std::string_view option, std::string_view name) {
  if (option.size() <= name.size() || option[name.size()] != ':' || !base::starts_with_ignore_case(option, name)) return std::nullopt;
  return std::string(option.substr(name.size() + 1));
}

std::optional<std::chrono::seconds> parse_seconds(const std::string& text) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0 || seconds > kMaxSeconds) return std::nullopt;
  return std::chrono::seconds(seconds);
}

/// Empty: taken. Else what is wrong.
std::string take_option(CommandLine& line, const std::string& word) {
  const std::string option = word.substr(2);
  const auto is = [&](std::string_view name) { return base::equal_ignore_case(option, name); };
  if (is("?") || is("h") || is("help")) {
    line.help = true;
  } else if (is("nologo")) {
    line.logo = false;
  } else if (is("logo")) {
    line.logo = true;
  } else if (is("b")) {
    line.batch = true;
  } else if (is("i")) {
    line.batch = false;
  } else if (is("u")) {
    line.unicode = true;
  } else if (is("d") || is("x")) {
    line.debug = true;
  } else if (is("s")) {
    line.note = "Command line options are not kept for a user; //S changes nothing.";
  } else if (const auto host = value_of(option, "h")) {
    if (!base::equal_ignore_case(*host, "cscript") && !base::equal_ignore_case(*host, "wscript"))
      return "Unknown option \"" + word + "\" specified.";
    line.note = "The default script host is changed to \"" + *host + ".exe\" on Windows only; " + word + " changes nothing.";
  } else if (const auto seconds = value_of(option, "t")) {
    const auto limit = parse_seconds(*seconds);
    if (!limit) return "Invalid timeout value for \"" + word + "\" option.";
    if (limit->count() > 0) line.time_limit = limit;
  } else if (const auto engine = value_of(option, "e"); engine && !engine->empty()) {
    line.engine = *engine;
  } else if (const auto job = value_of(option, "job"); job && !job->empty()) {
    line.job = *job;
  } else {
    return "Unknown option \"" + word + "\" specified.";
  }
  return {};
}

/// What people try who do not know this program yet.
bool is_question(std::string_view word) { return word == "--help" || word == "-h" || word == "-?" || word == "/?"; }

}  // namespace

std::expected<CommandLine, std::string> parse_command_line(std::span<const std::string> words) {
  CommandLine line;
  line.help = words.empty();
  for (const std::string& word : words) {
    if (word.starts_with("//") && word.find('/', 2) == std::string::npos) {
      if (std::string error = take_option(line, word); !error.empty()) return wrong(std::move(error));
    } else if (line.script.empty() && is_question(word)) {
      line.help = true;
    } else if (line.script.empty()) {
      line.script = word;
    } else {
      line.arguments.push_back(word);
    }
  }
  return line;
}

std::string usage_text(const std::string& program) {
  return "Usage: " + program +
         " scriptfile [option...] [arguments...]\n"
         "\n"
         "Runs a script: .vbs (VBScript), .js (JScript) or .wsf (jobs of several scripts).\n"
         "\n"
         "Options:\n"
         "  //?          This text\n"
         "  //B          Batch mode: no script errors, no prompts, no WScript.Echo\n"
         "  //I          Interactive mode (the default, opposite of //B)\n"
         "  //D          Debugging: there is no debugger here, the script runs\n"
         "  //X          The same\n"
         "  //E:engine   The language, whatever the file's name ends with: VBScript, JScript\n"
         "  //H:CScript  The default host: accepted and without effect, also //H:WScript\n"
         "  //Job:id     Runs one job of a .wsf file (the first one when not given)\n"
         "  //Logo       A line about this program first (the default)\n"
         "  //Nologo     No such line\n"
         "  //S          Keeps options for this user: accepted and without effect\n"
         "  //T:n        Ends the script after n seconds\n"
         "  //U          Writes UTF-16 instead of UTF-8\n"
         "\n"
         "Arguments beginning with one slash belong to the script: /name:value.\n";
}

}  // namespace script::wsh
