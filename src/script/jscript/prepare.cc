#include "script/jscript/prepare.h"

#include <algorithm>

#include "script/jscript/tokens.h"

namespace script::jscript {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

struct Edit {
  std::size_t begin;
  std::size_t removed;
  std::string inserted;
};

bool is_assignment(const Token& token) {
  constexpr std::string_view kOperators[] = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", ">>>="};
  return token.kind == Token::Kind::kPunctuator && std::ranges::find(kOperators, token.text) != std::end(kOperators);
}

class Preparation {
 public:
  explicit Preparation(std::string_view source) : source_(source), tokens_(tokenize(source)) {}

  std::string run() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const Token& token = tokens_[i];
      if (token.kind == Token::Kind::kName && !(i > 0 && tokens_[i - 1].is("."))) look_at_name(i);
      if (token.is(")") && token.partner != kNone) look_at_call(token.partner, i);
    }
    return apply();
  }

 private:
  bool next_is(std::size_t i, std::string_view punctuator) const { return i + 1 < tokens_.size() && tokens_[i + 1].is(punctuator); }
  void insert(std::size_t position, std::string text) { edits_.push_back({position, 0, std::move(text)}); }
  void insert_behind(const Token& token, std::string text) { insert(token.begin + token.text.size(), std::move(text)); }

  void look_at_name(std::size_t i) {
    const std::string_view name = tokens_[i].text;
    if (name == "while" && next_is(i, "(")) {
      step_in_condition(i + 1);
    } else if (name == "for" && next_is(i, "(")) {
      look_at_for(i + 1);
    } else if (name == "function") {
      look_at_function(i);
    } else if (name == "catch" && next_is(i, "(")) {
      step_in_block(behind_partner(i + 1));
    } else if (name == "finally") {
      step_in_block(i + 1);
    } else if (name == "eval" && next_is(i, "(") && tokens_[i + 1].partner != kNone) {
      insert_behind(tokens_[i + 1], "$$eval(");
      insert(tokens_[tokens_[i + 1].partner].begin, ")");
    }
  }
  std::size_t behind_partner(std::size_t i) const { return tokens_[i].partner == kNone ? kNone : tokens_[i].partner + 1; }
  void step_in_block(std::size_t i) {
    if (i != kNone && i < tokens_.size() && tokens_[i].is("{")) insert_behind(tokens_[i], "$$step();");
  }
  void step_in_condition(std::size_t open) {
    const std::size_t close = tokens_[open].partner;
    if (close != kNone && close != open + 1) insert_behind(tokens_[open], "$$step(),");
  }
  void look_at_for(std::size_t open) {
    const std::size_t close = tokens_[open].partner;
    if (close == kNone) return;
    for (std::size_t i = open + 1; i < close; ++i) {
      if (tokens_[i].partner != kNone && tokens_[i].partner > i) {
        i = tokens_[i].partner;  // what stands in brackets
      } else if (tokens_[i].is(";")) {
        insert_behind(tokens_[i], next_is(i, ";") ? "$$step(),true" : "$$step(),");
        return;
      }
    }
  }
  void look_at_function(std::size_t i) {
    std::size_t open = i + 1;
    if (i + 3 < tokens_.size() && tokens_[i + 2].is("::")) {  // function Sink::OnCompleted(
      const Token& colons = tokens_[i + 2];
      edits_.push_back({colons.begin, 2, "_"});
      open = i + 4;
    } else if (open < tokens_.size() && tokens_[open].kind == Token::Kind::kName) {
      ++open;
    }
    if (open < tokens_.size() && tokens_[open].is("(")) step_in_block(behind_partner(open));
  }

  /// `callee(...)` in front of an assignment.
  void look_at_call(std::size_t open, std::size_t close) {
    if (open == 0 || close + 1 >= tokens_.size()) return;
    const Token& before = tokens_[open - 1];
    const bool member = open >= 2 && tokens_[open - 2].is(".");
    const bool name = before.kind == Token::Kind::kName && (member || !is_keyword(before.text));
    const bool callee = name || before.is(")") || before.is("]");
    if (!callee || !is_target(close + 1)) return;
    edits_.push_back({tokens_[open].begin, 1, "[$$key("});
    insert_behind(tokens_[close], "]");
  }
  bool is_target(std::size_t next) const {
    const Token& token = tokens_[next];
    if (is_assignment(token)) return true;
    if ((!token.is("++") && !token.is("--")) || token.line_before) return false;
    if (next + 1 == tokens_.size() || tokens_[next + 1].line_before) return true;
    return tokens_[next + 1].kind == Token::Kind::kPunctuator && !tokens_[next + 1].is("(") && !tokens_[next + 1].is("[");
  }

  std::string apply() {
    std::ranges::stable_sort(edits_, {}, &Edit::begin);
    std::string out;
    out.reserve(source_.size() + edits_.size() * 10);
    std::size_t position = 0;
    for (const Edit& edit : edits_) {
      if (edit.begin < position) continue;
      out.append(source_.substr(position, edit.begin - position));
      out.append(edit.inserted);
      position = std::min(edit.begin + edit.removed, source_.size());
    }
    return out.append(source_.substr(std::min(position, source_.size())));
  }

  const std::string_view source_;
  const std::vector<Token> tokens_;
  std::vector<Edit> edits_;
};

}  // namespace

std::string prepare(std::string_view source) { return Preparation(source).run(); }

}  // namespace script::jscript
