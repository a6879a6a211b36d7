#include "wql/query.h"

namespace wql {

std::string_view operator_text(Operator op) {
  switch (op) {
    case Operator::kEqual: return "=";
    case Operator::kNotEqual: return "<>";
    case Operator::kLess: return "<";
    case Operator::kLessEqual: return "<=";
    case Operator::kGreater: return ">";
    case Operator::kGreaterEqual: return ">=";
    case Operator::kLike: return "LIKE";
    case Operator::kIsa: return "ISA";
    case Operator::kIsNull: return "IS NULL";
    case Operator::kIsNotNull: return "IS NOT NULL";
  }
  return "?";
}

std::string PropertyName::to_string() const {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += '.';
    out += part;
  }
  return out;
}

base::Status require_data_query(const Query& query) {
  switch (query.kind) {
    case QueryKind::kSchema: return {WBEM_E_QUERY_NOT_IMPLEMENTED, "schema queries (FROM meta_class) are not implemented yet"};
    case QueryKind::kAssociators: return {WBEM_E_QUERY_NOT_IMPLEMENTED, "ASSOCIATORS OF is not implemented yet"};
    case QueryKind::kReferences: return {WBEM_E_QUERY_NOT_IMPLEMENTED, "REFERENCES OF is not implemented yet"};
    case QueryKind::kSelect: break;
  }
  if (query.within || query.group) return {WBEM_E_INVALID_QUERY, "WITHIN and GROUP belong to event queries (ExecNotificationQuery)"};
  return {};
}

}  // namespace wql
