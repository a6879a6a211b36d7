// The programs of tests/vbscript: each procedure Test_... of each file is a test. `Report passed, text` counts an assertion.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include <gtest/gtest.h>

#include "base/utf.h"
#include "script/engine.h"
#include "scripting/table_object.h"

namespace script {
namespace {

using scripting::MemberCall;
using scripting::Outcome;
using scripting::Variant;

const std::string kFolder = OWMI_SOURCE_DIR "/tests/vbscript/";

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// A collection and an object with by-reference arguments, as hosts give them.
class Reporter final : public scripting::TableObject {
 public:
  explicit Reporter(Engine& engine) : TableObject(table()), engine_(engine) {}
  int passed = 0;

  Outcome<Variant> report(MemberCall& call) {
    const bool good = call.argument(0).as_boolean();
    passed += good ? 1 : 0;
    if (!good) ADD_FAILURE() << "assertion " << passed + ++failed_ << ": " << call.argument(1).as_text().to_utf8();
    return Variant();
  }
  Outcome<Variant> out_argument(MemberCall& call) {
    call.assign(0, Variant::utf8("assigned"));
    return Variant::int32(7);
  }
  Outcome<Variant> list(MemberCall&) { return Variant::object(this); }
  Outcome<Variant> item(MemberCall& call) {
    if (call.is_put()) {
      stored_ = call.value();
      return Variant();
    }
    return call.has(0) ? call.argument(0) : stored_;
  }
  Outcome<Variant> fail_with(MemberCall& call) {
    return scripting::failure(base::Hresult{static_cast<std::uint32_t>(call.argument(0).as_int32())}, call.argument(1).as_text().to_utf8(),
                              "Host");
  }
  Outcome<Variant> call_back(MemberCall& call) {
    std::vector<Variant> none;
    auto* object = call.argument(0).as_object();
    return object->invoke(scripting::kValue, scripting::invoke::kMethod, {none, {}});
  }
  /// The text of the error with which a program ends: "number (line, column) description", or nothing.
  Outcome<Variant> error_of(MemberCall& call) {
    auto engine = make_vbscript({});
    const auto result = engine->run(call.argument(0).as_text().to_utf8(), "test.vbs");
    if (result) return Variant::utf8("");
    const ScriptError& error = result.error();
    return Variant::utf8(std::to_string(error.number) + " (" + std::to_string(error.line) + ", " + std::to_string(error.column) + ") " +
                         error.description);
  }
  Outcome<Variant> broken(MemberCall&);
  Outcome<scripting::Ref<scripting::Enumeration>> enumerate() override {
    return scripting::enumerate_values({Variant::int16(10), Variant::int16(20), Variant::int16(30)});
  }

 private:
  static const scripting::MemberTable& table() {
    using namespace scripting::invoke;
    using scripting::handler;
    static const scripting::MemberTable made("Reporter",
                                             {
                                                 {"Item", scripting::kValue, kGet | kPut | kPutRef, "[Key]", handler<&Reporter::item>},
                                                 {"Report", 1, kMethod, "Passed, Text", handler<&Reporter::report>},
                                                 {"OutArgument", 2, kMethod, "Value", handler<&Reporter::out_argument>},
                                                 {"List", 3, kGet, "", handler<&Reporter::list>},
                                                 {"FailWith", 4, kMethod, "Code, Text", handler<&Reporter::fail_with>},
                                                 {"CallBack", 5, kMethod, "Procedure", handler<&Reporter::call_back>},
                                                 {"ErrorOf", 6, kMethod, "Program", handler<&Reporter::error_of>},
                                                 {"Broken", 7, kGet, "", handler<&Reporter::broken>},
                                             });
    return made;
  }
  Engine& engine_;
  int failed_ = 0;
  Variant stored_;
};

/// A collection that fails when its first item is asked for.
class BrokenItems final : public scripting::Enumeration {
 public:
  Outcome<std::optional<Variant>> next() override { return scripting::failure(base::Hresult{0x80041017}, "Invalid query", "Host"); }
  Outcome<bool> reset() override { return false; }
};

class Broken final : public scripting::Dispatch {
 public:
  scripting::Dispid id_of(std::u16string_view) override { return scripting::kUnknownName; }
  Outcome<Variant> invoke(scripting::Dispid, unsigned, scripting::Arguments) override {
    return scripting::failure(scripting::DISP_E_MEMBERNOTFOUND);
  }
  Outcome<scripting::Ref<scripting::Enumeration>> enumerate() override {
    return scripting::Ref<scripting::Enumeration>(scripting::make<BrokenItems>());
  }
  std::string type_name() const override { return "Broken"; }
};

Outcome<Variant> Reporter::broken(MemberCall&) { return Variant::object(scripting::make<Broken>()); }

class LanguageTest : public testing::Test {
 public:
  LanguageTest(std::string file, std::string procedure) : file_(std::move(file)), procedure_(std::move(procedure)) {}

  void TestBody() override {
    auto engine = make_vbscript({});
    const auto reporter = scripting::make<Reporter>(*engine);
    engine->add_object(u"Host", reporter, true);
    run(*engine, "assertions.inc.vbs");
    run(*engine, file_);
    if (!HasFailure()) {
      const auto result = engine->call_procedure(base::utf8_to_utf16(procedure_), {});
      if (!result) ADD_FAILURE() << result.error().to_string();
    }
    RecordProperty("assertions", reporter->passed);
    EXPECT_GT(reporter->passed, 0) << "no assertions";
    engine->close();
  }

 private:
  static void run(Engine& engine, const std::string& file) {
    const auto result = engine.run(read_file(kFolder + file), file);
    if (!result) ADD_FAILURE() << result.error().to_string();
  }

  std::string file_;
  std::string procedure_;
};

/// One test for each procedure.
const bool kRegistered = [] {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    const std::string name = entry.path().filename();
    if (name.ends_with(".vbs") && !name.ends_with(".inc.vbs")) files.push_back(name);
  }
  std::ranges::sort(files);
  const std::regex pattern("^[ \\t]*Sub[ \\t]+(Test_[A-Za-z0-9_]+)", std::regex::icase | std::regex::multiline);
  for (const std::string& file : files) {
    const std::string text = read_file(kFolder + file);
    for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) {
      const std::string procedure = (*at)[1];
      testing::RegisterTest("Language", (file.substr(0, file.size() - 4) + "." + procedure).c_str(), nullptr, nullptr, __FILE__, __LINE__,
                            [=]() -> testing::Test* { return new LanguageTest(file, procedure); });
    }
  }
  return true;
}();

}  // namespace
}  // namespace script
