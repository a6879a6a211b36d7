#include "remote/object_array.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "remote/message_samples.h"

namespace remote {
namespace {

using base::load_le;

std::string packet_of(const cim::Batch& batch, ClassIds& ids, PacketType type = PacketType::kNext) {
  std::string out = "prefix";
  ObjectArrayWriter writer(out, type, ids);
  for (std::size_t i = 0; i < batch.size(); ++i) writer.add(batch, i);
  writer.finish();
  EXPECT_EQ(writer.rows(), batch.size());
  EXPECT_EQ(writer.octets(), out.size() - 6);
  return out.substr(6);
}

void expect_same(const cim::Batch& a, const cim::Batch& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a.is_class(i), b.is_class(i));
    EXPECT_EQ(samples::unit_of(a.object(i)), samples::unit_of(b.object(i))) << i;
    EXPECT_EQ(a.object(i).path(), b.object(i).path());
  }
}

cim::Batch mixed() {
  const cim::ClassPtr a = samples::make_class("A");
  const cim::ClassPtr b = samples::make_class("B");
  cim::BatchBuilder builder;
  for (std::uint32_t i = 0; i < 6; ++i) builder.add(samples::make_row(i % 2 == 0 ? a : b, i));
  builder.add(cim::Object(a));
  builder.add(samples::make_row(a, 9));
  return builder.take();
}

class ObjectArray : public testing::Test {
 protected:
  base::SeededRandom random_{1};
  ClassIds ids_{random_};
  ClassCache cache_;
};

/// What strict parsers want of every field (MS-WMI 2.2.14).
TEST_F(ObjectArray, Fields) {
  const cim::ClassPtr cls = samples::make_class("A");
  const cim::Batch batch = samples::make_batch(cls, 2);
  const std::string packet = packet_of(batch, ids_);
  const auto u32 = [&](std::size_t at) { return load_le<std::uint32_t>(packet, at); };
  EXPECT_EQ(u32(0), 0U);
  EXPECT_EQ(packet.substr(4, 8), "WBEMDATA");
  EXPECT_EQ(u32(12), 0x1AU);
  EXPECT_EQ(u32(16), packet.size() - 26);
  EXPECT_EQ(u32(20), 0U);
  EXPECT_EQ(packet[24], 1);
  EXPECT_EQ(packet[25], 1);
  EXPECT_EQ(u32(26), 8U);
  EXPECT_EQ(u32(30), packet.size() - 34);
  EXPECT_EQ(u32(34), 12U);
  EXPECT_EQ(u32(38), packet.size() - 46);
  EXPECT_EQ(u32(42), 2U);
  const std::size_t first = u32(50);
  EXPECT_EQ(u32(46), 9U);
  EXPECT_EQ(packet[54], 2);
  EXPECT_EQ(u32(55), 24U);
  EXPECT_EQ(u32(59), first - 24);
  EXPECT_EQ(packet.substr(79, first - 24), cim::encode_block(batch.object(0)));
  const std::size_t second = 46 + 9 + first;
  EXPECT_EQ(u32(second), 9U);
  EXPECT_EQ(u32(second + 4), packet.size() - second - 9);
  EXPECT_EQ(packet[second + 8], 3);
  EXPECT_EQ(u32(second + 9), 24U);
  EXPECT_EQ(packet.substr(second + 17, 16), packet.substr(63, 16));
  EXPECT_EQ(packet.substr(second + 33),
            cim::encode_instance_head(*cls, true) +
                std::string(reinterpret_cast<const char*>(batch.row_octets(1).data()), batch.row_octets(1).size()));
}

TEST_F(ObjectArray, AllTypesThereAndBack) {
  const cim::Batch batch = mixed();
  const std::string packet = packet_of(batch, ids_);
  const auto back = read_object_array(packet, PacketType::kNext, cache_);
  ASSERT_TRUE(back) << back.error().to_string();
  expect_same(batch, *back);
  // The classes are known from now on.
  const std::string again = packet_of(batch, ids_);
  EXPECT_LT(again.size(), packet.size());
  const auto second = read_object_array(again, PacketType::kNext, cache_);
  ASSERT_TRUE(second);
  expect_same(batch, *second);
  EXPECT_EQ(second->cls(0), back->cls(0));
  // But not to another reader.
  ClassCache other;
  EXPECT_EQ(read_object_array(again, PacketType::kNext, other).error().code(), WBEM_E_INVALID_OBJECT);
}

TEST_F(ObjectArray, Empty) {
  const auto back = read_object_array(packet_of({}, ids_), PacketType::kNext, cache_);
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->empty());
}

TEST_F(ObjectArray, Decorations) {
  const cim::ClassPtr cls = samples::make_class("A");
  const std::vector<cim::Object> rows = {samples::make_row(cls, 1), samples::make_row(cls, 2, false),
                                         samples::make_row(cls->decorate("OTHER", "root\\x"), 3)};
  std::string packet;
  ObjectArrayWriter writer(packet, PacketType::kIndicate, ids_);
  for (const cim::Object& row : rows) writer.add(cim::batch_of(row), 0);
  writer.finish();
  const auto back = read_object_array(packet, PacketType::kIndicate, cache_);
  ASSERT_TRUE(back) << back.error().to_string();
  EXPECT_EQ(back->object(0).path(), "\\\\HOST\\root\\cimv2:A.Id=1");
  EXPECT_EQ(back->object(1).path(), "");
  EXPECT_EQ(back->object(1).relative_path(), "A.Id=2");
  EXPECT_EQ(back->object(2).path(), "\\\\OTHER\\root\\x:A.Id=3");
  EXPECT_EQ(samples::unit_of(back->object(1)), samples::unit_of(rows[1]));
}

TEST_F(ObjectArray, Errors) {
  const std::string packet = packet_of(mixed(), ids_);
  const auto code_with = [&](std::size_t at, char octet) {
    std::string changed = packet;
    changed[at] = octet;
    ClassCache cache;
    const auto back = read_object_array(changed, PacketType::kNext, cache);
    return back ? WBEM_S_NO_ERROR : back.error().code();
  };
  EXPECT_EQ(code_with(0, 1), WBEM_E_MARSHAL_INVALID_SIGNATURE);
  EXPECT_EQ(code_with(5, 'X'), WBEM_E_MARSHAL_INVALID_SIGNATURE);
  EXPECT_EQ(code_with(24, 2), WBEM_E_MARSHAL_VERSION_MISMATCH);
  EXPECT_EQ(code_with(25, 0), WBEM_E_UNKNOWN_PACKET_TYPE);
  EXPECT_EQ(code_with(54, 7), WBEM_E_UNKNOWN_OBJECT_TYPE);
  for (const std::size_t at : {12, 19, 20, 26, 33, 34, 41, 42, 45, 46, 53, 55, 62, 79})
    EXPECT_EQ(code_with(at, 0x7F), WBEM_E_INVALID_OBJECT) << at;
  for (std::size_t size = 0; size < packet.size(); ++size) {
    ClassCache cache;
    EXPECT_FALSE(read_object_array(std::string_view(packet).substr(0, size), PacketType::kNext, cache)) << size;
  }
}

TEST_F(ObjectArray, ForgetsTheOldestClass) {
  const cim::ClassPtr first = samples::make_class("First");
  packet_of(samples::make_batch(first, 1), ids_);
  for (std::size_t i = 0; i < ClassIds::kMaxClasses; ++i) {
    packet_of(samples::make_batch(first->decorate("HOST", "root\\n" + std::to_string(i)), 1), ids_);
  }
  EXPECT_EQ(ids_.size(), ClassIds::kMaxClasses);
  const std::string packet = packet_of(samples::make_batch(first, 1), ids_);
  EXPECT_EQ(packet[54], 2);
  EXPECT_TRUE(read_object_array(packet, PacketType::kNext, cache_));
  ids_.clear();
  EXPECT_EQ(packet_of(samples::make_batch(first, 1), ids_)[54], 2);
}

}  // namespace
}  // namespace remote
