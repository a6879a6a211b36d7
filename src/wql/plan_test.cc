#include "wql/plan.h"

#include <gtest/gtest.h>

#include "wql/testing.h"

namespace wql {
namespace {

using testing::require;

Plan plan_for(std::string_view text, const cim::ClassPtr& from = testing::thing_class()) {
  return require(wql::bind(require(parse(text), "parse"), from), "bind");
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

base::Hresult code_of(const std::string& text) {
  const auto query = parse(text);
  return query ? WBEM_S_NO_ERROR : query.error().code();
}

TEST(Limits, Length) {
  const std::string begin = "SELECT * FROM Thing WHERE Name = \"";
  const auto query = [&](std::string_view letter, std::size_t length) {
    return begin + repeated(letter, length - begin.size() - 1) + "\"";
  };
  EXPECT_EQ(code_of(query("x", kMaxQueryLength)), WBEM_S_NO_ERROR);
  EXPECT_EQ(code_of(query("x", kMaxQueryLength + 1)), WBEM_E_QUOTA_VIOLATION);
  EXPECT_EQ(code_of(query("\u00e4", kMaxQueryLength)), WBEM_S_NO_ERROR);  // characters, not octets
}

TEST(Limits, DepthAndTerms) {
  const std::string begin = "SELECT * FROM Thing WHERE ";
  const auto nested = [&](std::string_view open, std::size_t n, std::string_view close) {
    return begin + repeated(open, n) + "U8=1" + repeated(close, n);
  };
  EXPECT_EQ(code_of(nested("(", kMaxDepth - 1, ")")), WBEM_S_NO_ERROR);
  EXPECT_EQ(code_of(nested("(", kMaxDepth, ")")), WBEM_E_QUOTA_VIOLATION);
  EXPECT_EQ(code_of(nested("NOT ", kMaxDepth, "")), WBEM_E_QUOTA_VIOLATION);
  EXPECT_EQ(code_of(nested("(", 8000, "")), WBEM_E_QUOTA_VIOLATION);
  EXPECT_EQ(code_of(begin + repeated("U8=1 OR ", kMaxTerms - 1) + "U8=1"), WBEM_S_NO_ERROR);
  EXPECT_EQ(code_of(begin + repeated("U8=1 OR ", kMaxTerms) + "U8=1"), WBEM_E_QUOTA_VIOLATION);
}

TEST(Parse, KeepsTheOtherKinds) {
  const Query q = require(
      parse("references of {Thing.Name=\"a}\\\"b\"} where Role=Antecedent RequiredQualifier = Key ResultClass=L SchemaOnly"), "parse");
  EXPECT_EQ(q.kind, QueryKind::kReferences);
  EXPECT_EQ(q.association.object_path, "Thing.Name=\"a}\\\"b\"");
  EXPECT_EQ(q.association.role, "Antecedent");
  EXPECT_EQ(q.association.required_qualifier, "Key");
  EXPECT_EQ(q.association.result_class, "L");
  EXPECT_TRUE(q.association.schema_only);

  const Query event = require(
      parse("SELECT * FROM E WITHIN +0.5 WHERE TargetInstance ISA 'X' GROUP WITHIN 10 BY A, T.B HAVING NumberOfEvents > 5"), "parse");
  EXPECT_EQ(event.within, 0.5);
  ASSERT_TRUE(event.group.has_value());
  EXPECT_EQ(event.group->within, 10);
  EXPECT_EQ(event.group->by[1].to_string(), "T.B");
  EXPECT_TRUE(event.group->having.has_value());
}

TEST(Parse, KeywordsMayBeNames) {
  EXPECT_EQ(code_of("SELECT Group, By, Like FROM Thing WHERE Group = 1 AND By LIKE 'x'"), WBEM_S_NO_ERROR);
}

TEST(Predicate, TheClassAloneMayDecide) {
  const auto bound = [](std::string_view where, const cim::ClassPtr& cls) {
    return plan_for("SELECT * FROM Thing" + std::string(where)).bind_class(cls);
  };
  EXPECT_TRUE(bound("", testing::thing_class()).always());
  EXPECT_TRUE(bound(" WHERE __CLASS = 'Thing'", testing::thing_class()).always());
  EXPECT_TRUE(bound(" WHERE __CLASS = 'Thing'", testing::special_class()).never());
  EXPECT_TRUE(bound(" WHERE __CLASS = 'Thing' AND U8 = 5", testing::special_class()).never());
  EXPECT_FALSE(bound(" WHERE __CLASS = 'Thing' AND U8 = 5", testing::thing_class()).always());
  EXPECT_TRUE(bound(" WHERE U8 = 300", testing::thing_class()).never());
}

TEST(Projection, OfASubclass) {
  const Plan plan = plan_for("SELECT Name, Text, __SUPERCLASS FROM Thing");
  const auto projection = require(plan.project(testing::special_class()), "project");
  EXPECT_FALSE(projection.identity());
  EXPECT_FALSE(projection.key_cut());
  const cim::Instance row = projection.apply(testing::sample_rows()[3]);
  EXPECT_EQ(row.cls()->name(), "SpecialThing");
  EXPECT_EQ(row.cls()->superclass(), "Thing");
  EXPECT_EQ(row.cls()->properties().size(), 2U);
  EXPECT_EQ(row->relative_path(), "SpecialThing.Name=\"d\"");
  EXPECT_EQ(row.path(), "\\\\HOST\\root\\test:SpecialThing.Name=\"d\"");
  EXPECT_EQ(*row.value("Text").as_text(), "\u039a\u03b1\u03bb\u03b7");
  std::string octets;
  projection.append_to(testing::sample_rows()[3].view(), octets);
  EXPECT_TRUE(cim::validate_instance(*projection.cls(), {reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()}).ok());
}

TEST(Projection, CutsTheKey) {
  const auto projection = require(plan_for("SELECT Text FROM Thing").project(testing::special_class()), "project");
  EXPECT_TRUE(projection.key_cut());
  EXPECT_TRUE(projection.cls()->superclass().empty());
  EXPECT_EQ(projection.cls()->dynasty(), "SpecialThing");
  EXPECT_TRUE(projection.apply(testing::sample_rows()[3]).path().empty());
}

TEST(Projection, BringsTheKeysAlongOnRequest) {
  Query query = require(parse("SELECT Text FROM Thing"), "parse");
  query.with_keys = true;
  const Plan plan = require(wql::bind(query, testing::thing_class()), "bind");
  const auto projection = require(plan.project(testing::special_class()), "project");
  EXPECT_FALSE(projection.key_cut());
  EXPECT_EQ(projection.apply(testing::sample_rows()[3])->relative_path(), "SpecialThing.Name=\"d\"");
  EXPECT_EQ(plan.wanted_properties(), (std::vector<std::string>{"Name", "Text"}));
}

TEST(Projection, KeepsEveryTypeAndNull) {
  std::string list = "Name";
  for (const cim::Property& p : testing::thing_class()->properties()) list += ", " + p.name;
  const Plan plan = plan_for("SELECT " + list + " FROM Thing");
  for (const cim::Instance& row : testing::sample_rows()) {
    const cim::Instance out = require(plan.project(row.cls()), "project").apply(row);
    for (const cim::Property& p : testing::thing_class()->properties()) EXPECT_EQ(out.value(p.name), row.value(p.name)) << p.name;
  }
}

TEST(Prototype, HasTheOrderOfTheList) {
  const cim::ClassPtr cls = require(plan_for("SELECT U8, Text, u8 FROM Thing").prototype(), "prototype");
  EXPECT_EQ(cls->name(), "Thing");
  ASSERT_EQ(cls->properties().size(), 2U);
  using V = cim::Value;
  EXPECT_EQ(cls->property("U8")->qualifiers.find("Order")->value, V::array({V::sint(0), V::sint(2)}));
  EXPECT_EQ(cls->property("Text")->qualifiers.find("Order")->value, V::array({V::sint(1)}));
  EXPECT_EQ(require(plan_for("SELECT * FROM Thing").prototype(), "prototype"), testing::thing_class());
}

}  // namespace
}  // namespace wql
