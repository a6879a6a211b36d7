#include "base/spell.h"

#include <gtest/gtest.h>

#include <vector>

namespace base {
namespace {

TEST(Spell, CountsEdits) {
  EXPECT_EQ(edit_distance("abc", "ABC", 3), 0U);
  EXPECT_EQ(edit_distance("abc", "acb", 3), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting", 3), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting", 2), 3U);
  EXPECT_EQ(edit_distance("", "ab", 3), 2U);
}

TEST(Spell, FindsTheNearest) {
  const std::vector<std::string> names = {"Win32_Product", "Win32_Process", "Win32_Processor"};
  EXPECT_EQ(closest("Win32_Proces", names), "Win32_Process");
  EXPECT_EQ(closest("win32_procesor", names), "Win32_Processor");
  EXPECT_EQ(closest("Mouse", names), std::nullopt);
}

}  // namespace
}  // namespace base
