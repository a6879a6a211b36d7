#include "remote/messages.h"

#include <gtest/gtest.h>

#include "remote/message_samples.h"

namespace remote {
namespace {

using namespace std::string_view_literals;
using cim::Operation;

template <class Write>
std::string written(Write&& write) {
  std::string octets;
  rpc::NdrWriter out(octets);
  write(out);
  return octets;
}

/// `read` gets every part of the octets from the start: only the whole gives a value, and no cut one anything but a fault.
template <class Read>
auto read_all(const std::string& octets, Read&& read) {
  for (std::size_t size = 0; size < octets.size(); ++size) {
    rpc::NdrReader in(std::string_view(octets).substr(0, size));
    const auto value = read(in);
    EXPECT_FALSE(value) << size;
    if (!value) {
      EXPECT_EQ(value.error().code(), rpc::RPC_X_BAD_STUB_DATA) << size;
    }
  }
  rpc::NdrReader in(octets);
  auto value = read(in);
  EXPECT_EQ(in.remaining(), 0U);
  return value;
}

cim::ContextPtr context() {
  cim::Context out;
  out.put("__ProviderArchitecture", {cim::CimType::kSint32, false}, cim::Value::sint(64));
  return std::make_shared<const cim::Context>(std::move(out));
}

std::string unit(const std::optional<cim::Object>& object) { return object ? samples::unit_of(*object) : "null"; }

struct ServicesMessages : testing::TestWithParam<int> {
  Operation operation = static_cast<Operation>(GetParam());
  cim::ClassInterner interner;
  ServicesRequest full() const {
    ServicesRequest out;
    out.text = "WQL";
    out.more_text = "select * from A";
    out.flags = 0x30;
    out.context = context();
    out.object = samples::make_row(samples::make_class("A"), 3);
    out.sink = samples::make_reference(iid::kObjectSink);
    out.wants_object = out.wants_result = true;
    return out;
  }
};
INSTANTIATE_TEST_SUITE_P(Opnums, ServicesMessages, testing::Range(3, 26),
                         [](const auto& opnum) { return std::string(cim::operation_name(static_cast<Operation>(opnum.param))); });

TEST_P(ServicesMessages, RequestsThereAndBack) {
  for (const ServicesRequest& sent : {full(), ServicesRequest()}) {
    const std::string octets = written([&](auto& out) { write_request(out, operation, sent); });
    const auto got = read_all(octets, [&](auto& in) { return read_request(in, operation, &interner); });
    ASSERT_TRUE(got) << got.error().to_string();
    EXPECT_TRUE(got->problem.ok());
    // What the operation has no place for is not there; writing it again gives the same.
    EXPECT_EQ(written([&](auto& out) { write_request(out, operation, *got); }), octets);
    if (got->text) {
      EXPECT_EQ(got->text, sent.text);
    }
    if (got->object) {
      EXPECT_EQ(unit(got->object), unit(sent.object));
    }
    if (got->context) {
      EXPECT_EQ(got->context->get("__ProviderArchitecture"), cim::Value::sint(64));
    }
    if (got->sink) {
      EXPECT_EQ(got->sink, sent.sink);
    }
  }
}

TEST_P(ServicesMessages, RepliesThereAndBack) {
  ServicesReply full_reply;
  full_reply.object = samples::make_row(samples::make_class("Out"), 1);
  full_reply.reference = samples::make_reference(iid::kServices);
  full_reply.call_result = samples::make_reference(iid::kCallResult);
  for (const ServicesReply& sent : {full_reply, ServicesReply()}) {
    const std::string octets = written([&](auto& out) { write_reply(out, operation, full(), sent); });
    const auto got = read_all(octets, [&](auto& in) { return read_reply(in, operation, full(), &interner); });
    ASSERT_TRUE(got) << got.error().to_string();
    EXPECT_EQ(written([&](auto& out) { write_reply(out, operation, full(), *got); }), octets);
    if (got->call_result) {
      EXPECT_EQ(got->call_result, sent.call_result);
    }
    if (got->reference) {
      EXPECT_EQ(got->reference, sent.reference);
    }
  }
}

TEST_P(ServicesMessages, MalformedObjectsLeaveTheRestReadable) {
  ServicesRequest sent = full();
  const std::string octets = written([&](auto& out) { write_request(out, operation, sent); });
  const std::size_t signature = octets.find("\x78\x56\x34\x12"sv);
  if (signature == std::string::npos) return;
  std::string changed = octets;
  changed[signature] = 0;
  rpc::NdrReader in(changed);
  const auto got = read_request(in, operation, &interner);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->problem.code(), WBEM_E_INVALID_OBJECT);
  EXPECT_FALSE(got->object);
  EXPECT_EQ(got->flags, sent.flags);
  EXPECT_EQ(got->sink.has_value() || got->wants_result, true);
}

TEST(ServicesShapes, WhatEachHas) {
  ServicesRequest all;
  all.text = "a", all.more_text = "b", all.sink = samples::make_reference(iid::kObjectSink), all.wants_object = all.wants_result = true;
  const auto read = [&](Operation operation) {
    const std::string octets = written([&](auto& out) { write_request(out, operation, all); });
    rpc::NdrReader in(octets);
    return *read_request(in, operation, nullptr);
  };
  EXPECT_TRUE(read(Operation::kOpenNamespace).wants_object);
  EXPECT_TRUE(read(Operation::kGetObject).wants_result);
  EXPECT_FALSE(read(Operation::kGetObject).sink);
  EXPECT_FALSE(read(Operation::kPutInstance).wants_object);
  EXPECT_TRUE(read(Operation::kPutInstance).wants_result);
  EXPECT_EQ(read(Operation::kExecMethodAsync).more_text, "b");
  EXPECT_TRUE(read(Operation::kExecMethodAsync).sink);
  EXPECT_FALSE(read(Operation::kExecQuery).wants_result);
  EXPECT_TRUE(read(Operation::kCancelAsyncCall).sink);
  EXPECT_FALSE(read(Operation::kQueryObjectSink).text);
  rpc::NdrReader in("");
  EXPECT_EQ(read_request(in, static_cast<Operation>(2), nullptr).error().code(), WBEM_E_UNEXPECTED);
}

/// What a failure answers: pointers that came are given back, pointing to null; others stay null.
TEST(ServicesShapes, Failures) {
  const auto failure = [](Operation operation, bool object, bool result) {
    ServicesRequest request;
    request.wants_object = object;
    request.wants_result = result;
    return written([&](auto& out) { write_reply(out, operation, request, {}); });
  };
  EXPECT_EQ(failure(Operation::kGetObject, true, true), "\0\0\2\0\0\0\0\0\4\0\2\0\0\0\0\0"sv);
  EXPECT_EQ(failure(Operation::kGetObject, true, false), "\0\0\2\0\0\0\0\0\0\0\0\0"sv);
  EXPECT_EQ(failure(Operation::kExecMethod, false, false), "\0\0\0\0\0\0\0\0"sv);
  EXPECT_EQ(failure(Operation::kPutInstance, false, true), "\0\0\2\0\0\0\0\0"sv);
  EXPECT_EQ(failure(Operation::kExecQuery, false, false), "\0\0\0\0"sv);
  EXPECT_EQ(failure(Operation::kExecMethodAsync, false, false), "");
}

TEST(LoginMessages, ThereAndBack) {
  const NtlmLoginRequest login{"\\\\host\\ROOT\\CIMV2", "ms_409,en-US,en", 0, context()};
  const auto got =
      read_all(written([&](auto& out) { write_ntlm_login(out, login); }), [](auto& in) { return read_ntlm_login(in, nullptr); });
  ASSERT_TRUE(got);
  EXPECT_EQ(got->network_resource, login.network_resource);
  EXPECT_EQ(got->locales, login.locales);
  EXPECT_TRUE(got->context);
  const auto position = read_all(written([](auto& out) { write_establish_position(out, {std::nullopt, 7}); }), read_establish_position);
  EXPECT_FALSE(position->client_machine);
  EXPECT_EQ(position->process, 7U);
  EXPECT_EQ(*read_all(written([](auto& out) { write_establish_position_reply(out, 1); }), read_establish_position_reply), 1U);
  const auto challenge = read_all(written([](auto& out) { write_request_challenge(out, {"a", std::nullopt}); }), read_request_challenge);
  EXPECT_EQ(challenge->reserved1, "a");
  const auto secret = read_all(written([](auto& out) { write_request_challenge_reply(out); }), read_request_challenge_reply);
  EXPECT_EQ(*secret, std::string(16, '\0'));
  const WbemLoginRequest old{"u", std::string(16, 'x'), 3, nullptr};
  const auto old_back =
      read_all(written([&](auto& out) { write_wbem_login(out, old); }), [](auto& in) { return read_wbem_login(in, nullptr); });
  EXPECT_EQ(old_back->reserved2, old.reserved2);
  const auto reference = samples::make_reference(iid::kServices);
  EXPECT_EQ(*read_all(written([&](auto& out) { write_interface_reply(out, reference); }), read_interface_reply), reference);
  const auto info = read_all(written([](auto& out) { write_client_info(out, {"PC", 9, 0}); }), read_client_info);
  EXPECT_EQ(info->machine, "PC");
  EXPECT_EQ(info->process, 9U);
}

TEST(EnumeratorMessages, ThereAndBack) {
  const cim::ClassPtr cls = samples::make_class("A");
  std::vector<cim::Object> rows = {samples::make_row(cls, 1), samples::make_row(cls, 2)};
  cim::ClassInterner interner;
  const std::string octets = written([&](auto& out) { write_next_reply(out, 5, rows); });
  EXPECT_EQ(octets.substr(0, 12), "\5\0\0\0\0\0\0\0\2\0\0\0"sv);
  const auto back = read_all(octets, [&](auto& in) { return read_next_reply(in, 5, &interner); });
  ASSERT_TRUE(back) << back.error().to_string();
  ASSERT_EQ(back->size(), 2U);
  EXPECT_EQ(samples::unit_of(back->at(1)), samples::unit_of(rows[1]));
  EXPECT_EQ(back->at(0).cls(), back->at(1).cls());
  rpc::NdrReader other(octets);
  EXPECT_FALSE(read_next_reply(other, 4, &interner));  // another count than was asked for
  EXPECT_EQ(written([](auto& out) { write_next_reply(out, 3, {}); }), "\3\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"sv);
  const auto next = read_all(written([](auto& out) { write_next(out, {0xFFFFFFFF, 1}); }), read_next);
  EXPECT_EQ(next->timeout, 0xFFFFFFFFU);
  const NextAsyncRequest async{4, samples::make_reference(iid::kObjectSink)};
  EXPECT_EQ(read_all(written([&](auto& out) { write_next_async(out, async); }), read_next_async)->sink, async.sink);
  const SmartNextRequest smart{{1, 2, 3, {4}}, 0, 10};
  EXPECT_EQ(read_all(written([&](auto& out) { write_smart_next(out, smart); }), read_smart_next)->proxy, smart.proxy);
  const std::string reply = written([](auto& out) { write_smart_next_reply(out, {2, "octets"}); });
  EXPECT_EQ(reply, "\2\0\0\0\6\0\0\0\0\0\2\0\6\0\0\0octets"sv);
  EXPECT_EQ(read_all(reply, read_smart_next_reply)->buffer, "octets");
  EXPECT_EQ(written([](auto& out) { write_smart_next_reply(out, {}); }), std::string(12, '\0'));
}

TEST(CallResultMessages, ThereAndBack) {
  for (const cim::OptionalText& text : {cim::OptionalText("A.Id=1"), cim::OptionalText()}) {
    EXPECT_EQ(*read_all(written([&](auto& out) { write_result_string(out, text); }), read_result_string), text);
  }
  EXPECT_EQ(*read_all(written([](auto& out) { write_call_status(out, WBEM_E_NOT_FOUND); }), read_call_status), WBEM_E_NOT_FOUND);
  EXPECT_EQ(*read_all(written([](auto& out) { write_timeout(out, 5); }), read_timeout), 5U);
  EXPECT_EQ(read_all(written([](auto& out) { write_backup(out, {"C:\\b", 1}); }), read_backup)->file, "C:\\b");
}

TEST(SinkMessages, BothFormsOfIndicate) {
  const cim::Batch batch = samples::make_batch(samples::make_class("A"), 3);
  base::SeededRandom random(1);
  ClassIds ids(random);
  ClassCache cache;
  const std::string plain = written([&](auto& out) { write_indicate(out, batch); });
  const std::string packed = written([&](auto& out) { write_optimised_indicate(out, batch, ids); });
  EXPECT_EQ(plain.substr(0, 8), "\3\0\0\0\3\0\0\0"sv);
  EXPECT_EQ(packed.substr(0, 12), "\0\0\0\0WBEMDATA"sv);
  for (const std::string& octets : {plain, packed, written([&](auto& out) { write_optimised_indicate(out, batch, ids); })}) {
    rpc::NdrReader in(octets);
    const auto back = read_indicate(in, cache);
    ASSERT_TRUE(back) << back.error().to_string();
    ASSERT_EQ(back->size(), 3U);
    EXPECT_EQ(samples::unit_of(back->object(2)), samples::unit_of(batch.object(2)));
  }
  read_all(plain, [&](auto& in) { return read_indicate(in, cache); });
  for (const std::string_view octets : {"\0\0\0\0\0\0\0\0"sv, "\1\0\0\0\1\0\0\0\0\0\0\0"sv}) {
    rpc::NdrReader in(octets);
    EXPECT_EQ(read_indicate(in, cache).error().code(), WBEM_E_INVALID_PARAMETER);
  }
}

TEST(SinkMessages, SetStatus) {
  const SetStatusRequest sent{0, 0x80041032, std::nullopt, samples::make_row(samples::make_class("__ExtendedStatus"), 1)};
  const auto back =
      read_all(written([&](auto& out) { write_set_status(out, sent); }), [](auto& in) { return read_set_status(in, nullptr); });
  ASSERT_TRUE(back);
  EXPECT_EQ(back->result, sent.result);
  EXPECT_EQ(back->text, std::nullopt);
  EXPECT_EQ(unit(back->object), unit(sent.object));
}

}  // namespace
}  // namespace remote
