#include "mof/printer.h"

#include <gtest/gtest.h>

#include "mof/check.h"
#include "mof/compiler.h"
#include "mof/memory_target.h"
#include "mof/parser.h"

namespace mof {
namespace {

using namespace base::codes;
constexpr const char* kDefault = "root\\default";

void compile_text(MemoryTarget& target, const std::string& text) {
  Diagnostics diagnostics;
  auto unit = parse_text("t.mof", text, diagnostics);
  ASSERT_TRUE(unit) << unit.error().text() << "\n" << text;
  ASSERT_TRUE(check(*unit, diagnostics)) << diagnostics.back().to_string() << "\n" << text;
  auto counts = compile(*unit, target, {}, diagnostics);
  ASSERT_TRUE(counts) << counts.error().text() << "\n" << text;
}

/// Compiles, prints everything in the order of `names`, compiles that elsewhere and compares.
void round_trip(const std::string& text, const std::vector<std::string>& names) {
  MemoryTarget first;
  compile_text(first, text);
  std::string printed;
  for (const std::string& name : names) printed += print_class(**first.get_class(kDefault, name));
  for (const auto& [path, instance] : first.space(kDefault)->instances) printed += print_instance(instance);
  MemoryTarget second;
  compile_text(second, printed);
  for (const std::string& name : names) {
    EXPECT_EQ(cim::compare(*first.get_class(kDefault, name), *second.get_class(kDefault, name), 0), WBEM_S_SAME) << printed;
  }
  const auto& again = second.space(kDefault)->instances;
  ASSERT_EQ(again.size(), first.space(kDefault)->instances.size()) << printed;
  for (const auto& [path, instance] : first.space(kDefault)->instances) {
    ASSERT_TRUE(again.contains(path)) << path << printed;
    EXPECT_EQ(cim::compare(instance, again.at(path), 0), WBEM_S_SAME) << printed;
  }
}

TEST(Printer, Shape) {
  MemoryTarget target;
  compile_text(target, R"([abstract, Description("says \"x\"")] class A { [key] string K; uint32 N = 5; A ref R; };
    class B : A { uint32 N = 6; [static] uint32 M([in] string p = "q", [in, out] A o[]); };
    instance of B { K = "1"; N = NULL; };)");
  EXPECT_EQ(print_class(**target.get_class(kDefault, "A")),
            "[abstract, Description(\"says \\\"x\\\"\")]\nclass A\n{\n  [key] string K;\n  uint32 N = 5;\n  A ref R;\n};\n");
  EXPECT_EQ(print_class(**target.get_class(kDefault, "B")),
            "class B : A\n{\n  uint32 N = 6;\n  [static] uint32 M([in] string p = \"q\", [in, out] A o[]);\n};\n");
  EXPECT_EQ(print_instance(target.space(kDefault)->instances.begin()->second), "instance of B\n{\n  K = \"1\";\n  N = NULL;\n};\n");
}

TEST(Printer, Values) {
  using cim::CimType;
  using cim::Value;
  EXPECT_EQ(quote("a\"\\\n\t\x01z\xC3\xA9"), "\"a\\\"\\\\\\n\\t\\x0001z\xC3\xA9\"");
  EXPECT_EQ(quote("\xED\xA0\xBD"), "\"\\xD83D\"");
  EXPECT_EQ(print_value(Value::uint('A'), {CimType::kChar16, false}), "'A'");
  EXPECT_EQ(print_value(Value::uint('\''), {CimType::kChar16, false}), "'\\x0027'");
  EXPECT_EQ(print_value(Value::uint(0), {CimType::kChar16, false}), "0");
  EXPECT_EQ(print_value(Value::real(2), {CimType::kReal64, false}), "2.0");
  EXPECT_EQ(print_value(Value::real(0.1F), {CimType::kReal32, false}), "0.1");
  EXPECT_EQ(print_value(Value::real(1e300), {CimType::kReal64, false}), "1e+300");
  EXPECT_EQ(print_value(Value::array({Value::sint(-1), Value::sint(2)}), {CimType::kSint8, true}), "{-1, 2}");
  EXPECT_EQ(print_value(Value::null(), {CimType::kString, false}), "NULL");
}

TEST(Printer, RoundTripOfEveryType) {
  round_trip(R"(class X { [key] string K;
      uint8 A = 255; sint8 B = -128; uint16 C = 65535; sint16 D = -32768; uint32 E = 4294967295; sint32 F = -2147483648;
      uint64 G = 18446744073709551615; sint64 H = -9223372036854775808; real32 I = 0.1; real64 J = 1e-300; boolean L = FALSE;
      char16 M = 'x'; datetime N = "20240229120000.000000+060"; datetime O = "00000001020304.000005:000"; object ref P = "X.K=\"a\\\"b\"";
      string Q = "\x1\x41\n\"\\\xD83D\xDE00"; object R; X S; uint8 T[] = {1,2}; string U[] = {"a","","b"}; real64 V[] = {1.0, 2.5};
      char16 W[] = {'a', '\x2028'}; boolean Y[] = {TRUE, FALSE}; X ref Z[]; X Many[]; uint8 None[] = {}; };
    instance of X { K = "1"; A = 1; I = -0.0; J = 1.7976931348623157e308; M = '\x16'; U = {"z"}; None = {};
      S = instance of X { K = "inner"; S = instance of X { K = "innermost"; }; }; Many = {instance of X {K="x";}, instance of X {K="y";}};
      R = class Q : X { uint32 More = 3; }; };
    [Mark("i")] instance of X { K = "2"; [Note(5), Other{"a","b"} : ToSubclass] A = 9; };)",
             {"X"});
}

TEST(Printer, RoundTripOfOverrides) {
  round_trip(R"([Q1("a") : ToSubclass, Q2(1) : ToSubclass ToInstance DisableOverride, Q3(1.5), Q4{1,2} : Amended, Off(FALSE)] class A {
      [key] string K; uint32 N = 5; A ref R; [D("x") : ToSubclass] uint32 O; uint32 Untouched = 1; object E;
      [M1 : ToSubclass] uint32 Do([in] string a, [out] uint32 b); void Other(); };
    [Q1("b")] class B : A { uint32 N = 6; [D("y")] uint32 O; B ref R; B E; [M1(FALSE)] uint32 Do([in] string a, [out] uint32 b); };
    class C : B { [Extra] uint32 Untouched; uint32 N = NULL; [M2] void Other(); [key(TRUE)] string K; };
    [singleton] class S { string V; }; instance of S { V = "v"; };)",
             {"A", "B", "C", "S"});
}

TEST(Printer, RoundTripOfMethods) {
  round_trip(R"(class A {
      uint32 M1([in, ID(2)] string a, [in, out, ID(0), Q("x")] A b[], [out, ID(1)] A ref c);
      boolean M2([in, ID(0) : NotToInstance] string a = "default", [in, optional] uint8 s[5]);
      A M3(); A ref M4(); void M5([out] object o); datetime M6([in(FALSE), out] char16 c); };)",
             {"A"});
}

}  // namespace
}  // namespace mof
