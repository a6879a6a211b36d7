#include "wql/parser.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "base/utf.h"

namespace wql {

base::Result<Query> parse(std::string_view text) {
  if (base::utf16_length(text) > kMaxQueryLength) {
    return base::fail(WBEM_E_QUOTA_VIOLATION, fmt::format("the query is longer than {} characters", kMaxQueryLength));
  }
  return Parser(text).run();
}

base::Result<Query> Parser::run() {
  Query query;
  query.text = std::string(lexer_.text());
  TRY(advance());
  if (token_.is_word("SELECT")) {
    TRY(select(query));
  } else if (token_.is_word("ASSOCIATORS") || token_.is_word("REFERENCES")) {
    query.kind = token_.is_word("ASSOCIATORS") ? QueryKind::kAssociators : QueryKind::kReferences;
    TRY(associations(query));
  } else {
    return expected("SELECT, ASSOCIATORS OF or REFERENCES OF");
  }
  if (token_.kind != TokenKind::kEnd) return expected("the end of the query");
  return query;
}

base::Status Parser::select(Query& query) {
  TRY(advance());
  TRY(select_list(query));
  TRY(expect_word("FROM"));
  TRY(from(query));
  TRY_ASSIGN(const bool within, accept_word("WITHIN"));
  if (within) {
    TRY_ASSIGN(query.within, seconds());
  }
  TRY_ASSIGN(const bool where, accept_word("WHERE"));
  if (where) {
    TRY_ASSIGN(query.where, disjunction(0));
  }
  TRY_ASSIGN(const bool grouped, accept_word("GROUP"));
  if (grouped) TRY(group(query));
  return {};
}

base::Status Parser::select_list(Query& query) {
  if (token_.is_symbol("*")) {
    query.select_all = true;
    return advance();
  }
  for (;;) {
    if (query.select.empty() && token_.is_word("FROM")) return expected("* or a property name after SELECT").error();
    TRY_ASSIGN(auto name, property_name("* or a property name"));
    query.select.push_back(std::move(name));
    if (!token_.is_symbol(",")) return {};
    TRY(advance());
  }
}

base::Status Parser::from(Query& query) {
  if (token_.kind != TokenKind::kName || is_reserved(token_)) return expected("a class name").error();
  query.class_name = token_.text;
  query.class_offset = token_.offset;
  const Token class_token = token_;
  TRY(advance());
  if (!class_token.is_word("meta_class")) return {};
  query.kind = QueryKind::kSchema;
  if (!query.select_all) return query_error(lexer_.text(), class_token.offset, "a schema query selects * only").error();
  return {};
}

base::Result<double> Parser::seconds() {
  double value = 0;
  const std::string_view digits = token_.text.starts_with('+') ? std::string_view(token_.text).substr(1) : token_.text;
  const bool number = token_.kind == TokenKind::kInteger || token_.kind == TokenKind::kReal;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (!number || error != std::errc() || end != digits.data() + digits.size() || value < 0) return expected("a number of seconds");
  TRY(advance());
  return value;
}

base::Status Parser::group(Query& query) {
  GroupClause clause;
  TRY_ASSIGN(const bool within, accept_word("WITHIN"));
  if (!within) return {WBEM_E_MISSING_GROUP_WITHIN, "GROUP needs WITHIN and a number of seconds"};
  TRY_ASSIGN(clause.within, seconds());
  TRY_ASSIGN(bool more, accept_word("BY"));
  while (more) {
    if (token_.kind != TokenKind::kName) return {WBEM_E_MISSING_AGGREGATION_LIST, "BY needs a list of properties"};
    TRY_ASSIGN(auto name, property_name("a property name"));
    clause.by.push_back(std::move(name));
    more = token_.is_symbol(",");
    if (more) TRY(advance());
  }
  TRY_ASSIGN(const bool having, accept_word("HAVING"));
  if (having) {
    TRY_ASSIGN(clause.having, disjunction(0));
  }
  query.group = std::move(clause);
  return {};
}

base::Status Parser::associations(Query& query) {
  TRY(advance());
  if (!token_.is_word("OF")) return expected("OF").error();
  TRY_ASSIGN(Token path, lexer_.next_braced());
  if (path.text.empty()) return query_error(lexer_.text(), path.offset, "expected an object path between the braces").error();
  query.association.object_path = std::move(path.text);
  TRY(advance());
  TRY_ASSIGN(const bool where, accept_word("WHERE"));
  if (!where) return {};
  return association_keywords(query);
}

base::Status Parser::association_value(std::string& out) {
  if (!out.empty()) return query_error(lexer_.text(), token_.offset, token_.text + " is given twice").error();
  TRY(advance());
  if (!token_.is_symbol("=")) return expected("=").error();
  TRY(advance());
  if (token_.kind != TokenKind::kName) return expected("a name").error();
  out = token_.text;
  return advance();
}

base::Status Parser::association_keywords(Query& query) {
  AssociationClause& clause = query.association;
  struct Keyword {
    std::string_view name;
    std::string AssociationClause::* value;
    bool AssociationClause::* flag;
    bool associators_only;
  };
  static constexpr std::array<Keyword, 9> kKeywords = {{
      {"AssocClass", &AssociationClause::assoc_class, nullptr, true},
      {"ResultClass", &AssociationClause::result_class, nullptr, false},
      {"ResultRole", &AssociationClause::result_role, nullptr, true},
      {"Role", &AssociationClause::role, nullptr, false},
      {"RequiredQualifier", &AssociationClause::required_qualifier, nullptr, false},
      {"RequiredAssocQualifier", &AssociationClause::required_assoc_qualifier, nullptr, true},
      {"ClassDefsOnly", nullptr, &AssociationClause::class_defs_only, false},
      {"KeysOnly", nullptr, &AssociationClause::keys_only, false},
      {"SchemaOnly", nullptr, &AssociationClause::schema_only, false},
  }};
  do {
    const Keyword* found = nullptr;
    for (const Keyword& keyword : kKeywords) {
      const bool allowed = !keyword.associators_only || query.kind == QueryKind::kAssociators;
      if (allowed && token_.is_word(keyword.name)) found = &keyword;
    }
    if (found == nullptr) return expected("a keyword such as ResultClass, Role or ClassDefsOnly").error();
    if (found->value != nullptr) {
      TRY(association_value(clause.*found->value));
      continue;
    }
    if (clause.*found->flag) return query_error(lexer_.text(), token_.offset, token_.text + " is given twice").error();
    clause.*found->flag = true;
    TRY(advance());
  } while (token_.kind != TokenKind::kEnd);
  if (clause.class_defs_only && !clause.result_class.empty()) {
    return query_error(lexer_.text(), 0, "ClassDefsOnly and ResultClass exclude each other").error();
  }
  return {};
}

base::Status Parser::advance() {
  TRY_ASSIGN(token_, lexer_.next());
  return {};
}

base::Status Parser::advance_pattern() {
  TRY_ASSIGN(token_, lexer_.next_pattern());
  return {};
}

base::Result<bool> Parser::accept_word(std::string_view keyword) {
  if (!token_.is_word(keyword)) return false;
  TRY(advance());
  return true;
}

base::Status Parser::expect_word(std::string_view keyword) {
  if (!token_.is_word(keyword)) return expected(keyword).error();
  return advance();
}

std::unexpected<base::Status> Parser::expected(std::string_view what) const {
  return query_error(lexer_.text(), token_.offset, fmt::format("expected {}, found {}", what, token_.describe()));
}

std::unexpected<base::Status> Parser::too_complex(std::string_view what) const {
  return base::fail(WBEM_E_QUOTA_VIOLATION, fmt::format("the query has {}", what));
}

}  // namespace wql
