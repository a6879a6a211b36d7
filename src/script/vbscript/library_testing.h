// For unit tests of the library: functions by name, values in short.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "script/vbscript/library.h"
#include "scripting/dispatch.h"

namespace script::vbscript::testing {

class TestLibrary final : public Library {
 public:
  explicit TestLibrary(const EngineOptions& given) : Library(given) {}
  Outcome<void> reserve(std::size_t octets) const override {
    if (octets > (std::size_t{1} << 30)) return raise(kOutOfMemory);
    return {};
  }
};

/// An argument as C++ writes it: int is Integer or Long by size, double, bool, text, or any Variant.
struct Value {
  Value(Variant given) : variant(std::move(given)) {}               // NOLINT(google-explicit-constructor)
  Value(const char* text) : variant(Variant::utf8(text)) {}         // NOLINT(google-explicit-constructor)
  Value(const std::string& text) : variant(Variant::utf8(text)) {}  // NOLINT(google-explicit-constructor)
  Value(double number) : variant(Variant::real(number)) {}          // NOLINT(google-explicit-constructor)
  Value(bool flag) : variant(Variant::boolean(flag)) {}             // NOLINT(google-explicit-constructor)
  Value(int number)                                                 // NOLINT(google-explicit-constructor)
      : variant(number >= -32768 && number <= 32767 ? Variant::int16(static_cast<std::int16_t>(number)) : Variant::int32(number)) {}
  Variant variant;
};

inline Value date(const char* text) {
  const auto days = parse_date(Text::from_utf8(text).view());
  EXPECT_TRUE(days) << text;
  return Variant::date(days.value_or(0));
}
inline const Value kNull{Variant::null()};
inline const Value kEmpty{Variant()};
inline const Value kOmitted{Variant::missing()};

class LibraryTest : public ::testing::Test {
 protected:
  static const Builtin* find(std::string_view name) {
    const Text wanted = Text::from_utf8(name);
    for (const auto group : builtin_groups()) {
      for (const Builtin& builtin : group) {
        if (compare_texts(builtin.name, wanted.view(), true) == 0) return &builtin;
      }
    }
    return nullptr;
  }

  Outcome<Variant> call(std::string_view name, std::initializer_list<Value> arguments) {
    const Builtin* builtin = find(name);
    EXPECT_NE(builtin, nullptr) << name;
    std::vector<Variant> values;
    for (const Value& value : arguments) values.push_back(value.variant);
    EXPECT_GE(values.size(), builtin->min_arguments) << name;
    EXPECT_LE(values.size(), builtin->max_arguments) << name;
    return builtin->call(library, values);
  }

  /// The result in words: "String a", "Integer 5", "Null", "String() a|b", "error 13".
  std::string say(std::string_view name, std::initializer_list<Value> arguments) {
    auto result = call(name, arguments);
    if (!result) return "error " + std::to_string(err_number(result.error().code));
    return describe(*result);
  }

  std::string describe(const Variant& value) {
    std::vector<Variant> one{value};
    const std::string type = find("TypeName")->call(library, one)->as_text().to_utf8();
    if (value.is_array()) {
      std::string out = type;
      for (const Variant& item : value.as_array()->items()) out += (out == type ? " " : "|") + text(item);
      return out;
    }
    const std::string content = text(value);
    return content.empty() && !value.is(VarType::kString) ? type : type + " " + content;
  }

  static std::string text(const Variant& value) {
    auto made = to_text(value);
    return made ? made->to_utf8() : "";
  }

  EngineOptions options;
  TestLibrary library{options};
};

}  // namespace script::vbscript::testing
