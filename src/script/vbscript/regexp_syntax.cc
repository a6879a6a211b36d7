#include "script/vbscript/regexp_syntax.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace script::vbscript {
namespace {

enum Error : std::uint16_t { kSyntax = 5017, kQuantifier = 5018, kNoBracket = 5019, kNoParenthesis = 5020, kBadRange = 5021 };
constexpr int kMaxRepeat = 65535;

bool is_digit(char16_t c) { return c >= u'0' && c <= u'9'; }
bool is_word(char16_t c) { return is_digit(c) || ((c | 0x20) >= u'a' && (c | 0x20) <= u'z' && c < 0x80); }
int hex_digit(char16_t c) {
  if (is_digit(c)) return c - u'0';
  return c < 0x80 && (c | 0x20) >= u'a' && (c | 0x20) <= u'f' ? (c | 0x20) - u'a' + 10 : -1;
}

class Translator {
 public:
  Translator(std::u16string_view text, RegexpOptions options) : text_(text), options_(options) {
    count_groups();
    unicode_ = options.ignore_case && needs_unicode();
  }

  std::expected<RegexpSyntax, std::uint16_t> run() {
    while (at_ < text_.size() && error_ == 0) next();
    if (error_ == 0 && depth_ > 0) error_ = kNoParenthesis;
    if (error_ != 0) return std::unexpected(error_);
    return RegexpSyntax{std::move(out_), unicode_};
  }

 private:
  /// Digits behind a backslash name a group only if there are that many.
  void count_groups() {
    bool in_class = false;
    for (std::size_t i = 0; i < text_.size(); ++i) {
      if (text_[i] == u'\\') {
        ++i;
      } else if (in_class) {
        in_class = text_[i] != u']';
      } else if (text_[i] == u'[') {
        in_class = true;
        if (i + 1 < text_.size() && text_[i + 1] == u'^') ++i;
        if (i + 1 < text_.size() && text_[i + 1] == u']') ++i;
      } else if (text_[i] == u'(' && !(i + 1 < text_.size() && text_[i + 1] == u'?')) {
        ++groups_;
      }
    }
  }
  bool needs_unicode() const {
    return std::ranges::any_of(text_, [](char16_t c) { return c >= 0x80; }) || text_.find(u"\\u") != std::u16string_view::npos ||
           text_.find(u"\\x") != std::u16string_view::npos;
  }

  char16_t peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : u'\0'; }
  bool take(char16_t c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void fail(Error error) {
    if (error_ == 0) error_ = error;
  }
  void put(std::u16string_view text) { out_ += text; }
  void put_ascii(std::string_view text) { out_.append(text.begin(), text.end()); }
  void put_unit(char16_t c) {
    if (is_word(c)) {
      out_ += c;
    } else {
      put_ascii(fmt::format("\\x{{{:x}}}", static_cast<unsigned>(c)));
    }
  }

  void next() {
    const char16_t c = text_[at_];
    if (c == u'*' || c == u'+' || c == u'?') return fail(kQuantifier);
    ++at_;
    switch (c) {
      case u'^': return put(options_.multiline ? u"(?:^|(?<=[\\n\\r]))" : u"^");
      case u'$': return put(options_.multiline ? u"(?=[\\n\\r]|\\z)" : u"\\z");
      case u'|': return put(u"|");
      case u'(': return open();
      case u')': return close();
      case u'[': character_class(); break;
      case u'.': put(u"[^\\n]"); break;
      case u'\\':
        if (!escape()) return;
        break;
      default: put_unit(c);
    }
    quantifier();
  }

  void open() {
    ++depth_;
    put(u"(");
    if (peek() != u'?') return;
    const char16_t kind = peek(1);
    if (kind != u':' && kind != u'=' && kind != u'!') return fail(kQuantifier);
    put(u"?");
    out_ += kind;
    at_ += 2;
  }
  void close() {
    if (depth_ == 0) return fail(kSyntax);
    --depth_;
    put(u")");
    quantifier();
  }

  std::optional<int> number() {
    if (!is_digit(peek())) return std::nullopt;
    int value = 0;
    for (; is_digit(peek()); ++at_) value = std::min(value * 10 + (peek() - u'0'), kMaxRepeat + 1);
    return value;
  }

  /// `{n}`, `{n,}`, `{n,m}`; anything else behind a brace is plain text.
  bool braces() {
    const std::size_t start = at_;
    if (!take(u'{')) return false;
    const auto low = number();
    std::optional<int> high = low;
    bool open_end = false;
    if (low && take(u',')) {
      high = number();
      open_end = !high;
    }
    if (!low || !take(u'}')) {
      at_ = start;
      return false;
    }
    if (*low > kMaxRepeat || (high && (*high > kMaxRepeat || *high < *low))) fail(kSyntax);
    put_ascii(open_end ? fmt::format("{{{},}}", *low) : fmt::format("{{{},{}}}", *low, *high));
    return true;
  }

  /// Behind an atom.
  void quantifier() {
    if (peek() == u'*' || peek() == u'+' || peek() == u'?') {
      out_ += text_[at_++];
    } else if (!braces()) {
      return;
    }
    if (take(u'?')) put(u"?");
    if (peek() == u'*' || peek() == u'+' || peek() == u'?' || braces()) fail(kQuantifier);
  }

  std::optional<char16_t> hex(std::size_t digits) {
    if (at_ + digits > text_.size()) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const int digit = hex_digit(text_[at_ + i]);
      if (digit < 0) return std::nullopt;
      value = value * 16 + digit;
    }
    at_ += digits;
    return static_cast<char16_t>(value);
  }

  char16_t octal(char16_t first) {
    int value = first - u'0';
    for (int i = 0; i < 2 && peek() >= u'0' && peek() <= u'7' && value * 8 + (peek() - u'0') <= 255; ++i, ++at_) {
      value = value * 8 + (peek() - u'0');
    }
    return static_cast<char16_t>(value);
  }

  /// The character that an escape stands for, whose letter has been taken.
  char16_t escaped(char16_t c) {
    switch (c) {
      case u'f': return u'\f';
      case u'n': return u'\n';
      case u'r': return u'\r';
      case u't': return u'\t';
      case u'v': return u'\v';
      case u'x': return hex(2).value_or(u'x');
      case u'u': return hex(4).value_or(u'u');
      case u'c':
        if (is_word(peek()) && !is_digit(peek())) return static_cast<char16_t>(text_[at_++] & 31);
        return u'c';
      default: return c >= u'0' && c <= u'7' ? octal(c) : c;
    }
  }

  /// Members of \d, \w, \s within brackets; PCRE2's own change their meaning with PCRE2_UCP.
  static std::u16string_view members(char16_t kind) {
    switch (kind | 0x20) {
      case u'd': return u"0-9";
      case u'w': return u"0-9A-Z_a-z";
      default: return u"\\x09-\\x0d\\x20";
    }
  }
  static std::u16string_view other_members(char16_t kind) {
    switch (kind | 0x20) {
      case u'd': return u"\\x00-/:-\\x{ffff}";
      case u'w': return u"\\x00-/:-@\\x5b-\\x5e`\\x7b-\\x{ffff}";
      default: return u"\\x00-\\x08\\x0e-\\x1f!-\\x{ffff}";
    }
  }
  static bool is_set(char16_t c) { return c < 0x80 && std::u16string_view(u"dDwWsS").find(c) != std::u16string_view::npos; }

  void boundary(bool inside_out) {
    if (!unicode_) return put(inside_out ? u"\\B" : u"\\b");
    put(inside_out ? u"(?!" : u"(?:");
    put(u"(?<=(?-i:[0-9A-Z_a-z]))(?!(?-i:[0-9A-Z_a-z]))|(?<!(?-i:[0-9A-Z_a-z]))(?=(?-i:[0-9A-Z_a-z])))");
  }

  /// Behind a backslash. False: what cannot be repeated.
  bool escape() {
    if (at_ >= text_.size()) {
      fail(kSyntax);
      return false;
    }
    const char16_t c = text_[at_++];
    if (c == u'b' || c == u'B') {
      boundary(c == u'B');
      return false;
    }
    if (is_set(c) && !unicode_) {
      put(u"\\");
      out_ += c;
    } else if (is_set(c)) {
      put((c & 0x20) != 0 ? u"(?-i:[" : u"(?-i:[^");
      put(members(c));
      put(u"])");
    } else if (c >= u'1' && c <= u'9' && back_reference(c)) {
      return true;
    } else {
      put_unit(escaped(c));
    }
    return true;
  }

  bool back_reference(char16_t first) {
    const std::size_t start = at_;
    int group = first - u'0';
    while (is_digit(peek()) && group * 10 + (peek() - u'0') <= groups_) group = group * 10 + (text_[at_++] - u'0');
    if (group > groups_) {
      at_ = start;
      return false;
    }
    put_ascii(fmt::format("\\g{{{}}}", group));
    return true;
  }

  /// A member of a class: a character, or nullopt for a set, which is written at once.
  std::optional<char16_t> class_member() {
    const char16_t c = text_[at_++];
    if (c != u'\\') return c;
    if (at_ >= text_.size()) {
      fail(kNoBracket);
      return u'\0';
    }
    const char16_t kind = text_[at_++];
    if (is_set(kind)) {
      put((kind & 0x20) != 0 ? members(kind) : other_members(kind));
      return std::nullopt;
    }
    return kind == u'b' ? u'\b' : escaped(kind);
  }

  void character_class() {
    put(take(u'^') ? u"[^" : u"[");
    for (bool first = true; error_ == 0; first = false) {
      if (at_ >= text_.size()) return fail(kNoBracket);
      if (!first && take(u']')) break;
      const auto low = class_member();
      if (!low) continue;
      put_unit(*low);
      if (peek() != u'-' || at_ + 1 >= text_.size() || peek(1) == u']') continue;
      ++at_;
      const std::size_t before = out_.size();
      const auto high = class_member();
      if (!high) {  // [a-\d]: the hyphen stands for itself
        out_.insert(before, u"\\x2d");
        continue;
      }
      if (*high < *low) return fail(kBadRange);
      put(u"-");
      put_unit(*high);
    }
    put(u"]");
  }

  std::u16string_view text_;
  RegexpOptions options_;
  bool unicode_ = false;
  int groups_ = 0;
  int depth_ = 0;
  std::size_t at_ = 0;
  std::uint16_t error_ = 0;
  std::u16string out_;
};

}  // namespace

std::expected<RegexpSyntax, std::uint16_t> translate_regexp(std::u16string_view pattern, RegexpOptions options) {
  if (pattern.size() > kMaxPattern) return std::unexpected(kSyntax);
  return Translator(pattern, options).run();
}

}  // namespace script::vbscript
