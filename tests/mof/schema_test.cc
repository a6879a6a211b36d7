// The shipped schema compiles in the order in which it is embedded, and prints back to the same classes.
#include <gtest/gtest.h>

#include <map>

#include "mof/check.h"
#include "mof/compiler.h"
#include "mof/memory_target.h"
#include "mof/parser.h"
#include "mof/printer.h"
#include "schema/embedded.h"

namespace {

using namespace base::codes;

/// A file into a namespace.
void compile_file(const schema::EmbeddedFile& file, bool system, const char* name_space, mof::MemoryTarget& target) {
  mof::Diagnostics diagnostics;
  auto unit = mof::parse_text(std::string(file.path), std::string(file.text), diagnostics);
  ASSERT_TRUE(unit) << unit.error().text();
  ASSERT_TRUE(mof::check(*unit, diagnostics)) << diagnostics.back().to_string();
  if (system) std::erase_if(unit->declarations, [](const auto& d) { return std::holds_alternative<mof::NamespacePragma>(d); });
  const auto counts = mof::compile(*unit, target, {.name_space = name_space}, diagnostics);
  ASSERT_TRUE(counts) << counts.error().text();
  EXPECT_GT(counts->classes + counts->instances, 0U) << file.path;
}

/// The system classes into each namespace that a shipped file fills, as in a repository, then those files.
void compile_schema(mof::MemoryTarget& target) {
  for (const bool system : {true, false}) {
    for (const schema::EmbeddedFile& file : schema::files()) {
      if (file.path.starts_with("system/") != system) continue;
      compile_file(file, system, "root\\cimv2", target);
      if (system) compile_file(file, system, "root\\subscription", target);
    }
  }
}

TEST(Schema, CompilesWhole) {
  mof::MemoryTarget target;
  compile_schema(target);
  const auto& classes = target.space("root\\cimv2")->classes;
  for (const char* name : {"Win32_Process", "Win32_OperatingSystem", "Win32_ComputerSystem", "Win32_LogicalDisk"}) {
    const auto found = classes.find(name);
    ASSERT_NE(found, classes.end()) << name;
    EXPECT_TRUE(found->second->inherits_from("CIM_ManagedSystemElement")) << name;
    EXPECT_TRUE(found->second->dynamic()) << name;
  }
  EXPECT_TRUE(classes.at("Win32_Process")->property("Handle")->key());
  EXPECT_TRUE(classes.at("Win32_ComputerSystem")->property("Name")->key());
}

TEST(Schema, PrintsBack) {
  mof::MemoryTarget target;
  compile_schema(target);
  mof::MemoryTarget again;
  for (const auto& [name, space] : target.spaces()) {
    // Parents first: by depth.
    std::multimap<std::size_t, cim::ClassPtr> by_depth;
    for (const auto& [class_name, cls] : space.classes) by_depth.emplace(cls->derivation().size(), cls);
    for (const auto& [depth, cls] : by_depth) {
      mof::Diagnostics diagnostics;
      const auto unit = mof::parse_text("printed", mof::print_class(*cls), diagnostics);
      ASSERT_TRUE(unit) << unit.error().text();
      ASSERT_TRUE(mof::compile(*unit, again, {.name_space = name}, diagnostics)) << diagnostics.back().to_string();
      EXPECT_EQ(cim::compare(cls, *again.get_class(name, cls->name()), 0), WBEM_S_SAME) << mof::print_class(*cls);
    }
  }
}

}  // namespace
