#include "remote/refresher_messages.h"

#include <gtest/gtest.h>

#include "remote/message_samples.h"

namespace remote {
namespace {

using namespace std::string_view_literals;

template <class Write>
std::string written(Write&& write) {
  std::string octets;
  rpc::NdrWriter out(octets);
  write(out);
  return octets;
}

template <class Read>
auto read_all(const std::string& octets, Read&& read) {
  for (std::size_t size = 0; size < octets.size(); ++size) {
    rpc::NdrReader in(std::string_view(octets).substr(0, size));
    EXPECT_FALSE(read(in)) << size;
  }
  rpc::NdrReader in(octets);
  auto value = read(in);
  EXPECT_TRUE(value);
  EXPECT_EQ(in.remaining(), 0U);
  return value;
}

const RefresherId kId{"CLIENT", 77, {1, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}}};

TEST(RefresherMessages, Adding) {
  const cim::Object row = samples::make_row(samples::make_class("A"), 1);
  for (const auto operation : {RefreshingOp::kAddObjectToRefresher, RefreshingOp::kAddObjectToRefresherByTemplate}) {
    AddToRefresherRequest sent;
    sent.refresher = kId;
    sent.text = "A.Id=1";
    sent.template_object = row;
    const auto got = read_all(written([&](auto& out) { write_add_to_refresher(out, operation, sent); }),
                              [&](auto& in) { return read_add_to_refresher(in, operation, nullptr); });
    EXPECT_EQ(got->refresher, kId);
    EXPECT_EQ(got->text, operation == RefreshingOp::kAddObjectToRefresher ? "A.Id=1" : "");
    EXPECT_EQ(got->template_object.has_value(), operation == RefreshingOp::kAddObjectToRefresherByTemplate);
    EXPECT_EQ(got->client_version, 2U);
  }
}

TEST(RefresherMessages, Infos) {
  const cim::Object row = samples::make_row(samples::make_class("A"), 1);
  AddToRefresherReply remote;
  remote.info.info = RefreshRemote{samples::make_reference(iid::kRemoteRefresher), row, kId.id};
  remote.info.cancel_id = 5;
  AddToRefresherReply polled;
  polled.info.info = RefreshNonHiperf{"root\\cimv2", row};
  const AddToRefresherReply failed;
  EXPECT_EQ(written([&](auto& out) { write_add_to_refresher_reply(out, failed); }), "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0"sv);
  for (const AddToRefresherReply& sent : {remote, polled, failed}) {
    const std::string octets = written([&](auto& out) { write_add_to_refresher_reply(out, sent); });
    const auto got = read_all(octets, [](auto& in) { return read_add_to_refresher_reply(in, nullptr); });
    EXPECT_EQ(got->info.info.index(), sent.info.info.index());
    EXPECT_EQ(got->info.cancel_id, sent.info.cancel_id);
    EXPECT_EQ(written([&](auto& out) { write_add_to_refresher_reply(out, *got); }), octets);
  }
}

TEST(RefresherMessages, Others) {
  EXPECT_EQ(read_all(written([](auto& out) { write_remove_from_refresher(out, {kId, 4, 0, 2}); }), read_remove_from_refresher)->id, 4U);
  EXPECT_EQ(read_all(written([](auto& out) { write_get_remote_refresher(out, {kId, 0, 2}); }), read_get_remote_refresher)->refresher, kId);
  const GetRemoteRefresherReply reply{samples::make_reference(iid::kRemoteRefresher), kId.id, 1};
  EXPECT_EQ(read_all(written([&](auto& out) { write_get_remote_refresher_reply(out, reply); }), read_get_remote_refresher_reply)->refresher,
            reply.refresher);
  EXPECT_EQ(*read_all(written([](auto& out) { write_refresher_version(out); }), read_refresher_version), 1U);
  EXPECT_EQ(*read_all(written([](auto& out) { write_refresher_guid(out, kId.id); }), read_refresher_guid), kId.id);
  ReconnectRequest reconnect;
  reconnect.refresher = kId;
  reconnect.infos = {{0, "A.Id=1"}, {1, std::nullopt}};
  const auto got = read_all(written([&](auto& out) { write_reconnect(out, reconnect); }), read_reconnect);
  EXPECT_EQ(got->infos, reconnect.infos);
  EXPECT_EQ(got->results.size(), 2U);
  const ReconnectReply results{{{1, 0}, {2, 0x80041002}}, 1};
  EXPECT_EQ(read_all(written([&](auto& out) { write_reconnect_reply(out, results); }), [](auto& in) { return read_reconnect_reply(in, 2); })
                ->results,
            results.results);
  const std::vector<RefreshedObject> objects = {{1, BlobType::kAll, "blob"}, {2, BlobType::kError, ""}, {3, BlobType::kEnum, "more blob"}};
  EXPECT_EQ(*read_all(written([&](auto& out) { write_remote_refresh_reply(out, objects); }), read_remote_refresh_reply), objects);
  EXPECT_EQ(written([](auto& out) { write_remote_refresh_reply(out, {}); }), std::string(8, '\0'));
  EXPECT_EQ(read_all(written([](auto& out) { write_stop_refreshing(out, {{1, 2, 3}, 0}); }), read_stop_refreshing)->ids.size(), 3U);
}

TEST(RefresherMessages, Blobs) {
  const cim::ClassPtr cls = samples::make_class("A");
  std::vector<cim::Instance> rows;
  for (std::uint32_t i = 0; i < 3; ++i) rows.push_back(samples::make_row(cls, i).instance());
  const auto one = decode_refreshed(encode_refreshed(rows[2]), cls);
  ASSERT_TRUE(one) << one.error().to_string();
  EXPECT_EQ(one->path(), rows[2].path());
  EXPECT_EQ(samples::unit_of(*one), samples::unit_of(rows[2]));
  const std::string blob = encode_instance_blob(rows);
  const auto back = decode_instance_blob(blob, cls);
  ASSERT_TRUE(back);
  ASSERT_EQ(back->size(), 3U);
  EXPECT_EQ(back->at(1).value("Name"), cim::Value::text("row 1"));
  for (std::size_t size = 0; size < blob.size(); ++size) {
    EXPECT_FALSE(decode_instance_blob(std::string_view(blob).substr(0, size), cls)) << size;
  }
}

}  // namespace
}  // namespace remote
