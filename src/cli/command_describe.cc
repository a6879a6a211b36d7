// describe: a class for people (its members with where they come from), as JSON, or as MOF.
#include <functional>

#include <fmt/format.h>

#include "base/json.h"
#include "cim/calls.h"
#include "cli/columns.h"
#include "cli/commands.h"
#include "cli/json_output.h"

namespace cli {
namespace {

std::string type_text(const cim::Property& p) {
  std::string text = p.cim_type.empty() ? std::string(cim::type_name(p.type.base)) : p.cim_type;
  if (p.type.array) text += "[]";
  return text;
}

/// A class and those above it, nearest first. Those that cannot be read are left out: what only they know stays unsaid.
using Lineage = std::vector<cim::ClassPtr>;

/// The nearest class that sets a propagated qualifier itself. `of` finds the set of the same member in a class; null when it has none.
std::string_view qualifier_origin(const Lineage& lineage, std::string_view name,
                                  const std::function<const cim::QualifierSet*(const cim::Class&)>& of) {
  for (const cim::ClassPtr& cls : lineage) {
    const cim::QualifierSet* set = of(*cls);
    const cim::Qualifier* qualifier = set != nullptr ? set->find(name) : nullptr;
    if (qualifier != nullptr && !qualifier->propagated()) return cls->name();
  }
  return lineage.empty() ? std::string_view() : std::string_view(lineage.back()->name());
}

void json_origins(base::JsonWriter& json, const cim::QualifierSet& qualifiers, const Lineage& lineage,
                  const std::function<const cim::QualifierSet*(const cim::Class&)>& of) {
  json.key("qualifierOrigins").begin_object();
  for (const cim::Qualifier& q : qualifiers) json.key(q.name).string(qualifier_origin(lineage, q.name, of));
  json.end_object();
}

void json_qualifiers(base::JsonWriter& json, const cim::QualifierSet& qualifiers) {
  json.key("qualifiers").begin_object();
  for (const cim::Qualifier& q : qualifiers) {
    json.key(q.name);
    write_json(json, q.value, q.type);
  }
  json.end_object();
}

void json_property(base::JsonWriter& json, const cim::Class& cls, const cim::Property& p, const Lineage& lineage) {
  json.begin_object().key("name").string(p.name).key("type").string(type_text(p));
  json.key("key").boolean(p.key()).key("origin").string(cls.origin_name(p.origin)).key("default");
  write_json(json, p.default_value, p.type);
  json_qualifiers(json, p.qualifiers);
  json_origins(json, p.qualifiers, lineage, [&p](const cim::Class& c) {
    const cim::Property* same = c.property(p.name);
    return same != nullptr ? &same->qualifiers : nullptr;
  });
  json.end_object();
}

void json_parameters(base::JsonWriter& json, std::string_view name, const cim::ClassPtr& parameters) {
  json.key(name).begin_array();
  if (parameters != nullptr)
    for (const cim::Property& p : parameters->properties()) {
      json.begin_object().key("name").string(p.name).key("type").string(type_text(p));
      json_qualifiers(json, p.qualifiers);
      json.end_object();
    }
  json.end_array();
}

void json_method(base::JsonWriter& json, const cim::Class& cls, const cim::Method& m, const Lineage& lineage) {
  json.begin_object().key("name").string(m.name).key("origin").string(cls.origin_name(m.origin));
  json_qualifiers(json, m.qualifiers);
  json_origins(json, m.qualifiers, lineage, [&m](const cim::Class& c) {
    const cim::Method* same = c.method(m.name);
    return same != nullptr ? &same->qualifiers : nullptr;
  });
  json_parameters(json, "in", m.in);
  json_parameters(json, "out", m.out);
  json.end_object();
}

void print_json(const Session& session, const cim::Class& cls, const Lineage& lineage) {
  std::string text;
  base::JsonWriter json(text, session.rows.format == Format::kJson ? 2 : 0);
  json.begin_object();
  if (session.rows.hosts) json.key("host").string(session.rows.host);
  json.key("class").string(cls.name()).key("superclass");
  if (cls.superclass().empty())
    json.null();
  else
    json.string(cls.superclass());
  json.key("namespace").string(cls.name_space()).key("derivation").begin_array();
  for (const std::string& name : cls.derivation()) json.string(name);
  json.end_array();
  json_qualifiers(json, cls.qualifiers());
  json_origins(json, cls.qualifiers(), lineage, [](const cim::Class& c) { return &c.qualifiers(); });
  json.key("properties").begin_array();
  for (const cim::Property& p : cls.properties()) json_property(json, cls, p, lineage);
  json.end_array().key("methods").begin_array();
  for (const cim::Method& m : cls.methods()) json_method(json, cls, m, lineage);
  json.end_array().end_object();
  session.console.write(text + "\n");
}

std::string traits(const cim::Class& cls) {
  std::string text;
  const auto add = [&text](bool yes, std::string_view word) {
    if (yes) text += (text.empty() ? "" : ", ") + std::string(word);
  };
  add(cls.abstract(), "abstract");
  add(cls.singleton(), "singleton");
  add(cls.association(), "association");
  add(cls.dynamic(), "provided by " + std::string(cls.provider()));
  return text;
}

std::string parameters(const cim::Method& m) {
  std::string text;
  const auto add = [&](const cim::Property& p, std::string_view direction) {
    text += fmt::format("{}{} {} {}", text.empty() ? "" : ", ", direction, type_text(p), p.name);
  };
  if (m.in != nullptr)
    for (const cim::Property& p : m.in->properties()) add(p, m.out != nullptr && m.out->property(p.name) != nullptr ? "in,out" : "in");
  if (m.out != nullptr)
    for (const cim::Property& p : m.out->properties())
      if (p.name != "ReturnValue" && (m.in == nullptr || m.in->property(p.name) == nullptr)) add(p, "out");
  return text;
}

void print_members(std::string& out, const cim::Class& cls) {
  std::size_t name_width = 0;
  std::size_t type_width = 0;
  for (const cim::Property& p : cls.properties()) {
    name_width = std::max(name_width, p.name.size());
    type_width = std::max(type_width, type_text(p).size());
  }
  if (!cls.properties().empty()) out += "\nProperties\n";
  for (const cim::Property& p : cls.properties()) {
    out += fmt::format("  {:{}}  {:{}}  {}{}", p.name, name_width, type_text(p), type_width, p.key() ? "key, " : "",
                       fmt::format("from {}", cls.origin_name(p.origin)));
    if (!p.default_value.is_null()) out += " = " + cell_text(p.default_value, p.type);
    const std::string_view description = p.qualifiers.text("Description");
    out += description.empty() ? "\n" : fmt::format("\n      {}\n", description);
  }
  if (!cls.methods().empty()) out += "\nMethods\n";
  for (const cim::Method& m : cls.methods()) {
    const cim::Property* result = m.out != nullptr ? m.out->property("ReturnValue") : nullptr;
    out += fmt::format("  {} {}({})", result != nullptr ? type_text(*result) : "void", m.name, parameters(m));
    if (m.qualifiers.is_true("static")) out += "  static";
    if (cls.dynamic() && !m.qualifiers.is_true("implemented")) out += "  not implemented";
    if (m.qualifiers.is_true("disabled")) out += "  disabled";
    const std::string_view description = m.qualifiers.text("Description");
    out += description.empty() ? "\n" : fmt::format("\n      {}\n", description);
  }
}

void print_text(const Session& session, const cim::Class& cls) {
  std::string out = cls.name();
  for (const std::string& name : cls.derivation()) out += " : " + name;
  out += "\n  in " + cls.name_space();
  if (const std::string text = traits(cls); !text.empty()) out += "; " + text;
  out += "\n";
  if (const std::string_view description = cls.qualifiers().text("Description"); !description.empty())
    out += fmt::format("  {}\n", description);
  print_members(out, cls);
  session.console.write(out);
}

Lineage lineage_of(Session& session, const cim::ClassPtr& cls) {
  Lineage lineage{cls};
  for (const std::string& name : cls->derivation())
    if (const auto above = cim::GetObject(*session.services, name, cim::flag::kUseAmendedQualifiers)) lineage.push_back(above->cls());
  return lineage;
}

}  // namespace

int describe(Session& session, const std::string& class_name) {
  std::optional<cim::ClassPtr> cls;
  Handlers handlers;
  handlers.object = [&](const cim::Object& object) { cls = object.cls(); };
  cim::CallOptions options;
  options.flags = cim::flag::kUseAmendedQualifiers;
  const base::Status status = run_operation(*session.services, session.limits, std::move(handlers), [&](cim::SinkPtr sink) {
    return session.services->GetObjectAsync(class_name, options, std::move(sink));
  });
  if (!status.ok() || !cls) return finish(session, status);
  switch (session.rows.format) {
    case Format::kJson:
    case Format::kJsonLines: print_json(session, **cls, lineage_of(session, *cls)); break;
    case Format::kMof:
    case Format::kXml:
    case Format::kCsv: {
      const auto writer = make_row_writer(session.console, session.rows);
      writer->row(*cls);
      writer->finish();
      break;
    }
    case Format::kTable:
    case Format::kList: print_text(session, **cls); break;
  }
  session.console.flush();
  return kSuccess;
}

}  // namespace cli
