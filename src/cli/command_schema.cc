// classes, namespaces: what there is.
#include <algorithm>

#include "base/utf.h"
#include "cim/calls.h"
#include "cli/commands.h"

namespace cli {
namespace {

/// Wild cards of file names (* ?) and of WQL (%), ignoring case; both texts folded.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '*' || pattern[p] == '%')) {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && (pattern[p] == '*' || pattern[p] == '%')) ++p;
  return p == pattern.size();
}

/// A class with one text property: how a list of names goes through the same forms of output as everything else.
base::Result<cim::ClassPtr> name_class(const std::string& column) {
  cim::ClassBuilder builder("Names");
  TRY(builder.put_property(column, {cim::CimType::kString, false}));
  return builder.build();
}

base::Status list_namespaces(cim::Services& services, std::vector<std::string>& out) {
  out.push_back(services.name_space());
  std::vector<std::string> names;
  const auto enumerator = cim::ExecQuery(cim::ServicesPtr(&services, [](cim::Services*) {}), "WQL", "SELECT Name FROM __Namespace",
                                         cim::flag::kForwardOnly | cim::flag::kReturnImmediately);
  if (!enumerator) return enumerator.error();
  std::vector<cim::Object> rows;
  const base::Status status = (*enumerator)->Next(cim::kInfinite, 0xFFFFFFFF, rows);
  if (!status.ok()) return status;
  for (const cim::Object& row : rows)
    if (const auto name = row.get("Name"); name && name->as_text() != nullptr) names.push_back(*name->as_text());
  std::ranges::sort(names, base::ILess());
  for (const std::string& name : names) {
    auto child = cim::OpenNamespace(services, name);
    if (!child && child.error().code() == base::WBEM_E_ACCESS_DENIED) continue;
    if (!child) return child.error();
    TRY(list_namespaces(**child, out));
  }
  return {};
}

}  // namespace

int classes(Session& session, const std::string& pattern) {
  const std::string folded = base::fold_case(pattern);
  std::vector<cim::ClassPtr> found;
  Handlers handlers;
  handlers.object = [&](const cim::Object& object) {
    if (folded.empty() || matches(folded, base::fold_case(object.cls()->name()))) found.push_back(object.cls());
  };
  const base::Status status = run_operation(*session.services, session.limits, std::move(handlers), [&](cim::SinkPtr sink) {
    return session.services->CreateClassEnumAsync("", {}, std::move(sink));
  });
  if (!status.ok()) return finish(session, status);
  std::ranges::sort(found, base::ILess(), [](const cim::ClassPtr& cls) { return cls->name(); });
  RowOptions options = session.rows;
  if (!options.system) options.columns = {"__CLASS", "__SUPERCLASS"};
  const auto writer = make_row_writer(session.console, options);
  for (const cim::ClassPtr& cls : found) writer->row(cls);
  writer->finish();
  if (found.empty() && !pattern.empty()) {
    session.console.note("no class in " + session.services->name_space() + " matches " + pattern);
    return kWmiError;
  }
  return kSuccess;
}

int namespaces(Session& session) {
  auto root = cim::OpenNamespace(*session.services, "root");
  if (!root) return finish(session, root.error());
  std::vector<std::string> names;
  const base::Status status = list_namespaces(**root, names);
  if (!status.ok()) return finish(session, status);
  const auto writer = make_row_writer(session.console, session.rows);
  const auto cls = name_class("Namespace");
  if (!cls) return finish(session, cls.error());
  for (const std::string& name : names) {
    cim::InstanceBuilder row(*cls);
    row.set_text((*cls)->properties()[0].handle, name);
    writer->row(row.build());
  }
  writer->finish();
  return kSuccess;
}

}  // namespace cli
