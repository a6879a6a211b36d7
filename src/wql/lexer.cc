#include "wql/lexer.h"

#include <fmt/format.h>

#include <array>

#include "base/utf.h"

namespace wql {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
/// Letters of any script: what lies above ASCII is checked by the class's own names, no property has others.
bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
bool in_name(char c) { return starts_name(c) || is_digit(c); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

constexpr std::array<std::string_view, 13> kSymbols = {"<=", ">=", "<>", "!=", "=", "<", ">", "(", ")", ",", ".", "*", "{"};

}  // namespace

bool Token::is_word(std::string_view keyword) const { return kind == TokenKind::kName && base::equal_ignore_case(text, keyword); }

std::string Token::describe() const {
  constexpr std::size_t kShown = 40;
  const std::string shown = text.size() <= kShown ? text : std::string(text, 0, kShown) + "...";
  switch (kind) {
    case TokenKind::kEnd: return "the end of the query";
    case TokenKind::kString: return "the string \"" + shown + "\"";
    default: return shown;
  }
}

std::unexpected<base::Status> query_error(std::string_view query, std::size_t offset, std::string_view message) {
  std::size_t column = 1;
  for (std::size_t at = 0; at < offset && at < query.size(); ++column) base::next_code_point(query, at);
  return base::fail(WBEM_E_INVALID_QUERY, fmt::format("column {}: {}", column, message));
}

void Lexer::skip_blanks() {
  while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
}

Token Lexer::take(TokenKind kind, std::size_t end) {
  Token token{kind, std::string(text_.substr(at_, end - at_)), static_cast<std::uint32_t>(at_)};
  at_ = end;
  return token;
}

base::Result<Token> Lexer::next() { return read(true); }
base::Result<Token> Lexer::next_pattern() { return read(false); }

base::Result<Token> Lexer::read(bool escapes) {
  skip_blanks();
  if (at_ == text_.size()) return take(TokenKind::kEnd, at_);
  const char c = text_[at_];
  const char after = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
  if (c == '"' || c == '\'') return string(escapes);
  if (is_digit(c) || ((c == '-' || c == '+' || c == '.') && (is_digit(after) || (c != '.' && after == '.')))) return number();
  if (!starts_name(c)) return symbol();
  std::size_t end = at_;
  while (end < text_.size() && in_name(text_[end])) ++end;
  return take(TokenKind::kName, end);
}

base::Result<Token> Lexer::string(bool escapes) {
  Token token{TokenKind::kString, {}, static_cast<std::uint32_t>(at_)};
  const char quote = text_[at_];
  for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
    if (text_[i] == quote) {
      at_ = i + 1;
      return token;
    }
    if (text_[i] == '\\' && escapes) {
      const char escaped = i + 1 < text_.size() ? text_[i + 1] : '\0';
      if (escaped != '\\' && escaped != '"' && escaped != '\'') {
        return query_error(text_, i, R"(a backslash in a string is written \\; only \\, \" and \' are escapes)");
      }
      ++i;
    }
    token.text += text_[i];
  }
  return query_error(text_, at_, fmt::format("the string that begins here has no closing {}", quote));
}

base::Result<Token> Lexer::number() {
  std::size_t end = at_ + (text_[at_] == '-' || text_[at_] == '+' ? 1 : 0);
  const auto digits = [&](bool (*accepts)(char)) {
    const std::size_t begin = end;
    while (end < text_.size() && accepts(text_[end])) ++end;
    return end != begin;
  };
  const auto at = [&](char lower) { return end < text_.size() && (text_[end] | 0x20) == lower; };
  TokenKind kind = TokenKind::kInteger;
  bool ok = true;
  if (text_[end] == '0' && end + 1 < text_.size() && (text_[end + 1] | 0x20) == 'x') {
    end += 2;
    ok = digits(is_hex);
  } else {
    ok = digits(is_digit);
    if (end < text_.size() && text_[end] == '.') {
      kind = TokenKind::kReal;
      ++end;
      ok = digits(is_digit) || ok;
    }
    if (ok && at('e')) {
      kind = TokenKind::kReal;
      ++end;
      if (end < text_.size() && (text_[end] == '-' || text_[end] == '+')) ++end;
      ok = digits(is_digit);
    }
  }
  if (!ok || (end < text_.size() && in_name(text_[end]))) return query_error(text_, at_, "expected a number");
  return take(kind, end);
}

base::Result<Token> Lexer::symbol() {
  for (const std::string_view s : kSymbols) {
    if (text_.substr(at_).starts_with(s)) return take(TokenKind::kSymbol, at_ + s.size());
  }
  std::size_t end = at_;
  base::next_code_point(text_, end);
  const unsigned char c = static_cast<unsigned char>(text_[at_]);
  const std::string shown = c < 0x20 ? fmt::format("the control character 0x{:02x}", c) : std::string(text_.substr(at_, end - at_));
  return query_error(text_, at_, shown + " begins nothing that WQL knows");
}

base::Result<Token> Lexer::next_braced() {
  skip_blanks();
  if (at_ == text_.size() || text_[at_] != '{') return query_error(text_, at_, "expected { and an object path");
  Token token{TokenKind::kBraced, {}, static_cast<std::uint32_t>(at_)};
  char quote = '\0';
  for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
    const char c = text_[i];
    if (quote == '\0' && c == '}') {
      at_ = i + 1;
      return token;
    }
    if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote) {
      quote = '\0';
    } else if (c == '\\' && quote != '\0' && i + 1 < text_.size()) {
      token.text += text_[i++];
    }
    token.text += text_[i];
  }
  return query_error(text_, at_, "the object path that begins here has no closing }");
}

}  // namespace wql
