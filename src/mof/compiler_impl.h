// The compiler's state, shared by its units. Not for other folders.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "mof/aliases.h"
#include "mof/compiler.h"
#include "mof/literal.h"
#include "mof/qualifiers.h"

namespace mof {

class Compiler final : public ObjectResolver {
 public:
  Compiler(const Unit& unit, Target& target, const CompileOptions& options, Diagnostics& diagnostics)
      : unit_(unit), target_(target), options_(options), diagnostics_(diagnostics) {}
  base::Result<CompileCounts> run();

  base::Result<cim::Value> alias_path(const Literal& alias) override;
  base::Result<cim::Value> embedded_object(const Literal& object) override;

 private:
  // compiler.cc
  base::Status prepare();
  base::Status apply(std::size_t index);
  base::Status enter(const NamespacePragma& pragma);
  base::Status remove(const DeletePragma& pragma);
  base::Status report(const base::Status& status, const Declaration& declaration);
  base::Status at(const Position& position, base::Status status);
  base::Result<cim::ClassPtr> class_for(std::string_view name);
  // compile_class.cc
  base::Result<cim::ClassPtr> build_class(const ClassDecl& decl);
  base::Status put_property(cim::ClassBuilder& builder, const cim::Class* parent, const PropertyDecl& decl);
  base::Status put_method(cim::ClassBuilder& builder, const MethodDecl& decl);
  base::Result<cim::ClassPtr> parameters(const MethodDecl& decl, bool out, const std::vector<std::int32_t>& ids);
  base::Status put_parameter(cim::ClassBuilder& builder, const PropertyDecl& decl, std::int32_t id);
  std::vector<std::int32_t> parameter_ids(const MethodDecl& decl) const;
  template <class Put>
  base::Status put_qualifiers(const QualifierList& list, Put put);
  // compile_instance.cc
  base::Result<cim::Instance> build_instance(const InstanceDecl& decl);
  base::Status assign(cim::InstanceBuilder& builder, const Assignment& assignment);
  base::Result<std::string> path_of(std::size_t declaration);

  const Unit& unit_;
  Target& target_;
  const CompileOptions& options_;
  Diagnostics& diagnostics_;
  CompileCounts counts_;
  AliasTable aliases_;
  QualifierTable qualifiers_;
  std::vector<std::string> namespaces_;                 // every namespace that the unit enters
  std::vector<std::uint32_t> namespace_of_;             // of each declaration, an index of namespaces_
  std::unordered_map<std::size_t, std::string> paths_;  // relative, of aliased declarations
  std::unordered_map<std::string_view, std::vector<std::size_t>, base::IHash, base::IEqual> later_classes_;  // filled on first need
  std::uint32_t current_ = 0;                                                                                // namespace
  std::size_t object_ = 0;  // number of the object that is being stored
  std::uint32_t class_flags_ = 0;
  std::uint32_t instance_flags_ = 0;
  int forward_ = 0;                   // depth of aliases that are being resolved ahead of their objects
  std::optional<Position> error_at_;  // where the innermost error of this declaration arose
};

template <class Put>
base::Status Compiler::put_qualifiers(const QualifierList& list, Put put) {
  for (const QualifierUse& use : list) {
    base::Result<cim::Qualifier> qualifier = qualifiers_.evaluate(use);
    if (!qualifier) return at(use.position, qualifier.error());
    if (qualifier->value.is_null()) continue;
    if (base::equal_ignore_case(qualifier->name, "CIMTYPE")) continue;  // the declared type says it
    TRY(at(use.position, put(*std::move(qualifier))));
  }
  return {};
}

}  // namespace mof
