#include "manager/manager_testing.h"

namespace manager {
namespace {

using testing::ScriptedSink;
using testing::TestManager;

constexpr const char* kThings = R"(
class Thing { [key] string Name; uint32 Size; string Note; };
class SpecialThing : Thing { string Extra; };
[singleton] class Settings { uint32 Level; };
instance of Thing { Name = "one"; Size = 1; Note = "n"; };
instance of SpecialThing { Name = "two"; Size = 2; Extra = "x"; };
instance of Settings { Level = 7; };
)";

class GetObjectTest : public ::testing::Test {
 protected:
  void SetUp() override { manager_.compile(kThings); }
  base::Result<cim::Object> get(const cim::OptionalText& path, std::uint32_t flags = 0) {
    return cim::GetObject(*manager_.services, path, flags);
  }
  base::Hresult code(const cim::OptionalText& path) {
    const auto result = get(path);
    return result ? WBEM_S_NO_ERROR : result.error().code();
  }
  TestManager manager_;
};

TEST_F(GetObjectTest, GivesClassesInstancesAndSingletons) {
  const auto cls = get("thing");
  ASSERT_TRUE(cls.has_value()) << cls.error().to_string();
  EXPECT_TRUE(cls->is_class());
  EXPECT_EQ(cls->path(), "\\\\TESTHOST\\root\\cimv2:Thing");
  const auto one = get("Thing.Name=\"ONE\"");
  ASSERT_TRUE(one.has_value()) << one.error().to_string();
  EXPECT_EQ(one->instance().value("Size").as_uint(), 1U);
  EXPECT_EQ(one->path(), "\\\\TESTHOST\\root\\cimv2:Thing.Name=\"one\"");
  const auto settings = get("Settings=@");
  ASSERT_TRUE(settings.has_value()) << settings.error().to_string();
  EXPECT_EQ(settings->instance().value("Level").as_uint(), 7U);
}

TEST_F(GetObjectTest, FindsInstancesOfSubclasses) {
  const auto two = get("Thing.Name='two'");
  ASSERT_TRUE(two.has_value()) << two.error().to_string();
  EXPECT_EQ(two->cls()->name(), "SpecialThing");
}

TEST_F(GetObjectTest, GivesAnEmptyClassForNoPath) {
  const auto empty = get(std::nullopt);
  ASSERT_TRUE(empty.has_value()) << empty.error().to_string();
  EXPECT_TRUE(empty->is_class());
  EXPECT_TRUE(empty->cls()->name().empty());
}

TEST_F(GetObjectTest, ReachesOtherNamespacesByFullPaths) {
  const auto namespaces = get("\\\\.\\root:__Namespace.Name=\"cimv2\"");
  ASSERT_TRUE(namespaces.has_value()) << namespaces.error().to_string();
  EXPECT_EQ(code("\\\\elsewhere\\root:__Namespace"), WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(code("root\\nowhere:__Namespace"), WBEM_E_INVALID_NAMESPACE);
}

TEST_F(GetObjectTest, TellsWhatIsMissing) {
  EXPECT_EQ(code("NoClass"), WBEM_E_NOT_FOUND);
  EXPECT_EQ(code("NoClass.Name=1"), WBEM_E_INVALID_CLASS);
  EXPECT_EQ(code("Thing.Name=\"three\""), WBEM_E_NOT_FOUND);
  EXPECT_EQ(code("Thing.Nam=\"one\""), WBEM_E_INVALID_OBJECT_PATH);
  EXPECT_NE(get("Thin").error().text().find("did you mean Thing?"), std::string::npos) << get("Thin").error().text();
}

TEST_F(GetObjectTest, ChecksTheSyntaxBeforeItStarts) {
  const auto sink = std::make_shared<ScriptedSink>();
  EXPECT_EQ(manager_.services->GetObjectAsync("Thing.Name=", {}, sink).code(), WBEM_E_INVALID_OBJECT_PATH);
  EXPECT_EQ(manager_.services->GetObjectAsync("root\\cimv2", {}, sink).code(), WBEM_E_INVALID_OBJECT_PATH);
  EXPECT_EQ(manager_.services->GetObjectAsync("Thing", {.flags = 0x10}, sink).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(manager_.services->GetObjectAsync("Thing", {}, nullptr).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(manager_.services->GetObjectAsync("Thing.Name=\"" + std::string(9000, 'x') + "\"", {}, sink).code(), WBEM_E_QUOTA_VIOLATION);
  manager_.manager->drain();
  EXPECT_TRUE(sink->lines().empty());
}

TEST_F(GetObjectTest, TrimsByContext) {
  cim::Context context;
  context.put("__GET_EXTENSIONS", {cim::CimType::kBoolean, false}, cim::Value::boolean(true));
  const auto get_with = [&] {
    return cim::GetObject(*manager_.services, "Thing.Name='one'", 0, std::make_shared<const cim::Context>(context));
  };
  EXPECT_EQ(get_with().error().code(), WBEM_E_INVALID_CONTEXT);
  context.put("__GET_EXT_PROPERTIES", {cim::CimType::kString, true}, cim::Value::array({cim::Value::text("Size")}));
  const auto one = get_with();
  ASSERT_TRUE(one.has_value()) << one.error().to_string();
  EXPECT_EQ(one->instance().value("Name"), cim::Value::text("one"));
  EXPECT_EQ(one->instance().value("Size").as_uint(), 1U);
  EXPECT_TRUE(one->instance().value("Note").is_null());
  context.put("__GET_EXT_PROPERTIES", {cim::CimType::kString, true}, cim::Value::array({cim::Value::text("*")}));
  EXPECT_EQ(get_with().error().code(), WBEM_E_INVALID_CONTEXT);
}

TEST_F(GetObjectTest, CarriesAnExtendedStatusOnFailure) {
  const auto sink = std::make_shared<ScriptedSink>();
  ASSERT_TRUE(manager_.services->GetObjectAsync("Thing.Name='none'", {}, sink).ok());
  EXPECT_EQ(sink->code(), WBEM_E_NOT_FOUND);
  const cim::SinkStatus status = sink->final_status();
  ASSERT_NE(status.error, nullptr);
  EXPECT_EQ(status.error->cls()->name(), "__ExtendedStatus");
  const cim::Instance& error = status.error->instance();
  EXPECT_EQ(error.value("Operation"), cim::Value::text("GetObjectAsync"));
  EXPECT_EQ(error.value("ParameterInfo"), cim::Value::text("Thing.Name=\"none\""));
  EXPECT_EQ(error.value("StatusCode").as_uint(), 0x80041002U);
  EXPECT_EQ(sink->lines(), std::vector<std::string>{"complete 0x80041002"});
}

}  // namespace
}  // namespace manager
