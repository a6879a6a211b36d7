// put: the objects of a MOF file, each its own put.
#include <unistd.h>

#include <fmt/format.h>

#include "base/json.h"
#include "cli/commands.h"
#include "cli/events.h"
#include "cli/progress.h"
#include "cli/put_target.h"
#include "mof/check.h"
#include "mof/compiler.h"
#include "mof/parser.h"

namespace cli {
namespace {

base::Result<std::string> read_stream(int fd) {
  std::string text;
  char buffer[65536];
  ssize_t got = 0;
  while ((got = ::read(fd, buffer, sizeof buffer)) > 0) {
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > mof::kMaxSourceOctets) return base::fail(base::WBEM_E_TOO_MUCH_DATA, "the input is longer than a MOF text may be");
  }
  if (got < 0) return base::fail(base::errno_status(errno, "reading standard input"));
  return text;
}

base::Result<mof::Source> open_source(const std::string& file, mof::FileLoader& loader) {
  if (file != "-") return loader.open(file);
  TRY_ASSIGN(std::string octets, read_stream(STDIN_FILENO));
  TRY_ASSIGN(std::string text, mof::decode_source(std::move(octets)));
  return mof::Source{"<standard input>", std::move(text)};
}

void print_path(const Session& session, const std::string& path) {
  std::string line;
  if (session.rows.format == Format::kJson || session.rows.format == Format::kJsonLines) {
    base::JsonWriter json(line);
    json.begin_object();
    if (session.rows.hosts) json.key("host").string(session.rows.host);
    json.key("path").string(path).end_object();
  } else {
    line = session.rows.hosts ? session.rows.host + ": " + path : path;
  }
  session.console.write(line + "\n");
  session.console.flush();
}

/// Where the n-th class or instance of the file begins.
mof::Place place_of(const mof::Unit& unit, std::size_t object) {
  for (const mof::Declaration& declaration : unit.declarations) {
    const auto* cls = std::get_if<mof::ClassDecl>(&declaration);
    const auto* instance = std::get_if<mof::InstanceDecl>(&declaration);
    if ((cls != nullptr || instance != nullptr) && --object == 0) return unit.place(cls != nullptr ? cls->position : instance->position);
  }
  return {};
}

/// Prints and drops what was found; true when an error was among it.
bool report(const Session& session, mof::Diagnostics& diagnostics) {
  bool errors = false;
  for (const mof::Diagnostic& diagnostic : diagnostics) {
    const bool error = diagnostic.severity == mof::Diagnostic::Severity::kError;
    errors |= error;
    error ? session.console.error(diagnostic.status()) : session.console.note(diagnostic.to_string());
  }
  diagnostics.clear();
  return errors;
}

/// The first object that failed, with its place; else what the compiler found.
int failed(const Session& session, const mof::Unit& unit, const PutFailure& failure, const base::Status& status,
           mof::Diagnostics& diagnostics) {
  if (!failure.status.ok() && failure.object == 0) return finish(session, failure.status);
  if (!failure.status.ok()) {
    mof::Diagnostic diagnostic;
    diagnostic.code = failure.status.code();
    diagnostic.place = place_of(unit, failure.object);
    diagnostic.text = failure.status.text();
    return finish(session, diagnostic.status());
  }
  return report(session, diagnostics) ? kWmiError : finish(session, status);
}

PutEvents make_events(Session& session, const PutArguments& arguments, EventPrinter& printer, Progress& progress) {
  PutEvents events;
  if (arguments.async) {
    events.put = [&](const std::string& path) { printer.object_put(path); };
    events.completed = [&](const base::Status& status) { printer.completed(status); };
  } else {
    events.put = [&](const std::string& path) {
      print_path(session, path);
      progress.add();
    };
  }
  if (arguments.status) events.progress = [&](const cim::SinkStatus& status) { printer.progress(status); };
  events.forced = [&](const std::string& name, std::size_t count) {
    progress.clear();
    session.console.note(fmt::format("note: {} and its derived classes have {} instance{}; changing the class by force deletes {}", name,
                                     count, count == 1 ? "" : "s", count == 1 ? "it" : "them"));
  };
  return events;
}

}  // namespace

int put(Session& session, const PutArguments& arguments) {
  base::SystemFiles files;
  mof::FileLoader loader(files);
  auto source = open_source(arguments.file, loader);
  if (!source) return finish(session, source.error());
  mof::Diagnostics diagnostics;
  auto unit = mof::parse(*std::move(source), &loader, diagnostics);
  const base::Status checked = unit ? mof::check(*unit, diagnostics) : unit.error();
  if (!report(session, diagnostics) && !checked.ok()) session.console.error(checked);
  if (!checked.ok()) return kWmiError;

  EventPrinter printer(session.console, session.rows);
  Progress progress(session.console, "stored");
  if (session.console.out_is_terminal) progress.stop();
  RunLimits limits = session.limits;
  limits.waiting = [&progress] { progress.tick(); };
  cim::CallOptions options;
  options.flags = arguments.flags | (arguments.status ? cim::flag::kSendStatus : 0);
  if (arguments.async) options.delivery = cim::Delivery::kCallback;
  PutTarget target(session.services, limits, options, make_events(session, arguments, printer, progress));
  mof::CompileOptions compile;
  compile.name_space = session.services->name_space();
  const auto counts = mof::compile(*unit, target, compile, diagnostics);
  progress.stop();
  return counts ? kSuccess : failed(session, *unit, target.failure(), counts.error(), diagnostics);
}

}  // namespace cli
