#include "cli/events.h"

#include <fmt/format.h>

#include "base/json.h"
#include "cli/columns.h"
#include "cli/display.h"
#include "cli/json_output.h"

namespace cli {
namespace {

std::string hex(base::Hresult code) { return fmt::format("0x{:08X}", static_cast<std::uint32_t>(code)); }

base::JsonWriter& begin(base::JsonWriter& json, const RowOptions& options, std::string_view event) {
  json.begin_object();
  if (options.hosts) json.key("host").string(options.host);
  return json.key("event").string(event);
}

}  // namespace

EventPrinter::EventPrinter(const Console& console, const RowOptions& options) : console_(console), options_(options) {}

void EventPrinter::emit(std::string line) {
  line += '\n';
  if (options_.hosts && !json()) line = options_.host + ": " + line;
  console_.write(line);
  console_.flush();
}

RowOptions EventPrinter::shown() const {
  RowOptions options = options_;
  options.hosts = false;  // the line says it already
  return options;
}

void EventPrinter::object_ready(const cim::Object& object) {
  std::string line;
  if (json()) {
    base::JsonWriter json(line);
    begin(json, options_, "OnObjectReady").key("object");
    write_json(json, object, shown());
    json.end_object();
    return emit(std::move(line));
  }
  line = "OnObjectReady";
  bool first = true;
  for (const Column& column : columns_of(object, shown())) {
    const std::string value = printable(cell_text(cell(object, column), column.type));
    if (value.empty()) continue;
    line += (first ? "  " : ", ") + column.name + " = " + value;
    first = false;
  }
  emit(std::move(line));
}

void EventPrinter::object_put(std::string_view path) {
  if (!json()) return emit("OnObjectPut    " + std::string(path));
  std::string line;
  base::JsonWriter json(line);
  begin(json, options_, "OnObjectPut").key("path").string(path).end_object();
  emit(std::move(line));
}

void EventPrinter::progress(const cim::SinkStatus& status) {
  if (!json()) return emit(fmt::format("OnProgress     {}/{} {}", status.done(), status.total(), status.text));
  std::string line;
  base::JsonWriter json(line);
  begin(json, options_, "OnProgress").key("done").number(status.done()).key("total").number(status.total());
  json.key("text").string(status.text).end_object();
  emit(std::move(line));
}

void EventPrinter::completed(const base::Status& status) {
  const std::string_view name = base::hresult_name(status.code());
  if (!json()) return emit(fmt::format("OnCompleted    {} {}", hex(status.code()), name));
  std::string line;
  base::JsonWriter json(line);
  begin(json, options_, "OnCompleted").key("hresult").string(hex(status.code())).key("status").string(name);
  if (!status.text().empty()) json.key("description").string(status.text());
  json.end_object();
  emit(std::move(line));
}

}  // namespace cli
