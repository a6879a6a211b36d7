// Runs errors.test: one case per code of MS-WMI Appendix C that a text can provoke.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <vector>

#include "mof/check.h"
#include "mof/parser.h"

namespace {

struct Case {
  int at = 0;  // line in errors.test
  std::string code;
  unsigned line = 0;
  std::string part;  // of the message
  std::string text;
};

std::vector<Case> read_cases() {
  std::ifstream file(OWMI_SOURCE_DIR "/tests/mof/errors.test");
  std::vector<Case> cases;
  std::string line;
  for (int at = 1; std::getline(file, line); ++at) {
    if (line.starts_with("@@ ")) {
      Case& added = cases.emplace_back();
      added.at = at;
      std::istringstream words(line.substr(3));
      words >> added.code >> added.line >> added.part;
    } else if (!cases.empty()) {
      cases.back().text += line + "\n";
    }
  }
  return cases;
}

TEST(Errors, EachCodeAtItsPlace) {
  const std::vector<Case> cases = read_cases();
  ASSERT_GT(cases.size(), 60U);
  for (const Case& c : cases) {
    SCOPED_TRACE(testing::Message() << "errors.test:" << c.at << " " << c.code);
    mof::Diagnostics diagnostics;
    const auto unit = mof::parse_text("case.mof", c.text, diagnostics);
    const base::Status status = unit ? mof::check(*unit, diagnostics) : unit.error();
    if (c.code == "OK") {
      EXPECT_TRUE(status) << status.text();
      continue;
    }
    ASSERT_FALSE(status);
    ASSERT_FALSE(diagnostics.empty());
    const mof::Diagnostic& found = diagnostics.back();
    EXPECT_EQ(base::hresult_name(found.code), c.code) << found.to_string();
    EXPECT_EQ(found.place.line, c.line) << found.to_string();
    EXPECT_GT(found.place.column, 0U);
    std::string part = c.part;
    if (const auto dot = part.find('.'); dot != std::string::npos) part[dot] = ' ';
    EXPECT_NE(found.text.find(part), std::string::npos) << found.text;
    EXPECT_EQ(status.code(), found.code);
  }
}

}  // namespace
