// Tokens of WQL. Keywords are names: the parser knows them by their place, so that a property may be called Group.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace wql {

enum class TokenKind : std::uint8_t { kEnd, kName, kInteger, kReal, kString, kSymbol, kBraced };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  /// kString, kBraced: the content, escapes replaced. Else as written.
  std::string text;
  std::uint32_t offset = 0;

  bool is_symbol(std::string_view s) const { return kind == TokenKind::kSymbol && text == s; }
  /// A name equal to the keyword, ignoring case.
  bool is_word(std::string_view keyword) const;
  /// For "found ...": `FORM`, a string, the end of the query.
  std::string describe() const;
};

/// WBEM_E_INVALID_QUERY, "column 12: message" (columns count characters from 1).
std::unexpected<base::Status> query_error(std::string_view query, std::size_t offset, std::string_view message);

/// Reads one token at a time. Errors: WBEM_E_INVALID_QUERY for an octet that begins no token, an open string, an unknown escape.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}
  std::string_view text() const { return text_; }
  base::Result<Token> next();
  /// As next(), but backslashes of a string stand for themselves: the pattern of LIKE (MS-WMI 2.2.1).
  base::Result<Token> next_pattern();
  /// `{ ... }` as one token, braces inside quotes skipped: the path of ASSOCIATORS OF.
  base::Result<Token> next_braced();

 private:
  base::Result<Token> read(bool escapes);
  base::Result<Token> string(bool escapes);
  base::Result<Token> number();
  base::Result<Token> symbol();
  Token take(TokenKind kind, std::size_t end);
  void skip_blanks();

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace wql
