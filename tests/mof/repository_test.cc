// MOF through a real object manager: by one put per object, and a whole file in one transaction.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "cim/calls.h"
#include "manager/manager.h"
#include "manager/mof_target.h"
#include "mof/check.h"
#include "mof/compiler.h"
#include "mof/memory_target.h"
#include "mof/parser.h"
#include "mof/printer.h"
#include "mof/services_target.h"
#include "tests/mof/corpus.h"

namespace {

using namespace base::codes;

class Repository : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "openwmi-mof-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    manager::Options options;
    options.directory = folder_ / "repository";
    auto opened = manager::Manager::open(std::move(options), {});
    ASSERT_TRUE(opened) << opened.error().to_string();
    manager_ = *std::move(opened);
    schema_ = std::make_unique<manager::Schema>(manager_->repository(), "TEST");
  }
  void TearDown() override {
    schema_.reset();
    manager_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  cim::ServicesPtr connect(const std::string& name_space) {
    auto services = manager_->connect(name_space, manager_->local_caller(), "");
    EXPECT_TRUE(services) << (services ? "" : services.error().to_string());
    return services ? *services : nullptr;
  }
  static mof::Unit parsed(const std::string& text) {
    mof::Diagnostics diagnostics;
    auto unit = mof::parse_text("t.mof", text, diagnostics);
    EXPECT_TRUE(unit && mof::check(*unit, diagnostics)) << (diagnostics.empty() ? "" : diagnostics.back().to_string());
    return unit ? *std::move(unit) : mof::Unit();
  }
  base::Result<mof::CompileCounts> bulk(const mof::Unit& unit, const mof::CompileOptions& options, mof::Diagnostics& diagnostics) {
    return manager::compile_mof(*schema_, cim::Caller{.administrator = true}, unit, options, diagnostics);
  }

  std::filesystem::path folder_;
  std::unique_ptr<manager::Manager> manager_;
  std::unique_ptr<manager::Schema> schema_;
};

constexpr const char* kText = R"(
  [Description("a test")] class Test_Thing { [key] string Name; uint32 Size = 5; Test_Thing ref Next; uint32 Do([in] string How); };
  class Test_Special : Test_Thing { uint32 Size = 6; };
  instance of Test_Thing as $first { Name = "first"; Next = $second; };
  instance of Test_Special as $second { Name = "second"; };
)";

void expect_stored(const cim::ServicesPtr& services) {
  const auto special = cim::GetObject(*services, "Test_Special");
  ASSERT_TRUE(special) << special.error().to_string();
  EXPECT_EQ(special->cls()->property("Size")->default_value.as_uint(), 6U);
  EXPECT_TRUE(special->cls()->method("Do"));
  const auto first = cim::GetObject(*services, "Test_Thing.Name=\"first\"");
  ASSERT_TRUE(first) << first.error().to_string();
  EXPECT_EQ(*first->instance().value("Next").as_text(), "Test_Special.Name=\"second\"");
}

TEST_F(Repository, OnePutPerObject) {
  const cim::ServicesPtr services = connect("root\\default");
  mof::ServicesTarget target(services);
  mof::Diagnostics diagnostics;
  const auto counts = mof::compile(parsed(kText), target, {}, diagnostics);
  ASSERT_TRUE(counts) << counts.error().to_string();
  expect_stored(services);
  ASSERT_TRUE(target.create_namespace("root\\one\\two"));
  ASSERT_TRUE(mof::compile(parsed(kText), target, {.name_space = "root\\one\\two"}, diagnostics));
  expect_stored(connect("root\\one\\two"));
  EXPECT_TRUE(target.delete_instance("root\\default", "Test_Thing.Name=\"first\""));
  EXPECT_TRUE(target.delete_class("root\\default", "Test_Thing"));
  EXPECT_EQ(target.get_class("root\\default", "Test_Special").error().code(), WBEM_E_NOT_FOUND);
}

TEST_F(Repository, AFileInOneTransaction) {
  mof::Diagnostics diagnostics;
  const mof::Unit broken = parsed(std::string(kText) + "class Test_Bad : Test_Missing {};");
  EXPECT_FALSE(bulk(broken, {}, diagnostics));
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics[0].code, WBEM_E_NOT_FOUND);
  EXPECT_EQ(diagnostics[0].object, 5U);
  const cim::ServicesPtr services = connect("root\\default");
  EXPECT_EQ(cim::GetObject(*services, "Test_Thing").error().code(), WBEM_E_NOT_FOUND);
  diagnostics.clear();
  ASSERT_TRUE(bulk(parsed(kText), {}, diagnostics)) << diagnostics.back().to_string();
  expect_stored(services);
}

TEST_F(Repository, WholeDmtfSchema) {
  if (!mof_test::dmtf_schema()) {
    std::fprintf(stderr, "*** the DMTF schema is not here (set OPENWMI_DMTF_CORPUS): NOT TESTED ***\n");
    GTEST_SKIP() << "no DMTF schema";
  }
  const base::SystemFiles files;
  mof::FileLoader loader(files);
  mof::Diagnostics diagnostics;
  auto source = loader.open(*mof_test::dmtf_schema());
  ASSERT_TRUE(source);
  const auto unit = mof::parse(*std::move(source), &loader, diagnostics);
  ASSERT_TRUE(unit);
  const mof::CompileOptions options{.name_space = "root\\dmtf", .create_namespaces = true, .keep_going = true};
  const auto counts = bulk(*unit, options, diagnostics);
  ASSERT_TRUE(counts) << counts.error().to_string();
  EXPECT_EQ(counts->classes, 1411U);  // CIM_PolicyInSystem and what derives from it: see dmtf_test
  mof::MemoryTarget memory;
  mof::Diagnostics ignored;
  ASSERT_TRUE(mof::compile(*unit, memory, options, ignored));
  const cim::ServicesPtr services = connect("root\\dmtf");
  for (const auto& [name, cls] : memory.space("root\\dmtf")->classes) {
    if (name.starts_with("__")) continue;
    const auto stored = cim::GetObject(*services, name);
    ASSERT_TRUE(stored) << name;
    EXPECT_EQ(mof::print_class(*stored->cls()), mof::print_class(*cls));
  }
}

}  // namespace
