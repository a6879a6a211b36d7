#include "script/vbscript/lexer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>

#include "script/vbscript/conversions.h"

namespace script::vbscript {
namespace {

constexpr std::size_t kMaxName = 255;

using Word = std::pair<std::u16string_view, Token>;
constexpr auto kWords = std::to_array<Word>({
    {u"and", Token::kAnd},
    {u"as", Token::kAs},
    {u"byref", Token::kByRef},
    {u"byval", Token::kByVal},
    {u"call", Token::kCall},
    {u"case", Token::kCase},
    {u"class", Token::kClass},
    {u"const", Token::kConst},
    {u"dim", Token::kDim},
    {u"do", Token::kDo},
    {u"each", Token::kEach},
    {u"else", Token::kElse},
    {u"elseif", Token::kElseIf},
    {u"empty", Token::kEmpty},
    {u"end", Token::kEndWord},
    {u"eqv", Token::kEqv},
    {u"erase", Token::kErase},
    {u"exit", Token::kExit},
    {u"false", Token::kFalse},
    {u"for", Token::kFor},
    {u"function", Token::kFunction},
    {u"get", Token::kGet},
    {u"goto", Token::kGoTo},
    {u"if", Token::kIf},
    {u"imp", Token::kImp},
    {u"in", Token::kIn},
    {u"is", Token::kIs},
    {u"let", Token::kLet},
    {u"loop", Token::kLoop},
    {u"me", Token::kMe},
    {u"mod", Token::kMod},
    {u"new", Token::kNew},
    {u"next", Token::kNext},
    {u"not", Token::kNot},
    {u"nothing", Token::kNothing},
    {u"null", Token::kNull},
    {u"on", Token::kOn},
    {u"option", Token::kOption},
    {u"or", Token::kOr},
    {u"preserve", Token::kPreserve},
    {u"private", Token::kPrivate},
    {u"public", Token::kPublic},
    {u"redim", Token::kReDim},
    {u"resume", Token::kResume},
    {u"select", Token::kSelect},
    {u"set", Token::kSet},
    {u"stop", Token::kStop},
    {u"sub", Token::kSub},
    {u"then", Token::kThen},
    {u"to", Token::kTo},
    {u"true", Token::kTrue},
    {u"until", Token::kUntil},
    {u"wend", Token::kWend},
    {u"while", Token::kWhile},
    {u"with", Token::kWith},
    {u"xor", Token::kXor},
});

bool is_digit(char16_t c) { return c >= u'0' && c <= u'9'; }
bool is_blank(char16_t c) { return c == u' ' || c == u'\t' || c == 0x0B || c == 0x0C || c == 0xA0 || c == 0xFEFF; }
bool is_break(char16_t c) { return c == u'\r' || c == u'\n'; }
bool starts_name(char16_t c) {
  if (c < 0x80) return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z');
  if (c < 0x100) return c >= 0xC0 && c != 0xD7 && c != 0xF7;
  return (c < 0x2000 || c >= 0x3040) && !(c >= 0xD800 && c < 0xE000) && c < 0xFE00;
}
bool continues_name(char16_t c) { return starts_name(c) || is_digit(c) || c == u'_'; }

class Lexer {
 public:
  Lexer(std::u16string_view text, std::uint32_t line) : text_(text), line_(line) {}

  std::vector<Lexeme> run() {
    while (!done_) next();
    return std::move(out_);
  }

 private:
  char16_t peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : u'\0'; }
  bool at_end() const { return at_ >= text_.size(); }

  Lexeme& push(Token token, std::size_t start) {
    Lexeme lexeme;
    lexeme.token = token;
    lexeme.spaced = start > 0 && is_blank(text_[start - 1]);
    lexeme.line = line_;
    lexeme.column = static_cast<std::uint32_t>(start - line_start_) + 1;
    return out_.emplace_back(std::move(lexeme));
  }

  void fail(std::uint16_t number, std::size_t where) {
    push(Token::kError, where).number = number;
    done_ = true;
  }

  void line_break() {
    at_ += peek() == u'\r' && peek(1) == u'\n' ? 2 : 1;
    ++line_;
    line_start_ = at_;
  }

  void skip_comment() {
    while (!at_end() && !is_break(peek())) ++at_;
  }

  /// `_` at the end of a line: the next line goes on.
  bool skip_continuation() {
    std::size_t end = at_ + 1;
    while (end < text_.size() && is_blank(text_[end])) ++end;
    if (end < text_.size() && !is_break(text_[end])) return false;
    at_ = end;
    if (!at_end()) line_break();
    return true;
  }

  void next() {
    while (is_blank(peek()) && !at_end()) ++at_;
    const std::size_t start = at_;
    if (at_end()) {
      push(Token::kEnd, start);
      done_ = true;
    } else if (const char16_t c = peek(); is_break(c)) {
      push(Token::kNewline, start);
      line_break();
    } else if (c == u'\'') {
      skip_comment();
    } else if (c == u'_') {
      if (!skip_continuation()) fail(1032, start);
    } else if (starts_name(c)) {
      word();
    } else if (is_digit(c) || (c == u'.' && is_digit(peek(1)))) {
      number();
    } else if (c == u'"') {
      string();
    } else if (c == u'[') {
      bracket();
    } else if (c == u'#') {
      date();
    } else if (c == u'&' && radix()) {
    } else {
      sign();
    }
  }

  void word() {
    const std::size_t start = at_;
    while (!at_end() && continues_name(peek())) ++at_;
    const std::u16string_view text = text_.substr(start, at_ - start);
    if (text.size() > kMaxName) return fail(1030, start);
    Token token = Token::kName;
    if (text.size() <= 8) {
      std::u16string folded(text);
      for (char16_t& unit : folded) unit = lower(unit);
      const bool member = !out_.empty() && out_.back().token == Token::kDot;
      if (folded == u"rem" && !member) return skip_comment();
      const auto known = std::ranges::lower_bound(kWords, std::u16string_view(folded), {}, &Word::first);
      if (known != kWords.end() && known->first == folded && !member) token = known->second;
    }
    push(token, start).text = text;
  }

  void number() {
    const std::size_t start = at_;
    std::string figures;
    const auto digits = [&] {
      while (is_digit(peek())) figures += static_cast<char>(text_[at_++]);
    };
    digits();
    bool whole = true;
    if (peek() == u'.') {
      whole = false;
      figures += '.';
      ++at_;
      digits();
    }
    if (peek() == u'e' || peek() == u'E') {
      whole = false;
      figures += 'e';
      ++at_;
      if (peek() == u'+' || peek() == u'-') {
        if (text_[at_] == u'-') figures += '-';
        ++at_;
      }
      if (!is_digit(peek())) return fail(1031, start);
      digits();
    }
    double value = 0;
    if (figures.front() == '.') figures.insert(0, "0");
    std::from_chars(figures.data(), figures.data() + figures.size(), value);
    if (const bool huge = figures.size() > 400 || std::isinf(value); huge || parse_overflows(figures)) return fail(1031, start);
    push(Token::kLiteral, start).value = whole ? whole_literal(value) : scripting::Variant::real(value);
  }

  static bool parse_overflows(const std::string& figures) {
    double value = 0;
    const auto parsed = std::from_chars(figures.data(), figures.data() + figures.size(), value);
    return parsed.ec == std::errc::result_out_of_range && figures.find("e-") == std::string::npos;
  }

  static scripting::Variant whole_literal(double value) {
    if (value <= 32767) return scripting::Variant::int16(static_cast<std::int16_t>(value));
    if (value <= 2147483647) return scripting::Variant::int32(static_cast<std::int32_t>(value));
    return scripting::Variant::real(value);
  }

  /// &HFF, &O17, &17; with a `&` behind &HFFFF is no -1. False: the operator.
  bool radix() {
    const std::size_t start = at_;
    std::size_t i = at_ + 1;
    int bits = 3;
    const char16_t letter = lower(peek(1));
    if (letter == u'h' || letter == u'o') ++i;
    if (letter == u'h') bits = 4;
    std::uint64_t value = 0;
    const std::size_t first = i;
    for (; i < text_.size(); ++i) {
      const char16_t c = lower(text_[i]);
      const int digit = is_digit(c) ? c - u'0' : c >= u'a' && c <= u'f' ? c - u'a' + 10 : 99;
      if (digit >= (1 << bits)) break;
      value = value << bits | static_cast<unsigned>(digit);
      if (value > 0xFFFFFFFF) {
        fail(1031, start);
        return true;
      }
    }
    if (i == first) return false;
    const bool is_long = i < text_.size() && text_[i] == u'&';
    at_ = i + (is_long ? 1 : 0);
    const auto whole = static_cast<std::int32_t>(value);
    const bool narrow = (value <= 0xFFFF && !is_long) || (whole >= INT16_MIN && whole <= INT16_MAX);
    push(Token::kLiteral, start).value =
        narrow ? scripting::Variant::int16(static_cast<std::int16_t>(value)) : scripting::Variant::int32(whole);
    return true;
  }

  void string() {
    const std::size_t start = at_++;
    std::u16string value;
    for (;; ++at_) {
      if (at_end() || is_break(peek())) return fail(1033, at_);
      if (peek() == u'"') {
        if (peek(1) != u'"') break;
        ++at_;
      }
      value += text_[at_];
    }
    ++at_;
    push(Token::kLiteral, start).value = scripting::Variant::text(scripting::Text(value));
  }

  void bracket() {
    const std::size_t start = at_++;
    while (!at_end() && peek() != u']' && !is_break(peek())) ++at_;
    if (peek() != u']') return fail(1007, at_);
    const std::u16string_view text = text_.substr(start + 1, at_ - start - 1);
    ++at_;
    if (text.size() > kMaxName) return fail(1030, start);
    push(Token::kName, start).text = text;
  }

  void date() {
    const std::size_t start = at_++;
    while (!at_end() && peek() != u'#' && !is_break(peek())) ++at_;
    if (peek() != u'#') return fail(1002, start);
    const auto value = parse_date(text_.substr(start + 1, at_ - start - 1));
    ++at_;
    if (!value) return fail(1002, start);
    push(Token::kLiteral, start).value = scripting::Variant::date(*value);
  }

  void sign() {
    const std::size_t start = at_;
    const char16_t c = text_[at_++];
    const auto two = [&](char16_t second, Token with, Token without) {
      std::size_t i = at_;
      while (i < text_.size() && is_blank(text_[i])) ++i;
      if (i >= text_.size() || text_[i] != second) return without;
      at_ = i + 1;
      return with;
    };
    switch (c) {
      case u':': push(Token::kColon, start); return;
      case u'+': push(Token::kPlus, start); return;
      case u'-': push(Token::kMinus, start); return;
      case u'*': push(Token::kTimes, start); return;
      case u'/': push(Token::kDivide, start); return;
      case u'\\': push(Token::kIntegerDivide, start); return;
      case u'^': push(Token::kPower, start); return;
      case u'&': push(Token::kAmpersand, start); return;
      case u'(': push(Token::kOpen, start); return;
      case u')': push(Token::kClose, start); return;
      case u',': push(Token::kComma, start); return;
      case u'.': push(Token::kDot, start); return;
      case u'=': push(two(u'<', Token::kLessEqual, two(u'>', Token::kGreaterEqual, Token::kEqual)), start); return;
      case u'>': push(two(u'<', Token::kNotEqual, two(u'=', Token::kGreaterEqual, Token::kGreater)), start); return;
      case u'<': push(two(u'>', Token::kNotEqual, two(u'=', Token::kLessEqual, Token::kLess)), start); return;
      default: fail(1032, start);
    }
  }

  std::u16string_view text_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  std::uint32_t line_;
  bool done_ = false;
  std::vector<Lexeme> out_;
};

}  // namespace

std::vector<Lexeme> split_source(std::u16string_view text, std::uint32_t first_line) { return Lexer(text, first_line).run(); }

}  // namespace script::vbscript
