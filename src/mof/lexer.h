// MOF text to tokens, without copies: each token is a view of the source.
#pragma once

#include <cstdint>
#include <string_view>

namespace mof {

enum class TokenKind : std::uint8_t {
  kEnd,
  kIdentifier,
  kInteger,  // decimal, 0x hexadecimal, 0 octal, b binary; sign included
  kReal,
  kString,     // one literal with its quotes; escapes are checked, not decoded
  kCharacter,  // with its quotes
  kAlias,      // $name; text without the dollar
  kOpenBrace,
  kCloseBrace,
  kOpenBracket,
  kCloseBracket,
  kOpenParen,
  kCloseParen,
  kComma,
  kSemicolon,
  kColon,
  kEquals,
  kHash,
  kDollar,       // a dollar without a name
  kBadConstant,  // malformed number, string or character: see Lexer::trouble()
  kBadToken,     // anything else that no token starts with, an unclosed comment included
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::uint32_t line = 1;
  std::string_view text;
};

/// What a token is called in messages: "identifier", "';'".
std::string_view token_name(TokenKind kind);

/// Not thread-safe. The text must outlive the tokens. After kEnd, kBadConstant or kBadToken next() repeats itself.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}
  Token next();
  /// Why the last token is bad, in words.
  std::string_view trouble() const { return trouble_; }

 private:
  bool skip_blanks();
  Token make(TokenKind kind, const char* start) const;
  Token bad(TokenKind kind, const char* start, std::string_view trouble);
  Token number(const char* start);
  Token string(const char* start);
  Token character(const char* start);
  Token identifier(const char* start);
  const char* escape(const char* at);

  const char* at_;
  const char* end_;
  std::uint32_t line_ = 1;
  std::string_view trouble_;
};

/// True when `word` is `keyword` (given in lower case) without regard to ASCII case.
bool is_word(std::string_view word, std::string_view keyword);

}  // namespace mof
