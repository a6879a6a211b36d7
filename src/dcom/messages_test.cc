#include "dcom/messages.h"

#include "dcom/testing/octets.h"

namespace dcom {
namespace {

using testing::expect_only_whole;
using testing::hex;
using testing::unhex;

const DualStringArray kBindings{{{kTowerTcp, "a[1]"}}, {{10, ""}}};

TEST(ObjectExporterMessages, ResolveOxid) {
  const std::string stub = write_resolve_oxid({0x1122334455667788, {7, 16}});
  EXPECT_EQ(hex(stub),
            "8877665544332211"
            "0200"
            "0000"
            "02000000"
            "07001000");
  expect_only_whole(stub, read_resolve_oxid);
  EXPECT_EQ(read_resolve_oxid(stub)->protocols, (std::vector<std::uint16_t>{7, 16}));
  EXPECT_TRUE(read_resolve_oxid(write_resolve_oxid({1, {}})));
  EXPECT_EQ(read_resolve_oxid(unhex("8877665544332211 0200 0000 03000000 070010000000")).error().code(), rpc::RPC_X_BAD_STUB_DATA);
}

TEST(ObjectExporterMessages, ResolveOxidReply) {
  for (const bool two : {false, true}) {
    const std::string stub = write_resolve_oxid_reply({kBindings, com_guid(0x131), 5, Version{5, 7}, 0}, two);
    EXPECT_EQ(hex(stub),
              "00000200"
              "0b000000" +
                  hex(kBindings.to_octets()) +
                  "0000"
                  "3101000000000000c000000000000046"
                  "05000000" +
                  (two ? "05000700" : "") + "00000000");
    expect_only_whole(stub, [&](std::string_view part) { return read_resolve_oxid_reply(part, two); });
    const auto reply = read_resolve_oxid_reply(stub, two);
    EXPECT_EQ(reply->exporter, kBindings);
    EXPECT_EQ(reply->version.has_value(), two);
  }
  const auto failed = read_resolve_oxid_reply(write_resolve_oxid_reply({{}, {}, 0, {}, OR_INVALID_OXID}, true), true);
  EXPECT_FALSE(failed->exporter);
  EXPECT_EQ(failed->status, OR_INVALID_OXID);
}

TEST(ObjectExporterMessages, ComplexPing) {
  const std::string stub = write_complex_ping({1, 2, {3, 4}, {}});
  EXPECT_EQ(hex(stub),
            "0100000000000000"
            "0200"
            "0200"
            "0000"
            "0000"
            "00000200"
            "02000000"
            "0300000000000000"
            "0400000000000000"
            "00000000");
  expect_only_whole(stub, read_complex_ping);
  expect_only_whole(write_complex_ping({1, 2, {}, {4}}), read_complex_ping);
  EXPECT_EQ(read_complex_ping(stub)->add, (std::vector<Oid>{3, 4}));
  // An empty list behind a pointer is one, too; a list without a pointer is none.
  EXPECT_TRUE(read_complex_ping(unhex("0100000000000000 0200 0000 0000 0000 00000200 00000000 00000000")));
  EXPECT_FALSE(read_complex_ping(unhex("0100000000000000 0200 0100 0000 0000 00000000 00000000")));
}

TEST(ObjectExporterMessages, Others) {
  EXPECT_EQ(hex(write_complex_ping_reply({1, 2, OR_INVALID_SET})),
            "0100000000000000"
            "0200"
            "0000"
            "78070000");
  expect_only_whole(write_complex_ping_reply({1, 2, 3}), read_complex_ping_reply);
  expect_only_whole(write_simple_ping(7), read_simple_ping);
  expect_only_whole(write_status(7), read_status);
  const std::string alive = write_server_alive2_reply({{5, 7}, kBindings, 0});
  EXPECT_EQ(hex(alive),
            "05000700"
            "00000200"
            "0b000000" +
                hex(kBindings.to_octets()) +
                "0000"
                "00000000"
                "00000000");
  expect_only_whole(alive, read_server_alive2_reply);
  EXPECT_EQ(read_server_alive2_reply(alive)->resolver, kBindings);
}

std::string stub_of(const auto& write) {
  std::string stub;
  rpc::NdrWriter out(stub);
  OrpcThat{}.write(out);
  write(out);
  return stub;
}
auto behind_header(const auto& read) {
  return [read](std::string_view stub) {
    rpc::NdrReader in(stub);
    OrpcThat::read(in);
    return read(in);
  };
}

TEST(RemUnknownMessages, QueryInterface) {
  const QueryInterfaceRequest request{com_guid(1), 5, {com_guid(2), com_guid(3)}};
  const std::string stub = stub_of([&](auto& out) { write_query_interface(out, request); });
  EXPECT_EQ(hex(stub).substr(16),
            "0100000000000000c000000000000046"
            "05000000"
            "0200"
            "0000"
            "02000000"
            "0200000000000000c000000000000046"
            "0300000000000000c000000000000046");
  expect_only_whole(stub, behind_header(read_query_interface));
  EXPECT_EQ(behind_header(read_query_interface)(stub)->iids, request.iids);
  const std::string second = stub_of([&](auto& out) { write_query_interface2(out, request); });
  expect_only_whole(second, behind_header(read_query_interface2));
  EXPECT_EQ(behind_header(read_query_interface2)(second)->iids, request.iids);
}

TEST(RemUnknownMessages, QueryInterfaceReply) {
  const StdObjref object{0, 5, 1, 2, com_guid(3)};
  const std::string stub = stub_of([&](auto& out) { write_query_interface_reply(out, {{S_OK, object}, {E_NOINTERFACE, {}}}); });
  EXPECT_EQ(hex(stub).substr(16),
            "00000200"
            "02000000"
            "00000000"
            "00000000"
            "00000000"
            "05000000"
            "0100000000000000"
            "0200000000000000"
            "0300000000000000c000000000000046"
            "02400080"
            "00000000" +
                std::string(80, '0'));
  expect_only_whole(stub, behind_header(read_query_interface_reply));
  const auto results = behind_header(read_query_interface_reply)(stub);
  EXPECT_EQ(results->at(0).object, object);
  EXPECT_EQ(results->at(1).result, E_NOINTERFACE);
  const std::string none = stub_of([](auto& out) { write_query_interface_reply(out, {}); });
  EXPECT_EQ(hex(none).substr(16), "00000000");
  EXPECT_TRUE(behind_header(read_query_interface_reply)(none)->empty());
}

TEST(RemUnknownMessages, QueryInterface2Reply) {
  const Objref object{com_guid(2), RemoteObject{{0, 5, 1, 2, com_guid(3)}, kBindings, {}}};
  const std::string stub =
      stub_of([&](auto& out) { write_query_interface2_reply(out, {{E_NOINTERFACE, {}}, {S_OK, object}, {S_OK, object}}); });
  const auto read = [](rpc::NdrReader& in) { return read_query_interface2_reply(in, 3); };
  expect_only_whole(stub, behind_header(read));
  const auto results = behind_header(read)(stub);
  EXPECT_FALSE(results->at(0).object);
  EXPECT_EQ(results->at(0).result, E_NOINTERFACE);
  EXPECT_EQ(results->at(2).object, object);
  EXPECT_FALSE(behind_header([](rpc::NdrReader& in) { return read_query_interface2_reply(in, 2); })(stub));
}

TEST(RemUnknownMessages, References) {
  const std::string stub = stub_of([](auto& out) { write_references(out, {{com_guid(1), 2, 3}}); });
  EXPECT_EQ(hex(stub).substr(16),
            "0100"
            "0000"
            "01000000"
            "0100000000000000c000000000000046"
            "02000000"
            "03000000");
  expect_only_whole(stub, behind_header(read_references));
  EXPECT_EQ(behind_header(read_references)(stub)->at(0).private_references, 3U);
  const std::string results = stub_of([](auto& out) { write_add_ref_reply(out, {S_OK, CO_E_OBJNOTREG}); });
  EXPECT_EQ(hex(results).substr(16),
            "02000000"
            "00000000"
            "fc010480");
  expect_only_whole(results, behind_header(read_add_ref_reply));
}

}  // namespace
}  // namespace dcom
