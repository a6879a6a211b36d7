#include "script/jscript/tokens.h"

#include <algorithm>

namespace script::jscript {
namespace {

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c == '\\' || (c & 0x80) != 0;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_part(char c) { return is_name_start(c) || is_digit(c); }

constexpr std::string_view kPunctuators[] = {">>>=", "===", "!==", ">>>", "<<=", ">>=", "::", "==", "!=", "<=", ">=", "&&", "||",
                                             "++",   "--",  "+=",  "-=",  "*=",  "/=",  "%=", "&=", "|=", "^=", "<<", ">>"};

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view source) : source_(source) {}

  std::vector<Token> run() {
    while (skip()) take();
    return std::move(tokens_);
  }

 private:
  char at(std::size_t offset) const { return position_ + offset < source_.size() ? source_[position_ + offset] : '\0'; }

  /// Blanks and comments; false at the end.
  bool skip() {
    while (position_ < source_.size()) {
      const char c = at(0);
      if (c == '\n' || c == '\r') {
        line_ = true;
        ++position_;
      } else if (c == ' ' || c == '\t' || c == '\v' || c == '\f') {
        ++position_;
      } else if (c == '/' && at(1) == '/') {
        position_ = std::min(source_.find_first_of("\r\n", position_), source_.size());
      } else if (c == '/' && at(1) == '*') {
        const std::size_t end = source_.find("*/", position_ + 2);
        const std::size_t behind = end == std::string_view::npos ? source_.size() : end + 2;
        if (source_.substr(position_, behind - position_).contains('\n')) line_ = true;
        position_ = behind;
      } else {
        return true;
      }
    }
    return false;
  }

  void add(Token::Kind kind, std::size_t length) {
    Token token;
    token.kind = kind;
    token.text = source_.substr(position_, length);
    token.begin = position_;
    token.line_before = line_;
    line_ = false;
    position_ += token.text.size();
    tokens_.push_back(token);
    if (kind == Token::Kind::kPunctuator) match();
  }

  void match() {
    Token& token = tokens_.back();
    const std::size_t here = tokens_.size() - 1;
    if (token.is("(") || token.is("[") || token.is("{")) {
      open_.push_back(here);
    } else if (token.is(")") || token.is("]") || token.is("}")) {
      const char wanted = token.text == ")" ? '(' : token.text == "]" ? '[' : '{';
      if (open_.empty() || tokens_[open_.back()].text[0] != wanted) return;
      token.partner = open_.back();
      tokens_[open_.back()].partner = here;
      open_.pop_back();
    }
  }

  void take() {
    const char c = at(0);
    if (is_name_start(c)) return take_while(Token::Kind::kName);
    if (is_digit(c) || (c == '.' && is_digit(at(1)))) return take_number();
    if (c == '"' || c == '\'') return add(Token::Kind::kText, quoted_length(c));
    if (c == '/' && pattern_may_begin()) return add(Token::Kind::kPattern, pattern_length());
    for (const std::string_view punctuator : kPunctuators) {
      if (source_.substr(position_).starts_with(punctuator)) return add(Token::Kind::kPunctuator, punctuator.size());
    }
    add(Token::Kind::kPunctuator, 1);
  }
  void take_while(Token::Kind kind) {
    std::size_t length = 1;
    while (is_name_part(at(length))) ++length;
    add(kind, length);
  }
  void take_number() {
    std::size_t length = 1;
    const bool hex = at(0) == '0' && (at(1) | 0x20) == 'x';
    while (is_name_part(at(length)) || at(length) == '.' ||
           (!hex && (at(length) == '+' || at(length) == '-') && (at(length - 1) | 0x20) == 'e'))
      ++length;
    add(Token::Kind::kNumber, length);
  }
  std::size_t quoted_length(char quote) const {
    std::size_t length = 1;
    while (position_ + length < source_.size() && at(length) != quote && at(length) != '\n') length += at(length) == '\\' ? 2 : 1;
    return length + 1;
  }
  std::size_t pattern_length() const {
    std::size_t length = 1;
    bool in_class = false;
    while (position_ + length < source_.size() && at(length) != '\n' && (in_class || at(length) != '/')) {
      if (at(length) == '[') in_class = true;
      if (at(length) == ']') in_class = false;
      length += at(length) == '\\' ? 2 : 1;
    }
    ++length;
    while (is_name_part(at(length))) ++length;
    return length;
  }
  /// Whether `/` begins a pattern: not behind an operand.
  bool pattern_may_begin() const {
    if (tokens_.empty()) return true;
    const Token& last = tokens_.back();
    switch (last.kind) {
      case Token::Kind::kName: return is_keyword(last.text) && last.text != "this";
      case Token::Kind::kPunctuator: return !last.is("]") && !last.is("}") && !(last.is(")") && !ends_condition(last));
      default: return false;
    }
  }
  /// `if (...)`: a statement follows.
  bool ends_condition(const Token& close) const {
    if (close.partner == static_cast<std::size_t>(-1) || close.partner == 0) return false;
    const Token& before = tokens_[close.partner - 1];
    return before.is_name("if") || before.is_name("while") || before.is_name("for") || before.is_name("with");
  }

  const std::string_view source_;
  std::size_t position_ = 0;
  bool line_ = true;
  std::vector<Token> tokens_;
  std::vector<std::size_t> open_;
};

}  // namespace

bool is_keyword(std::string_view name) {
  constexpr std::string_view kKeywords[] = {"break", "case",     "catch",  "continue", "delete",     "do",    "else",   "finally",
                                            "for",   "function", "if",     "in",       "instanceof", "new",   "return", "switch",
                                            "throw", "try",      "typeof", "var",      "void",       "while", "with"};
  return std::ranges::find(kKeywords, name) != std::end(kKeywords);
}

std::vector<Token> tokenize(std::string_view source) { return Tokenizer(source).run(); }

}  // namespace script::jscript
