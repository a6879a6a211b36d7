#include "base/bytes.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Bytes, WrittenValuesAreRead) {
  std::string octets = "head";
  ByteWriter writer(octets);
  writer.u8(1);
  writer.align(4);
  writer.u32(0);
  writer.u16(0x1234);
  writer.u64(0x0102030405060708);
  writer.f64(1.5);
  writer.bytes("xyz");
  writer.patch_u32(4, 0xAABBCCDD);
  EXPECT_EQ(writer.position(), 29U);

  ByteReader reader(std::string_view(octets).substr(4));
  EXPECT_EQ(reader.u8(), 1);
  reader.align(4);
  EXPECT_EQ(reader.u32(), 0xAABBCCDDU);
  EXPECT_EQ(reader.u16(), 0x1234);
  EXPECT_EQ(reader.u64(), 0x0102030405060708U);
  EXPECT_EQ(reader.f64(), 1.5);
  EXPECT_EQ(reader.bytes(3), "xyz");
  EXPECT_TRUE(reader.at_end());
  EXPECT_TRUE(reader.status(WBEM_E_INVALID_STREAM, "the class part").ok());
}

TEST(Bytes, AReadPastTheEndSticks) {
  ByteReader reader("abc");
  EXPECT_EQ(reader.u32(), 0U);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.u8(), 0);
  EXPECT_EQ(reader.remaining(), 0U);
  EXPECT_EQ(reader.status(WBEM_E_INVALID_STREAM, "the class part").text(), "the class part ends before its last field");
}

TEST(Bytes, HugeCountsAreRefused) {
  ByteReader reader("abc");
  reader.u8();
  EXPECT_EQ(reader.bytes(SIZE_MAX), "");
  EXPECT_FALSE(reader.ok());
  ByteReader other("abc");
  other.seek(4);
  EXPECT_FALSE(other.ok());
  ByteReader end("abc");
  end.seek(3);
  EXPECT_TRUE(end.ok());
}

}  // namespace
}  // namespace base
