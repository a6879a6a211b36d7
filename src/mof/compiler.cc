#include "mof/compiler.h"

#include <algorithm>

#include <fmt/format.h>

#include "mof/compiler_impl.h"

namespace mof {
namespace {

constexpr int kMaxForward = 64;

Position position_of(const Declaration& declaration) {
  return std::visit([](const auto& d) { return d.position; }, declaration);
}

std::uint32_t last_line_of(const Declaration& declaration) {
  if (const auto* cls = std::get_if<ClassDecl>(&declaration)) return cls->last_line;
  if (const auto* instance = std::get_if<InstanceDecl>(&declaration)) return instance->last_line;
  return 0;
}

}  // namespace

base::Result<CompileCounts> compile(const Unit& unit, Target& target, const CompileOptions& options, Diagnostics& diagnostics) {
  TRY(target.begin());
  base::Result<CompileCounts> counts = Compiler(unit, target, options, diagnostics).run();
  if (!counts) {
    target.rollback();
    return counts;
  }
  if (base::Status status = target.commit(); !status) {
    Diagnostic diagnostic;
    diagnostic.code = status.code();
    diagnostic.place.file = unit.sources.empty() ? std::string() : unit.sources.front().name;
    diagnostic.text = status.text();
    diagnostics.push_back(std::move(diagnostic));
    return base::fail(std::move(status));
  }
  return counts;
}

base::Status Compiler::at(const Position& position, base::Status status) {
  if (!status && !error_at_) error_at_ = position;
  return status;
}

base::Status Compiler::report(const base::Status& status, const Declaration& declaration) {
  Diagnostic diagnostic;
  diagnostic.code = status.code();
  diagnostic.place = unit_.place(error_at_.value_or(position_of(declaration)));
  diagnostic.last_line = last_line_of(declaration);
  diagnostic.object = diagnostic.last_line == 0 ? 0 : static_cast<std::uint32_t>(object_);
  diagnostic.text = status.text();
  error_at_.reset();
  base::Status placed = diagnostic.status();
  diagnostics_.push_back(std::move(diagnostic));
  return placed;
}

/// Which namespace each declaration belongs to has to be known ahead, for aliases that lead forward.
base::Status Compiler::prepare() {
  if (const AliasProblem problem = aliases_.build(unit_); problem.code) return {*problem.code, problem.text};
  class_flags_ = options_.class_flags;
  instance_flags_ = options_.instance_flags;
  namespaces_.push_back(options_.name_space);
  namespace_of_.reserve(unit_.declarations.size());
  for (const Declaration& declaration : unit_.declarations) {
    if (const auto* pragma = std::get_if<NamespacePragma>(&declaration)) namespaces_.push_back(pragma->name_space);
    namespace_of_.push_back(static_cast<std::uint32_t>(namespaces_.size() - 1));
  }
  if (options_.create_namespaces) TRY(target_.create_namespace(options_.name_space));
  return {};
}

base::Result<CompileCounts> Compiler::run() {
  TRY(prepare());
  for (std::size_t i = 0; i < unit_.declarations.size(); ++i) {
    const Declaration& declaration = unit_.declarations[i];
    if (last_line_of(declaration) != 0) ++object_;
    current_ = namespace_of_[i];
    const base::Status status = apply(i);
    if (status) continue;
    base::Status placed = report(status, declaration);
    if (!options_.keep_going) return base::fail(std::move(placed));
    ++counts_.refused;
  }
  return counts_;
}

base::Status Compiler::apply(std::size_t index) {
  const Declaration& declaration = unit_.declarations[index];
  const std::string& name_space = namespaces_[current_];
  if (const auto* cls = std::get_if<ClassDecl>(&declaration)) {
    TRY_ASSIGN(const cim::ClassPtr built, build_class(*cls));
    TRY(target_.put_class(name_space, built, class_flags_));
    ++counts_.classes;
  } else if (const auto* instance = std::get_if<InstanceDecl>(&declaration)) {
    TRY_ASSIGN(const cim::Instance built, build_instance(*instance));
    if (!instance->alias.empty()) paths_.insert_or_assign(index, built->relative_path());
    TRY(target_.put_instance(name_space, built, instance_flags_));
    ++counts_.instances;
  } else if (const auto* qualifier = std::get_if<QualifierDecl>(&declaration)) {
    qualifiers_.declare(*qualifier);
  } else if (const auto* pragma = std::get_if<NamespacePragma>(&declaration)) {
    return enter(*pragma);
  } else if (const auto* flags = std::get_if<FlagsPragma>(&declaration)) {
    (flags->instances ? instance_flags_ : class_flags_) = flags->flags;
  } else if (const auto* deletion = std::get_if<DeletePragma>(&declaration)) {
    return remove(*deletion);
  }
  return {};
}

base::Status Compiler::enter(const NamespacePragma& pragma) {
  if (!pragma.server.empty() && !base::equal_ignore_case(pragma.server, "localhost")) {
    return {WBEM_E_NOT_SUPPORTED, fmt::format("the namespace lies on another machine ({})", pragma.server)};
  }
  if (options_.create_namespaces) return target_.create_namespace(pragma.name_space);
  return {};
}

base::Status Compiler::remove(const DeletePragma& pragma) {
  const std::string& name_space = namespaces_[current_];
  const base::Status status =
      pragma.instance ? target_.delete_instance(name_space, pragma.what) : target_.delete_class(name_space, pragma.what);
  if (status) ++counts_.deletions;
  const bool absent = status.code() == WBEM_E_NOT_FOUND || status.code() == WBEM_E_INVALID_CLASS;
  return absent && !pragma.must_exist ? base::Status() : status;
}

/// A class of the current namespace. While an alias is resolved ahead of its object, a class that the text declares further on serves too.
base::Result<cim::ClassPtr> Compiler::class_for(std::string_view name) {
  base::Result<cim::ClassPtr> found = target_.get_class(namespaces_[current_], name);
  if (found || forward_ == 0 || forward_ > kMaxForward) return found;
  if (later_classes_.empty()) {
    for (std::size_t i = 0; i < unit_.declarations.size(); ++i) {
      if (const auto* cls = std::get_if<ClassDecl>(&unit_.declarations[i])) later_classes_[cls->name].push_back(i);
    }
  }
  const auto declared = later_classes_.find(name);
  if (declared == later_classes_.end()) return found;
  const auto here = [&](std::size_t i) { return base::equal_ignore_case(namespaces_[namespace_of_[i]], namespaces_[current_]); };
  const auto match = std::ranges::find_if(declared->second, here);
  if (match == declared->second.end()) return found;
  ++forward_;
  found = build_class(std::get<ClassDecl>(unit_.declarations[*match]));
  --forward_;
  return found;
}

base::Result<std::string> Compiler::path_of(std::size_t index) {
  if (const auto known = paths_.find(index); known != paths_.end()) return known->second;
  const Declaration& declaration = unit_.declarations[index];
  if (const auto* cls = std::get_if<ClassDecl>(&declaration)) return std::string(cls->name);
  const auto& instance = std::get<InstanceDecl>(declaration);
  if (forward_ >= kMaxForward) return base::fail(WBEM_E_QUOTA_VIOLATION, "aliases lead through more than 64 objects");
  const std::uint32_t outer = current_;
  current_ = namespace_of_[index];
  ++forward_;
  const auto resolve = [&]() -> base::Result<std::string> {
    TRY_ASSIGN(const cim::ClassPtr cls, class_for(instance.class_name));
    cim::InstanceBuilder builder(cls);
    for (const Assignment& assignment : instance.values) {
      const cim::Property* property = cls->property(assignment.name);
      if (property != nullptr && property->key()) TRY(assign(builder, assignment));
    }
    return builder.build()->relative_path();
  };
  base::Result<std::string> path = resolve();
  --forward_;
  current_ = outer;
  if (path) paths_.insert_or_assign(index, *path);
  return path;
}

base::Result<cim::Value> Compiler::alias_path(const Literal& alias) {
  const std::optional<std::size_t> index = aliases_.find(alias.text);
  if (!index) return base::fail(at(alias.position, {WBEMMOF_E_UNEXPECTED_ALIAS, fmt::format("no object has the alias ${}", alias.text)}));
  base::Result<std::string> path = path_of(*index);
  if (!path) return base::fail(at(alias.position, path.error()));
  if (path->empty()) {
    const std::string text = fmt::format("the object behind ${} has no path: its class has no key, or a key is not set", alias.text);
    return base::fail(at(alias.position, {WBEM_E_INVALID_OBJECT_PATH, text}));
  }
  const std::string& target_space = namespaces_[namespace_of_[*index]];
  if (base::equal_ignore_case(target_space, namespaces_[current_])) return cim::Value::text(*std::move(path));
  return cim::Value::text(fmt::format("\\\\.\\{}:{}", target_space, *path));
}

}  // namespace mof
