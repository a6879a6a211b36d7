// Random conditions over random rows: the compiled predicate against a plain three-valued evaluation of decoded values.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/utf.h"
#include "cim/datetime.h"
#include "wql/constant.h"
#include "wql/plan.h"
#include "wql/testing.h"

namespace wql {
namespace {

using cim::CimType;
using Truth = std::optional<bool>;  // nullopt: unknown

std::mt19937& random_source() {
  static std::mt19937 source(20040121);
  return source;
}
std::size_t below(std::size_t n) { return random_source()() % n; }

template <class... T>
std::string one_of(const T&... choices) {
  const std::string all[] = {choices...};
  return all[below(sizeof...(choices))];
}

// What the generated rows hold and the generated constants come from: few values, so that comparisons often meet.
std::string number_text() {
  return one_of("0", "1", "-1", "5", "127", "-128", "255", "300", "42", "2147483647", "-2147483648", "4294967295", "9007199254740992",
                "9007199254740993", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "18446744073709551616", "0.5",
                "5.0", "-0.25", "0.1", "1e19", "-1e40", "0x7F");
}
std::string word() {
  return one_of("", "a", "A", "ab", "Abc", "ABD", "b_c", "50%", "\u00e4", "\u00c4x", "\u03c9a", "\u03a9A", "\u00ff", "\u0178");
}
std::string date() {
  return one_of("20040121120000.000000+000", "20040121130000.000000+060", "20040121120000.000001+000", "19991231235959.999999-300",
                "00000001000000.000000:000", "00000000000001.000000:000", "2004****120000.000000+000");
}

cim::Value random_value(const cim::Property& p) {
  using V = cim::Value;
  switch (p.type.base) {
    case CimType::kString: return V::text(word());
    case CimType::kDatetime: return V::text(date());
    case CimType::kBoolean: return V::boolean(below(2) == 0);
    case CimType::kChar16: return V::uint(std::u16string_view(u"aAbz\u00e4\u00c4\u03c9\u03a9")[below(8)]);
    case CimType::kReal32: return V::real(static_cast<double>(static_cast<float>(std::strtod(number_text().c_str(), nullptr))));
    case CimType::kReal64: return V::real(std::strtod(number_text().c_str(), nullptr));
    default: {
      for (;;) {
        auto value = cim::coerce(*parse_number(number_text()), p.type);
        if (value) return *value;
      }
    }
  }
}

bool generated(const cim::Property& p) {
  return !p.type.array && p.type.base != CimType::kReference && p.type.base != CimType::kObject && p.name != "Name";
}

cim::Instance random_row(const cim::ClassPtr& cls) {
  cim::InstanceBuilder builder(cls);
  testing::require(builder.set("Name", cim::Value::text(word())), "Name");
  for (const cim::Property& p : cls->properties()) {
    if (generated(p) && below(4) != 0) testing::require(builder.set(p, random_value(p)), p.name.c_str());
  }
  return builder.build(true);
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

std::string random_term(const cim::Class& cls) {
  const cim::Property* p = nullptr;
  do p = &cls.properties()[below(cls.properties().size())];
  while (!generated(*p));
  if (below(6) == 0) return p->name + one_of(" IS NULL", " IS NOT NULL");
  const std::string op = one_of(" = ", " <> ", " < ", " <= ", " > ", " >= ");
  const std::string equality = one_of(" = ", " != ");
  switch (p->type.base) {
    case CimType::kString:
      if (below(2) == 0)
        return p->name + " LIKE " +
               quoted(one_of("%", "a%", "%b%", "_", "a_", "%[_]%", "[a-b]%", "[^a]%", "\u00c4%", "%\u03c9%", "\u0178"));
      return p->name + op + quoted(word());
    case CimType::kDatetime:
      for (;;) {
        if (const std::string text = date(); text.find('*') == std::string::npos) return p->name + op + quoted(text);
      }
    case CimType::kBoolean: return p->name + equality + one_of("TRUE", "FALSE", "1", "0", "\"true\"");
    case CimType::kChar16: return p->name + op + one_of("65", "97", "\"a\"", "\"B\"", "\"\u00e4\"", "\"\u03a9\"", "300.5");
    default: {
      const std::string number = number_text();
      return p->name + op + (below(3) == 0 ? quoted(number) : number);
    }
  }
}

std::string random_condition(const cim::Class& cls, int depth) {
  switch (depth == 0 ? 0 : below(5)) {
    case 1: return "NOT (" + random_condition(cls, depth - 1) + ")";
    case 2: return "(" + random_condition(cls, depth - 1) + " AND " + random_condition(cls, depth - 1) + ")";
    case 3: return "(" + random_condition(cls, depth - 1) + " OR " + random_condition(cls, depth - 1) + ")";
    default: return random_term(cls);
  }
}

template <class T>
bool relation(const T& a, Operator op, const T& b) {
  switch (op) {
    case Operator::kEqual: return a == b;
    case Operator::kNotEqual: return a != b;
    case Operator::kLess: return a < b;
    case Operator::kLessEqual: return a <= b;
    case Operator::kGreater: return a > b;
    default: return a >= b;
  }
}

/// Exact for 64-bit integers and doubles.
long double exact(const cim::Value& v) {
  if (const auto* r = v.as_real()) return *r;
  if (const auto u = v.as_uint()) return *u;
  return *v.as_sint();
}

bool naive_like(std::u32string_view text, std::u32string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == U'%') return naive_like(text, pattern.substr(1)) || (!text.empty() && naive_like(text.substr(1), pattern));
  if (text.empty()) return false;
  if (pattern[0] != U'[') return (pattern[0] == U'_' || pattern[0] == text[0]) && naive_like(text.substr(1), pattern.substr(1));
  const auto close = pattern.find(U']');
  const auto set = pattern.substr(1, close - 1);
  // The three sets that are generated.
  const bool in = set == U"_" ? text[0] == U'_' : set == U"A-B" ? text[0] == U'A' || text[0] == U'B' : text[0] != U'A';
  return in && naive_like(text.substr(1), pattern.substr(close + 1));
}

std::u32string folded_points(std::string_view text) {
  std::u32string out;
  for (std::size_t at = 0; at < text.size();) out += base::to_upper(base::next_code_point(text, at));
  return out;
}

Truth compare_dates(const std::string& a, Operator op, const std::string& b) {
  const auto order = cim::compare(*cim::DateTime::parse(a), *cim::DateTime::parse(b));
  if (order == std::partial_ordering::unordered) return std::nullopt;
  const int sign = order < 0 ? -1 : order > 0 ? 1 : 0;
  return relation(sign, op, 0);
}

Truth evaluate(const Term& term, const cim::Instance& row) {
  const cim::Property& p = *row.cls()->property(term.property.top());
  const cim::Value value = row.value(p.name);
  if (term.op == Operator::kIsNull) return value.is_null();
  if (term.op == Operator::kIsNotNull) return !value.is_null();
  if (value.is_null()) return std::nullopt;
  const Constant& c = term.constant;
  switch (p.type.base) {
    case CimType::kString:
      if (term.op == Operator::kLike) return naive_like(folded_points(*value.as_text()), folded_points(c.text));
      return relation(folded_points(*value.as_text()), term.op, folded_points(c.text));
    case CimType::kDatetime: return compare_dates(*value.as_text(), term.op, c.text);
    case CimType::kBoolean: return relation(*value.as_bool(), term.op, *boolean_of(c));
    case CimType::kChar16:
      if (c.kind == ConstantKind::kString) {
        return relation(base::to_upper(static_cast<char32_t>(*value.as_uint())), term.op, folded_points(c.text)[0]);
      }
      break;
    default: break;
  }
  long double number = exact(*number_of(c));
  const bool single = p.type.base == CimType::kReal32 && number_of(c)->as_real() && std::isfinite(static_cast<float>(number));
  if (single) number = static_cast<float>(number);
  return relation(exact(value), term.op, number);
}

Truth evaluate(const Expr& expr, const cim::Instance& row) {
  if (expr.kind == ExprKind::kTerm) return evaluate(expr.term, row);
  if (expr.kind == ExprKind::kNot) {
    const Truth inner = evaluate(expr.children[0], row);
    return inner ? Truth(!*inner) : inner;
  }
  const bool decisive = expr.kind == ExprKind::kOr;
  Truth out = !decisive;
  for (const Expr& child : expr.children) {
    const Truth truth = evaluate(child, row);
    if (truth == Truth(decisive)) return decisive;
    if (!truth) out = std::nullopt;
  }
  return out;
}

TEST(Differential, PredicatesAgree) {
  std::vector<cim::Instance> rows;
  for (int i = 0; i < 60; ++i) rows.push_back(random_row(i % 3 == 0 ? testing::special_class() : testing::thing_class()));
  std::size_t matched = 0;
  for (int round = 0; round < 4000; ++round) {
    const std::string text = "SELECT * FROM Thing WHERE " + random_condition(*testing::thing_class(), 4);
    const auto query = parse(text);
    ASSERT_TRUE(query) << text << "\n" << query.error().text();
    const auto plan = wql::bind(*query, testing::thing_class());
    ASSERT_TRUE(plan) << text << "\n" << plan.error().text();
    const Predicate predicates[] = {plan->bind_class(testing::thing_class()), plan->bind_class(testing::special_class())};
    for (const cim::Instance& row : rows) {
      const bool expected = evaluate(*query->where, row).value_or(false);
      matched += expected;
      ASSERT_EQ(predicates[row.cls() == testing::special_class()].matches(row.view()), expected)
          << text << "\nrow " << cim::to_display(row.value("Text"));
    }
  }
  EXPECT_GT(matched, 10'000U);  // the conditions do select
}

}  // namespace
}  // namespace wql
