#include "mof/source.h"

#include <gtest/gtest.h>

#include <map>

#include "base/utf.h"
#include "mof/parser.h"

namespace mof {
namespace {

using namespace base::codes;
using namespace std::string_literals;

TEST(Source, Encodings) {
  const std::string text = "class X {}; // \xC3\xA9";
  EXPECT_EQ(*decode_source(text), text);
  EXPECT_EQ(*decode_source("\xEF\xBB\xBF" + text), text);
  const std::string little = base::utf8_to_utf16le(text);
  EXPECT_EQ(*decode_source("\xFF\xFE" + little), text);
  std::string big = little;
  for (std::size_t i = 0; i < big.size(); i += 2) std::swap(big[i], big[i + 1]);
  EXPECT_EQ(*decode_source("\xFE\xFF" + big), text);
  EXPECT_EQ(*decode_source("// \xE9"), "// \xC3\xA9");  // Latin-1
  EXPECT_EQ(decode_source("\xFF\xFE"
                          "a")
                .error()
                .code(),
            WBEMMOF_E_INVALID_FILE);
  EXPECT_EQ(decode_source("\xFF\xFE\0\0"s).error().code(), WBEMMOF_E_INVALID_FILE);
  EXPECT_EQ(decode_source("a\0b"s).error().code(), WBEMMOF_E_INVALID_FILE);
}

TEST(Source, IncludePaths) {
  EXPECT_EQ(resolve_include("dir/a.mof", "b.mof"), "dir/b.mof");
  EXPECT_EQ(resolve_include("a.mof", "sub\\b.mof"), "sub/b.mof");
  EXPECT_EQ(resolve_include("dir/a.mof", "/etc/b.mof"), "/etc/b.mof");
}

using Texts = std::map<std::string, std::string>;

/// Texts by name.
class MapLoader final : public SourceLoader {
 public:
  explicit MapLoader(Texts texts) : texts_(std::move(texts)) {}
  base::Result<Source> load(std::string_view including, std::string_view path) override {
    const std::string full = resolve_include(including, path);
    const auto found = texts_.find(full);
    if (found == texts_.end()) return base::fail(WBEM_E_NOT_FOUND, "no such file");
    return Source{full, found->second};
  }

 private:
  Texts texts_;
};

TEST(Source, Includes) {
  MapLoader loader(Texts{{"d/b.mof", "class B {}; #pragma include (\"c.mof\")"}, {"d/c.mof", "class C {};"}});
  Diagnostics diagnostics;
  const auto unit = parse({"a.mof", "class A {};\n#include (\"d/b.mof\")\nclass D {};"}, &loader, diagnostics);
  ASSERT_TRUE(unit) << unit.error().text();
  ASSERT_EQ(unit->declarations.size(), 4U);
  EXPECT_EQ(std::get<ClassDecl>(unit->declarations[2]).name, "C");
  EXPECT_EQ(unit->place(std::get<ClassDecl>(unit->declarations[2]).position).file, "d/c.mof");
  EXPECT_EQ(std::get<ClassDecl>(unit->declarations[3]).position.line, 3U);
}

TEST(Source, IncludesThatNeverEnd) {
  MapLoader loader(Texts{{"a.mof", "#include (\"a.mof\")"}});
  Diagnostics diagnostics;
  const auto unit = parse({"a.mof", "#include (\"a.mof\")"}, &loader, diagnostics);
  ASSERT_FALSE(unit);
  EXPECT_EQ(unit.error().code(), WBEMMOF_E_ERROR_INVALID_INCLUDE_FILE);
}

TEST(Source, ErrorsInIncludedTexts) {
  MapLoader loader(Texts{{"b.mof", "\n\n  class {};"}});
  Diagnostics diagnostics;
  ASSERT_FALSE(parse({"a.mof", "#include (\"b.mof\")"}, &loader, diagnostics));
  EXPECT_EQ(diagnostics.back().to_string(), "b.mof (3, 9): error SYNTAX 0X80044014: found '{', expected the name of the class");
  EXPECT_EQ(diagnostics.back().place.column, 9U);
}

TEST(Source, UnknownPragmasWarn) {
  Diagnostics diagnostics;
  ASSERT_TRUE(parse_text("a.mof", "#pragma locale(\"en\")\n#pragma shiny(1, \"x\")\nclass X {};", diagnostics));
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics[0].severity, Diagnostic::Severity::kWarning);
  EXPECT_EQ(diagnostics[0].place.line, 2U);
}

}  // namespace
}  // namespace mof
