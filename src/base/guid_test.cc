#include "base/guid.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace base {
namespace {

TEST(Guid, TextAndOctets) {
  const auto guid = Guid::parse("{DC12A681-737F-11CF-884D-00AA004B2E24}");
  ASSERT_TRUE(guid);
  EXPECT_EQ(guid->to_string(), "dc12a681-737f-11cf-884d-00aa004b2e24");
  EXPECT_EQ(guid->to_braced(), "{DC12A681-737F-11CF-884D-00AA004B2E24}");
  EXPECT_EQ(guid->to_octets(), std::string("\x81\xA6\x12\xDC\x7F\x73\xCF\x11\x88\x4D\x00\xAA\x00\x4B\x2E\x24", 16));
  EXPECT_EQ(Guid::from_octets(guid->to_octets()), *guid);
  EXPECT_EQ(Guid::parse(guid->to_string()), guid);
}

TEST(Guid, RefusesOtherText) {
  for (const char* text : {"", "{}", "dc12a681-737f-11cf-884d-00aa004b2e2", "dc12a681-737f-11cf-884d-00aa004b2e2g",
                           "{dc12a681-737f-11cf-884d-00aa004b2e24", "dc12a681x737f-11cf-884d-00aa004b2e24"}) {
    EXPECT_FALSE(Guid::parse(text)) << text;
  }
}

TEST(Guid, RandomOnesAreVersion4) {
  SeededRandom random(1);
  const Guid guid = Guid::random(random);
  EXPECT_EQ(guid.to_string()[14], '4');
  EXPECT_NE(guid, Guid::random(random));
  SystemRandom system;
  EXPECT_NE(Guid::random(system), Guid::random(system));
}

}  // namespace
}  // namespace base
