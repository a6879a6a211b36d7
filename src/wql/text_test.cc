// Runs tests/wql/*.test. A block is a query and lines of what it gives over the rows of testing.h:
//   rows: names of the rows                      error: CODE part of the text
//   lookup: path        wanted: names            constraints: Property op value; ...
//   row: Property=value ... | __RELPATH          (the first row, projected)
//   parsed: ok                                   (parse() only)
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "wql/plan.h"
#include "wql/testing.h"

namespace wql {
namespace {

struct Expectation {
  std::string what, text;
};
struct Block {
  std::string where;  // file:line
  std::string query;
  std::vector<Expectation> lines;
};

std::string trim(std::string_view text) {
  const auto begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(' ') + 1 - begin));
}

std::vector<Block> read_blocks(const std::filesystem::path& path) {
  std::vector<Block> blocks;
  std::ifstream file(path);
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    const auto colon = line.find(':');
    if (line.starts_with("  ") && colon != std::string::npos && !blocks.empty()) {
      blocks.back().lines.push_back({trim(line.substr(0, colon)), trim(line.substr(colon + 1))});
    } else {
      blocks.push_back({path.filename().string() + ":" + std::to_string(number), line, {}});
    }
  }
  return blocks;
}

std::string join(const std::vector<std::string>& parts, std::string_view with) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += with;
    out += part;
  }
  return out;
}

std::string rows_of(const Plan& plan) {
  std::vector<std::string> names;
  for (const cim::Instance& row : testing::sample_rows()) {
    if (plan.bind_class(row.cls()).matches(row.view())) names.push_back(*row.value("Name").as_text());
  }
  return join(names, " ");
}

std::string constraints_of(const Plan& plan) {
  std::vector<std::string> out;
  for (const Constraint& c : plan.constraints()) {
    const bool unary = c.op == Operator::kIsNull || c.op == Operator::kIsNotNull;
    out.push_back(c.property + " " + std::string(operator_text(c.op)) + (unary ? "" : " " + cim::to_display(c.value)));
  }
  return join(out, "; ");
}

std::string first_row_of(const Plan& plan) {
  for (const cim::Instance& row : testing::sample_rows()) {
    if (!plan.bind_class(row.cls()).matches(row.view())) continue;
    const auto projection = plan.project(row.cls());
    if (!projection) return projection.error().to_string();
    const cim::Instance result = projection->apply(row);
    std::vector<std::string> values;
    for (const cim::Property& p : result.cls()->properties()) values.push_back(p.name + "=" + cim::to_display(result.value(p.name)));
    return trim(join(values, " ") + " | " + result->relative_path());
  }
  return "none";
}

void check(const Expectation& expected, const Plan& plan) {
  if (expected.what == "rows") {
    EXPECT_EQ(rows_of(plan), expected.text);
  } else if (expected.what == "lookup") {
    const auto path = plan.key_lookup();
    EXPECT_EQ(path ? path->relative() : "", expected.text);
  } else if (expected.what == "wanted") {
    EXPECT_EQ(join(plan.wanted_properties(), " "), expected.text);
  } else if (expected.what == "constraints") {
    EXPECT_EQ(constraints_of(plan), expected.text);
  } else if (expected.what == "row") {
    EXPECT_EQ(first_row_of(plan), expected.text);
  } else {
    ADD_FAILURE() << "unknown line " << expected.what;
  }
}

void check_error(const Expectation& expected, const base::Status& status) {
  const auto blank = expected.text.find(' ');
  const std::string code = expected.text.substr(0, blank);
  EXPECT_EQ(base::hresult_name(status.code()), code) << status.text();
  const std::string part = blank == std::string::npos ? "" : expected.text.substr(blank + 1);
  EXPECT_NE(status.text().find(part), std::string::npos) << status.text();
}

void run(const Block& block) {
  SCOPED_TRACE(block.where + " " + block.query);
  ASSERT_FALSE(block.lines.empty());
  const auto query = parse(block.query);
  const Expectation& first = block.lines.front();
  if (first.what == "parsed") {
    EXPECT_TRUE(query.has_value()) << query.error().text();
    return;
  }
  if (!query && first.what != "error") FAIL() << query.error().text();
  if (!query) return check_error(first, query.error());
  const auto plan = wql::bind(*query, query->class_name == "SpecialThing" ? testing::special_class() : testing::thing_class());
  if (!plan && first.what != "error") FAIL() << plan.error().text();
  if (!plan) return check_error(first, plan.error());
  if (first.what == "error") FAIL() << "accepted";
  for (const Expectation& line : block.lines) check(line, *plan);
}

TEST(WqlText, Files) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(OWMI_SOURCE_DIR) / "tests/wql")) {
    if (entry.path().extension() == ".test") files.push_back(entry.path());
  }
  ASSERT_FALSE(files.empty());
  std::ranges::sort(files);
  for (const auto& file : files) {
    for (const Block& block : read_blocks(file)) run(block);
  }
}

}  // namespace
}  // namespace wql
