// The DMTF CIM schema 2.32 through the whole compiler.
#include <gtest/gtest.h>

#include <cstdio>
#include <map>

#include "mof/check.h"
#include "mof/compiler.h"
#include "mof/memory_target.h"
#include "mof/parser.h"
#include "mof/printer.h"
#include "tests/mof/corpus.h"

namespace {

using namespace base::codes;
using mof_test::dmtf_schema;

#define REQUIRE_CORPUS()                                                                                 \
  if (!dmtf_schema()) {                                                                                  \
    std::fprintf(stderr, "*** the DMTF schema is not here (set OPENWMI_DMTF_CORPUS): NOT TESTED ***\n"); \
    GTEST_SKIP() << "no DMTF schema";                                                                    \
  }

base::Result<mof::Unit> parse_schema(mof::Diagnostics& diagnostics) {
  const base::SystemFiles files;
  mof::FileLoader loader(files);
  // The root file leaves four classes out by comment; they belong to the schema all the same.
  mof::Source source{*dmtf_schema(), "#pragma include (\"CIM_Schema.mof\")\n"};
  for (const char* name : {"PublicKeyCertificate", "PublicPrivateKeyPair", "CAHasPublicCertificate", "CASignsPublicKeyCertificate"}) {
    source.text += std::string("#pragma include (\"CIM-2.32.0/User/CIM_") + name + ".mof\")\n";
  }
  return mof::parse(std::move(source), &loader, diagnostics);
}

std::size_t count_classes(const mof::Unit& unit) {
  std::size_t count = 0;
  for (const mof::Declaration& declaration : unit.declarations) count += std::holds_alternative<mof::ClassDecl>(declaration) ? 1 : 0;
  return count;
}

const mof::CompileOptions kKeepGoing{.name_space = "root\\cim", .keep_going = true};

TEST(Dmtf, SyntaxIsAcceptedWhole) {
  REQUIRE_CORPUS();
  mof::Diagnostics diagnostics;
  const auto unit = parse_schema(diagnostics);
  ASSERT_TRUE(unit) << unit.error().text();
  const base::Status status = mof::check(*unit, diagnostics);
  EXPECT_TRUE(status) << status.text();
  EXPECT_TRUE(diagnostics.empty()) << diagnostics.front().to_string();
  EXPECT_EQ(count_classes(*unit), 1422U);
}

// CIM_PublicKeyCertificate adds keys under a keyed class and CIM_PolicyInSystem is abstract under a concrete one; the classes derived from
// the latter lose their parent. Nothing else may be refused.
TEST(Dmtf, OnlyClassesAgainstWmisRulesAreRefused) {
  REQUIRE_CORPUS();
  mof::Diagnostics diagnostics;
  const auto unit = parse_schema(diagnostics);
  ASSERT_TRUE(unit) << unit.error().text();
  mof::MemoryTarget target;
  const auto counts = mof::compile(*unit, target, kKeepGoing, diagnostics);
  ASSERT_TRUE(counts) << counts.error().text();
  std::map<std::string, base::Hresult> refused;
  for (const mof::Diagnostic& diagnostic : diagnostics) {
    const std::string& file = diagnostic.place.file;
    const std::size_t start = file.rfind('/') + 1;
    refused[file.substr(start, file.size() - start - 4)] = diagnostic.code;
  }
  const std::map<std::string, base::Hresult> expected = {
      {"CIM_PublicKeyCertificate", WBEM_E_CANNOT_BE_KEY},
      {"CIM_PolicyInSystem", WBEM_E_CANNOT_BE_ABSTRACT},
      {"CIM_PolicySetInSystem", WBEM_E_NOT_FOUND},
      {"CIM_PolicyGroupInSystem", WBEM_E_NOT_FOUND},
      {"CIM_PolicyRuleInSystem", WBEM_E_NOT_FOUND},
      {"CIM_PolicyActionInPolicyRepository", WBEM_E_NOT_FOUND},
      {"CIM_PolicyConditionInPolicyRepository", WBEM_E_NOT_FOUND},
      {"CIM_ReusablePolicy", WBEM_E_NOT_FOUND},
  };
  for (const auto& [name, code] : refused) {
    const auto known = expected.find(name);
    EXPECT_TRUE(known != expected.end() && known->second == code) << name << " " << base::hresult_name(code);
  }
  EXPECT_EQ(refused.size(), expected.size());
  EXPECT_EQ(counts->refused, expected.size());
  EXPECT_EQ(counts->classes, 1422U - expected.size());
  if (HasFailure()) {
    for (const mof::Diagnostic& diagnostic : diagnostics) std::fprintf(stderr, "%s\n", diagnostic.to_string().c_str());
  }
}

// print(compile(x)) compiles to the same classes.
TEST(Dmtf, PrintsBackToTheSameClasses) {
  REQUIRE_CORPUS();
  mof::Diagnostics diagnostics;
  const auto unit = parse_schema(diagnostics);
  ASSERT_TRUE(unit) << unit.error().text();
  mof::MemoryTarget first;
  ASSERT_TRUE(mof::compile(*unit, first, kKeepGoing, diagnostics));
  std::string text;
  for (const mof::Declaration& declaration : unit->declarations) {
    const auto* decl = std::get_if<mof::ClassDecl>(&declaration);
    const auto built = decl ? first.get_class("root\\cim", decl->name) : base::Result<cim::ClassPtr>(cim::ClassPtr());
    if (built && *built) text += mof::print_class(**built);
  }
  diagnostics.clear();
  const auto again = mof::parse_text("printed.mof", text, diagnostics);
  ASSERT_TRUE(again) << again.error().text();
  ASSERT_TRUE(mof::check(*again, diagnostics)) << diagnostics.back().to_string();
  mof::MemoryTarget second;
  const auto counts = mof::compile(*again, second, {.name_space = "root\\cim"}, diagnostics);
  ASSERT_TRUE(counts) << counts.error().text();
  std::size_t compared = 0;
  for (const auto& [name, cls] : first.space("root\\cim")->classes) {
    const auto other = second.get_class("root\\cim", name);
    ASSERT_TRUE(other) << name;
    ASSERT_EQ(cim::compare(cls, *other, 0), WBEM_S_SAME) << mof::print_class(*cls) << mof::print_class(**other);
    ++compared;
  }
  EXPECT_GT(compared, 1400U);
}

}  // namespace
