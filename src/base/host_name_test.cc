#include "base/host_name.h"

#include <gtest/gtest.h>
#include <sys/utsname.h>

namespace base {
namespace {

TEST(HostName, IsTheSystems) {
  utsname system{};
  ASSERT_EQ(::uname(&system), 0);
  EXPECT_EQ(host_name(), system.nodename);
}

TEST(HostName, FirstLabels) {
  EXPECT_EQ(first_label("db1.example.org"), "db1");
  EXPECT_EQ(first_label("db1"), "db1");
  EXPECT_EQ(first_label(""), "");
}

}  // namespace
}  // namespace base
