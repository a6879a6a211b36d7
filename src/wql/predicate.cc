// Running a compiled WHERE clause over the octets of a row.
#include <bit>

#include "base/utf.h"
#include "cim/datetime.h"
#include "cim/object.h"
#include "wql/program.h"

namespace wql {
namespace internal {
namespace {

bool holds(std::partial_ordering order, Operator relation) {
  switch (relation) {
    case Operator::kEqual: return order == 0;
    case Operator::kNotEqual: return order != 0;
    case Operator::kLess: return order < 0;
    case Operator::kLessEqual: return order <= 0;
    case Operator::kGreater: return order > 0;
    case Operator::kGreaterEqual: return order >= 0;
    default: return false;
  }
}

/// Sign extension keeps the order within the range test, which wraps.
template <class T>
bool in_range(const Test& test, const cim::InstanceView& row) {
  const auto value = static_cast<std::uint64_t>(static_cast<std::int64_t>(row.number<T>(test.handle)));
  return value - test.low <= test.span;
}

/// unordered (a datetime with wildcards, or of the other kind) is unknown.
std::optional<bool> moment_in_range(const Test& test, const cim::InstanceView& row) {
  const cim::Text text = row.text(test.handle);
  if (text.wide()) return std::nullopt;
  const auto time = cim::DateTime::parse({reinterpret_cast<const char*>(text.data()), text.size()});
  if (!time || time->interval != (test.code == Code::kInterval)) return std::nullopt;
  std::optional<std::int64_t> value;
  if (!time->interval) {
    value = time->utc_microseconds();
  } else if (const auto length = time->interval_length()) {
    value = length->count();
  }
  if (!value) return std::nullopt;
  return static_cast<std::uint64_t>(*value) - test.low <= test.span;
}

/// The path as it would be written in full, where the text leaves parts out.
void complete(cim::ObjectPath& path, const ReferenceOperand& operand) {
  if (path.name_space.empty()) path.name_space = operand.name_space;
  if (path.server.empty()) path.server = operand.server;
}

bool equal_paths(cim::ObjectPath a, cim::ObjectPath b, const ReferenceOperand& operand) {
  complete(a, operand);
  complete(b, operand);
  // `Class="v"` leaves the name of the only key out.
  if (a.keys.size() == 1 && b.keys.size() == 1 && (a.keys[0].name.empty() || b.keys[0].name.empty())) {
    a.keys[0].name.clear();
    b.keys[0].name.clear();
  }
  return cim::same_path(a, b, operand.server);
}

bool path_test(const Program& program, const Test& test, const cim::InstanceView& row) {
  std::string path = row.relative_path();
  if (test.code == Code::kPath && !path.empty()) {
    const cim::Class& cls = row.cls();
    path = cls.decorated() ? "\\\\" + cls.server() + "\\" + cls.name_space() + ":" + path : std::string();
  }
  if (test.relation == Operator::kIsNull || test.relation == Operator::kIsNotNull) {
    return (path.empty() == (test.relation == Operator::kIsNull)) != test.invert;
  }
  if (path.empty()) return false;
  const OwnedText text(path);
  switch (test.relation) {
    case Operator::kEqual: return program.references[test.operand].matches(text.text()) != test.invert;
    case Operator::kNotEqual: return program.references[test.operand].matches(text.text()) == test.invert;
    default: return program.texts[test.operand].matches(text.text()) != test.invert;
  }
}

bool embedded_test(const Program& program, const Test& test, const cim::InstanceView& row) {
  const EmbeddedOperand& operand = program.embedded[test.operand];
  const cim::Value value = row.value(*operand.property);
  const cim::ObjectPtr* object = value.as_object();
  if (object == nullptr || *object == nullptr) return false;
  Program inner;
  const auto inner_test = compile_term(program.plan->query, *operand.term, operand.part, operand.negated, *(*object)->cls(), inner);
  if (!inner_test || inner_test->code == Code::kFalse) return false;  // a path that leads nowhere selects nothing
  if (inner_test->code == Code::kTrue) return true;
  const cim::Instance* instance = (*object)->as_instance();
  if (instance == nullptr) return false;
  inner.plan = program.plan;
  return run_test(inner, *inner_test, instance->view());
}

bool isa_test(const Program& program, const Test& test, const cim::InstanceView& row) {
  const cim::Value value = row.value(*program.objects[test.operand]);
  const cim::ObjectPtr* object = value.as_object();
  if (object == nullptr || *object == nullptr) return false;
  return (*object)->cls()->inherits_from(program.names[test.operand]) != test.invert;
}

bool text_order(const Program& program, const Test& test, const cim::InstanceView& row) {
  return holds(program.texts[test.operand].folded.order_of(row.text(test.handle)), test.relation);
}

/// Of a value that is there.
bool value_test(const Program& program, const Test& test, const cim::InstanceView& row) {
  switch (test.code) {
    case Code::kSint8: return in_range<std::int8_t>(test, row);
    case Code::kUint8: return in_range<std::uint8_t>(test, row);
    case Code::kSint16: return in_range<std::int16_t>(test, row);
    case Code::kUint16: return in_range<std::uint16_t>(test, row);
    case Code::kSint32: return in_range<std::int32_t>(test, row);
    case Code::kUint32: return in_range<std::uint32_t>(test, row);
    case Code::kInt64: return in_range<std::int64_t>(test, row);
    case Code::kFoldedChar: return base::to_upper(row.number<std::uint16_t>(test.handle)) - test.low <= test.span;
    case Code::kReal32:
      return holds(static_cast<double>(row.number<float>(test.handle)) <=> std::bit_cast<double>(test.low), test.relation);
    case Code::kReal64: return holds(row.number<double>(test.handle) <=> std::bit_cast<double>(test.low), test.relation);
    case Code::kBoolean: return row.boolean(test.handle) == (test.low != 0);
    case Code::kTextEqual: return program.texts[test.operand].folded.equals(row.text(test.handle));
    case Code::kTextOrder: return text_order(program, test, row);
    case Code::kTextLike: return program.texts[test.operand].pattern.matches(row.text(test.handle));
    case Code::kReference: return program.references[test.operand].matches(row.text(test.handle));
    default: return false;
  }
}

}  // namespace

bool TextOperand::matches(const cim::Text& row) const {
  if (relation == Operator::kLike) return pattern.matches(row);
  if (relation == Operator::kEqual) return folded.equals(row);
  if (relation == Operator::kNotEqual) return !folded.equals(row);
  return holds(folded.order_of(row), relation);
}

bool ReferenceOperand::matches(const cim::Text& row) const {
  if (folded.equals(row)) return true;
  if (!path) return false;
  auto other = cim::ObjectPath::parse(row.to_utf8());
  return other && equal_paths(*path, *std::move(other), *this);
}

bool run_test(const Program& program, const Test& test, const cim::InstanceView& row) {
  switch (test.code) {
    case Code::kTrue: return true;
    case Code::kFalse: return false;
    case Code::kNull: return row.is_null(test.handle) != test.invert;
    case Code::kPath:
    case Code::kRelativePath: return path_test(program, test, row);
    case Code::kEmbedded: return embedded_test(program, test, row);
    case Code::kIsa: return isa_test(program, test, row);
    case Code::kMoment:
    case Code::kInterval: {
      if (row.is_null(test.handle)) return false;
      const auto in = moment_in_range(test, row);
      return in && *in != test.invert;
    }
    default: return !row.is_null(test.handle) && value_test(program, test, row) != test.invert;
  }
}

}  // namespace internal

bool Predicate::always() const { return !program_ || program_->entry == internal::kAccept; }
bool Predicate::never() const { return program_ && program_->entry == internal::kReject; }

bool Predicate::matches(const cim::InstanceView& row) const {
  if (!program_) return true;
  const internal::Program& program = *program_;
  std::uint16_t at = program.entry;
  while (at < internal::kReject) {
    const internal::Test& test = program.tests[at];
    at = internal::run_test(program, test, row) ? test.on_true : test.on_false;
  }
  return at == internal::kAccept;
}

}  // namespace wql
