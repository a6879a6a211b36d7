// RegExp: syntax, searching, replacing.
#include <gtest/gtest.h>

#include "script/vbscript/library.h"
#include "script/vbscript/regexp_matcher.h"

namespace script::vbscript {
namespace {

using scripting::DispatchRef;

struct Flags {
  bool global = false, ignore_case = false, multiline = false;
};

DispatchRef regexp(std::string_view pattern, Flags flags = {}) {
  DispatchRef made = make_regexp();
  EXPECT_TRUE(scripting::put(*made, "Pattern", Variant::utf8(pattern)));
  EXPECT_TRUE(scripting::put(*made, "Global", Variant::boolean(flags.global)));
  EXPECT_TRUE(scripting::put(*made, "IgnoreCase", Variant::boolean(flags.ignore_case)));
  EXPECT_TRUE(scripting::put(*made, "Multiline", Variant::boolean(flags.multiline)));
  return made;
}

std::string say(const Outcome<Variant>& result) {
  if (!result) return "error " + std::to_string(err_number(result.error().code));
  if (result->is(VarType::kEmpty)) return "Empty";
  auto text = to_text(*result);
  return text ? text->to_utf8() : "?";
}

std::string replace(std::string_view pattern, std::string_view text, std::string_view with, Flags flags = {.global = true}) {
  Variant arguments[] = {Variant::utf8(text), Variant::utf8(with)};
  return say(scripting::call(*regexp(pattern, flags), "Replace", arguments));
}

/// All matches with their groups: "value@index(group,group)", "-" for a group that took no part.
std::string matches(std::string_view pattern, std::string_view text, Flags flags = {.global = true}) {
  Variant arguments[] = {Variant::utf8(text)};
  auto found = scripting::call(*regexp(pattern, flags), "Execute", arguments);
  if (!found) return say(found);
  std::string out;
  auto each = found->as_object()->enumerate();
  for (auto match = (*each)->next(); match && match->has_value(); match = (*each)->next()) {
    scripting::Dispatch& object = *(**match).as_object();
    if (!out.empty()) out += ' ';
    out += say(scripting::get(object, "Value")) + "@" + say(scripting::get(object, "FirstIndex"));
    auto groups = scripting::get(object, "SubMatches");
    if (say(scripting::get(*groups->as_object(), "Count")) == "0") continue;
    std::string list;
    auto items = groups->as_object()->enumerate();
    for (auto item = (*items)->next(); item && item->has_value(); item = (*items)->next()) {
      list += (list.empty() ? "" : ",") + ((*item)->is(VarType::kEmpty) ? std::string("-") : say(**item));
    }
    out += "(" + list + ")";
  }
  return out;
}

TEST(Regexp, FindsMatchesAndGroups) {
  EXPECT_EQ(matches("a(b)?c", "ac abc"), "ac@0(-) abc@3(b)");
  EXPECT_EQ(matches("a(b)?c", "ac abc", {}), "ac@0(-)");
  EXPECT_EQ(matches("\\w+", "one two"), "one@0 two@4");
  EXPECT_EQ(matches("a*", "baac"), "@0 aa@1 @3 @4");
  EXPECT_EQ(matches("(\\d+)-(\\d+)", "x 12-34"), "12-34@2(12,34)");
  EXPECT_EQ(matches("x", "abc"), "");
  EXPECT_EQ(matches("", "ab"), "@0 @1 @2");
  EXPECT_EQ(matches("a|ab", "ab"), "a@0");
  EXPECT_EQ(matches("(?:a|b)+?c", "abc"), "abc@0");
  EXPECT_EQ(matches("a(?=b)", "ac ab"), "a@3");
  EXPECT_EQ(matches("a(?!b)", "ab ac"), "a@3");
}

TEST(Regexp, AnchorsAndLines) {
  EXPECT_EQ(matches("^.", "a\nb"), "a@0");
  EXPECT_EQ(matches("^.", "a\nb", {.global = true, .multiline = true}), "a@0 b@2");
  EXPECT_EQ(matches(".$", "a\nb", {.global = true, .multiline = true}), "a@0 b@2");
  EXPECT_EQ(matches("a$", "a\n"), "");
  EXPECT_EQ(matches("a$", "a\r\nb", {.multiline = true}), "a@0");
  EXPECT_EQ(matches("a.b", "a\nb"), "");
  EXPECT_EQ(matches("a.b", "a\rb"), "a\rb@0");
  EXPECT_EQ(matches("\\bis\\b", "this is"), "is@5");
  EXPECT_EQ(matches("\\Bis", "this is"), "is@2");
}

TEST(Regexp, ClassesAndEscapes) {
  EXPECT_EQ(matches("[a-c]+", "xxabcd"), "abc@2");
  EXPECT_EQ(matches("[^a-c]+", "abxyc"), "xy@2");
  EXPECT_EQ(matches("[\\d.-]+", "v1.2-3x"), "1.2-3@1");
  EXPECT_EQ(matches("[]a]+", "x]a"), "]a@1");
  EXPECT_EQ(matches("[\\b]", "a\bb"), "\b@1");
  EXPECT_EQ(matches("[\\W]", "ab c"), " @2");
  EXPECT_EQ(matches("\\x41\\u0042\\103", "ABC"), "ABC@0");
  EXPECT_EQ(matches("\\cJ", "a\nb"), "\n@1");
  EXPECT_EQ(matches("\\t\\v\\f", "\t\v\f"), "\t\v\f@0");
  EXPECT_EQ(matches("\\/\\-\\@\\Q", "/-@Q"), "/-@Q@0");
  EXPECT_EQ(matches("[[:alpha:]]", "x]:]"), ":]@2");
  EXPECT_EQ(matches("\\d", "\xD9\xA3"), "");  // an Arabic digit
  EXPECT_EQ(matches("\\s", "\xC2\xA0"), "");
  EXPECT_EQ(matches("a{2}", "aaaa"), "aa@0 aa@2");
  EXPECT_EQ(matches("a{2,3}", "aaaa"), "aaa@0");
  EXPECT_EQ(matches("a{,3}", "a{,3}"), "a{,3}@0");
  EXPECT_EQ(matches("a{1,}?", "aa"), "a@0 a@1");
  EXPECT_EQ(matches("#  (x) (?:y)", "#  x y"), "#  x y@0(x)");
}

TEST(Regexp, BackReferences) {
  EXPECT_EQ(matches("(a)(b)\\2\\1", "abba"), "abba@0(a,b)");
  EXPECT_EQ(matches("(['\"])(.*?)\\1", "x='a\"b'"), "'a\"b'@2(',a\"b)");
  EXPECT_EQ(matches("(a)?b\\1c", "bc"), "bc@0(-)");
  EXPECT_EQ(matches("(a)\\10", "aa0"), "aa0@0(a)");
  EXPECT_EQ(matches("a\\1", "a\001"), "a\001@0");
}

TEST(Regexp, IgnoresCase) {
  EXPECT_EQ(matches("abc", "xABC", {.ignore_case = true}), "ABC@1");
  EXPECT_EQ(matches("[a-c]+", "ABC", {.ignore_case = true}), "ABC@0");
  EXPECT_EQ(matches("\xC3\xA4", "\xC3\x84", {.ignore_case = true}), "\xC3\x84@0");
  EXPECT_EQ(matches("\\w\xC3\xA4\\b", "a\xC3\x84 ", {.ignore_case = true}), "");
  EXPECT_EQ(matches("\xC3\xA4", "\xC3\x84"), "");
  EXPECT_EQ(matches("(a)\\1", "aA", {.ignore_case = true}), "aA@0(a)");
}

TEST(Regexp, Replaces) {
  EXPECT_EQ(replace("(\\w+) (\\w+)", "one two", "$2 $1"), "two one");
  EXPECT_EQ(replace("b", "abcb", "X"), "aXcX");
  EXPECT_EQ(replace("b", "abcb", "X", {}), "aXcb");
  EXPECT_EQ(replace("b", "abc", "[$&]"), "a[b]c");
  EXPECT_EQ(replace("b", "abc", "[$`|$']"), "a[a|c]c");
  EXPECT_EQ(replace("b", "abc", "$$1"), "a$1c");
  EXPECT_EQ(replace("b", "abc", "$1$x$"), "a$1$x$c");
  EXPECT_EQ(replace("(a)(b)?", "a", "[$2]"), "[]");
  EXPECT_EQ(replace("(a)", "a", "$10$01"), "a0a");
  EXPECT_EQ(replace("", "ab", "-"), "-a-b-");
  EXPECT_EQ(replace("x", "ab", "-"), "ab");
  EXPECT_EQ(replace("^\\s+|\\s+$", "  a b ", ""), "a b");
}

TEST(Regexp, RefusesPatterns) {
  EXPECT_EQ(matches("*a", "a"), "error 5018");
  EXPECT_EQ(matches("a**", "a"), "error 5018");
  EXPECT_EQ(matches("a*+", "a"), "error 5018");
  EXPECT_EQ(matches("(?<=a)b", "a"), "error 5018");
  EXPECT_EQ(matches("[a", "a"), "error 5019");
  EXPECT_EQ(matches("[]", "a"), "error 5019");
  EXPECT_EQ(matches("(a", "a"), "error 5020");
  EXPECT_EQ(matches("a)", "a"), "error 5017");
  EXPECT_EQ(matches("[b-a]", "a"), "error 5021");
  EXPECT_EQ(matches("a\\", "a"), "error 5017");
  EXPECT_EQ(matches("a{3,2}", "a"), "error 5017");
  EXPECT_EQ(matches(std::string(300, '(') + std::string(300, ')'), "a"), "error 5017");
  EXPECT_EQ(matches(std::string(70'000, 'a'), "a"), "error 5017");
}

TEST(Regexp, BoundsASearch) { EXPECT_EQ(matches("^(a|aa)+$", std::string(60, 'a') + "!"), "error 28"); }

TEST(Regexp, StopsBetweenMatches) {
  StopFlag stop;
  DispatchRef object = make_regexp(&stop);
  Variant arguments[] = {Variant::utf8("a")};
  EXPECT_EQ(say(scripting::call(*object, "Test", arguments)), "True");
  stop.stop();
  EXPECT_EQ(say(scripting::call(*object, "Test", arguments)), "error 507");
}

TEST(Regexp, Members) {
  DispatchRef object = regexp("a(.)", {.global = true});
  EXPECT_EQ(object->type_name(), "IRegExp2");
  EXPECT_EQ(say(scripting::get(*object, "pattern")), "a(.)");
  EXPECT_EQ(say(scripting::get(*object, "GLOBAL")), "True");
  Variant arguments[] = {Variant::utf8("ab ac")};
  auto found = scripting::call(*object, "Execute", arguments);
  scripting::Dispatch& list = *found->as_object();
  EXPECT_EQ(list.type_name(), "IMatchCollection2");
  EXPECT_EQ(say(scripting::get(list, "Count")), "2");
  Variant index[] = {Variant::int16(1)};
  auto match = scripting::get(list, "Item", index);
  EXPECT_EQ(match->as_object()->type_name(), "IMatch2");
  EXPECT_EQ(say(scripting::get(*match->as_object(), "Length")), "2");
  EXPECT_EQ(say(*match), "ac");
  index[0] = Variant::int16(2);
  EXPECT_EQ(say(scripting::get(list, "Item", index)), "error 5");
  auto groups = scripting::get(*match->as_object(), "SubMatches");
  index[0] = Variant::int16(0);
  EXPECT_EQ(say(scripting::get(*groups->as_object(), "Item", index)), "c");
  index[0] = Variant::int16(1);
  EXPECT_EQ(say(scripting::get(*groups->as_object(), "Item", index)), "error 5");
  Variant null[] = {Variant::null()};
  EXPECT_EQ(say(scripting::call(*object, "Test", null)), "error 13");
}

}  // namespace
}  // namespace script::vbscript
