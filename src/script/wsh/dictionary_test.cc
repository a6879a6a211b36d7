#include "script/wsh/dictionary.h"

#include <gtest/gtest.h>

#include "script/vbscript/conversions.h"
#include "script/vbscript/errors.h"

namespace script::wsh {
namespace {

using scripting::Variant;
using vbscript::VarType;

class DictionaryTest : public ::testing::Test {
 protected:
  std::string say(const scripting::Outcome<Variant>& result) {
    if (!result) return "error " + std::to_string(vbscript::err_number(result.error().code));
    if (result->is_array()) {
      std::string out;
      for (const Variant& item : result->as_array()->items()) out += (out.empty() ? "" : "|") + say(item);
      return "[" + out + "]";
    }
    if (result->is(VarType::kDispatch)) return "object";
    if (result->is(VarType::kNull)) return "Null";
    auto text = vbscript::to_text(*result);
    return text ? text->to_utf8() : "?";
  }
  std::string call(const char* name, std::vector<Variant> values = {}) { return say(scripting::call(*object, name, values)); }
  std::string get(const char* name, std::vector<Variant> values = {}) { return say(scripting::get(*object, name, values)); }
  std::string put(const char* name, std::vector<Variant> values) {
    return say(object->invoke(object->id_of(scripting::Text::from_utf8(name).view()), scripting::invoke::kPut, {values, {}}));
  }
  static Variant text(const char* value) { return Variant::utf8(value); }
  static Variant number(int value) { return Variant::int16(static_cast<std::int16_t>(value)); }

  scripting::DispatchRef object = make_dictionary();
};

TEST_F(DictionaryTest, AddsAndFinds) {
  EXPECT_EQ(object->type_name(), "Dictionary");
  EXPECT_EQ(call("Add", {text("a"), number(1)}), "");
  EXPECT_EQ(call("Add", {text("b"), number(2)}), "");
  EXPECT_EQ(call("Add", {text("a"), number(3)}), "error 457");
  EXPECT_EQ(get("Count"), "2");
  EXPECT_EQ(get("Item", {text("b")}), "2");
  EXPECT_EQ(call("Exists", {text("a")}), "True");
  EXPECT_EQ(call("Exists", {text("A")}), "False");
  EXPECT_EQ(call("Keys"), "[a|b]");
  EXPECT_EQ(call("Items"), "[1|2]");
  EXPECT_EQ(call("Add", {text("a")}), "error 450");
}

TEST_F(DictionaryTest, ReadingAddsAKey) {
  EXPECT_EQ(get("Item", {text("x")}), "");
  EXPECT_EQ(get("Count"), "1");
  EXPECT_EQ(put("Item", {text("x"), number(5)}), "");
  EXPECT_EQ(put("Item", {text("y"), number(6)}), "");
  EXPECT_EQ(call("Items"), "[5|6]");
}

TEST_F(DictionaryTest, KeysOfManyTypes) {
  EXPECT_EQ(call("Add", {number(1), text("number")}), "");
  EXPECT_EQ(call("Add", {text("1"), text("text")}), "");
  EXPECT_EQ(call("Add", {Variant::int32(1), text("long")}), "error 457");
  EXPECT_EQ(call("Add", {Variant::real(1.0), text("double")}), "error 457");
  EXPECT_EQ(get("Item", {Variant::byte(1)}), "number");
  EXPECT_EQ(call("Add", {Variant(), text("empty")}), "");
  EXPECT_EQ(call("Add", {Variant::null(), text("null")}), "");
  EXPECT_EQ(get("Item", {Variant()}), "empty");
  const scripting::DispatchRef other = make_dictionary();
  EXPECT_EQ(call("Add", {Variant::object(other), text("object")}), "");
  EXPECT_EQ(get("Item", {Variant::object(other)}), "object");
  EXPECT_EQ(call("Exists", {Variant::object(make_dictionary())}), "False");
  EXPECT_EQ(call("Add", {Variant::array(scripting::Array::of(VarType::kVariant, {})), number(1)}), "error 5");
  EXPECT_EQ(put("Item", {Variant::real(-0.0), text("zero")}), "");
  EXPECT_EQ(get("Item", {number(0)}), "zero");
}

TEST_F(DictionaryTest, CompareMode) {
  EXPECT_EQ(get("CompareMode"), "0");
  EXPECT_EQ(put("CompareMode", {number(1)}), "");
  EXPECT_EQ(call("Add", {text("\xC3\x84"
                              "bc"),
                         number(1)}),
            "");
  EXPECT_EQ(call("Exists", {text("\xC3\xA4"
                                 "BC")}),
            "True");
  EXPECT_EQ(put("CompareMode", {number(0)}), "error 5");
  EXPECT_EQ(call("RemoveAll"), "");
  EXPECT_EQ(put("CompareMode", {number(0)}), "");
}

TEST_F(DictionaryTest, RemovesAndRenames) {
  for (const char* key : {"a", "b", "c"}) EXPECT_EQ(call("Add", {text(key), text(key)}), "");
  EXPECT_EQ(call("Remove", {text("b")}), "");
  EXPECT_EQ(call("Remove", {text("b")}), "error 32811");
  EXPECT_EQ(call("Keys"), "[a|c]");
  EXPECT_EQ(put("Key", {text("a"), text("z")}), "");
  EXPECT_EQ(call("Keys"), "[z|c]");
  EXPECT_EQ(get("Item", {text("z")}), "a");
  EXPECT_EQ(put("Key", {text("z"), text("c")}), "error 457");
  EXPECT_EQ(put("Key", {text("q"), text("r")}), "error 32811");
  EXPECT_EQ(put("Key", {text("c"), text("c")}), "");
  EXPECT_EQ(call("RemoveAll"), "");
  EXPECT_EQ(get("Count"), "0");
  EXPECT_EQ(call("Keys"), "[]");
}

TEST_F(DictionaryTest, SurvivesManyAddsAndRemoves) {
  for (int i = 0; i < 20'000; ++i) ASSERT_EQ(call("Add", {Variant::int32(i), Variant::int32(i)}), "");
  for (int i = 0; i < 20'000; i += 2) ASSERT_EQ(call("Remove", {Variant::int32(i)}), "");
  for (int i = 0; i < 20'000; i += 4) ASSERT_EQ(call("Add", {Variant::int32(i), Variant::int32(-i)}), "");
  EXPECT_EQ(get("Count"), "15000");
  for (int i = 0; i < 20'000; ++i) ASSERT_EQ(call("Exists", {Variant::int32(i)}), i % 4 == 2 ? "False" : "True");
}

TEST_F(DictionaryTest, RenamesManyTimes) {
  EXPECT_EQ(call("Add", {number(0), text("item")}), "");
  EXPECT_EQ(call("Add", {text("other"), number(1)}), "");
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(put("Key", {number(i), number(i + 1)}), "");
  EXPECT_EQ(call("Keys"), "[1000|other]");
  EXPECT_EQ(call("Exists", {number(500)}), "False");
  EXPECT_EQ(get("Item", {number(1000)}), "item");
}

TEST_F(DictionaryTest, EnumeratesKeys) {
  EXPECT_EQ(call("Add", {text("a"), number(1)}), "");
  EXPECT_EQ(call("Add", {number(7), number(2)}), "");
  auto each = object->enumerate();
  ASSERT_TRUE(each);
  std::string out;
  for (auto key = (*each)->next(); key && key->has_value(); key = (*each)->next()) out += say(**key) + " ";
  EXPECT_EQ(out, "a 7 ");
}

TEST_F(DictionaryTest, KeepsItsOwnArrays) {
  Variant list = Variant::array(scripting::Array::of(VarType::kVariant, {number(1)}));
  EXPECT_EQ(call("Add", {text("a"), list}), "");
  list.as_array()->items()[0] = number(9);
  EXPECT_EQ(get("Item", {text("a")}), "[1]");
  EXPECT_EQ(get("HashVal", {text("a")}), "97");
}

}  // namespace
}  // namespace script::wsh
