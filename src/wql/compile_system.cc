// Conditions on system properties. Most are the same for all rows of a class, so they are decided when the predicate is bound.
#include <fmt/format.h>

#include <algorithm>

#include "base/utf.h"
#include "wql/constant.h"
#include "wql/program.h"

namespace wql::internal {
namespace {

/// A system property whose value the class decides.
struct ClassValue {
  bool null = false;
  std::optional<std::string> text;
  std::uint64_t number = 0;  // without text
};

std::optional<ClassValue> class_value(std::string_view name, const cim::Class& cls) {
  const auto text = [](const std::string& s) { return ClassValue{s.empty(), s, 0}; };
  if (base::equal_ignore_case(name, "__CLASS")) return text(cls.name());
  if (base::equal_ignore_case(name, "__SUPERCLASS")) return text(cls.superclass());
  if (base::equal_ignore_case(name, "__DYNASTY")) return text(cls.dynasty());
  if (base::equal_ignore_case(name, "__SERVER")) return text(cls.server());
  if (base::equal_ignore_case(name, "__NAMESPACE")) return text(cls.name_space());
  if (base::equal_ignore_case(name, "__GENUS")) return ClassValue{false, std::nullopt, 2};
  if (base::equal_ignore_case(name, "__PROPERTY_COUNT")) return ClassValue{false, std::nullopt, cls.properties().size()};
  return std::nullopt;
}

bool in_range(const Range& range, std::uint64_t value) { return (!range.empty && value - range.low <= range.span) != range.invert; }

base::Result<Test> by_class(const Query& query, const Term& term, bool negated, const ClassValue& value) {
  if (term.op == Operator::kIsNull || term.op == Operator::kIsNotNull) {
    return constant_test((value.null == (term.op == Operator::kIsNull)) != negated);
  }
  if (term.op == Operator::kIsa) return term_error(query, term, "is no object, so ISA does not apply");
  if (value.text) {
    TRY_ASSIGN(const TextOperand operand, text_operand(query, term, "string"));
    return constant_test(!value.null && operand.matches(OwnedText(*value.text).text()) != negated);
  }
  const auto number = number_of(term.constant);
  if (!number) return term_error(query, term, fmt::format("is sint32 and cannot be compared with {}", term.constant.text));
  const Operator op = term.op == Operator::kLike ? Operator::kEqual : term.op;
  return constant_test(in_range(integer_range(op, *number, false), value.number) != negated);
}

/// __PATH and __RELPATH: equality is that of paths, everything else that of text.
base::Result<Test> by_row(const Query& query, const Term& term, bool negated, Code code, const cim::Class& cls, Program& program) {
  Test test;
  test.code = code;
  test.relation = term.op;
  test.invert = negated;
  if (term.op == Operator::kIsa) return term_error(query, term, "is no object, so ISA does not apply");
  if (term.op == Operator::kIsNull || term.op == Operator::kIsNotNull) return test;
  if (term.op == Operator::kEqual || term.op == Operator::kNotEqual) {
    const auto text = text_of(term.constant);
    if (!text) return term_error(query, term, fmt::format("is string and cannot be compared with {}", term.constant.text));
    ReferenceOperand operand{{}, FoldedText(*text), cls.server(), cls.name_space()};
    if (auto path = cim::ObjectPath::parse(*text)) operand.path = *std::move(path);
    test.operand = static_cast<std::uint32_t>(program.references.size());
    program.references.push_back(std::move(operand));
    return test;
  }
  TRY_ASSIGN(TextOperand operand, text_operand(query, term, "string"));
  test.operand = static_cast<std::uint32_t>(program.texts.size());
  program.texts.push_back(std::move(operand));
  return test;
}

}  // namespace

base::Result<Test> compile_system_term(const Query& query, const Term& term, std::size_t part, bool negated, const cim::Class& cls,
                                       Program& program) {
  const std::string& name = term.property.parts[part];
  if (base::equal_ignore_case(name, "__this")) {
    if (term.op != Operator::kIsa) return term_error(query, term, "stands for the object itself and takes ISA only");
    return constant_test(cls.inherits_from(term.constant.text) != negated);
  }
  if (const auto value = class_value(name, cls)) return by_class(query, term, negated, *value);
  if (base::equal_ignore_case(name, "__PATH")) return by_row(query, term, negated, Code::kPath, cls, program);
  if (base::equal_ignore_case(name, "__RELPATH")) return by_row(query, term, negated, Code::kRelativePath, cls, program);
  if (base::equal_ignore_case(name, "__DERIVATION")) {
    if (term.op == Operator::kIsNull || term.op == Operator::kIsNotNull) return constant_test((term.op == Operator::kIsNotNull) != negated);
    return term_error(query, term, "is an array, which only IS [NOT] NULL can test");
  }
  return term_error(query, term, fmt::format("is unknown: there is no system property {}", name));
}

}  // namespace wql::internal
