#include <algorithm>

#include "manager/manager_testing.h"

namespace manager {
namespace {

using testing::FunctionProvider;
using testing::ScriptedSink;
using testing::TestManager;

constexpr const char* kShapes = R"(
[abstract] class Shape { [key] string Name; };
class Circle : Shape { uint32 Radius; string Color; };
class RedCircle : Circle { uint32 Shade; };
[dynamic, provider("TestProvider")] class LiveShape : Shape { uint32 Size; };
[dynamic, provider("Nobody")] class LostShape { [key] string Name; };
instance of Circle { Name = "c1"; Radius = 1; Color = "blue"; };
instance of Circle { Name = "c2"; Radius = 2; Color = "green"; };
instance of RedCircle { Name = "r1"; Radius = 3; Shade = 9; Color = "red"; };
)";

class ScanTest : public ::testing::Test {
 protected:
  ScanTest() {
    provider_->on_enumerate = [this](ProviderCall& call, const Wanted& wanted) -> base::Status {
      wanted_ = wanted;
      cim::InstanceBuilder row(call.cls());
      for (std::uint32_t i = 1; i <= 3; ++i) {
        row.reset();
        TRY(row.set("Name", cim::Value::text(fmt::format("l{}", i))));
        TRY(row.set("Size", cim::Value::uint(i)));
        TRY(call.indicate(row));
      }
      return {};
    };
    provider_->on_get = [this](ProviderCall& call, const cim::ObjectPath& path, const Wanted&) -> base::Status {
      ++gets_;
      if (path.keys.at(0).value != cim::Value::text("l2")) return WBEM_E_NOT_FOUND;
      cim::InstanceBuilder row(call.cls());
      TRY(row.set("Name", path.keys[0].value));
      TRY(row.set("Size", cim::Value::uint(2)));
      return call.indicate(row);
    };
  }
  void open() {
    manager_.emplace(std::vector<ProviderRegistration>{{"TestProvider", "LiveShape", provider_}});
    manager_->compile(kShapes);
  }
  /// Names of the rows, sorted; or the failure's code.
  std::string names(base::Result<cim::EnumeratorPtr> enumerator) {
    if (!enumerator) return fmt::format("0x{:08X}", static_cast<std::uint32_t>(enumerator.error().code()));
    std::vector<cim::Object> rows;
    const base::Status status = (*enumerator)->Next(cim::kInfinite, 10000, rows);
    if (!status.ok()) return fmt::format("0x{:08X}", static_cast<std::uint32_t>(status.code()));
    std::vector<std::string> out;
    for (const cim::Object& row : rows) {
      const auto name = row.get("Name");
      out.push_back(name && name->as_text() != nullptr ? *name->as_text() : row.cls()->name());
    }
    std::ranges::sort(out);
    return fmt::format("{}", fmt::join(out, " "));
  }
  std::string list(const char* cls, std::uint32_t flags = 0) { return names(cim::CreateInstanceEnum(manager_->services, cls, flags)); }
  std::string query(const char* text, std::uint32_t flags = 0) { return names(cim::ExecQuery(manager_->services, "WQL", text, flags)); }

  std::shared_ptr<FunctionProvider> provider_ = std::make_shared<FunctionProvider>();
  Wanted wanted_;
  int gets_ = 0;
  std::optional<TestManager> manager_;
};

TEST_F(ScanTest, EnumeratesDeepAndShallow) {
  open();
  EXPECT_EQ(list("Shape"), "c1 c2 l1 l2 l3 r1");
  EXPECT_EQ(list("Shape", cim::flag::kShallow), "");
  EXPECT_EQ(list("circle"), "c1 c2 r1");
  EXPECT_EQ(list("Circle", cim::flag::kShallow), "c1 c2");
  EXPECT_EQ(list("LiveShape"), "l1 l2 l3");
  EXPECT_EQ(list("NoShape"), "0x80041010");
  EXPECT_EQ(list("LostShape"), "0x80041013");
}

TEST_F(ScanTest, AnswersQueriesOverAllSubclasses) {
  open();
  EXPECT_EQ(query("SELECT * FROM Circle WHERE Radius > 1"), "c2 r1");
  EXPECT_EQ(query("SELECT Name FROM Shape WHERE Name LIKE '%1'"), "c1 l1 r1");
  EXPECT_EQ(query("SELECT * FROM Shape WHERE __CLASS = 'Circle'"), "c1 c2");
  EXPECT_EQ(query("SELECT * FROM LiveShape WHERE Size >= 2 AND Name <> 'l3'"), "l2");
}

TEST_F(ScanTest, ProjectsRows) {
  open();
  const auto rows = cim::ExecQuery(manager_->services, "WQL", "SELECT Radius FROM Circle WHERE Name = 'c2'");
  ASSERT_TRUE(rows.has_value());
  std::vector<cim::Object> out;
  ASSERT_TRUE((*rows)->Next(cim::kInfinite, 2, out).ok());
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].cls()->properties().size(), 1U);
  EXPECT_EQ(out[0].instance().value("Radius").as_uint(), 2U);
}

TEST_F(ScanTest, LooksKeysUp) {
  open();
  EXPECT_EQ(query("SELECT * FROM Shape WHERE Name = 'R1'"), "r1");
  EXPECT_EQ(gets_, 0);
  EXPECT_EQ(query("SELECT * FROM Shape WHERE Name = 'l2' AND Name LIKE 'l%'"), "l2");
  EXPECT_EQ(query("SELECT * FROM LiveShape WHERE Name = 'l2' AND Size = 7"), "");
  EXPECT_EQ(query("SELECT * FROM LiveShape WHERE Name = 'none'"), "");
  EXPECT_EQ(gets_, 3);
}

TEST_F(ScanTest, EnumeratesWhereAProviderGetsNoSingleInstances) {
  provider_->caps.get = false;
  open();
  EXPECT_EQ(query("SELECT * FROM LiveShape WHERE Name = 'l2'"), "l2");
  EXPECT_EQ(gets_, 0);
}

TEST_F(ScanTest, HandsOverWhatIsWanted) {
  open();
  query("SELECT Name FROM LiveShape WHERE Size > 1");
  EXPECT_TRUE(wanted_.needs("size"));
  EXPECT_TRUE(wanted_.needs("Name"));
  ASSERT_EQ(wanted_.constraints.size(), 1U);
  EXPECT_EQ(wanted_.constraints[0].property, "Size");
}

TEST_F(ScanTest, HandsWholeQueriesToThoseWhoUnderstandThem) {
  provider_->caps.query = true;
  std::string seen;
  provider_->on_query = [&](ProviderCall& call, const wql::Query& query) -> base::Status {
    seen = query.text;
    if (query.text.find("Size") != std::string::npos) return {WBEM_E_PROVIDER_NOT_CAPABLE, "beyond me"};
    cim::InstanceBuilder row(call.cls());
    TRY(row.set("Name", cim::Value::text("q")));
    return call.indicate(row);
  };
  open();
  EXPECT_EQ(query("SELECT * FROM LiveShape WHERE Name LIKE 'q%'"), "q");
  EXPECT_EQ(seen, "SELECT * FROM LiveShape WHERE Name LIKE 'q%'");
  EXPECT_EQ(query("SELECT * FROM LiveShape WHERE Size = 3"), "l3") << "enumerated and filtered";
}

TEST_F(ScanTest, DeliversTheOthersWhenOneProviderFails) {
  provider_->on_enumerate = [](ProviderCall&, const Wanted&) { return base::Status(WBEM_E_PROVIDER_FAILURE, "broken"); };
  open();
  const auto sink = std::make_shared<ScriptedSink>();
  ASSERT_TRUE(manager_->services->CreateInstanceEnumAsync("Shape", {}, sink).ok());
  EXPECT_EQ(sink->code(), WBEM_E_PROVIDER_FAILURE);
  EXPECT_EQ(sink->objects().size(), 3U);
}

TEST_F(ScanTest, RefusesBadQueries) {
  open();
  EXPECT_EQ(query("SELEKT * FROM Circle"), "0x80041017");
  EXPECT_EQ(query("SELECT Nothing FROM Circle"), "0x80041017");
  EXPECT_EQ(query("SELECT * FROM NoShape"), "0x80041010");
  EXPECT_EQ(names(cim::ExecQuery(manager_->services, "SQL", "SELECT * FROM Circle")), "0x80041018");
  const auto sink = std::make_shared<ScriptedSink>();
  EXPECT_EQ(manager_->services->ExecQueryAsync(std::nullopt, "SELECT * FROM Circle", {}, sink).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(manager_->services->ExecQueryAsync("WQL", std::string(17000, 'x'), {}, sink).code(), WBEM_E_QUOTA_VIOLATION);
  EXPECT_EQ(manager_->services->ExecNotificationQueryAsync("WQL", "SELECT * FROM __InstanceCreationEvent WITHIN 1", {}, sink).code(),
            WBEM_E_NOT_SUPPORTED);
}

TEST_F(ScanTest, GivesPrototypes) {
  open();
  const auto rows = cim::ExecQuery(manager_->services, "WQL", "SELECT Color, Radius FROM Circle", cim::flag::kPrototype);
  ASSERT_TRUE(rows.has_value()) << rows.error().to_string();
  std::vector<cim::Object> out;
  ASSERT_TRUE((*rows)->Next(cim::kInfinite, 2, out).ok());
  ASSERT_EQ(out.size(), 1U);
  ASSERT_TRUE(out[0].is_class());
  EXPECT_EQ(out[0].cls()->properties().size(), 2U);
}

TEST_F(ScanTest, EnumeratesClasses) {
  open();
  const auto classes = [&](const cim::OptionalText& superclass, std::uint32_t flags) {
    const auto rows = cim::CreateClassEnum(manager_->services, superclass, flags);
    std::vector<cim::Object> out;
    if (!rows || !(*rows)->Next(cim::kInfinite, 100000, out).ok()) return std::string("failed");
    std::vector<std::string> class_names;
    for (const cim::Object& cls : out) {
      if (!superclass && !cls.cls()->name().ends_with("Shape") && !cls.cls()->name().ends_with("Circle")) continue;
      class_names.push_back(cls.cls()->name());
    }
    return fmt::format("{}", fmt::join(class_names, " "));
  };
  EXPECT_EQ(classes("Shape", 0), "Circle RedCircle LiveShape");
  EXPECT_EQ(classes("shape", cim::flag::kShallow), "Circle LiveShape");
  EXPECT_EQ(classes(std::nullopt, cim::flag::kShallow), "LostShape Shape");
  EXPECT_EQ(classes("NoShape", 0), "failed");
}

TEST_F(ScanTest, ContinuesWhenTheSchemaChangesUnderALongScan) {
  open();
  std::string mof;
  for (int i = 0; i < 5000; ++i) mof += fmt::format("instance of Circle {{ Name = \"n{}\"; Radius = {}; }};\n", i, i);
  manager_->compile(mof);
  bool changed = false;
  const auto sink = std::make_shared<ScriptedSink>([&](const std::string& line, cim::CallbackScope&) {
    if (line.starts_with("rows") && !std::exchange(changed, true)) manager_->compile("class Another { uint32 X; };");
    return WBEM_S_NO_ERROR;
  });
  ASSERT_TRUE(manager_->services->CreateInstanceEnumAsync("Circle", {}, sink).ok());
  EXPECT_EQ(sink->code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(sink->objects().size(), 5003U);
  EXPECT_TRUE(changed);
}

TEST_F(ScanTest, StopsWhenItsClassIsDeletedUnderALongScan) {
  open();
  std::string mof;
  for (int i = 0; i < 5000; ++i) mof += fmt::format("instance of Circle {{ Name = \"n{}\"; }};\n", i);
  manager_->compile(mof);
  bool changed = false;
  const auto sink = std::make_shared<ScriptedSink>([&](const std::string& line, cim::CallbackScope&) {
    if (!line.starts_with("rows") || std::exchange(changed, true)) return WBEM_S_NO_ERROR;
    EXPECT_TRUE(cim::DeleteClass(*manager_->services, "Circle").ok());
    return WBEM_S_NO_ERROR;
  });
  ASSERT_TRUE(manager_->services->CreateInstanceEnumAsync("Circle", {}, sink).ok());
  EXPECT_EQ(sink->code(), WBEM_S_NO_ERROR);
  EXPECT_LT(sink->objects().size(), 5003U);
}

}  // namespace
}  // namespace manager
