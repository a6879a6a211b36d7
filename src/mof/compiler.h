// Declarations -> classes and instances, put into a Target.
#pragma once

#include "mof/ast.h"
#include "mof/target.h"

namespace mof {

struct CompileOptions {
  std::string name_space = "root\\default";  // until a #pragma namespace says otherwise
  std::uint32_t class_flags = 0;             // cim::flag bits until a #pragma classflags
  std::uint32_t instance_flags = 0;
  bool create_namespaces = false;  // make a namespace that a pragma (or name_space) names and that does not exist
  bool keep_going = false;         // report refused objects and go on; what was accepted is committed
};

struct CompileCounts {
  std::size_t classes = 0;
  std::size_t instances = 0;
  std::size_t deletions = 0;
  std::size_t refused = 0;  // with keep_going
};

/// Compiles a unit that check() accepted, within one begin/commit of the target: on the first error (without keep_going) it is rolled
/// back. Each refused object becomes a Diagnostic with its number (from 1, classes and instances count) and lines. Errors: those of the
/// target and of cim::ClassBuilder and cim::InstanceBuilder; WBEM_E_NOT_SUPPORTED for a namespace of another machine;
/// WBEM_E_QUOTA_VIOLATION for aliases that lead through more than 64 objects.
base::Result<CompileCounts> compile(const Unit& unit, Target& target, const CompileOptions& options, Diagnostics& diagnostics);

}  // namespace mof
