#include "repository/keys.h"

#include <gtest/gtest.h>

namespace repository {
namespace {

TEST(Keys, IntegersSortAsNumbers) {
  EXPECT_LT(id_key(255), id_key(256));
  EXPECT_LT(id_key(0x00FFFFFF), id_key(0x01000000));
  EXPECT_EQ(id_at(id_key(0x12345678)), 0x12345678U);
}

TEST(Keys, LongNamesGetBoundedKeysThatDiffer) {
  const std::string a = std::string(5000, 'x') + "a";
  const std::string b = std::string(5000, 'x') + "b";
  std::string key_a, key_b;
  append_name_key(a, key_a);
  append_name_key(b, key_b);
  EXPECT_NE(key_a, key_b);
  EXPECT_LE(key_a.size(), kPlainName);
  EXPECT_LE(hierarchy_key(1, a, b).size(), 511U);
}

TEST(Keys, AParentsChildrenAreTheirOwnRange) {
  // "ab" under "c" and "b" under "ca" would be one key if the parent's length were not in it.
  EXPECT_NE(hierarchy_key(1, "c", "ab"), hierarchy_key(1, "ca", "b"));
  EXPECT_FALSE(hierarchy_key(1, "ca", "b").starts_with(hierarchy_prefix(1, "c")));
  EXPECT_TRUE(hierarchy_key(1, "c", "ab").starts_with(hierarchy_prefix(1, "c")));
}

TEST(Keys, InstanceKeysComeBack) {
  const InstanceId id{77, hash128("k")};
  EXPECT_EQ(instance_id(view(instance_key(id))), id);
  EXPECT_EQ(reference_key(hash128("t"), id).size(), kReferenceKey);
}

TEST(Keys, HashesAreStable) {
  // Stored in files: a change of this value would be a change of the format.
  const Hash128 hash = hash128("root\\cimv2:thing.name=1");
  EXPECT_EQ(hash, hash128("root\\cimv2:thing.name=1"));
  const Hash128 empty = hash128("");
  EXPECT_EQ(empty.octets[0], 0x99);
  EXPECT_EQ(empty.octets[1], 0xAA);
  EXPECT_EQ(empty.octets[15], 0x7F);
}

TEST(Keys, RecordsComeBack) {
  const ClassRecord cls{9, 4, "win32_process", "cim_process", octets_of("octets")};
  const std::string encoded = encode_class(cls);
  const auto parsed = parse_class(4, encoded);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->id, 9U);
  EXPECT_EQ(parsed->name, "win32_process");
  EXPECT_EQ(parsed->parent, "cim_process");
  EXPECT_EQ(text_of(parsed->octets), "octets");
  const NamespaceRecord space{3, 1, "root\\a", "root\\A", octets_of("sd")};
  const std::string encoded_space = encode_namespace(space);
  const auto parsed_space = parse_namespace(3, encoded_space);
  ASSERT_TRUE(parsed_space);
  EXPECT_EQ(parsed_space->path, "root\\A");
  EXPECT_EQ(text_of(parsed_space->security_descriptor), "sd");
}

TEST(Keys, ShortRecordsAreRefused) {
  const std::string cls = encode_class({9, 4, "name", "parent", octets_of("octets")});
  for (std::size_t size = 0; size < cls.size() - 6; ++size) EXPECT_FALSE(parse_class(4, std::string_view(cls).substr(0, size))) << size;
  const std::string space = encode_namespace({3, 1, "root\\a", "root\\A", octets_of("sd")});
  for (std::size_t size = 0; size < space.size() - 2; ++size)
    EXPECT_FALSE(parse_namespace(3, std::string_view(space).substr(0, size))) << size;
  std::string instance = {1, 0, 1, 0, 'k'};
  instance.append(16, 'r');
  for (std::size_t size = 0; size < instance.size(); ++size)
    EXPECT_FALSE(parse_instance(std::string_view(instance).substr(0, size))) << size;
  EXPECT_TRUE(parse_instance(instance));
}

TEST(Keys, TheFormatMarkTellsForeignFromNewer) {
  std::string format = encode_format();
  EXPECT_TRUE(check_format(format).ok());
  format[0] = 9;
  EXPECT_EQ(check_format(format).code(), WBEM_E_DATABASE_VER_MISMATCH);
  EXPECT_EQ(check_format("").code(), WBEM_E_CRITICAL_ERROR);
  EXPECT_EQ(check_format("something else").code(), WBEM_E_CRITICAL_ERROR);
}

}  // namespace
}  // namespace repository
