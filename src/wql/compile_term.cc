// One comparison: the property's type decides which constants and operators fit and what is tested.
#include <fmt/format.h>

#include <bit>

#include "base/spell.h"
#include "base/utf.h"
#include "cim/object.h"
#include "wql/constant.h"
#include "wql/dates.h"
#include "wql/lexer.h"
#include "wql/program.h"

namespace wql::internal {
namespace {

using cim::CimType;

/// Everything that one compilation needs.
struct Context {
  const Query& query;
  const Term& term;
  Operator op;  // LIKE on what is no string has become =
  const cim::Property& property;
  bool negated;
  Program& program;

  std::string type() const { return std::string(cim::type_name(property.type.base)) + (property.type.array ? "[]" : ""); }
  std::unexpected<base::Status> wrong_constant() const {
    return term_error(query, term, fmt::format("is {} and cannot be compared with {}", type(), term.constant.text));
  }
  std::unexpected<base::Status> wrong_operator() const {
    return term_error(query, term, fmt::format("is {}, to which {} does not apply", type(), operator_text(term.op)));
  }
  Test test(Code code) const {
    Test out;
    out.code = code;
    out.invert = negated;
    out.relation = op;
    out.handle = property.handle;
    return out;
  }
};

bool is_order(Operator op) {
  return op == Operator::kLess || op == Operator::kLessEqual || op == Operator::kGreater || op == Operator::kGreaterEqual;
}

Test null_test(const Context& c) {
  Test test = c.test(Code::kNull);
  test.invert = (c.op == Operator::kIsNotNull) != c.negated;
  return test;
}

/// All, none, or a range of what is not NULL.
Test range_test(const Context& c, Code code, const Range& range) {
  const bool invert = range.invert != c.negated;
  if (range.empty && !invert) return constant_test(false);
  if (range.full && invert) return constant_test(false);
  Test test = c.test(range.empty || range.full ? Code::kNull : code);
  test.invert = range.empty || range.full ? true : invert;
  test.low = range.low;
  test.span = range.span;
  return test;
}

Code integer_code(CimType type) {
  switch (type) {
    case CimType::kSint8: return Code::kSint8;
    case CimType::kUint8: return Code::kUint8;
    case CimType::kSint16: return Code::kSint16;
    case CimType::kUint16:
    case CimType::kChar16: return Code::kUint16;
    case CimType::kSint32: return Code::kSint32;
    case CimType::kUint32: return Code::kUint32;
    default: return Code::kInt64;
  }
}

bool is_signed(CimType type) {
  return type == CimType::kSint8 || type == CimType::kSint16 || type == CimType::kSint32 || type == CimType::kSint64;
}

base::Result<Test> integer(const Context& c) {
  const auto number = number_of(c.term.constant);
  if (!number) return c.wrong_constant();
  return range_test(c, integer_code(c.property.type.base),
                    integer_range(c.op, *number, is_signed(c.property.type.base), 8 * cim::slot_size(c.property.type)));
}

/// A character is a number, or a string of one character; strings compare without regard to case.
base::Result<Test> character(const Context& c) {
  if (c.term.constant.kind != ConstantKind::kString) return integer(c);
  const std::string& text = c.term.constant.text;
  std::size_t at = 0;
  const char32_t point = text.empty() ? 0x10FFFF : base::next_code_point(text, at);
  if (at != text.size() || point > 0xFFFF) return c.wrong_constant();
  return range_test(c, Code::kFoldedChar, integer_range(c.op, cim::Value::uint(base::to_upper(point)), false, 16));
}

base::Result<Test> real(const Context& c) {
  const auto number = number_of(c.term.constant);
  if (!number) return c.wrong_constant();
  const bool single = c.property.type.base == CimType::kReal32;
  const RealTest wanted = real_test(c.op, *number, single);
  Test test = c.test(single ? Code::kReal32 : Code::kReal64);
  test.relation = wanted.op;
  test.low = std::bit_cast<std::uint64_t>(wanted.value);
  if (!wanted.empty) return test;
  // Equal to no double: <> holds for all that is not NULL.
  if ((wanted.op == Operator::kNotEqual) == c.negated) return constant_test(false);
  test.code = Code::kNull;
  test.invert = true;
  return test;
}

base::Result<Test> boolean(const Context& c) {
  if (is_order(c.op)) return c.wrong_operator();
  const auto value = boolean_of(c.term.constant);
  if (!value) return c.wrong_constant();
  Test test = c.test(Code::kBoolean);
  test.low = *value ? 1 : 0;
  test.invert = (c.op == Operator::kNotEqual) != c.negated;
  return test;
}

base::Result<Test> datetime(const Context& c) {
  if (c.term.constant.kind != ConstantKind::kString) return c.wrong_constant();
  const auto moment = parse_moment(c.term.constant.text);
  if (!moment) return term_error(c.query, c.term, "is datetime: " + moment.error().text());
  const Range range = integer_range(c.op, cim::Value::sint(moment->microseconds), true);
  Test test = range_test(c, moment->interval ? Code::kInterval : Code::kMoment, range);
  return test;
}

base::Result<Test> string(const Context& c) {
  TRY_ASSIGN(TextOperand operand, text_operand(c.query, c.term, c.type()));
  Test test = c.test(c.op == Operator::kLike ? Code::kTextLike : is_order(c.op) ? Code::kTextOrder : Code::kTextEqual);
  test.invert = (c.op == Operator::kNotEqual) != c.negated;
  test.operand = static_cast<std::uint32_t>(c.program.texts.size());
  c.program.texts.push_back(std::move(operand));
  return test;
}

base::Result<Test> reference(const Context& c, const cim::Class& cls) {
  if (is_order(c.op)) return c.wrong_operator();
  if (c.term.constant.kind != ConstantKind::kString) return c.wrong_constant();
  ReferenceOperand operand;
  if (auto path = cim::ObjectPath::parse(c.term.constant.text)) operand.path = *std::move(path);
  operand.folded = FoldedText(c.term.constant.text);
  operand.server = cls.server();
  operand.name_space = cls.name_space();
  Test test = c.test(Code::kReference);
  test.invert = (c.op == Operator::kNotEqual) != c.negated;
  test.operand = static_cast<std::uint32_t>(c.program.references.size());
  c.program.references.push_back(std::move(operand));
  return test;
}

base::Result<Test> isa(const Context& c) {
  if (c.property.type.base != CimType::kObject || c.property.type.array) return c.wrong_operator();
  Test test = c.test(Code::kIsa);
  test.operand = static_cast<std::uint32_t>(c.program.names.size());
  c.program.names.push_back(c.term.constant.text);
  c.program.objects.push_back(&c.property);
  return test;
}

base::Result<Test> embedded(const Context& c, std::size_t part) {
  if (c.property.type.base != CimType::kObject || c.property.type.array) {
    return term_error(c.query, c.term, fmt::format("goes through {}, which is {} and no embedded object", c.property.name, c.type()));
  }
  Test test = c.test(Code::kEmbedded);
  test.invert = false;
  test.operand = static_cast<std::uint32_t>(c.program.embedded.size());
  c.program.embedded.push_back({&c.property, &c.term, part + 1, c.negated});
  return test;
}

base::Result<Test> comparison(const Context& c, const cim::Class& cls) {
  if (c.property.type.array)
    return term_error(c.query, c.term, fmt::format("is an array ({}), which only IS [NOT] NULL can test", c.type()));
  switch (c.property.type.base) {
    case CimType::kString: return string(c);
    case CimType::kBoolean: return boolean(c);
    case CimType::kReal32:
    case CimType::kReal64: return real(c);
    case CimType::kDatetime: return datetime(c);
    case CimType::kReference: return reference(c, cls);
    case CimType::kObject: return c.wrong_operator();
    case CimType::kChar16: return character(c);
    default: return integer(c);
  }
}

}  // namespace

std::string no_property(const cim::Class& cls, std::string_view name) {
  base::Speller speller(name);
  for (const cim::Property& property : cls.properties()) speller.offer(property.name);
  const std::string near = speller.best().empty() ? "" : fmt::format("; did you mean {}?", speller.best());
  return fmt::format("{} has no property {}{}", cls.name(), name, near);
}

std::unexpected<base::Status> term_error(const Query& query, const Term& term, std::string_view message) {
  return query_error(query.text, term.property.offset, fmt::format("{} {}", term.property.to_string(), message));
}

base::Result<TextOperand> text_operand(const Query& query, const Term& term, std::string_view type) {
  const auto text = text_of(term.constant);
  if (!text) return term_error(query, term, fmt::format("is {} and cannot be compared with {}", type, term.constant.text));
  TextOperand out;
  out.relation = term.op;
  if (term.op != Operator::kLike) {
    out.folded = FoldedText(*text);
    return out;
  }
  auto pattern = LikePattern::compile(*text);
  if (!pattern && pattern.error().code() == WBEM_E_INVALID_QUERY)
    return query_error(query.text, term.constant.offset, pattern.error().text());
  TRY_ASSIGN(out.pattern, std::move(pattern));
  return out;
}

base::Result<Test> compile_term(const Query& query, const Term& term, std::size_t part, bool negated, const cim::Class& cls,
                                Program& program) {
  const std::string& name = term.property.parts[part];
  const bool last = part + 1 == term.property.parts.size();
  const cim::Property* property = cls.property(name);
  if (property == nullptr && name.starts_with("__") && last) return compile_system_term(query, term, part, negated, cls, program);
  if (property == nullptr) return term_error(query, term, "is unknown: " + no_property(cls, name));
  Context c{query, term, term.op, *property, negated, program};
  if (!last) return embedded(c, part);
  if (term.op == Operator::kIsNull || term.op == Operator::kIsNotNull) return null_test(c);
  if (term.op == Operator::kIsa) return isa(c);
  if (term.op == Operator::kLike && property->type.base != CimType::kString) {
    // MS-WMI 2.2.1.1: on what is no string, LIKE is = and has no wildcards.
    if (has_like_meta(term.constant.text)) return term_error(query, term, fmt::format("is {}, where LIKE takes no wildcards", c.type()));
    c.op = Operator::kEqual;
  }
  return comparison(c, cls);
}

}  // namespace wql::internal
