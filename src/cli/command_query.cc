// query, get, delete: rows out, or nothing.
#include <algorithm>

#include "cim/calls.h"
#include "cim/path.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "wql/query.h"

namespace cli {
namespace {

/// The SELECT list when it names system properties, which are then shown although --system was not given; empty otherwise.
std::vector<std::string> named_properties(const std::string& text) {
  const auto parsed = wql::parse(text);
  if (!parsed || std::ranges::none_of(parsed->select, [](const wql::PropertyName& name) { return name.top().starts_with("__"); }))
    return {};
  std::vector<std::string> names;
  for (const wql::PropertyName& name : parsed->select) names.push_back(name.top());
  return names;
}

}  // namespace

int finish(const Session& session, const base::Status& status) {
  if (status.ok()) return kSuccess;
  session.console.error(status);
  return kWmiError;
}

int query(Session& session, const std::string& text) {
  RowOptions options = session.rows;
  options.named = named_properties(text);
  const auto writer = make_row_writer(session.console, options);
  Progress progress(session.console, "rows");
  RunLimits limits = session.limits;
  limits.waiting = [&progress] { progress.tick(); };
  std::size_t rows = 0;
  Handlers handlers;
  handlers.object = [&](const cim::Object& object) {
    if (session.console.out_is_terminal && writer->prints_next()) progress.stop();
    writer->row(object);
    progress.add();
    ++rows;
  };
  const base::Status status = run_operation(*session.services, limits, std::move(handlers), [&](cim::SinkPtr sink) {
    return session.services->ExecQueryAsync("WQL", text, {}, std::move(sink));
  });
  progress.stop();
  writer->finish();  // partial results stay readable after a failure
  if (status.ok() && rows == 0 && session.console.out_is_terminal && session.rows.format == Format::kTable)
    session.console.note("no instances");
  return finish(session, status);
}

int get(Session& session, const std::string& path) {
  // One object reads better as a list, a class as its text; an explicit -o wins.
  RowOptions rows = session.rows;
  if (!session.format_given && rows.format == Format::kTable) {
    const auto parsed = cim::ObjectPath::parse(path);
    rows.format = parsed && parsed->is_class() ? Format::kMof : Format::kList;
  }
  std::unique_ptr<RowWriter> writer;
  Handlers handlers;
  handlers.object = [&](const cim::Object& object) {
    writer = make_row_writer(session.console, rows);
    writer->row(object);
    writer->finish();
  };
  const base::Status status = run_operation(*session.services, session.limits, std::move(handlers),
                                            [&](cim::SinkPtr sink) { return session.services->GetObjectAsync(path, {}, std::move(sink)); });
  return finish(session, status);
}

int remove(Session& session, const std::string& path) {
  const auto parsed = cim::ObjectPath::parse(path);
  if (!parsed) return finish(session, parsed.error());
  return finish(session, run_operation(*session.services, session.limits, {}, [&](cim::SinkPtr sink) {
                  return parsed->is_class() ? session.services->DeleteClassAsync(parsed->class_name, {}, std::move(sink))
                                            : session.services->DeleteInstanceAsync(path, {}, std::move(sink));
                }));
}

}  // namespace cli
