#include <gtest/gtest.h>

#include "cim/wmio.h"

namespace cim {
namespace {

using namespace std::string_view_literals;

base::Result<InstanceHead> decoded(std::string_view octets) {
  return decode_instance_head({reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()});
}

TEST(InstanceHead, ThereAndBack) {
  ClassBuilder builder("A");
  builder.set_decoration("HOST", "root\\\xE2\x82\xAC");
  const ClassPtr cls = *builder.build();
  EXPECT_EQ(encode_instance_head(*cls, false), "\2");
  const std::string octets = encode_instance_head(*cls, true);
  EXPECT_EQ(octets, "\6\0HOST\0\1r\0o\0o\0t\0\\\0\xAC\x20\0\0"sv);
  const std::string longer = octets + "rest";
  const auto head = decoded(longer);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->size, octets.size());
  EXPECT_TRUE(head->decorated);
  EXPECT_EQ(head->server.to_utf8(), "HOST");
  EXPECT_EQ(head->name_space.to_utf8(), cls->name_space());
  EXPECT_EQ(decoded("\2")->size, 1U);
}

TEST(InstanceHead, Refuses) {
  for (const std::string_view octets : {""sv, "\1"sv, "\3"sv, "\6\0HOST"sv, "\6\0HOST\0\1r\0"sv}) {
    const auto head = decoded(octets);
    ASSERT_FALSE(head);
    EXPECT_EQ(head.error().code(), WBEM_E_INVALID_OBJECT);
  }
}

TEST(BatchBuilder, RoomMadeAheadIsNoRow) {
  BatchBuilder builder;
  builder.reserve(10, 1000);
  EXPECT_EQ(builder.size(), 0U);
  const ClassPtr cls = *ClassBuilder("A").build();
  builder.add(InstanceBuilder(cls).build());
  const Batch batch = builder.take();
  ASSERT_EQ(batch.size(), 1U);
  EXPECT_FALSE(batch.decorated());
  EXPECT_EQ(batch.row_octets(0).size(), batch.view(0).octets().size());
}

}  // namespace
}  // namespace cim
