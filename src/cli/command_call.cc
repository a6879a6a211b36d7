// call: a method, synchronously or with its events.
#include "cim/calls.h"
#include "cim/path.h"
#include "cli/commands.h"
#include "cli/events.h"
#include "cli/parameters.h"
#include "cli/progress.h"

namespace cli {
namespace {

/// The in-parameters for the call; nullopt when the method takes none, or when class or method is unknown: the call itself then says so,
/// as an event of the operation.
base::Result<std::optional<cim::Instance>> prepare(Session& session, const CallArguments& arguments) {
  TRY_ASSIGN(cim::ObjectPath path, cim::ObjectPath::parse(arguments.path));
  path.keys.clear();
  path.singleton = false;
  const auto cls = cim::GetObject(*session.services, path.to_string());
  if (!cls) return std::optional<cim::Instance>();
  const cim::Method* method = cls->cls()->method(arguments.method);
  if (method == nullptr) return std::optional<cim::Instance>();
  if (method->in == nullptr) {
    if (arguments.parameters.empty()) return std::optional<cim::Instance>();
    return base::fail(base::WBEM_E_INVALID_METHOD_PARAMETERS, method->name + " takes no parameters");
  }
  TRY_ASSIGN(cim::Instance in, in_parameters(*session.services, *method, arguments.parameters));
  return std::optional(std::move(in));
}

}  // namespace

int call(Session& session, const CallArguments& arguments) {
  for (const std::string& word : arguments.parameters) {
    if (const std::size_t equals = word.find('='); equals != std::string::npos && equals > 0) continue;
    session.console.note("wmi: '" + word + "' is no parameter; write Name=Value");
    return kUsage;
  }
  const auto in = prepare(session, arguments);
  if (!in) return finish(session, in.error());
  EventPrinter events(session.console, session.rows);
  RowOptions rows = session.rows;
  if (!session.format_given && rows.format == Format::kTable) rows.format = Format::kList;  // one object
  Progress progress(session.console, "");
  if (arguments.async && session.console.out_is_terminal) progress.stop();
  RunLimits limits = session.limits;
  limits.waiting = [&progress] { progress.tick(); };
  Handlers handlers;
  handlers.object = [&](const cim::Object& object) {
    progress.stop();
    if (arguments.async) return events.object_ready(object);
    const auto writer = make_row_writer(session.console, rows);
    writer->row(object);
    writer->finish();
  };
  if (arguments.status) handlers.progress = [&](const cim::SinkStatus& status) { events.progress(status); };
  if (arguments.async) handlers.completed = [&](const cim::SinkStatus& status) { events.completed(status_of(status)); };
  cim::CallOptions options;
  if (arguments.status) options.flags |= cim::flag::kSendStatus;
  if (arguments.async) options.delivery = cim::Delivery::kCallback;
  const base::Status status = run_operation(*session.services, limits, std::move(handlers), [&](cim::SinkPtr sink) {
    return session.services->ExecMethodAsync(arguments.path, arguments.method, *in, options, std::move(sink));
  });
  progress.stop();
  return finish(session, status);
}

}  // namespace cli
