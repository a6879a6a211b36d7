#include "rpc/epm.h"

#include <gtest/gtest.h>

#include <future>

#include "rpc/server.h"
#include "rpc/testing/engine_pair.h"

namespace rpc::epm {
namespace {

using rpc::testing::interface_id;

class EpmTest : public ::testing::Test {
 protected:
  EpmTest() {
    map_.add(interface_id(1), 49152, "first");
    map_.add(interface_id(2, 1, 3), 49152, "");
    map_.add(interface_id(1), 49153, "");
  }
  LookupReply lookup(const LookupRequest& request) {
    return *read_lookup_reply(*map_.answer(kLookup, write_lookup_request(request), "192.0.2.7"));
  }
  MapReply map(const MapRequest& request) { return *read_map_reply(*map_.answer(kMap, write_map_request(request), "192.0.2.7")); }

  base::SeededRandom random_{1};
  EndpointMap map_{random_};
};

TEST(Tower, HasItsFixedForm) {
  const Tower tower{interface_id(1, 2, 3), kNdr, 49152, {192, 0, 2, 7}};
  const std::string octets = tower_octets(tower);
  EXPECT_EQ(octets.size(), 75u);
  EXPECT_EQ(octets.substr(52), std::string("\x01\x00\x0B\x02\x00\x00\x00"
                                           "\x01\x00\x07\x02\x00\xC0\x00"
                                           "\x01\x00\x09\x04\x00\xC0\x00\x02\x07",
                                           23));
  EXPECT_EQ(parse_tower(octets), tower);
  for (std::size_t size = 0; size < octets.size(); ++size) EXPECT_FALSE(parse_tower(octets.substr(0, size)));
  std::string six = octets;
  six[0] = 6;
  EXPECT_FALSE(parse_tower(six));
}

TEST_F(EpmTest, LooksUp) {
  const LookupReply all = lookup({});
  ASSERT_EQ(all.entries.size(), 3u);
  EXPECT_EQ(all.status, 0u);
  EXPECT_EQ(all.handle, Handle{});
  EXPECT_EQ(all.entries[0].annotation, "first");
  EXPECT_EQ(all.entries[0].tower, (Tower{interface_id(1), kNdr, 49152, {192, 0, 2, 7}}));
  EXPECT_EQ(lookup({.inquiry = LookupRequest::kByInterface, .interface = interface_id(1)}).entries.size(), 2u);
  EXPECT_EQ(lookup({.inquiry = LookupRequest::kByInterface, .interface = interface_id(9)}).status, kNotRegistered);
  EXPECT_EQ(lookup({.inquiry = LookupRequest::kByObject, .object = base::Guid{1, 2, 3, {}}}).status, kNotRegistered);
  EXPECT_EQ(lookup({.inquiry = 4}).status, kCannotPerform);
  EXPECT_EQ(lookup({.inquiry = LookupRequest::kByInterface}).status, kCannotPerform);
}

TEST_F(EpmTest, VersionOptions) {
  const auto count = [&](std::uint32_t option, std::uint16_t major, std::uint16_t minor) {
    return lookup({.inquiry = LookupRequest::kByInterface, .interface = interface_id(2, major, minor), .version_option = option})
        .entries.size();
  };
  EXPECT_EQ(count(1, 9, 9), 1u);
  EXPECT_EQ(count(2, 1, 3), 1u);
  EXPECT_EQ(count(2, 1, 4), 0u);
  EXPECT_EQ(count(3, 1, 3), 1u);
  EXPECT_EQ(count(3, 1, 2), 0u);
  EXPECT_EQ(count(4, 1, 9), 1u);
  EXPECT_EQ(count(5, 1, 2), 0u);
  EXPECT_EQ(count(5, 2, 0), 1u);
  EXPECT_EQ(count(6, 1, 3), 0u);
}

TEST_F(EpmTest, GoesOnWithAHandle) {
  LookupRequest request{.max_entries = 2};
  const LookupReply first = lookup(request);
  EXPECT_EQ(first.entries.size(), 2u);
  EXPECT_NE(first.handle, Handle{});
  request.handle = first.handle;
  const LookupReply second = lookup(request);
  EXPECT_EQ(second.entries.size(), 1u);
  EXPECT_EQ(second.handle, Handle{});
  request.handle[5] ^= 1;
  EXPECT_EQ(map_.answer(kLookup, write_lookup_request(request), "").error(), fault::kContextMismatch);
  const std::string handle(first.handle.begin(), first.handle.end());
  EXPECT_EQ(map_.answer(kFreeHandle, handle, ""), std::string(24, '\0'));
  EXPECT_EQ(map_.answer(kFreeHandle, "short", "").error(), fault::kBadStubData);
}

TEST_F(EpmTest, AFullPageIsFollowedByTheEnd) {
  LookupRequest request{.max_entries = 1};
  for (int i = 0; i < 3; ++i) {
    const LookupReply page = lookup(request);
    EXPECT_EQ(page.entries.size(), 1u);
    EXPECT_NE(page.handle, Handle{});
    request.handle = page.handle;
  }
  const LookupReply end = lookup(request);
  EXPECT_EQ(end.status, kNotRegistered);
  EXPECT_TRUE(end.entries.empty());
  EXPECT_EQ(end.handle, Handle{});
}

TEST_F(EpmTest, Maps) {
  const auto towers = [&](const SyntaxId& interface, const SyntaxId& transfer = kNdr) {
    return map({.tower = tower_octets({interface, transfer, 0, {}})});
  };
  const MapReply found = towers(interface_id(1));
  ASSERT_EQ(found.towers.size(), 2u);
  EXPECT_EQ(found.towers[0].port, 49152);
  EXPECT_EQ(found.towers[1].port, 49153);
  EXPECT_EQ(towers(interface_id(2, 1, 2)).towers.size(), 1u);
  EXPECT_EQ(towers(interface_id(2, 1, 4)).status, kNotRegistered);
  EXPECT_EQ(towers(interface_id(1), kNdr64).status, kNotRegistered);
  EXPECT_EQ(map({}).status, kNotRegistered);
  EXPECT_EQ(map({.tower = "rubbish"}).status, kNotRegistered);
  EXPECT_EQ(map_.answer(kMap, write_map_request({.max_towers = 501}), "").error(), fault::kBadStubData);
  EXPECT_EQ(map_.answer(kMap, "", "").error(), fault::kBadStubData);
  EXPECT_EQ(map_.answer(0, "", "").error(), fault::kAccessDenied);
  map_.remove(interface_id(1), 49152);
  EXPECT_EQ(towers(interface_id(1)).towers.size(), 1u);
}

TEST_F(EpmTest, OverTheNetwork) {
  Network network(1);
  Server server(network, {});
  server.interfaces().add(map_.interface());
  const auto port = server.listen("127.0.0.1", 0);
  ASSERT_TRUE(port);
  const auto client = Client::connect(network, {.host = "127.0.0.1", .port = *port});
  ASSERT_TRUE(client);
  const std::chrono::seconds patience(20);
  ASSERT_TRUE((*client)->bind({kInterface}, std::nullopt, patience).status.ok());
  const auto find = [&](const SyntaxId& interface) {
    std::promise<base::Result<std::uint16_t>> promise;
    find_port(**client, interface, patience, [&](base::Result<std::uint16_t> result) { promise.set_value(std::move(result)); });
    return promise.get_future().get();
  };
  EXPECT_EQ(find(interface_id(2, 1, 0)), 49152);
  EXPECT_EQ(find(interface_id(7)).error().code(), RPC_S_UNKNOWN_IF);
}

}  // namespace
}  // namespace rpc::epm
