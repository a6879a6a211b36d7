#include "cli/location.h"

#include <gtest/gtest.h>

#include "base/host_name.h"
#include "base/utf.h"

namespace cli {
namespace {

TEST(Location, NamesOfThisMachine) {
  const std::string host = base::host_name();
  ASSERT_FALSE(host.empty());
  for (const std::string& name :
       {std::string("."), std::string("LocalHost"), host, base::fold_case(host), std::string(base::first_label(host))})
    EXPECT_TRUE(names_this_machine(name)) << name;
  for (const std::string& name : {std::string(), host + "x", std::string("192.0.2.1")}) EXPECT_FALSE(names_this_machine(name)) << name;
}

TEST(Location, NamespacesOfThisMachine) {
  EXPECT_EQ(local_namespace("root/cimv2"), "root\\cimv2");
  EXPECT_EQ(local_namespace("//./root/cimv2"), "root\\cimv2");
  EXPECT_EQ(local_namespace("\\\\" + base::host_name() + "\\root"), "root");
  EXPECT_EQ(local_namespace("\\\\elsewhere.invalid\\root").error().code(), base::WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(local_namespace("\\\\\\root").error().code(), base::WBEM_E_INVALID_NAMESPACE);
}

}  // namespace
}  // namespace cli
