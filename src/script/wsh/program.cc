#include "script/wsh/program.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include "base/utf.h"
#include "script/wsh/source_file.h"
#include "script/wsh/standard_classes.h"
#include "script/wsh/watchdog.h"
#include "script/wsh/wscript.h"
#include "script/wsh/wsf_run.h"

namespace script::wsh {
namespace {

/// What happens to a script that does not end by itself.
void give_up(Watchdog::Cause cause, int signal) {
  if (cause == Watchdog::Cause::kSignal) {
    ::signal(signal, SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    ::kill(::getpid(), signal);
  }
  ::_exit(1);
}

std::string time_text(const std::string& script) {
  return "Script execution time was exceeded on script \"" + script + "\".\nScript execution was terminated.";
}

/// The first line of a script that the shell starts: `#!/usr/bin/cscript`.
std::string without_interpreter(std::string source) {
  if (!source.starts_with("#!")) return source;
  return source.substr(std::min(source.find('\n'), source.size()));
}

class Run {
 public:
  Run(const CommandLine& line, const Program& program) : line_(line), program_(program), terminal_(streams()) {}

  int run() {
    const int status = run_line();
    if (terminal_.output_error() == 0) return status;
    terminal_.report(std::string("The output can not be written: ") + std::strerror(terminal_.output_error()));
    return status != 0 ? status : 1;
  }

 private:
  int run_line() {
    if (line_.help) return print_usage();
    if (line_.logo && !line_.batch) terminal_.print("OpenWMI Script Host Version " + std::string(kVersion) + "\n\n");
    if (!line_.note.empty()) terminal_.report(line_.note);
    if (line_.script.empty()) return input_error("There is no script file specified.");
    const auto path = program_.drives.to_linux(base::utf8_to_utf16(line_.script));
    const base::SystemFiles files;
    if (!path || !files.exists(*path)) return input_error("Can not find script file \"" + path.value_or(line_.script) + "\".");
    auto source = read_source(files, *path);
    if (!source) return input_error("Can not read script file \"" + *path + "\": " + source.error().text());
    return run_source(*path, without_interpreter(*std::move(source)));
  }

  Terminal::Options streams() const {
    Terminal::Options options = program_.streams;
    options.utf16 = line_.unicode;
    options.silent = line_.batch;
    return options;
  }
  int print_usage() {
    terminal_.print("OpenWMI Script Host Version " + std::string(kVersion) + "\n\n" + usage_text(program_.name));
    return 0;
  }
  int input_error(const std::string& text) {
    terminal_.report("Input Error: " + text);
    return 1;
  }

  /// "vbscript", "jscript", "wsf"; else what is wrong.
  std::expected<std::string, std::string> kind_of(const std::string& path) const {
    if (!line_.engine.empty()) return language_key(line_.engine);
    const std::string name = path.substr(path.rfind('/') + 1);
    const std::size_t dot = name.rfind('.');
    if (dot == std::string::npos) return std::unexpected("There is no file extension in \"" + path + "\".");
    const std::string extension = name.substr(dot);
    if (base::equal_ignore_case(extension, ".vbs")) return "vbscript";
    if (base::equal_ignore_case(extension, ".js")) return "jscript";
    if (base::equal_ignore_case(extension, ".wsf")) return "wsf";
    return std::unexpected("There is no script engine for file extension \"" + extension + "\".");
  }

  int run_source(const std::string& path, std::string source) {
    auto kind = kind_of(path);
    if (!kind) return input_error(kind.error());
    ScriptFacts facts{program_.path, path, path.substr(path.rfind('/') + 1), line_.arguments, {}};
    const WsfJob* job = nullptr;
    WsfFile file;
    if (*kind == "wsf") {
      auto parsed = parse_wsf(source);
      if (!parsed) return wsf_error(parsed.error());
      file = *std::move(parsed);
      job = find_job(file, line_.job);
      if (job == nullptr) return input_error("Unable to find job \"" + line_.job + "\".");
      facts.usage = wsf_usage(*job, facts.script_name);
      if (asks_for_usage(*job)) return terminal_.print(facts.usage), 0;
    } else if (!line_.job.empty()) {
      return input_error("Jobs are in .wsf files only; \"" + line_.script + "\" is none.");
    }
    return run_script(std::move(facts), *kind, source, job);
  }
  int wsf_error(const WsfError& error) {
    terminal_.report(line_.script + "(" + std::to_string(error.line) + ", " + std::to_string(error.column) +
                     ") Windows Script Host: " + error.text);
    return 1;
  }
  bool asks_for_usage(const WsfJob& job) const {
    const bool has_usage = !job.arguments.empty() || !job.usage.empty() || !job.description.empty() || !job.example.empty();
    return has_usage && std::ranges::find(line_.arguments, "/?") != line_.arguments.end();
  }

  int run_script(ScriptFacts facts, const std::string& kind, const std::string& source, const WsfJob* job) {
    scripting::Apartment apartment;
    StopFlag stop;
    const auto end = [&] {
      stop.stop();
      apartment.interrupt();
    };
    Watchdog watchdog({end, [&](Watchdog::Cause cause, int signal) {
                         if (cause == Watchdog::Cause::kTime) terminal_.report(time_text(line_.script));
                         give_up(cause, signal);
                       }});
    int status = 0;
    {
      ScriptHost host(terminal_, apartment, stop, program_.drives, std::move(facts));
      host.on_time_limit([&](std::chrono::seconds limit) { watchdog.limit(limit); });
      if (line_.time_limit) host.set_time_limit(*line_.time_limit);
      status = run_in(host, kind, source, job);
    }
    watchdog.disarm();  // one of the two threads reports
    const Watchdog::Cause cause = watchdog.cause();
    if (cause == Watchdog::Cause::kTime) terminal_.report(time_text(line_.script));
    if (cause == Watchdog::Cause::kSignal) give_up(cause, watchdog.signal());
    return cause == Watchdog::Cause::kTime ? 1 : status;
  }

  int run_in(ScriptHost& host, const std::string& kind, const std::string& source, const WsfJob* job) {
    add_standard_classes(host);
    if (program_.prepare) program_.prepare(host);
    host.add_object(u"WScript", make_wscript(host));
    host.add_object(u"WSH", make_wscript(host));
    if (job != nullptr) {
      run_job(host, *job, {line_.script, program_.libraries ? program_.libraries() : std::vector<TypeLibrary>()});
    } else if (Engine* engine = host.engine(kind)) {
      const auto result = engine->run(source, line_.script);
      if (!result) host.report(result.error());
    } else {
      return input_error("Can't find script engine \"" + line_.engine + "\" for script \"" + line_.script + "\".");
    }
    if (!host.quitting() && !host.stop().stopped() && program_.finish) program_.finish();
    const int status = host.status();
    host.close();
    return host.quitting() ? host.status() : status;
  }

  const CommandLine& line_;
  const Program& program_;
  Terminal terminal_;
};

}  // namespace

int run_program(const CommandLine& line, const Program& program) {
  ::signal(SIGPIPE, SIG_IGN);  // a program that does not read what Exec's StdIn gets is an error there
  return Run(line, program).run();
}

}  // namespace script::wsh
