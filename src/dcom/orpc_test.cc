#include "dcom/orpc.h"

#include "dcom/testing/octets.h"

namespace dcom {
namespace {

using testing::expect_only_whole;
using testing::hex;

const Guid kCausality = *Guid::parse("00112233-4455-6677-8899-aabbccddeeff");

std::string written(const auto& header) {
  std::string stub;
  rpc::NdrWriter out(stub);
  header.write(out);
  return stub;
}

template <class T>
base::Result<T> read(std::string_view stub) {
  rpc::NdrReader in(stub);
  T out = T::read(in);
  TRY(in.status("header"));
  EXPECT_EQ(in.remaining(), 0U);
  return out;
}

TEST(OrpcThis, WithoutExtensions) {
  const std::string stub = written(OrpcThis{{5, 7}, 0, 0, kCausality, {}});
  EXPECT_EQ(hex(stub),
            "05000700"
            "00000000"
            "00000000"
            "33221100554477668899aabbccddeeff"
            "00000000");
  expect_only_whole(stub, read<OrpcThis>);
  EXPECT_EQ(read<OrpcThis>(stub)->causality, kCausality);
}

TEST(OrpcThis, WithExtensions) {
  const OrpcThis header{{5, 6}, 0, 0, kCausality, {{com_guid(1), "123456789"}, {com_guid(2), ""}, {com_guid(3), "12345678"}}};
  const std::string stub = written(header);
  EXPECT_EQ(hex(stub).substr(64),
            "03000000"
            "00000000"
            "04000200"  // ORPC_EXTENT_ARRAY
            "04000000"
            "08000200"
            "0c000200"
            "10000200"
            "00000000"  // four places for three
            "10000000"
            "0100000000000000c000000000000046"
            "09000000"
            "31323334353637383900000000000000"
            "00000000"
            "0200000000000000c000000000000046"
            "00000000"
            "08000000"
            "0300000000000000c000000000000046"
            "08000000"
            "3132333435363738");
  expect_only_whole(stub, read<OrpcThis>);
  EXPECT_EQ(read<OrpcThis>(stub)->extents, header.extents);
}

TEST(OrpcThis, WrongExtensions) {
  const std::string stub = written(OrpcThis{{5, 6}, 0, 0, kCausality, {{com_guid(1), "123456789"}}});
  const auto fails = [&](std::size_t at, char value) {
    std::string wrong = stub;
    wrong[at] = value;
    const auto out = read<OrpcThis>(wrong);
    return !out && out.error().code() == rpc::RPC_X_BAD_STUB_DATA;
  };
  EXPECT_TRUE(fails(32, 3));   // three in two places
  EXPECT_TRUE(fails(32, 65));  // too many
  EXPECT_TRUE(fails(44, 1));   // an odd number of places
  EXPECT_TRUE(fails(76, 17));  // more octets than fit
  EXPECT_TRUE(fails(76, 8));   // fewer than the array says
  std::string without = stub;
  without.replace(40, 4, 4, '\0');
  EXPECT_FALSE(read<OrpcThis>(without));
}

TEST(OrpcThis, Check) {
  const auto code = [](Version version, std::uint32_t flags) { return OrpcThis{version, flags, 0, {}, {}}.check().code(); };
  EXPECT_EQ(code({5, 1}, 0), S_OK);
  EXPECT_EQ(code({5, 7}, 0), S_OK);
  EXPECT_EQ(code({5, 8}, 0), RPC_E_VERSION_MISMATCH);
  EXPECT_EQ(code({5, 0}, 0), RPC_E_VERSION_MISMATCH);
  EXPECT_EQ(code({4, 7}, 0), RPC_E_VERSION_MISMATCH);
  EXPECT_EQ(code({6, 1}, 1), RPC_E_VERSION_MISMATCH);
  EXPECT_EQ(code({5, 7}, 1), RPC_E_INVALID_HEADER);
}

TEST(OrpcThat, BothForms) {
  EXPECT_EQ(hex(written(OrpcThat{})), "0000000000000000");
  const OrpcThat header{1, {{com_guid(1), "12345678"}}};
  const std::string stub = written(header);
  expect_only_whole(stub, read<OrpcThat>);
  EXPECT_EQ(read<OrpcThat>(stub)->extents, header.extents);
}

TEST(ErrorInfo, GoesThroughAnExtension) {
  ErrorInfo error;
  error.help_context = 9;
  error.iid = com_guid(5);
  error.source = "Src";
  error.description = "Ünknown";
  const Extent extent = error.to_extent();
  EXPECT_EQ(extent.id, clsid::kErrorExtension);
  EXPECT_EQ(hex(extent.data).substr(96),
            "00000000"
            "09000000"
            "0500000000000000c000000000000046"
            "ffffffff"
            "04000000"
            "00000000"
            "04000000"
            "5300720063000000"
            "ffffffff"
            "08000000"
            "00000000"
            "08000000"
            "dc006e006b006e006f0077006e000000"
            "00000000");
  const auto back = ErrorInfo::from_extents({{com_guid(1), "x"}, extent});
  ASSERT_TRUE(back);
  EXPECT_EQ(back->iid, error.iid);
  EXPECT_EQ(back->help_context, 9U);
  EXPECT_EQ(back->source, error.source);
  EXPECT_EQ(back->description, error.description);
  EXPECT_FALSE(back->help_file);
  for (std::size_t size = 0; size < extent.data.size(); ++size) {
    EXPECT_FALSE(ErrorInfo::from_extents({{extent.id, extent.data.substr(0, size)}})) << size;
  }
}

TEST(ErrorInfo, Limits) {
  ErrorInfo error;
  error.description = std::string(40'000, 'a');
  EXPECT_EQ(ErrorInfo::from_extents({error.to_extent()})->description, std::string(ErrorInfo::kMaxText - 1, 'a'));
}

}  // namespace
}  // namespace dcom
