#include "base/json.h"

#include <gtest/gtest.h>

#include <limits>

namespace base {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(Json, EscapesWhatMustBeEscaped) {
  EXPECT_EQ(quoted("plain"), "\"plain\"");
  EXPECT_EQ(quoted("a\"\\\n\x01"), "\"a\\\"\\\\\\n\\u0001\"");
  EXPECT_EQ(quoted("\xC3\xA9"), "\"\xC3\xA9\"");
  EXPECT_EQ(quoted("\xED\xA0\x80"), "\"\\ud800\"");
  EXPECT_EQ(quoted("\xFF"), "\"\xEF\xBF\xBD\"");
}

TEST(Json, OneLine) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("a").number(-1).key("b").begin_array().boolean(true).null().real(0.5).end_array();
  json.key("c").begin_object().end_object().key("d").string("x").key("e").unsigned_number(UINT64_MAX).end_object();
  EXPECT_EQ(out, R"({"a":-1,"b":[true,null,0.5],"c":{},"d":"x","e":18446744073709551615})");
}

TEST(Json, Indented) {
  std::string out;
  JsonWriter json(out, 2);
  json.begin_array().begin_object().key("a").number(1).end_object().number(2).end_array();
  EXPECT_EQ(out, "[\n  {\n    \"a\": 1\n  },\n  2\n]");
}

TEST(Json, NumbersThatJsonCannotSay) {
  std::string out;
  JsonWriter json(out);
  json.begin_array().real(std::numeric_limits<double>::infinity()).real(1e300).end_array();
  EXPECT_EQ(out, "[null,1e+300]");
}

}  // namespace
}  // namespace base
