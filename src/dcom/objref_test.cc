#include "dcom/objref.h"

#include "dcom/testing/octets.h"

namespace dcom {
namespace {

using testing::expect_only_whole;
using testing::hex;
using testing::unhex;

const DualStringArray kBindings{{{kTowerTcp, "a[1]"}}, {{10, "s"}, {9, ""}}};
const Guid kIid = com_guid(0x42);
const StdObjref kStandard{0x1000, 5, 0x1122334455667788, 0x99AABBCCDDEEFF00, com_guid(0x77)};

TEST(Address, Parses) {
  const auto parsed = [](std::string_view text) {
    const auto out = parse_address(text);
    return out ? out->host + " " + std::to_string(out->port) : "nothing";
  };
  EXPECT_EQ(parsed("10.0.0.1"), "10.0.0.1 0");
  EXPECT_EQ(parsed("10.0.0.1[5000]"), "10.0.0.1 5000");
  EXPECT_EQ(parsed("host.example[65535]"), "host.example 65535");
  EXPECT_EQ(parsed("fe80::1%eth0[1234]"), "fe80::1%eth0 1234");
  EXPECT_EQ(parsed("[fe80::1]"), "fe80::1 0");
  EXPECT_EQ(parsed("[fe80::1][1234]"), "fe80::1 1234");
  for (const char* bad : {"", "[", "[]", "a[", "a[]", "a[0]", "a[65536]", "a[-1]", "a[+1]", "a[1x]", "a[1]x", "a[1][2]", "[1234]", "[a][1]",
                          "[::1", "[::1]1", "a b", "a]", "a\n"}) {
    EXPECT_EQ(parsed(bad), "nothing") << bad;
  }
  EXPECT_EQ(parsed(std::string(255, 'a')), std::string(255, 'a') + " 0");
  EXPECT_EQ(parsed(std::string(256, 'a')), "nothing");
  EXPECT_EQ(make_address("fe80::1", 1234), "fe80::1[1234]");
  EXPECT_EQ(make_address("host", 0), "host");
}

TEST(DualStringArray, Octets) {
  EXPECT_EQ(hex(DualStringArray{}.to_octets()),
            "0400020000000000"
            "00000000");
  const std::string octets = kBindings.to_octets();
  EXPECT_EQ(hex(octets),
            "0f000700"
            "0700"
            "61005b0031005d000000"
            "0000"
            "0a00ffff73000000"
            "0900ffff0000"
            "0000");
  std::size_t used = 0;
  EXPECT_EQ(DualStringArray::from_octets(octets + "more", used), kBindings);
  EXPECT_EQ(used, octets.size());
  expect_only_whole(octets, [&](std::string_view part) { return DualStringArray::from_octets(part, used); });
  EXPECT_EQ(DualStringArray::from_octets(std::string(4, '\0'), used), DualStringArray{});
}

TEST(DualStringArray, Malformed) {
  const auto code = [](std::string_view text) {
    std::size_t used = 0;
    const auto out = DualStringArray::from_octets(unhex(text), used);
    return out ? S_OK : out.error().code();
  };
  EXPECT_EQ(code("0200 0300 0000 0000"), RPC_E_INVALID_OBJREF);                      // the second list begins behind the end
  EXPECT_EQ(code("0200 0200 0000 0000"), RPC_E_INVALID_OBJREF);                      // no end of the second
  EXPECT_EQ(code("0400 0200 0700 4100 0000 0000"), RPC_E_INVALID_OBJREF);            // a text runs into the second list
  EXPECT_EQ(code("0500 0300 0700 4100 0000 0000 0000"), RPC_E_INVALID_OBJREF);       // no end of the first
  EXPECT_EQ(code("0600 0200 0000 0000 0a00 ffff 4100 4200"), RPC_E_INVALID_OBJREF);  // no end of a text
  EXPECT_EQ(code("0120 0000"), RPC_E_INVALID_OBJREF);                                // too long
}

TEST(DualStringArray, Limits) {
  DualStringArray many;
  for (int i = 0; i < 257; ++i) many.strings.push_back({kTowerTcp, "a"});
  std::size_t used = 0;
  EXPECT_EQ(DualStringArray::from_octets(many.to_octets(), used).error().code(), RPC_E_INVALID_OBJREF);
  many.strings.pop_back();
  EXPECT_EQ(DualStringArray::from_octets(many.to_octets(), used), many);
  // What no longer fits is left out; what would end the list or the text is too.
  const DualStringArray large{{{kTowerTcp, std::string(9000, 'a')}, {0, "b"}, {kTowerTcp, std::string("c\0d", 3)}}, {{0, "e"}}};
  EXPECT_EQ(DualStringArray::from_octets(large.to_octets(), used), (DualStringArray{{{kTowerTcp, "c"}}, {}}));
}

TEST(DualStringArray, Stub) {
  std::string octets;
  rpc::NdrWriter out(octets);
  kBindings.write(out);
  EXPECT_EQ(hex(octets), "0f000000" + hex(kBindings.to_octets()));
  expect_only_whole(octets, [](std::string_view part) -> base::Result<DualStringArray> {
    rpc::NdrReader in(part);
    DualStringArray read = DualStringArray::read(in);
    TRY(in.status("bindings"));
    EXPECT_EQ(read, kBindings);
    return read;
  });
  octets[0] = 0x0e;
  rpc::NdrReader in(octets);
  EXPECT_EQ(DualStringArray::read(in), DualStringArray{});
  EXPECT_EQ(in.status("bindings").code(), rpc::RPC_X_BAD_STUB_DATA);
}

TEST(Objref, Standard) {
  const Objref objref{kIid, RemoteObject{kStandard, kBindings, {}}};
  const std::string octets = objref.to_octets();
  EXPECT_EQ(hex(octets),
            "4d454f57"
            "01000000"
            "42000000"
            "00000000c000000000000046"
            "00100000"
            "05000000"
            "8877665544332211"
            "00ffeeddccbbaa99"
            "77000000"
            "00000000c000000000000046" +
                hex(kBindings.to_octets()));
  expect_only_whole(octets, [](std::string_view part) { return Objref::from_octets(part); });
  EXPECT_EQ(Objref::from_octets(octets + "padding"), objref);
}

TEST(Objref, Handler) {
  const Objref objref{kIid, RemoteObject{kStandard, kBindings, com_guid(0x88)}};
  const std::string octets = objref.to_octets();
  EXPECT_EQ(octets[4], 2);
  EXPECT_EQ(hex(octets.substr(64, 16)), "8800000000000000c000000000000046");
  expect_only_whole(octets, [](std::string_view part) { return Objref::from_octets(part); });
  EXPECT_EQ(Objref::from_octets(octets), objref);
}

TEST(Objref, Extended) {
  const Objref standard{kIid, RemoteObject{kStandard, kBindings, {}}};
  std::string octets = standard.to_octets();
  octets[4] = 8;
  octets.insert(64, unhex("56 59 53 4e"));
  const std::size_t element = octets.size();
  octets += unhex("01000000 5659534e 8800000000000000c000000000000046 03000000 08000000 0102030000000000");
  expect_only_whole(octets, [](std::string_view part) { return Objref::from_octets(part); });
  EXPECT_EQ(Objref::from_octets(octets), standard);
  for (const std::size_t at : {std::size_t{64}, element, element + 4, element + 24, element + 28}) {
    std::string wrong = octets;
    wrong[at] = static_cast<char>(wrong[at] + 16);
    EXPECT_EQ(Objref::from_octets(wrong).error().code(), RPC_E_INVALID_OBJREF) << at;
  }
}

TEST(Objref, Custom) {
  const Objref objref{kIid, CustomObject{com_guid(0x99), "data"}};
  const std::string octets = objref.to_octets();
  EXPECT_EQ(hex(octets),
            "4d454f57"
            "04000000"
            "4200000000000000c000000000000046"
            "9900000000000000c000000000000046"
            "00000000"
            "04000000"
            "64617461");
  EXPECT_EQ(Objref::from_octets(octets), objref);
  const auto view = custom_view(octets);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->data.data(), octets.data() + 48);
  EXPECT_EQ(view->unmarshaler, com_guid(0x99));
  expect_only_whole(octets.substr(0, 48), [](std::string_view part) { return Objref::from_octets(part); });
  EXPECT_FALSE(custom_view(Objref{kIid, RemoteObject{}}.to_octets()));
}

TEST(Objref, WrongHeaders) {
  const std::string octets = Objref{kIid, CustomObject{com_guid(0x99), "data"}}.to_octets();
  const auto changed = [&](std::size_t at, char value) {
    std::string wrong = octets;
    wrong[at] = value;
    return Objref::from_octets(wrong).error().code();
  };
  EXPECT_EQ(changed(0, 'm'), RPC_E_INVALID_OBJREF);
  for (const char kind : {0, 3, 5, 16}) EXPECT_EQ(changed(4, kind), RPC_E_INVALID_OBJREF);
  EXPECT_EQ(Objref::from_octets(Objref{{}, CustomObject{}}.to_octets()).error().code(), RPC_E_INVALID_OBJREF);
}

TEST(Objref, InterfacePointers) {
  const Objref objref{kIid, CustomObject{com_guid(0x99), "d"}};
  std::string stub;
  rpc::NdrWriter out(stub);
  write_interface_pointer(out, {});
  write_interface_pointer(out, objref);
  out.u32(7);
  EXPECT_EQ(hex(stub),
            "00000000"
            "00000200"
            "31000000"
            "31000000" +
                hex(objref.to_octets()) +
                "000000"
                "07000000");
  rpc::NdrReader in(stub);
  EXPECT_EQ(read_interface_pointer(in).value(), std::nullopt);
  EXPECT_EQ(read_interface_pointer(in).value(), objref);
  EXPECT_EQ(in.u32(), 7U);
  EXPECT_TRUE(in.status("pointers").ok());

  std::string wrong = stub;
  wrong[16] = 'm';
  rpc::NdrReader malformed(std::string_view(wrong).substr(4));
  EXPECT_EQ(read_interface_pointer(malformed).error().code(), RPC_E_INVALID_OBJREF);
  wrong = stub;
  wrong[12] = 0x30;  // ulCntData is another than the size of the array
  rpc::NdrReader lying(std::string_view(wrong).substr(4));
  EXPECT_EQ(read_interface_pointer(lying).value(), std::nullopt);
  EXPECT_EQ(lying.status("pointers").code(), rpc::RPC_X_BAD_STUB_DATA);
}

}  // namespace
}  // namespace dcom
