// Recursive descent over the grammar of MS-WMI 2.2.1.1 and 2.2.1.2 (its printed slips corrected: `.` and `,` in event queries).
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "wql/lexer.h"
#include "wql/query.h"

namespace wql {

class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) {}
  base::Result<Query> run();

 private:
  // parser.cc: statements
  base::Status select(Query& query);
  base::Status select_list(Query& query);
  base::Status from(Query& query);
  base::Status group(Query& query);
  base::Result<double> seconds();
  base::Status associations(Query& query);
  base::Status association_keywords(Query& query);
  base::Status association_value(std::string& out);
  // parser_where.cc: expressions
  base::Result<Expr> disjunction(int depth);
  base::Result<Expr> conjunction(int depth);
  base::Result<Expr> negation(int depth);
  base::Result<Expr> term();
  base::Status property_first(Term& term);
  base::Status constant_first(Term& term);
  base::Status null_test(Term& term);
  base::Status comparison(Term& term);
  base::Result<Constant> constant(const Term* of);
  base::Result<PropertyName> property_name(std::string_view expected);

  base::Status advance();
  base::Status advance_pattern();
  /// Takes the keyword when it is next; false otherwise.
  base::Result<bool> accept_word(std::string_view keyword);
  base::Status expect_word(std::string_view keyword);
  std::unexpected<base::Status> expected(std::string_view what) const;
  std::unexpected<base::Status> too_complex(std::string_view what) const;

  Lexer lexer_;
  Token token_;
  std::size_t terms_ = 0;
};

/// NULL, TRUE and FALSE: the words that are never property names.
bool is_reserved(const Token& token);

}  // namespace wql
