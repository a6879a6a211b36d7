// query, get, delete: rows out, or nothing.
#include <fmt/format.h>

#include "cim/calls.h"
#include "cim/path.h"
#include "cli/commands.h"

namespace cli {
namespace {

/// On a terminal that does not show the rows themselves, a long enumeration says how far it is.
class RowCounter {
 public:
  explicit RowCounter(const Console& console) : console_(console), active_(console.err_is_terminal && !console.out_is_terminal) {}
  ~RowCounter() {
    if (shown_) std::fputs("\r\033[K", console_.err);
  }
  void add() {
    ++rows_;
    if (!active_ || (rows_ & 0xFFU) != 0) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(500)) return;
    last_ = now;
    shown_ = true;
    std::fprintf(console_.err, "\r%zu rows", rows_);
    std::fflush(console_.err);
  }

 private:
  const Console& console_;
  bool active_;
  bool shown_ = false;
  std::size_t rows_ = 0;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace

int finish(const Session& session, const base::Status& status) {
  if (status.ok()) return kSuccess;
  session.console.error(status);
  return kWmiError;
}

int query(Session& session, const std::string& text) {
  const auto writer = make_row_writer(session.console, session.rows);
  base::Status status;
  {
    RowCounter counter(session.console);
    Handlers handlers;
    handlers.object = [&](const cim::Object& object) {
      writer->row(object);
      counter.add();
    };
    status = run_operation(*session.services, session.limits, std::move(handlers),
                           [&](cim::SinkPtr sink) { return session.services->ExecQueryAsync("WQL", text, {}, std::move(sink)); });
  }
  writer->finish();  // partial results stay readable after a failure
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
