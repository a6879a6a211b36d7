// RegExp and what it gives: Matches, Match, SubMatches.
#include <memory>
#include <vector>

#include "script/vbscript/library_support.h"
#include "script/vbscript/regexp_matcher.h"
#include "scripting/table_object.h"

namespace script::vbscript {
namespace {

using scripting::handler;
using scripting::make;
using scripting::MemberCall;
using scripting::MemberTable;
using scripting::TableObject;
namespace invoke = scripting::invoke;

constexpr std::size_t kMaxResult = 1U << 26;    // units of Replace's result [a short text replaced by a long one]
constexpr std::size_t kMaxCaptures = 1U << 24;  // of Execute's result [an empty pattern on a long text]

/// What Execute found: the text and one row of captures for each match.
struct Findings {
  Text text;
  std::size_t width = 1;  // captures of a row
  std::vector<Capture> captures;

  std::size_t count() const { return captures.size() / width; }
  Capture at(std::size_t match, std::size_t group) const { return captures[match * width + group]; }
  Text cut(Capture capture) const { return text.view().substr(capture.start, capture.end - capture.start); }
};
using FindingsPtr = std::shared_ptr<const Findings>;

Outcome<std::size_t> index_of(const Variant& value, std::size_t count) {
  READ(const std::int32_t index, to_int32(value));
  if (index < 0 || static_cast<std::size_t>(index) >= count) return fault(kInvalidCall);
  return static_cast<std::size_t>(index);
}

class SubMatches final : public TableObject {
 public:
  SubMatches(FindingsPtr findings, std::size_t match) : TableObject(table()), findings_(std::move(findings)), match_(match) {}
  Outcome<Variant> item(MemberCall& call) {
    READ(const std::size_t index, index_of(call.argument(0), size()));
    return value(index);
  }
  Outcome<Variant> count(MemberCall&) { return int32_of(static_cast<std::int64_t>(size())); }
  Outcome<scripting::Ref<scripting::Enumeration>> enumerate() override {
    std::vector<Variant> values;
    for (std::size_t i = 0; i < size(); ++i) values.push_back(value(i));
    return scripting::enumerate_values(std::move(values));
  }

 private:
  std::size_t size() const { return findings_->width - 1; }
  Variant value(std::size_t index) const {
    const Capture capture = findings_->at(match_, index + 1);
    return capture.start == Capture::kUnset ? Variant() : Variant::text(findings_->cut(capture));
  }
  static const MemberTable& table() {
    static const MemberTable made("ISubMatches", {
                                                     {"Item", scripting::kValue, invoke::kGet, "index", handler<&SubMatches::item>},
                                                     {"Count", 1, invoke::kGet, "", handler<&SubMatches::count>},
                                                 });
    return made;
  }
  FindingsPtr findings_;
  std::size_t match_;
};

class Match final : public TableObject {
 public:
  Match(FindingsPtr findings, std::size_t match) : TableObject(table()), findings_(std::move(findings)), match_(match) {}
  Outcome<Variant> value(MemberCall&) { return Variant::text(findings_->cut(whole())); }
  Outcome<Variant> first_index(MemberCall&) { return int32_of(whole().start); }
  Outcome<Variant> length(MemberCall&) { return int32_of(whole().end - whole().start); }
  Outcome<Variant> sub_matches(MemberCall&) { return Variant::object(make<SubMatches>(findings_, match_)); }

 private:
  Capture whole() const { return findings_->at(match_, 0); }
  static const MemberTable& table() {
    static const MemberTable made("IMatch2", {
                                                 {"Value", scripting::kValue, invoke::kGet, "", handler<&Match::value>},
                                                 {"FirstIndex", 10001, invoke::kGet, "", handler<&Match::first_index>},
                                                 {"Length", 10002, invoke::kGet, "", handler<&Match::length>},
                                                 {"SubMatches", 10003, invoke::kGet, "", handler<&Match::sub_matches>},
                                             });
    return made;
  }
  FindingsPtr findings_;
  std::size_t match_;
};

class Matches final : public TableObject {
 public:
  explicit Matches(FindingsPtr findings) : TableObject(table()), findings_(std::move(findings)) {}
  Outcome<Variant> item(MemberCall& call) {
    READ(const std::size_t index, index_of(call.argument(0), findings_->count()));
    return Variant::object(make<Match>(findings_, index));
  }
  Outcome<Variant> count(MemberCall&) { return int32_of(static_cast<std::int64_t>(findings_->count())); }
  Outcome<scripting::Ref<scripting::Enumeration>> enumerate() override { return make<Each>(findings_); }

 private:
  class Each final : public scripting::Enumeration {
   public:
    explicit Each(FindingsPtr findings, std::size_t next = 0) : findings_(std::move(findings)), next_(next) {}
    Outcome<std::optional<Variant>> next() override {
      if (next_ >= findings_->count()) return std::optional<Variant>();
      return std::optional<Variant>(Variant::object(make<Match>(findings_, next_++)));
    }
    Outcome<bool> reset() override {
      next_ = 0;
      return true;
    }
    Outcome<scripting::Ref<scripting::Enumeration>> clone() override { return make<Each>(findings_, next_); }

   private:
    FindingsPtr findings_;
    std::size_t next_;
  };
  static const MemberTable& table() {
    static const MemberTable made("IMatchCollection2", {
                                                           {"Item", scripting::kValue, invoke::kGet, "index", handler<&Matches::item>},
                                                           {"Count", 1, invoke::kGet, "", handler<&Matches::count>},
                                                       });
    return made;
  }
  FindingsPtr findings_;
};

/// A text argument: Null is no text.
Outcome<Text> text_argument(const Variant& argument) {
  READ(const Variant value, plain(argument));
  if (value.is(VarType::kNull)) return fault(kTypeMismatch);
  return to_text(value);
}

class RegExp final : public TableObject {
 public:
  explicit RegExp(const StopFlag* stop) : TableObject(table()), stop_(stop) {}

  Outcome<Variant> pattern(MemberCall& call) {
    if (!call.is_put()) return Variant::text(pattern_);
    READ(pattern_, text_argument(call.value()));
    matcher_.reset();
    return Variant();
  }
  template <bool RegExp::* Flag>
  Outcome<Variant> flag(MemberCall& call) {
    if (!call.is_put()) return Variant::boolean(this->*Flag);
    READ(this->*Flag, to_boolean(call.value()));
    matcher_.reset();
    return Variant();
  }

  Outcome<Variant> test(MemberCall& call) {
    READ(const Text text, text_argument(call.argument(0)));
    READ(const auto matcher, compiled());
    READ(const auto found, search(*matcher, text.view(), 0));
    return Variant::boolean(!found.empty());
  }

  Outcome<Variant> execute(MemberCall& call) {
    READ(Text text, text_argument(call.argument(0)));
    READ(const auto found, find_all(std::move(text)));
    return Variant::object(make<Matches>(found));
  }

  Outcome<Variant> replace(MemberCall& call) {
    READ(Text text, text_argument(call.argument(0)));
    const Variant& with = call.argument(1);
    const scripting::DispatchRef function = with.is(VarType::kDispatch) ? scripting::DispatchRef(with.as_object()) : nullptr;
    READ(const Text replacement, function ? Outcome<Text>(Text()) : text_argument(with));
    READ(const auto found, find_all(std::move(text)));
    const std::u16string_view all = found->text.view();
    Text out;
    std::size_t position = 0;
    for (std::size_t i = 0; i < found->count(); ++i) {
      const Capture whole = found->at(i, 0);
      out.append(all.substr(position, whole.start - position));
      if (function) {
        READ(const Text answer, ask(*function, *found, i));
        out.append(answer.view());
      } else {
        substitute(out, replacement.view(), *found, i);
      }
      if (out.size() > kMaxResult) return fault(kOutOfStringSpace);
      position = whole.end;
    }
    if (found->count() == 0) return Variant::text(found->text);
    out.append(all.substr(position));
    return Variant::text(std::move(out));
  }

 private:
  Outcome<std::shared_ptr<const RegexpMatcher>> compiled() {
    if (matcher_ == nullptr) {
      auto made = RegexpMatcher::compile(pattern_.view(), {.ignore_case = ignore_case_, .multiline = multiline_});
      if (!made) return fault(made.error());
      matcher_ = *std::move(made);
    }
    return matcher_;
  }

  Outcome<std::vector<Capture>> search(const RegexpMatcher& matcher, std::u16string_view text, std::size_t from) const {
    if (stop_ != nullptr && stop_->stopped()) return fault(kException);
    auto found = matcher.search(text, from);
    if (!found) return fault(found.error());
    return *std::move(found);
  }

  /// The first match, with Global all; behind an empty one the search goes on at the next character.
  Outcome<FindingsPtr> find_all(Text text) {
    READ(const auto matcher, compiled());
    auto out = std::make_shared<Findings>();
    out->text = std::move(text);
    out->width = matcher->groups() + 1;
    for (std::size_t from = 0; from <= out->text.size();) {
      READ(const auto found, search(*matcher, out->text.view(), from));
      if (found.empty()) break;
      if (out->captures.size() + found.size() > kMaxCaptures) return fault(kOutOfMemory);
      out->captures.insert(out->captures.end(), found.begin(), found.end());
      if (!global_) break;
      from = found[0].end == found[0].start ? found[0].end + 1 : found[0].end;
    }
    return FindingsPtr(std::move(out));
  }

  /// A function instead of a text: called with the match, the groups, the position and the whole text.
  static Outcome<Text> ask(scripting::Dispatch& function, const Findings& found, std::size_t match) {
    std::vector<Variant> arguments;
    for (std::size_t group = 0; group < found.width; ++group) {
      const Capture capture = found.at(match, group);
      arguments.push_back(capture.start == Capture::kUnset ? Variant::text(Text()) : Variant::text(found.cut(capture)));
    }
    arguments.push_back(int32_of(found.at(match, 0).start));
    arguments.push_back(Variant::text(found.text));
    READ(const Variant answer, function.invoke(scripting::kValue, invoke::kMethod | invoke::kGet, {arguments, {}}));
    return to_text(answer);
  }

  /// Appends a replacement: $$, $&, $`, $', $1 to $99 of groups that exist.
  static void substitute(Text& out, std::u16string_view with, const Findings& found, std::size_t match) {
    const std::u16string_view all = found.text.view();
    const Capture whole = found.at(match, 0);
    for (std::size_t i = 0; i < with.size(); ++i) {
      const std::size_t dollar = std::min(with.find(u'$', i), with.size());
      out.append(with.substr(i, dollar - i));
      i = dollar;
      if (i + 1 >= with.size()) {
        out.append(with.substr(i));
        return;
      }
      const char16_t kind = with[++i];
      if (kind == u'$') {
        out.append(u"$");
      } else if (kind == u'&') {
        out.append(all.substr(whole.start, whole.end - whole.start));
      } else if (kind == u'`') {
        out.append(all.substr(0, whole.start));
      } else if (kind == u'\'') {
        out.append(all.substr(whole.end));
      } else if (const auto [group, digits] = group_at(with.substr(i), found.width - 1); digits > 0) {
        const Capture capture = found.at(match, group);
        if (capture.start != Capture::kUnset) out.append(all.substr(capture.start, capture.end - capture.start));
        i += digits - 1;
      } else {
        out.append(with.substr(i - 1, 2));
      }
      if (out.size() > kMaxResult) return;
    }
  }

  /// The group that two digits or one name, and how many digits that takes; {0, 0}: no group.
  static std::pair<std::size_t, std::size_t> group_at(std::u16string_view text, std::size_t groups) {
    const auto digit = [&](std::size_t i) { return i < text.size() && text[i] >= u'0' && text[i] <= u'9' ? text[i] - u'0' : -1; };
    if (digit(0) >= 0 && digit(1) >= 0) {
      const auto both = static_cast<std::size_t>(digit(0) * 10 + digit(1));
      if (both >= 1 && both <= groups) return {both, 2};
    }
    if (digit(0) >= 1 && static_cast<std::size_t>(digit(0)) <= groups) return {static_cast<std::size_t>(digit(0)), 1};
    return {0, 0};
  }

  static const MemberTable& table() {
    constexpr unsigned kProperty = invoke::kGet | invoke::kPut;
    static const MemberTable made("IRegExp2",
                                  {
                                      {"Pattern", 10001, kProperty, "", handler<&RegExp::pattern>},
                                      {"IgnoreCase", 10002, kProperty, "", handler<&RegExp::flag<&RegExp::ignore_case_>>},
                                      {"Global", 10003, kProperty, "", handler<&RegExp::flag<&RegExp::global_>>},
                                      {"Execute", 10004, invoke::kMethod, "sourceString", handler<&RegExp::execute>},
                                      {"Test", 10005, invoke::kMethod, "sourceString", handler<&RegExp::test>},
                                      {"Replace", 10006, invoke::kMethod, "sourceString, replaceVar", handler<&RegExp::replace>},
                                      {"Multiline", 10007, kProperty, "", handler<&RegExp::flag<&RegExp::multiline_>>},
                                  });
    return made;
  }

  const StopFlag* stop_;
  Text pattern_;
  bool ignore_case_ = false, global_ = false, multiline_ = false;
  std::shared_ptr<const RegexpMatcher> matcher_;  // of the pattern and flags at hand
};

}  // namespace

scripting::DispatchRef make_regexp(const StopFlag* stop) { return make<RegExp>(stop); }

}  // namespace script::vbscript
