#include "wql/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf.h"
#include "cim/object.h"
#include "wql/constant.h"
#include "wql/dates.h"
#include "wql/lexer.h"
#include "wql/program.h"

namespace wql {
namespace internal {
namespace {

Node normal_form(const Expr& expr, bool negated) {
  if (expr.kind == ExprKind::kNot) return normal_form(expr.children.front(), !negated);
  Node out;
  out.kind = expr.kind;
  if (expr.kind == ExprKind::kTerm) {
    out.term = &expr.term;
    out.negated = negated;
    return out;
  }
  if (negated) out.kind = expr.kind == ExprKind::kAnd ? ExprKind::kOr : ExprKind::kAnd;
  for (const Expr& child : expr.children) {
    Node node = normal_form(child, negated);
    // AND in AND (from parentheses or De Morgan) is one conjunction: look-ups and constraints see all of it.
    if (node.kind == out.kind) {
      std::ranges::move(node.children, std::back_inserter(out.children));
    } else {
      out.children.push_back(std::move(node));
    }
  }
  return out;
}

bool is_system_property(std::string_view name) {
  return std::ranges::any_of(cim::system_property_names(), [&](std::string_view s) { return base::equal_ignore_case(s, name); });
}

base::Status check_select(const PlanData& data) {
  for (const PropertyName& name : data.query.select) {
    const cim::Property* property = data.from->property(name.top());
    if (property == nullptr && (name.embedded() || !is_system_property(name.top()))) {
      return query_error(data.query.text, name.offset, no_property(*data.from, name.top())).error();
    }
    if (name.embedded() && property->type.base != cim::CimType::kObject) {
      return query_error(data.query.text, name.offset, fmt::format("{} is no embedded object", name.top())).error();
    }
  }
  return {};
}

base::Status check_where(const PlanData& data, const Node& node, Program& scratch) {
  if (node.kind == ExprKind::kTerm) {
    TRY(compile_term(data.query, *node.term, 0, node.negated, *data.from, scratch));
    return {};
  }
  for (const Node& child : node.children) TRY(check_where(data, child, scratch));
  return {};
}

/// The constant in the property's type, or as near as it comes.
cim::Value typed_value(const Term& term, cim::Type type) {
  const Constant& constant = term.constant;
  switch (type.base) {
    case cim::CimType::kString:
    case cim::CimType::kReference: return cim::Value::text(std::string(text_of(constant).value_or("")));
    case cim::CimType::kBoolean: return cim::Value::boolean(boolean_of(constant).value_or(false));
    case cim::CimType::kDatetime: {
      const auto moment = parse_moment(constant.text);
      return moment ? cim::Value::text(to_cim_text(*moment)) : constant.value;
    }
    default: {
      const auto number = number_of(constant);
      if (!number) return constant.value;
      auto typed = cim::coerce(*number, type);
      return typed ? *std::move(typed) : *number;
    }
  }
}

/// The terms that every row of the result fulfils.
std::vector<const Node*> conjunction_of(const PlanData& data) {
  std::vector<const Node*> out;
  if (!data.where) return out;
  if (data.where->kind == ExprKind::kTerm) out.push_back(&*data.where);
  if (data.where->kind != ExprKind::kAnd) return out;
  for (const Node& child : data.where->children) {
    if (child.kind == ExprKind::kTerm) out.push_back(&child);
  }
  return out;
}

Operator opposite(Operator op, bool negated) {
  if (!negated) return op;
  switch (op) {
    case Operator::kEqual: return Operator::kNotEqual;
    case Operator::kNotEqual: return Operator::kEqual;
    case Operator::kLess: return Operator::kGreaterEqual;
    case Operator::kLessEqual: return Operator::kGreater;
    case Operator::kGreater: return Operator::kLessEqual;
    case Operator::kGreaterEqual: return Operator::kLess;
    case Operator::kIsNull: return Operator::kIsNotNull;
    case Operator::kIsNotNull: return Operator::kIsNull;
    default: return op;
  }
}

void find_constraints(PlanData& data) {
  for (const Node* node : conjunction_of(data)) {
    const Term& term = *node->term;
    const cim::Property* property = data.from->property(term.property.top());
    const bool invertible = term.op != Operator::kLike && term.op != Operator::kIsa;
    if (property == nullptr || term.property.embedded() || term.op == Operator::kIsa || (node->negated && !invertible)) continue;
    Constraint constraint{property->name, opposite(term.op, node->negated), {}};
    const bool null_test = term.op == Operator::kIsNull || term.op == Operator::kIsNotNull;
    if (term.op == Operator::kLike && property->type.base != cim::CimType::kString) constraint.op = Operator::kEqual;
    if (!null_test) constraint.value = typed_value(term, property->type);
    data.constraints.push_back(std::move(constraint));
  }
}

/// Keys whose equality is the equality of their canonical form.
bool can_look_up(cim::Type type) {
  switch (type.base) {
    case cim::CimType::kReal32:
    case cim::CimType::kReal64:
    case cim::CimType::kDatetime:
    case cim::CimType::kReference:
    case cim::CimType::kChar16:
    case cim::CimType::kObject: return false;
    default: return !type.array;
  }
}

void find_lookup(PlanData& data) {
  const auto keys = data.from->keys();
  if (keys.empty()) return;
  cim::ObjectPath path;
  path.class_name = data.from->name();
  for (const std::uint16_t key : keys) {
    const cim::Property& property = data.from->properties()[key];
    const auto found = std::ranges::find_if(data.constraints, [&](const Constraint& c) {
      return c.op == Operator::kEqual && c.property == property.name && !c.value.as_real();
    });
    if (found == data.constraints.end() || !can_look_up(property.type)) return;
    if (!cim::coerce(found->value, property.type)) return;  // 300 in a uint8: the scan finds nothing either, but rightly
    path.keys.push_back({property.name, found->value});
  }
  data.lookup = std::move(path);
}

void collect_names(const Node& node, std::vector<std::string_view>& out) {
  if (node.kind == ExprKind::kTerm) out.push_back(node.term->property.top());
  for (const Node& child : node.children) collect_names(child, out);
}

void find_wanted(PlanData& data) {
  if (data.query.select_all) return;
  std::vector<std::string_view> names;
  for (const PropertyName& name : data.query.select) names.push_back(name.top());
  if (data.where) collect_names(*data.where, names);
  const auto names_one = [&](std::string_view wanted) {
    return std::ranges::any_of(names, [&](std::string_view n) { return base::equal_ignore_case(n, wanted); });
  };
  const bool any = std::ranges::any_of(names, [&](std::string_view n) { return data.from->property(n) != nullptr; });
  const bool keys = !any || data.query.with_keys || names_one("__PATH") || names_one("__RELPATH");
  for (const cim::Property& property : data.from->properties()) {
    if (names_one(property.name) || (keys && property.key())) data.wanted.push_back(property.name);
  }
}

}  // namespace
}  // namespace internal

base::Result<Plan> bind(const Query& query, const cim::ClassPtr& from) {
  TRY(require_data_query(query));
  auto data = std::make_shared<internal::PlanData>();
  data->query = query;
  data->from = from;
  TRY(internal::check_select(*data));
  if (data->query.where) {
    data->where = internal::normal_form(*data->query.where, false);
    internal::Program scratch;
    TRY(internal::check_where(*data, *data->where, scratch));
  }
  internal::find_constraints(*data);
  internal::find_lookup(*data);
  internal::find_wanted(*data);
  return Plan(std::move(data));
}

const Query& Plan::query() const { return data_->query; }
const cim::ClassPtr& Plan::from() const { return data_->from; }
Predicate Plan::bind_class(const cim::ClassPtr& cls) const { return Predicate(internal::compile(data_, cls)); }
std::optional<cim::ObjectPath> Plan::key_lookup() const { return data_->lookup; }
const std::vector<Constraint>& Plan::constraints() const { return data_->constraints; }
const std::vector<std::string>& Plan::wanted_properties() const { return data_->wanted; }

}  // namespace wql
