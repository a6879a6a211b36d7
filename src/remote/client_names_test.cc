#include "remote/client_names.h"

#include <gtest/gtest.h>

#include "remote/ids.h"

namespace remote {
namespace {

TEST(ClientNames, Namespaces) {
  for (const char* text : {"root\\cimv2", "root/cimv2", "//./root/cimv2", "\\\\HOST\\root\\cimv2"}) {
    EXPECT_EQ(*plain_namespace(text), "root\\cimv2") << text;
    EXPECT_TRUE(is_absolute_namespace(text));
  }
  EXPECT_EQ(*plain_namespace("cimv2/power"), "cimv2\\power");
  EXPECT_FALSE(is_absolute_namespace("cimv2"));
  EXPECT_FALSE(is_absolute_namespace("rooted"));
  for (const char* text : {"", "\\\\HOST", "\\\\\\root"}) {
    EXPECT_EQ(plain_namespace(text).error().code(), WBEM_E_INVALID_NAMESPACE) << text;
  }
  EXPECT_TRUE(plain_namespace(std::string(8173, 'x')));
  EXPECT_EQ(plain_namespace(std::string(8174, 'x')).error().code(), WBEM_E_QUOTA_VIOLATION);
}

TEST(ClientNames, NetworkResources) {
  EXPECT_EQ(network_resource("server", "root"), "\\\\server\\root");
  EXPECT_EQ(network_resource("fe80::1", "root\\cimv2"), "\\\\.\\root\\cimv2");
  EXPECT_EQ(network_resource("", "root"), "\\\\.\\root");
}

TEST(ClientNames, Locales) {
  EXPECT_TRUE(split_locales("")->empty());
  EXPECT_EQ(*split_locales("ms_409, en-US,en"), (std::vector<std::string>{"ms_409", "en-US", "en"}));
  EXPECT_EQ(join_locales(*split_locales("ms_409, en-US")), "ms_409,en-US");
  EXPECT_EQ(split_locales("MS_409,,de").error().code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(split_locales("x").error().code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_FALSE(needs_position({}));
  EXPECT_FALSE(needs_position({"MS_407"}));
  EXPECT_TRUE(needs_position({"de-DE"}));
  EXPECT_TRUE(needs_position({"MS_407", "MS_409"}));
}

}  // namespace
}  // namespace remote
