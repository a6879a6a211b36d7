#include "rpc/ndr.h"

#include <gtest/gtest.h>

#include <memory>

namespace rpc {
namespace {

using namespace std::string_view_literals;

std::string hex(std::string_view octets) {
  std::string out;
  for (const char octet : octets) out += fmt::format("{:02x}", static_cast<std::uint8_t>(octet));
  return out;
}

TEST(Ndr, AlignsPrimitives) {
  std::string octets = "xxx";  // the base is where the writer began
  NdrWriter out(octets);
  out.u8(1);
  out.u16(2);
  out.u8(3);
  out.u32(4);
  out.u64(5);
  out.f64(1.5);
  out.guid(*base::Guid::parse("00112233-4455-6677-8899-aabbccddeeff"));
  EXPECT_EQ(hex(std::string_view(octets).substr(3)),
            "01000200030000000400000000000000"
            "0500000000000000000000000000f83f33221100554477668899aabbccddeeff");
  NdrReader in(std::string_view(octets).substr(3));
  EXPECT_EQ(in.u8(), 1);
  EXPECT_EQ(in.u16(), 2);
  EXPECT_EQ(in.u8(), 3);
  EXPECT_EQ(in.u32(), 4u);
  EXPECT_EQ(in.u64(), 5u);
  EXPECT_EQ(in.f64(), 1.5);
  EXPECT_EQ(in.guid().to_string(), "00112233-4455-6677-8899-aabbccddeeff");
  EXPECT_TRUE(in.ok());
  EXPECT_EQ(in.remaining(), 0u);
  EXPECT_EQ(in.u32(), 0u);
  EXPECT_EQ(in.status("x").code(), RPC_X_BAD_STUB_DATA);
}

TEST(Ndr, Strings) {
  std::string octets;
  NdrWriter out(octets);
  out.wide_string("Ä!");
  out.octet_string("ab");
  EXPECT_EQ(hex(octets),
            "030000000000000003000000c40021000000"
            "0000"
            "030000000000000003000000616200");
  NdrReader in(octets);
  EXPECT_EQ(in.wide_string("w"), "Ä!");
  EXPECT_EQ(in.octet_string("o"), "ab");
  EXPECT_TRUE(in.status("strings").ok());
}

TEST(Ndr, StringsThatLie) {
  const auto text_of = [](std::string_view octets) {
    NdrReader in(octets);
    in.octet_string("name");
    return in.status("call").text();
  };
  EXPECT_EQ(text_of("\3\0\0\0\0\0\0\0\3\0\0\0abc"sv), "call: name has its terminator at the wrong place (at octet 15)");
  EXPECT_EQ(text_of("\3\0\0\0\0\0\0\0\3\0\0\0a\0\0"sv), "call: name has its terminator at the wrong place (at octet 15)");
  EXPECT_EQ(text_of("\3\0\0\0\0\0\0\0\0\0\0\0"sv), "call: name has no terminator (at octet 12)");
  EXPECT_EQ(text_of("\3\0\0\0\1\0\0\0\2\0\0\0a\0"sv), "call: name has offset 1 and 2 elements of 3 (at octet 12)");
  EXPECT_EQ(text_of("\3\0\0\0\0\0\0\0\4\0\0\0abc\0"sv), "call: name has offset 0 and 4 elements of 3 (at octet 12)");
  EXPECT_EQ(text_of("\xff\0\0\0\0\0\0\0\xff\0\0\0abc\0"sv),
            "call: name claims 255 elements, more than the octets that follow (at octet 12)");
  EXPECT_EQ(text_of("\xff\xff\xff\xff\0\0\0\0"sv), "call: name claims 4294967295 elements, at most 4194304 are allowed (at octet 4)");
  EXPECT_EQ(text_of("\3\0\0\0\0\0"sv), "call: the octets end too early");
}

TEST(Ndr, ConformantOctets) {
  std::string octets;
  NdrWriter out(octets);
  out.conformant_octets("abc");
  NdrReader in(octets);
  EXPECT_EQ(in.conformant_octets("blob", 3), "abc");
  NdrReader other(octets);
  EXPECT_EQ(other.conformant_octets("blob", 4), "");
  EXPECT_EQ(other.status("x").text(), "x: blob has 3 octets, not 4 as said elsewhere (at octet 4)");
  NdrReader empty("\0\0\0\0"sv);
  EXPECT_EQ(empty.conformant_octets("blob", 0), "");
  EXPECT_TRUE(empty.ok());
}

struct Node {
  std::uint32_t value = 0;
  std::unique_ptr<Node> left;
  std::unique_ptr<Node> right;
};

void write(NdrWriter& out, const Node& node) {
  out.u32(node.value);
  if (out.pointer(node.left != nullptr)) out.defer([&] { write(out, *node.left); });
  if (out.pointer(node.right != nullptr)) out.defer([&] { write(out, *node.right); });
}

void read(NdrReader& in, Node& node) {
  node.value = in.u32();
  if (in.pointer()) in.defer([&] { read(in, *(node.left = std::make_unique<Node>())); });
  if (in.pointer()) in.defer([&] { read(in, *(node.right = std::make_unique<Node>())); });
}

TEST(Ndr, DefersReferentsDepthFirst) {
  Node root{1, std::make_unique<Node>(), std::make_unique<Node>()};
  root.left->value = 2;
  root.left->left = std::make_unique<Node>();
  root.left->left->value = 3;
  root.right->value = 4;
  std::string octets;
  NdrWriter out(octets);
  out.construct([&] { write(out, root); });
  out.u32(99);
  // 1 with two pointers, then 2 with one, then what 2 points to, then 4.
  EXPECT_EQ(hex(octets),
            "01000000"
            "00000200"
            "04000200"
            "02000000"
            "08000200"
            "00000000"
            "03000000"
            "00000000"
            "00000000"
            "04000000"
            "00000000"
            "00000000"
            "63000000");
  NdrReader in(octets);
  Node back;
  in.construct([&] { read(in, back); });
  EXPECT_EQ(in.u32(), 99u);
  ASSERT_TRUE(in.status("tree").ok());
  EXPECT_EQ(back.left->left->value, 3u);
  EXPECT_EQ(back.right->value, 4u);
}

TEST(Ndr, BoundsDepthAndNumberOfPointers) {
  std::string octets;
  NdrWriter out(octets);
  for (int i = 0; i < 100; ++i) {
    out.u32(7);
    out.u32(1);
    out.u32(0);
  }
  NdrReader in(octets);
  Node list;
  in.construct([&] { read(in, list); });
  EXPECT_NE(in.status("list").text().find("nests too deeply"), std::string::npos);

  NdrReader many(octets, {.max_deferred = 3});
  many.construct([&] {
    for (int i = 0; i < 5; ++i) many.defer([] {});
  });
  EXPECT_NE(many.status("x").text().find("too many pointers"), std::string::npos);
}

TEST(Ndr, FullPointersMayBeAliases) {
  NdrReader in("\1\0\0\0\1\0\0\0\2\0\0\0\0\0\0\0"sv);
  EXPECT_TRUE(in.full_pointer().is_new);
  const auto again = in.full_pointer();
  EXPECT_EQ(again.id, 1u);
  EXPECT_FALSE(again.is_new);
  EXPECT_TRUE(in.full_pointer().is_new);
  EXPECT_EQ(in.full_pointer().id, 0u);
  EXPECT_TRUE(in.ok());
}

TEST(Ndr, UnionsEnumsAndRanges) {
  NdrReader in("\2\0\0\0\3\0"sv);
  in.union_tag32(2, "u");
  EXPECT_TRUE(in.ok());
  EXPECT_EQ(in.enum16(2, "e"), 0);
  EXPECT_EQ(in.status("x").text(), "x: e is 3, allowed are 0 to 2 (at octet 6)");
  NdrReader tag("\2\0\0\0"sv);
  tag.union_tag32(1, "u");
  EXPECT_EQ(tag.status("x").text(), "x: the tag of u is 2, not 1 as said before (at octet 4)");
  NdrReader range("\x0a\0\0\0"sv);
  EXPECT_EQ(range.u32_in(1, 10, "n"), 10u);
  NdrReader reference("\0\0\0\0"sv);
  reference.reference("r");
  EXPECT_FALSE(reference.ok());
}

TEST(Ndr, TypeSerialization) {
  TypeWriter out;
  out.object([](NdrWriter& body) { body.u32(0x11223344); });
  out.object([](NdrWriter& body) { body.u64(1); });
  EXPECT_EQ(hex(out.octets()),
            "01100800cccccccc"
            "0800000000000000"
            "4433221100000000"
            "0800000000000000"
            "0100000000000000");
  auto in = TypeReader::open(out.octets());
  ASSERT_TRUE(in);
  EXPECT_EQ(NdrReader(*in->next()).u32(), 0x11223344u);
  EXPECT_FALSE(in->at_end());
  EXPECT_EQ(NdrReader(*in->next()).u64(), 1u);
  EXPECT_TRUE(in->at_end());
  EXPECT_EQ(in->next().error().code(), RPC_X_BAD_STUB_DATA);
  EXPECT_FALSE(TypeReader::open("\2\x10\x8\0\0\0\0\0"sv));
  EXPECT_FALSE(TypeReader::open("\1\0\0\x8\0\0\0\0"sv));
  EXPECT_FALSE(TypeReader::open("\1\x10\x8"sv));
  auto shorter = TypeReader::open("\1\x10\x8\0\0\0\0\0\x8\0\0\0\0\0\0\0abc"sv);
  EXPECT_FALSE(shorter->next());
}

}  // namespace
}  // namespace rpc
