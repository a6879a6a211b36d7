#include "base/registry_store.h"

#include <gtest/gtest.h>

#include "base/registry_text.h"

namespace base {
namespace {
using namespace codes;

class RegistryTest : public testing::Test {
 protected:
  std::unique_ptr<RegistryStore> open() { return make_registry_store(files_, folder_ / "machine", folder_ / "user"); }
  static RegistryValue text(std::string value) { return {RegistryType::kString, std::move(value), {}, 0}; }

  SystemFiles files_;
  TempDir folder_ = *TempDir::create();
};

TEST_F(RegistryTest, KeepsValuesOfEveryType) {
  const RegistryValue binary{RegistryType::kBinary, std::string("\0\x01\"%\n\xFF", 6), {}, 0};
  const RegistryValue list{RegistryType::kMultiString, "", {"one", "", "th\"ree"}, 0};
  const RegistryValue dword{RegistryType::kDword, "", {}, 0xFFFFFFFF};
  const RegistryValue qword{RegistryType::kQword, "", {}, 0xFFFFFFFFFFFFFFFF};
  const RegistryValue expand{RegistryType::kExpandString, "%PATH%", {}, 0};
  const std::string key = "HKCU\\Software\\Test";
  ASSERT_TRUE(open()->write(key, "b", binary).ok());
  ASSERT_TRUE(open()->write(key, "l", list).ok());
  ASSERT_TRUE(open()->write(key, "d", dword).ok());
  ASSERT_TRUE(open()->write(key, "q", qword).ok());
  ASSERT_TRUE(open()->write(key, "", expand).ok());
  EXPECT_EQ(open()->read(key, "B"), binary);
  EXPECT_EQ(open()->read(key, "l"), list);
  EXPECT_EQ(open()->read(key, "d"), dword);
  EXPECT_EQ(open()->read(key, "q"), qword);
  EXPECT_EQ(open()->read(key, ""), expand);
  EXPECT_EQ(open()->values(key)->size(), 5U);
}

TEST_F(RegistryTest, NamesHaveNoCaseAndKeepTheirSpelling) {
  ASSERT_TRUE(open()->write("HKEY_LOCAL_MACHINE\\Software\\OpenWMI\\Sub", "Name", text("x")).ok());
  EXPECT_EQ(open()->read("hklm\\SOFTWARE\\openwmi\\SUB\\", "NAME")->text, "x");
  EXPECT_EQ(*open()->keys("HKLM"), std::vector<std::string>{"Software"});
  EXPECT_EQ(*open()->keys("HKLM\\SOFTWARE\\OPENWMI"), std::vector<std::string>{"Sub"});
  EXPECT_EQ(open()->read("HKLM\\Software", "Name").error().code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(open()->read("HKLM\\Absent", "Name").error().code(), WBEM_E_NOT_FOUND);
}

TEST_F(RegistryTest, ClassesLieInTheMachinesHive) {
  ASSERT_TRUE(open()->write("HKCR\\.txt", "", text("txtfile")).ok());
  EXPECT_EQ(open()->read("HKLM\\Software\\Classes\\.txt", "")->text, "txtfile");
}

TEST_F(RegistryTest, RemovesValuesAndKeys) {
  ASSERT_TRUE(open()->write("HKCU\\A\\B", "v", text("1")).ok());
  EXPECT_EQ(open()->remove_key("HKCU\\A", false).code(), WBEM_E_INVALID_OPERATION);
  EXPECT_EQ(open()->remove_value("HKCU\\A\\B", "w").code(), WBEM_E_NOT_FOUND);
  EXPECT_TRUE(open()->remove_value("HKCU\\A\\B", "V").ok());
  EXPECT_TRUE(open()->remove_key("HKCU\\A", true).ok());
  EXPECT_FALSE(*open()->has_key("HKCU\\A\\B"));
  EXPECT_EQ(open()->remove_key("HKCU\\A", true).code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(open()->remove_key("HKCU", true).code(), WBEM_E_ACCESS_DENIED);
}

TEST_F(RegistryTest, RefusesWhatCannotBe) {
  EXPECT_EQ(open()->write("HKXX\\A", "v", text("")).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(open()->write("HKCU\\" + std::string(256, 'a'), "v", text("")).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(open()->write("HKCU\\A", "v", text(std::string((1U << 20) + 1, 'x'))).code(), WBEM_E_INVALID_PARAMETER);
  std::string deep = "HKCU";
  for (int i = 0; i < 600; ++i) deep += "\\a";
  EXPECT_EQ(open()->create_key(deep).code(), WBEM_E_INVALID_PARAMETER);
}

TEST_F(RegistryTest, SaysWhereAFileIsBroken) {
  const auto broken = registry::parse("openwmi registry 1\n[A]\n\"v\" string nothing\n", "f");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().text(), "f, line 3: no line of a registry's file");
  EXPECT_FALSE(registry::parse("something else\n", "f"));
}

TEST_F(RegistryTest, KeepsTheOldFileWhenTheNewOneCannotBeWritten) {
  ASSERT_TRUE(open()->write("HKCU\\A", "v", text("old")).ok());
  FaultyFiles faulty(files_, [](std::string_view operation, const std::string&) { return operation == "write_atomic" ? 28 : 0; });
  const auto store = make_registry_store(faulty, folder_ / "machine", folder_ / "user");
  EXPECT_EQ(store->write("HKCU\\A", "v", text("new")).code(), WBEM_E_OUT_OF_DISK_SPACE);
  EXPECT_EQ(open()->read("HKCU\\A", "v")->text, "old");
}

}  // namespace
}  // namespace base
