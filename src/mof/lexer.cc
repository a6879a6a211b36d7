#include "mof/lexer.h"

#include <algorithm>
#include <array>

namespace mof {
namespace {

enum CharClass : std::uint8_t { kOther = 0, kLetter = 1, kDigit = 2, kHexLetter = 4, kStringStop = 8 };

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (int c = 'a'; c <= 'z'; ++c) classes[static_cast<std::size_t>(c)] = classes[static_cast<std::size_t>(c - 32)] = kLetter;
  for (int c = 'a'; c <= 'f'; ++c) {
    classes[static_cast<std::size_t>(c)] |= kHexLetter;
    classes[static_cast<std::size_t>(c - 32)] |= kHexLetter;
  }
  classes['_'] = kLetter;
  for (std::size_t c = 0x80; c < 256; ++c) classes[c] = kLetter;  // letters of other scripts; names are judged by the object model
  for (int c = '0'; c <= '9'; ++c) classes[static_cast<std::size_t>(c)] = kDigit;
  for (const char c : {'"', '\\', '\n', '\r'}) classes[static_cast<std::size_t>(c)] |= kStringStop;
  return classes;
}

constexpr std::array<std::uint8_t, 256> kClasses = make_classes();

std::uint8_t class_of(char c) { return kClasses[static_cast<unsigned char>(c)]; }
bool is_letter(char c) { return (class_of(c) & kLetter) != 0; }
bool is_digit(char c) { return (class_of(c) & kDigit) != 0; }
bool is_hex(char c) { return (class_of(c) & (kDigit | kHexLetter)) != 0; }
bool is_name(char c) { return (class_of(c) & (kLetter | kDigit)) != 0; }

TokenKind punctuation(char c) {
  switch (c) {
    case '{': return TokenKind::kOpenBrace;
    case '}': return TokenKind::kCloseBrace;
    case '[': return TokenKind::kOpenBracket;
    case ']': return TokenKind::kCloseBracket;
    case '(': return TokenKind::kOpenParen;
    case ')': return TokenKind::kCloseParen;
    case ',': return TokenKind::kComma;
    case ';': return TokenKind::kSemicolon;
    case ':': return TokenKind::kColon;
    case '=': return TokenKind::kEquals;
    case '#': return TokenKind::kHash;
    default: return TokenKind::kBadToken;
  }
}

/// The end of the character that starts at `at`.
const char* character_end(const char* at, const char* end) {
  ++at;
  while (at < end && (static_cast<unsigned char>(*at) & 0xC0U) == 0x80U) ++at;
  return at;
}

}  // namespace

bool is_word(std::string_view word, std::string_view keyword) {
  return word.size() == keyword.size() &&
         std::ranges::equal(word, keyword, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

std::string_view token_name(TokenKind kind) {
  switch (kind) {
    case TokenKind::kEnd: return "the end of the file";
    case TokenKind::kIdentifier: return "a name";
    case TokenKind::kInteger:
    case TokenKind::kReal: return "a number";
    case TokenKind::kString: return "a string";
    case TokenKind::kCharacter: return "a character constant";
    case TokenKind::kAlias: return "an alias";
    case TokenKind::kOpenBrace: return "'{'";
    case TokenKind::kCloseBrace: return "'}'";
    case TokenKind::kOpenBracket: return "'['";
    case TokenKind::kCloseBracket: return "']'";
    case TokenKind::kOpenParen: return "'('";
    case TokenKind::kCloseParen: return "')'";
    case TokenKind::kComma: return "','";
    case TokenKind::kSemicolon: return "';'";
    case TokenKind::kColon: return "':'";
    case TokenKind::kEquals: return "'='";
    case TokenKind::kHash: return "'#'";
    case TokenKind::kDollar: return "'$'";
    case TokenKind::kBadConstant:
    case TokenKind::kBadToken: break;
  }
  return "an unknown token";
}

Token Lexer::make(TokenKind kind, const char* start) const { return {kind, line_, {start, static_cast<std::size_t>(at_ - start)}}; }

Token Lexer::bad(TokenKind kind, const char* start, std::string_view trouble) {
  trouble_ = trouble;
  const Token token = make(kind, start);
  at_ = start;
  return token;
}

/// Blanks and comments. False at a comment that never ends; at_ is then where it starts.
bool Lexer::skip_blanks() {
  while (at_ < end_) {
    const char c = *at_;
    if (c == '\n') ++line_;
    if (c == '\n' || c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v' || c == '\x1A') {
      ++at_;
    } else if (c == '/' && at_ + 1 < end_ && at_[1] == '/') {
      at_ = std::find(at_, end_, '\n');
    } else if (c == '/' && at_ + 1 < end_ && at_[1] == '*') {
      const std::string_view rest(at_ + 2, static_cast<std::size_t>(end_ - at_ - 2));
      const std::size_t close = rest.find("*/");
      if (close == std::string_view::npos) return false;
      const char* const after = rest.data() + close + 2;
      line_ += static_cast<std::uint32_t>(std::count(at_, after, '\n'));
      at_ = after;
    } else {
      break;
    }
  }
  return true;
}

Token Lexer::next() {
  if (!skip_blanks()) {
    Token token = bad(TokenKind::kBadToken, at_, "a comment that is never closed with */");
    token.text = {at_, 2};
    return token;
  }
  const char* const start = at_;
  if (at_ == end_) return make(TokenKind::kEnd, start);
  const char c = *at_;
  if (is_letter(c)) return identifier(start);
  if (c == '"') return string(start);
  if (is_digit(c) || c == '-' || c == '+' || c == '.') return number(start);
  if (c == '\'') return character(start);
  if (c == '$') {
    ++at_;
    if (at_ == end_ || !is_letter(*at_)) return make(TokenKind::kDollar, start);
    Token token = identifier(at_);
    token.kind = TokenKind::kAlias;
    return token;
  }
  const TokenKind kind = punctuation(c);
  at_ = character_end(at_, end_);
  if (kind == TokenKind::kBadToken) return bad(kind, start, "a character that starts no token");
  return make(kind, start);
}

Token Lexer::identifier(const char* start) {
  at_ = start;
  while (at_ < end_ && is_name(*at_)) ++at_;
  return make(TokenKind::kIdentifier, start);
}

Token Lexer::number(const char* start) {
  const auto run = [this](auto&& accept) {
    const char* const from = at_;
    while (at_ < end_ && accept(*at_)) ++at_;
    return at_ != from;
  };
  const auto finish = [&](TokenKind kind, bool good) {
    if (good && (at_ == end_ || !is_name(*at_))) return make(kind, start);
    run(is_name);
    if (at_ == start) ++at_;
    return bad(TokenKind::kBadConstant, start, "a malformed number");
  };
  if (*at_ == '-' || *at_ == '+') ++at_;
  if (at_ + 1 < end_ && *at_ == '0' && (at_[1] == 'x' || at_[1] == 'X')) {
    at_ += 2;
    return finish(TokenKind::kInteger, run(is_hex));
  }
  const char* const digits = at_;
  const bool whole = run(is_digit);
  const std::string_view integer(digits, static_cast<std::size_t>(at_ - digits));
  if (whole && at_ < end_ && (*at_ == 'b' || *at_ == 'B')) {
    ++at_;
    return finish(TokenKind::kInteger, integer.find_first_not_of("01") == std::string_view::npos);
  }
  bool real = false;
  bool good = whole;
  if (at_ < end_ && *at_ == '.') {
    ++at_;
    good = run(is_digit);
    real = true;
  }
  if (good && at_ < end_ && (*at_ == 'e' || *at_ == 'E')) {
    ++at_;
    if (at_ < end_ && (*at_ == '-' || *at_ == '+')) ++at_;
    good = run(is_digit);
    real = true;
  }
  if (real) return finish(TokenKind::kReal, good);
  const bool octal = integer.size() > 1 && integer[0] == '0';
  return finish(TokenKind::kInteger, good && !(octal && integer.find_first_of("89") != std::string_view::npos));
}

/// `at` is behind a backslash. The end of the escape, or null for one that MOF does not know.
const char* Lexer::escape(const char* at) {
  if (at == end_) return nullptr;
  if (*at != 'x' && *at != 'X') return std::string_view("bBtTnNfFrR\"'\\").find(*at) == std::string_view::npos ? nullptr : at + 1;
  const char* digit = at + 1;
  bool zero = true;
  while (digit < end_ && digit - at <= 4 && is_hex(*digit)) zero = *digit++ == '0' && zero;
  return digit == at + 1 || zero ? nullptr : digit;
}

Token Lexer::string(const char* start) {
  ++at_;
  while (true) {
    while (at_ < end_ && (class_of(*at_) & kStringStop) == 0) ++at_;
    if (at_ == end_ || *at_ == '\n' || *at_ == '\r') {
      return bad(TokenKind::kBadConstant, start, "a string that is not closed on its line");
    }
    if (*at_ == '"') break;
    const char* const after = escape(at_ + 1);
    if (after == nullptr) {
      at_ = std::min(at_ + 2, end_);
      return bad(TokenKind::kBadConstant, start, "a string with an unknown escape (known: \\b \\t \\n \\f \\r \\\" \\' \\\\ \\xHHHH)");
    }
    at_ = after;
  }
  ++at_;
  return make(TokenKind::kString, start);
}

Token Lexer::character(const char* start) {
  ++at_;
  const char* after = nullptr;
  if (at_ < end_ && *at_ == '\\') {
    after = escape(at_ + 1);
  } else if (at_ < end_ && *at_ != '\'' && *at_ != '\n' && static_cast<unsigned char>(*at_) < 0xF0U) {
    after = character_end(at_, end_);
  }
  if (after == nullptr || after == end_ || *after != '\'') {
    return bad(TokenKind::kBadConstant, start, "a malformed character constant (one UTF-16 unit between apostrophes)");
  }
  at_ = after + 1;
  return make(TokenKind::kCharacter, start);
}

}  // namespace mof
