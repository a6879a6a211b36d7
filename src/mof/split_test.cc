#include "mof/split.h"

#include <gtest/gtest.h>

#include "mof/binary.h"
#include "mof/check.h"
#include "mof/compiler.h"
#include "mof/driver_check.h"
#include "mof/memory_target.h"
#include "mof/parser.h"

namespace mof {
namespace {

using namespace base::codes;

constexpr const char* kMaster = R"(#pragma namespace("\\\\.\\root")
instance of __Namespace { Name = "TEST"; };
#pragma namespace("\\\\.\\root\\TEST")
Qualifier Values : Amended;
[Description("A class") : Amended ToSubclass, LOCALE(0x409)]
class Parent { [key, Description("Its name") : Amended] string Name; uint64 Plain = 5; [Values{"a","b"}] uint32 Coded;
  [Description("Acts") : Amended] uint32 Act([in, Description("How") : Amended] string How); void Quiet(); };
class Child : Parent { [DisplayName("More") : Amended] string More; };
class Silent { string Nothing; };
instance of Child { Name = "x"; };
)";

Unit parsed(const std::string& text) {
  Diagnostics diagnostics;
  auto unit = parse_text("master.mof", text, diagnostics);
  EXPECT_TRUE(unit) << text << (unit ? "" : unit.error().text());
  if (!unit) return {};
  EXPECT_TRUE(check(*unit, diagnostics)) << (diagnostics.empty() ? "" : diagnostics.back().to_string());
  return *std::move(unit);
}

void compile_text(MemoryTarget& target, const std::string& text) {
  Diagnostics diagnostics;
  const Unit unit = parsed(text);
  auto counts = compile(unit, target, {}, diagnostics);
  EXPECT_TRUE(counts) << (counts ? "" : counts.error().text()) << text;
}

TEST(Split, TwoTextsThatCompile) {
  const SplitText texts = split(parsed(kMaster), "MS_409", "root\\default");
  EXPECT_EQ(texts.neutral.find("Its name"), std::string::npos);
  EXPECT_NE(texts.neutral.find("LOCALE(1033)"), std::string::npos);
  EXPECT_EQ(texts.localized.find("Silent"), std::string::npos);
  EXPECT_EQ(texts.localized.find("Plain"), std::string::npos);
  EXPECT_EQ(texts.localized.find("Quiet"), std::string::npos);
  MemoryTarget target(false);
  compile_text(target, texts.neutral);
  compile_text(target, texts.localized);
  const auto neutral = target.get_class("root\\test", "Parent");
  const auto localized = target.get_class("root\\test\\MS_409", "Parent");
  ASSERT_TRUE(neutral && localized);
  EXPECT_FALSE((*neutral)->has_amended_qualifiers());
  EXPECT_FALSE((*neutral)->qualifiers().find("Description"));
  EXPECT_EQ((*localized)->qualifiers().text("Description"), "A class");
  EXPECT_TRUE((*localized)->qualifiers().is_true("AMENDMENT"));
  EXPECT_EQ((*localized)->qualifiers().text("LOCALE"), "MS_409");
  EXPECT_TRUE((*localized)->property("Name")->key());
  EXPECT_TRUE((*localized)->property("Coded")->qualifiers.find("Values")->amended());
  EXPECT_EQ((*localized)->method("Act")->in->property("How")->qualifiers.text("Description"), "How");
  EXPECT_EQ((*target.get_class("root\\test\\MS_409", "Child"))->superclass(), "Parent");
}

TEST(Split, LocaleOfThePragma) {
  EXPECT_EQ(amendment_locale(parsed("#pragma amendment(\"MS_407\")\nclass X {};")), "MS_407");
  EXPECT_FALSE(amendment_locale(parsed("class X {};")));
}

TEST(Binary, ThereAndBack) {
  Unit unit = parsed(kMaster);
  unit.sources.push_back({"included.mof", "class Y {};"});
  const std::string octets = to_binary(unit);
  ASSERT_TRUE(is_binary(octets));
  const auto sources = from_binary(octets);
  ASSERT_TRUE(sources) << sources.error().text();
  ASSERT_EQ(sources->size(), 2U);
  EXPECT_EQ((*sources)[0].text, kMaster);
  EXPECT_EQ((*sources)[1].name, "included.mof");
}

TEST(Binary, DamageIsSeen) {
  const std::string octets = to_binary(parsed("class X {};"));
  for (std::size_t i = 8; i < octets.size(); ++i) {
    std::string changed = octets;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(from_binary(changed)) << i;
    EXPECT_FALSE(from_binary(octets.substr(0, i))) << i;
  }
}

TEST(DriverCheck, WdmClasses) {
  const auto code = [](const std::string& text) {
    Diagnostics diagnostics;
    return check_driver_classes(parsed(text), diagnostics).code();
  };
  const std::string head = "[WMI, guid(\"{8502C4DA-5FBB-11D2-AAC1-006008C78BC7}\")] class X { [key] string InstanceName; boolean Active; ";
  EXPECT_EQ(code(head + "[WmiDataId(1)] uint32 A; [WmiDataId(2)] uint32 B; };"), WBEM_S_NO_ERROR);
  EXPECT_EQ(code(head + "[WmiDataId(1)] uint32 A; [WmiDataId(3)] uint32 B; };"), WBEMMOF_E_INVALID_CLASS_DECLARATION);
  EXPECT_EQ(code(head + "uint32 A; };"), WBEMMOF_E_INVALID_CLASS_DECLARATION);
  EXPECT_EQ(code("[guid(\"{8502C4DA}\")] class X {};"), WBEMMOF_E_INVALID_CLASS_DECLARATION);
  EXPECT_EQ(code("class X {};"), WBEM_S_NO_ERROR);
}

}  // namespace
}  // namespace mof
