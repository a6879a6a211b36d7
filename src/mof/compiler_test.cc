#include "mof/compiler.h"

#include <gtest/gtest.h>

#include "mof/check.h"
#include "mof/memory_target.h"
#include "mof/parser.h"
#include "mof/printer.h"

namespace mof {
namespace {

using namespace base::codes;

struct Compiled {
  Diagnostics diagnostics;
  base::Status status;
  CompileCounts counts;
};

Compiled compile_into(MemoryTarget& target, const std::string& text, CompileOptions options = {}) {
  Compiled result;
  auto unit = parse_text("t.mof", text, result.diagnostics);
  if (!unit) {
    result.status = unit.error();
    return result;
  }
  result.status = check(*unit, result.diagnostics);
  if (!result.status) return result;
  auto counts = compile(*unit, target, options, result.diagnostics);
  if (counts) {
    result.counts = *counts;
  } else {
    result.status = counts.error();
  }
  return result;
}

constexpr const char* kDefault = "root\\default";

cim::ClassPtr get(MemoryTarget& target, std::string_view name, std::string_view name_space = kDefault) {
  auto cls = target.get_class(name_space, name);
  return cls ? *cls : nullptr;
}

const cim::Instance* find(const MemoryTarget& target, std::string_view path, std::string_view name_space = kDefault) {
  const auto* space = target.space(name_space);
  if (space == nullptr) return nullptr;
  const auto found = space->instances.find(path);
  return found == space->instances.end() ? nullptr : &found->second;
}

TEST(Compiler, Class) {
  MemoryTarget target;
  const auto result = compile_into(target, R"(
    [abstract] class Base { [key] string Id; [read : ToSubclass] uint32 Size = 5; object ref Any; };
    class Derived : Base { [Description("x")] uint32 Size = 6; Base ref One; Base Embedded; uint8 Sid[28]; };)");
  ASSERT_TRUE(result.status) << result.status.text();
  EXPECT_EQ(result.counts.classes, 2U);
  const cim::ClassPtr derived = get(target, "derived");
  ASSERT_TRUE(derived);
  EXPECT_EQ(derived->superclass(), "Base");
  const cim::Property* size = derived->property("Size");
  EXPECT_EQ(size->default_value.as_uint(), 6U);
  EXPECT_TRUE(size->qualifiers.is_true("read"));
  EXPECT_EQ(size->qualifiers.text("Description"), "x");
  EXPECT_TRUE(size->inherited);
  EXPECT_FALSE(derived->abstract());  // not handed down
  EXPECT_TRUE(derived->property("Id")->key());
  EXPECT_EQ(derived->property("One")->cim_type, "ref:Base");
  EXPECT_EQ(derived->property("Any")->cim_type, "ref:object");
  EXPECT_EQ(derived->property("Embedded")->cim_type, "object:Base");
  EXPECT_EQ(derived->property("Sid")->qualifiers.find("MAX")->value.as_sint(), 28);
}

TEST(Compiler, Methods) {
  MemoryTarget target;
  const auto result = compile_into(target, R"(class X {
    [static] uint32 Both([in] string A, [in, out] uint8 B[], [out] string C);
    [implemented] void Numbered([in, ID(1)] string A = "x", [out, ID(0)] string B);
    void Empty(); };)");
  ASSERT_TRUE(result.status) << result.status.text();
  const cim::ClassPtr cls = get(target, "X");
  const cim::Method* both = cls->method("Both");
  ASSERT_TRUE(both && both->in && both->out);
  EXPECT_EQ(both->in->name(), "__PARAMETERS");
  EXPECT_EQ(both->in->properties().size(), 2U);
  EXPECT_EQ(both->out->properties().size(), 3U);
  EXPECT_EQ(both->out->property("C")->qualifiers.find("ID")->value.as_sint(), 2);
  EXPECT_TRUE(both->out->property("ReturnValue")->qualifiers.is_true("out"));
  EXPECT_EQ(both->out->property("ReturnValue")->type.base, cim::CimType::kUint32);
  const cim::Method* numbered = cls->method("Numbered");
  EXPECT_EQ(numbered->in->property("A")->qualifiers.find("ID")->value.as_sint(), 1);
  EXPECT_EQ(*numbered->in->property("A")->default_value.as_text(), "x");
  EXPECT_FALSE(numbered->out->property("ReturnValue"));
  EXPECT_FALSE(cls->method("Empty")->in);
  EXPECT_FALSE(cls->method("Empty")->out);
}

TEST(Compiler, BadParameterIds) {
  MemoryTarget target;
  EXPECT_EQ(compile_into(target, "class X { void m([in, ID(0)] string a, [in, ID(0)] string b); };").status.code(),
            WBEM_E_NONCONSECUTIVE_PARAMETER_IDS);
  EXPECT_EQ(compile_into(target, "class X { void m([in, ID(1)] string a, [in, ID(2)] string b); };").status.code(),
            WBEM_E_NONCONSECUTIVE_PARAMETER_IDS);
}

TEST(Compiler, Flavors) {
  MemoryTarget target;
  const auto result = compile_into(target, R"(
    Qualifier Note : ToSubclass Amended;
    Qualifier Typed : string = null, Scope(any), Flavor(DisableOverride);
    [Note("n"), Typed("t"), Plain("p"), Own("o") : ToInstance DisableOverride] class X { [key] string a; [key : NotToInstance] string b; };
    Qualifier Note : NotToSubclass; [Note("m")] class Y {};)");
  ASSERT_TRUE(result.status) << result.status.text();
  const cim::ClassPtr cls = get(target, "X");
  const auto flavor = [&](std::string_view name) { return cls->qualifiers().find(name)->flavor; };
  EXPECT_EQ(flavor("Note"), cim::flavor::kToSubclass | cim::flavor::kAmended);
  EXPECT_EQ(flavor("Typed"), cim::flavor::kToSubclass | cim::flavor::kNotOverridable);
  EXPECT_EQ(flavor("Plain"), 0);
  EXPECT_EQ(flavor("Own"), cim::flavor::kToInstance | cim::flavor::kNotOverridable);
  EXPECT_EQ(cls->property("a")->qualifiers.find("key")->flavor, cim::default_flavor("key"));
  EXPECT_EQ(cls->property("b")->qualifiers.find("key")->flavor, cim::default_flavor("key") & ~cim::flavor::kToInstance);
  EXPECT_EQ(get(target, "Y")->qualifiers().find("Note")->flavor, 0);
}

TEST(Compiler, Instances) {
  MemoryTarget target;
  const auto result = compile_into(target, R"(
    class Part { [key] uint32 N; string Text; };
    class X { [key] string Id; uint32 A = 7; uint32 B; string S; Part One; Part Many[]; boolean Flag; };
    instance of X { id = "a"; a = NULL; B = 0x10; S = 23; One = instance of Part { N = 1; };
                    Many = {instance of Part {N = 2;}, instance of Part {N = 3; Text = "t";}}; Flag = TRUE; };)");
  ASSERT_TRUE(result.status) << result.status.text();
  const cim::Instance* x = find(target, "X.Id=\"a\"");
  ASSERT_TRUE(x);
  EXPECT_TRUE(x->value("A").is_null());
  EXPECT_EQ(x->value("B").as_uint(), 16U);
  EXPECT_EQ(*x->value("S").as_text(), "23");
  EXPECT_EQ((*x->value("One").as_object())->instance().value("N").as_uint(), 1U);
  EXPECT_EQ(x->value("Many").as_array()->size(), 2U);
}

TEST(Compiler, InstanceErrors) {
  MemoryTarget target;
  ASSERT_TRUE(compile_into(target, "class X { [key] uint8 Id; string S[]; };").status);
  EXPECT_EQ(compile_into(target, "instance of Y {};").status.code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(compile_into(target, "instance of X { Other = 1; };").status.code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(compile_into(target, "instance of X { Id = \"x\"; };").status.code(), WBEM_E_TYPE_MISMATCH);
  EXPECT_EQ(compile_into(target, "instance of X { Id = 256; };").status.code(), WBEM_E_VALUE_OUT_OF_RANGE);
  EXPECT_EQ(compile_into(target, "instance of X { S = \"x\"; };").status.code(), WBEM_E_TYPE_MISMATCH);
  const auto result = compile_into(target, "instance of X { Id = 1; };\ninstance of X {\n  Id = 2;\n  S = {1.5};\n};");
  ASSERT_FALSE(result.status);
  const Diagnostic& diagnostic = result.diagnostics.back();
  EXPECT_EQ(diagnostic.object, 2U);
  EXPECT_EQ(diagnostic.place.line, 4U);
  EXPECT_EQ(diagnostic.last_line, 5U);
}

TEST(Compiler, Aliases) {
  MemoryTarget target;
  const auto result = compile_into(target, R"(
    class Disk as $DiskClass { [key] string Letter; };
    class Pair { [key] Disk ref Left; [key] Disk ref Right; object ref Cls; };
    instance of Pair { Left = $C; Right = $D; Cls = $DiskClass; };
    instance of Disk as $C { Letter = "c"; };
    instance of Late as $D { Letter = "d"; };
    class Late : Disk { };)");
  EXPECT_EQ(result.status.code(), WBEM_E_NOT_FOUND);  // the instance of Late itself comes before its class
  const auto second = compile_into(target, R"(
    class Disk as $DiskClass { [key] string Letter; };
    class Pair { [key] Disk ref Left; [key] Disk ref Right; object ref Cls; };
    instance of Pair { Left = $C; Right = $D; Cls = $DiskClass; };
    instance of Disk as $C { Letter = "c"; };
    class Late : Disk { };
    instance of Late as $D { Letter = "d"; };)");
  ASSERT_TRUE(second.status) << second.status.text();
  const auto& instances = target.space(kDefault)->instances;
  const auto pair = std::ranges::find_if(instances, [](const auto& entry) { return entry.second.cls()->name() == "Pair"; });
  ASSERT_NE(pair, instances.end());
  EXPECT_EQ(*pair->second.value("Left").as_text(), "Disk.Letter=\"c\"");
  EXPECT_EQ(*pair->second.value("Right").as_text(), "Late.Letter=\"d\"");
  EXPECT_EQ(*pair->second.value("Cls").as_text(), "Disk");
}

TEST(Compiler, AliasesAcrossNamespaces) {
  MemoryTarget target;
  const auto result = compile_into(target, R"(
    class A { [key] string K; object ref R; };
    instance of A as $Here { K = "1"; };
    #pragma namespace("\\\\.\\root\\other")
    class A { [key] string K; object ref R; };
    instance of A { K = "2"; R = $Here; };)");
  ASSERT_TRUE(result.status) << result.status.text();
  EXPECT_EQ(*find(target, "A.K=\"2\"", "root\\other")->value("R").as_text(), "\\\\.\\root\\default:A.K=\"1\"");
}

TEST(Compiler, PragmasAndFlags) {
  MemoryTarget target(false);
  ASSERT_TRUE(compile_into(target, R"(#pragma namespace("root")
    instance of __Namespace { Name = "test"; };
    #pragma namespace("//./root/test")
    class X { [key] string K; }; instance of X { K = "a"; }; instance of X { K = "b"; };)")
                  .status);
  ASSERT_TRUE(get(target, "X", "root\\test"));
  CompileOptions options{.name_space = "root\\test"};
  EXPECT_EQ(compile_into(target, "#pragma classflags(\"createonly\")\nclass X { [key] string K; };", options).status.code(),
            WBEM_E_ALREADY_EXISTS);
  EXPECT_EQ(compile_into(target, "#pragma classflags(\"updateonly\")\nclass Y {};", options).status.code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(compile_into(target, "#pragma instanceflags(\"createonly\")\ninstance of X { K = \"a\"; };", options).status.code(),
            WBEM_E_ALREADY_EXISTS);
  options.instance_flags = cim::flag::kUpdateOnly;
  EXPECT_EQ(compile_into(target, "instance of X { K = \"c\"; };", options).status.code(), WBEM_E_NOT_FOUND);
  EXPECT_TRUE(compile_into(target, "#pragma deleteinstance(\"X.K='a'\", FAIL)", options).status);
  EXPECT_FALSE(find(target, "X.K=\"a\"", "root\\test"));
  EXPECT_EQ(compile_into(target, "#pragma deleteinstance(\"X.K='a'\", FAIL)", options).status.code(), WBEM_E_NOT_FOUND);
  EXPECT_TRUE(compile_into(target, "#pragma deleteinstance(\"X.K='a'\", NOFAIL)", options).status);
  EXPECT_TRUE(compile_into(target, "#pragma deleteclass(\"X\", FAIL)", options).status);
  EXPECT_FALSE(get(target, "X", "root\\test"));
  EXPECT_TRUE(target.space("root\\test")->instances.empty());
  EXPECT_EQ(compile_into(target, "class X {};", {.name_space = "root\\nowhere"}).status.code(), WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(compile_into(target, "#pragma namespace(\"\\\\\\\\far\\\\root\")\nclass X {};").status.code(), WBEM_E_NOT_SUPPORTED);
  EXPECT_TRUE(compile_into(target, "class X {};", {.name_space = "root\\a\\b", .create_namespaces = true}).status);
  EXPECT_TRUE(get(target, "X", "root\\a\\b"));
}

TEST(Compiler, AFailedFileChangesNothing) {
  MemoryTarget target;
  const std::string text = "class A {}; class B : Missing {}; class C {};";
  EXPECT_FALSE(compile_into(target, text).status);
  EXPECT_FALSE(get(target, "A"));
  const auto result = compile_into(target, text, {.keep_going = true});
  EXPECT_TRUE(result.status);
  EXPECT_EQ(result.counts.refused, 1U);
  EXPECT_TRUE(get(target, "A"));
  EXPECT_TRUE(get(target, "C"));
}

TEST(Compiler, RulesOfTheModel) {
  MemoryTarget target;
  ASSERT_TRUE(
      compile_into(target, "class P { [key] string K; [F(1) : ToSubclass DisableOverride] uint32 V; void M([in] string a); };").status);
  EXPECT_EQ(compile_into(target, "class Q : P { [key] string L; };").status.code(), WBEM_E_CANNOT_BE_KEY);
  EXPECT_EQ(compile_into(target, "[abstract] class Q : P { };").status.code(), WBEM_E_CANNOT_BE_ABSTRACT);
  EXPECT_EQ(compile_into(target, "class Q : P { string V; };").status.code(), WBEM_E_TYPE_MISMATCH);
  EXPECT_EQ(compile_into(target, "class Q : P { [F(2)] uint32 V; };").status.code(), WBEM_E_OVERRIDE_NOT_ALLOWED);
  EXPECT_TRUE(compile_into(target, "class Q : P { [F(1)] uint32 V; };").status);
  EXPECT_EQ(compile_into(target, "[singleton] class S { [key] string K; };").status.code(), WBEM_E_CANNOT_BE_SINGLETON);
}

}  // namespace
}  // namespace mof
