#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "apps/mofcomp/run.h"
#include "mof/memory_target.h"

namespace mofcomp {
namespace {

using namespace base::codes;

base::Result<Arguments> parse(const std::vector<std::string>& words) { return parse_arguments(words); }

TEST(Arguments, SwitchesInAllForms) {
  const auto a = parse({"-N:root\\test", "/CLASS:ForceUpdate", "-class:updateonly", "-Instance:CREATEONLY", "-autorecover", "--repository",
                        "/tmp/r", "/home/x.mof"});
  ASSERT_TRUE(a) << a.error().text();
  EXPECT_EQ(a->name_space, "root\\test");
  EXPECT_EQ(a->class_flags, cim::flag::kUpdateForceMode | cim::flag::kUpdateOnly);
  EXPECT_EQ(a->instance_flags, cim::flag::kCreateOnly);
  EXPECT_TRUE(a->autorecover);
  EXPECT_EQ(a->repository, "/tmp/r");
  EXPECT_EQ(a->file, "/home/x.mof");
  EXPECT_EQ(parse({"-P:", "x.mof"}).error().code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_TRUE(parse({"/?"})->help);
  EXPECT_EQ(parse({"-"})->file, "-");
}

TEST(Arguments, BadSwitches) {
  const std::vector<std::vector<std::string>> bad = {{},
                                                     {"-shiny", "x.mof"},
                                                     {"-check", "-N:root", "x.mof"},
                                                     {"-class:always", "x.mof"},
                                                     {"-class:createonly", "-class:updateonly", "x.mof"},
                                                     {"-class:safeupdate", "-class:forceupdate", "x.mof"},
                                                     {"-instance:safeupdate", "x.mof"},
                                                     {"-WMI", "x.mof"},
                                                     {"-AMENDMENT:MS_409", "x.mof"},
                                                     {"-AMENDMENT:english", "-MOF:a", "-MFL:b", "x.mof"},
                                                     {"-MOF:a", "x.mof"},
                                                     {"-L:MS_409", "x.mof"},
                                                     {"-N", "x.mof"},
                                                     {"-check:yes", "x.mof"},
                                                     {"x.mof", "y.mof"}};
  for (const auto& words : bad) EXPECT_FALSE(parse(words)) << testing::PrintToString(words);
}

/// Files in memory.
class MemoryFiles final : public base::Files {
 public:
  std::map<std::string, std::string> files;

  base::Result<std::string> read(const std::string& path, std::size_t) const override {
    const auto found = files.find(path);
    if (found == files.end()) return base::fail(WBEM_E_NOT_FOUND, path + ": no such file");
    return found->second;
  }
  base::Status write_atomic(const std::string& path, std::string_view octets, unsigned) override {
    files[path] = octets;
    return {};
  }
  base::Status make_directories(const std::string&, unsigned) override { return {}; }
  base::Status remove(const std::string&) override { return {}; }
  base::Result<std::vector<std::string>> list(const std::string&) const override { return std::vector<std::string>(); }
  base::Result<std::string> read_link(const std::string&) const override { return std::string(); }
  bool exists(const std::string& path) const override { return files.contains(path); }
};

class Mofcomp : public testing::Test {
 protected:
  int run_with(const std::vector<std::string>& words) {
    out_.str("");
    errors_.str("");
    const auto arguments = parse_arguments(words);
    if (!arguments) return kBadSwitch;
    return run(*arguments, {files_, out_, errors_, [] { return std::string("class FromInput {};"); },
                            [this](const Arguments&, const mof::Unit& unit, const mof::CompileOptions& options,
                                   mof::Diagnostics& diagnostics) { return mof::compile(unit, target_, options, diagnostics); },
                            [this](const Arguments&, const std::string& file) -> base::Status {
                              recovered_.push_back(file);
                              return {};
                            }});
  }
  bool has(const char* cls, const char* name_space = "root\\default") { return target_.get_class(name_space, cls).has_value(); }

  MemoryFiles files_;
  mof::MemoryTarget target_;
  std::ostringstream out_;
  std::ostringstream errors_;
  std::vector<std::string> recovered_;
};

TEST_F(Mofcomp, Stores) {
  files_.files["a.mof"] = "#pragma autorecover\nclass X { [key] string K; };\ninstance of X { K = \"1\"; };\n#include (\"b.mof\")\n";
  files_.files["b.mof"] = "class B {};";
  EXPECT_EQ(run_with({"a.mof"}), kDone) << errors_.str();
  EXPECT_TRUE(has("X"));
  EXPECT_TRUE(has("B"));
  EXPECT_EQ(recovered_, std::vector<std::string>{"a.mof"});
  EXPECT_NE(out_.str().find("Done!"), std::string::npos);
  EXPECT_EQ(errors_.str(), "");
  EXPECT_EQ(run_with({"-N:root\\other", "-"}), kDone);
  EXPECT_TRUE(has("FromInput", "root\\other"));
  EXPECT_NE(out_.str().find("autorecover"), std::string::npos);
  EXPECT_EQ(errors_.str(), "");
}

TEST_F(Mofcomp, ExitStatuses) {
  files_.files["syntax.mof"] = "\nclass X {}";
  EXPECT_EQ(run_with({"syntax.mof"}), kSyntaxError);
  EXPECT_EQ(errors_.str(),
            "syntax.mof (2, 11): error SYNTAX 0X80044002: found the end of the file, expected ';' behind the class\n"
            "\nCompiler returned error 0x80044002\n");
  files_.files["semantic.mof"] = "class A {};\n\nclass B : Missing {\n};\n";
  EXPECT_EQ(run_with({"semantic.mof"}), kRepositoryError);
  EXPECT_NE(errors_.str().find("Object 2, which ends on line 4, was refused:\nsemantic.mof (3, 1): error WBEM_E_NOT_FOUND 0X80041002: "),
            std::string::npos)
      << errors_.str();
  EXPECT_FALSE(has("A"));
  EXPECT_EQ(run_with({"-continue", "semantic.mof"}), kRepositoryError);
  EXPECT_TRUE(has("A"));
  EXPECT_EQ(run_with({"-bad", "semantic.mof"}), kBadSwitch);
  EXPECT_EQ(run_with({"-class:createonly", "semantic.mof"}), kRepositoryError);
  EXPECT_EQ(run_with({"missing.mof"}), kSyntaxError);
  EXPECT_NE(errors_.str().find("missing.mof"), std::string::npos);
  EXPECT_EQ(run_with({"-ER:res", "semantic.mof"}), kRepositoryError);
  EXPECT_EQ(run_with({"-U:me", "semantic.mof"}), kRepositoryError);
  EXPECT_EQ(run_with({"-N:\\\\far\\root", "semantic.mof"}), kRepositoryError);
  EXPECT_EQ(run_with({"-N:root\\", "semantic.mof"}), kBadSwitch);
}

TEST_F(Mofcomp, CheckStoresNothing) {
  files_.files["a.mof"] = "class X {};";
  EXPECT_EQ(run_with({"-check", "a.mof"}), kDone);
  EXPECT_FALSE(has("X"));
  files_.files["typo.mof"] = "class X { int A; uint33 B[]; Point C; };\nclass Point { void m([in] Bool b); };";
  EXPECT_EQ(run_with({"-check", "typo.mof"}), kDone);
  EXPECT_EQ(errors_.str(),
            "typo.mof (1, 15): warning: int is no type: A becomes an embedded object of a class int; did you mean sint32?\n"
            "typo.mof (1, 25): warning: uint33 is no type: B becomes an embedded object of a class uint33; did you mean uint32?\n"
            "typo.mof (2, 32): warning: Bool is no type: b becomes an embedded object of a class Bool; did you mean boolean?\n");
  files_.files["b.mof"] = "class X { uint8 a = 300; };";
  EXPECT_EQ(run_with({"-check", "b.mof"}), kSyntaxError);
}

TEST_F(Mofcomp, BinaryForm) {
  files_.files["a.mof"] = "class X {};\n#include (\"b.mof\")\n";
  files_.files["b.mof"] = "class B {};";
  EXPECT_EQ(run_with({"-B:a.bmf", "a.mof"}), kDone);
  EXPECT_FALSE(has("X"));
  files_.files.erase("b.mof");
  EXPECT_EQ(run_with({"a.bmf"}), kDone) << errors_.str();
  EXPECT_TRUE(has("X"));
  EXPECT_TRUE(has("B"));
  files_.files["a.bmf"].back() ^= 1;
  EXPECT_EQ(run_with({"a.bmf"}), kSyntaxError);
}

TEST_F(Mofcomp, Splits) {
  files_.files["a.mof"] = "[Description(\"d\") : Amended] class X { [key] string K; };";
  EXPECT_EQ(run_with({"-AMENDMENT:MS_409", "-MOF:n.mof", "-MFL:l.mfl", "a.mof"}), kDone);
  EXPECT_FALSE(has("X"));
  EXPECT_EQ(run_with({"n.mof"}), kDone) << errors_.str();
  EXPECT_EQ(run_with({"l.mfl"}), kDone) << errors_.str();
  EXPECT_TRUE(has("X", "root\\default\\MS_409"));
  files_.files["b.mof"] = "#pragma amendment(\"MS_409\")\nclass X {};";
  EXPECT_EQ(run_with({"b.mof"}), kBadSwitch);
  EXPECT_EQ(run_with({"-MOF:n.mof", "-MFL:l.mfl", "b.mof"}), kDone);
}

}  // namespace
}  // namespace mofcomp
