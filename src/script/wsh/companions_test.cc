// The programs of tests/wsh: each procedure Test_... is a test, with the assertions of tests/vbscript. `Folder` is empty and its own.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/utf.h"
#include "script/vbscript/library.h"
#include "script/wsh/dictionary.h"
#include "script/wsh/file_system.h"
#include "scripting/table_object.h"

namespace script::wsh {
namespace {

using scripting::MemberCall;
using scripting::Outcome;
using scripting::Variant;

const std::string kPrograms = OWMI_SOURCE_DIR "/tests/wsh/";
const std::string kAssertions = OWMI_SOURCE_DIR "/tests/vbscript/assertions.inc.vbs";

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class Companions final : public Host {
 public:
  Outcome<scripting::DispatchRef> create_object(std::u16string_view prog_id, std::u16string_view) override {
    if (vbscript::compare_texts(prog_id, u"Scripting.Dictionary", true) == 0) return make_dictionary();
    if (vbscript::compare_texts(prog_id, u"Scripting.FileSystemObject", true) == 0) return make_file_system(DriveMap());
    if (vbscript::compare_texts(prog_id, u"VBScript.RegExp", true) == 0) return vbscript::make_regexp();
    return vbscript::raise(vbscript::kCannotCreate, base::utf16_to_utf8(prog_id));
  }
  Outcome<scripting::DispatchRef> get_object(std::u16string_view, std::u16string_view) override {
    return vbscript::raise(vbscript::kCannotCreate);
  }
  int message_box(const scripting::Text&, int, const scripting::Text&) override { return 1; }
  std::optional<scripting::Text> input_box(const scripting::Text&, const scripting::Text&, const scripting::Text&) override {
    return std::nullopt;
  }
};

class Reporter final : public scripting::TableObject {
 public:
  explicit Reporter(std::string folder) : TableObject(table()), folder_(std::move(folder)) {}
  int passed = 0;

  Outcome<Variant> report(MemberCall& call) {
    const bool good = call.argument(0).as_boolean();
    passed += good ? 1 : 0;
    if (!good) ADD_FAILURE() << "assertion " << passed + ++failed_ << ": " << call.argument(1).as_text().to_utf8();
    return Variant();
  }
  Outcome<Variant> folder(MemberCall&) { return Variant::text(scripting::Text(DriveMap().to_windows(folder_))); }

 private:
  static const scripting::MemberTable& table() {
    using scripting::handler;
    static const scripting::MemberTable made("Reporter",
                                             {
                                                 {"Report", 1, scripting::invoke::kMethod, "Passed, Text", handler<&Reporter::report>},
                                                 {"Folder", 2, scripting::invoke::kGet, "", handler<&Reporter::folder>},
                                             });
    return made;
  }
  std::string folder_;
  int failed_ = 0;
};

class CompanionTest : public testing::Test {
 public:
  CompanionTest(std::string file, std::string procedure) : file_(std::move(file)), procedure_(std::move(procedure)) {}

  void TestBody() override {
    auto folder = base::TempDir::create();
    ASSERT_TRUE(folder);
    Companions host;
    EngineOptions options;
    options.host = &host;
    auto engine = make_vbscript(options);
    const auto reporter = scripting::make<Reporter>(folder->path());
    engine->add_object(u"Host", reporter, true);
    for (const std::string& path : {kAssertions, kPrograms + file_}) {
      const auto result = engine->run(read_file(path), path);
      if (!result) ADD_FAILURE() << result.error().to_string();
    }
    if (!HasFailure()) {
      const auto result = engine->call_procedure(base::utf8_to_utf16(procedure_), {});
      if (!result) ADD_FAILURE() << result.error().to_string();
    }
    EXPECT_GT(reporter->passed, 0) << "no assertions";
    engine->close();
  }

 private:
  std::string file_;
  std::string procedure_;
};

/// One test for each procedure.
const bool kRegistered = [] {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(kPrograms)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("companion_") && name.ends_with(".vbs")) files.push_back(name);
  }
  std::ranges::sort(files);
  const std::regex pattern("^Sub[ \\t]+(Test_[A-Za-z0-9_]+)", std::regex::icase | std::regex::multiline);
  for (const std::string& file : files) {
    const std::string text = read_file(kPrograms + file);
    for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) {
      const std::string procedure = (*at)[1];
      testing::RegisterTest("Companions", (file.substr(0, file.size() - 4) + "." + procedure).c_str(), nullptr, nullptr, __FILE__, __LINE__,
                            [=]() -> testing::Test* { return new CompanionTest(file, procedure); });
    }
  }
  return true;
}();

}  // namespace
}  // namespace script::wsh
