// put: the objects of a MOF file, each its own put.
#include <unistd.h>

#include <fmt/format.h>

#include "base/json.h"
#include "cli/commands.h"
#include "cli/events.h"
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
    base::JsonWriter(line).begin_object().key("path").string(path).end_object();
  } else {
    line = path;
  }
  session.console.write(line + "\n");
  session.console.flush();
}

}  // namespace

int put(Session& session, const PutArguments& arguments) {
  base::SystemFiles files;
  mof::FileLoader loader(files);
  auto source = open_source(arguments.file, loader);
  if (!source) return finish(session, source.error());
  mof::Diagnostics diagnostics;
  const auto report = [&](const base::Status& status) {
    for (const mof::Diagnostic& diagnostic : diagnostics) session.console.note(diagnostic.to_string());
    if (diagnostics.empty()) session.console.error(status);
    return kWmiError;
  };
  auto unit = mof::parse(*std::move(source), &loader, diagnostics);
  if (!unit) return report(unit.error());
  if (const base::Status checked = mof::check(*unit, diagnostics); !checked.ok()) return report(checked);

  EventPrinter printer(session.console, session.rows);
  PutEvents events;
  if (arguments.async) {
    events.put = [&](const std::string& path) { printer.object_put(path); };
    events.completed = [&](const base::Status& status) { printer.completed(status); };
  } else {
    events.put = [&](const std::string& path) { print_path(session, path); };
  }
  if (arguments.status) events.progress = [&](const cim::SinkStatus& status) { printer.progress(status); };
  events.forced = [&](const std::string& name, std::size_t count) {
    session.console.note(fmt::format("note: {} and its derived classes have {} instance{}; changing the class by force deletes {}", name,
                                     count, count == 1 ? "" : "s", count == 1 ? "it" : "them"));
  };
  cim::CallOptions options;
  options.flags = arguments.flags | (arguments.status ? cim::flag::kSendStatus : 0);
  if (arguments.async) options.delivery = cim::Delivery::kCallback;
  PutTarget target(session.services, session.limits, options, std::move(events));
  mof::CompileOptions compile;
  compile.name_space = session.services->name_space();
  const auto counts = mof::compile(*unit, target, compile, diagnostics);
  return counts ? kSuccess : report(counts.error());
}

}  // namespace cli
