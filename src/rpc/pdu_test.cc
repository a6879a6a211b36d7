#include "rpc/pdu.h"

#include <gtest/gtest.h>

#include "rpc/verification.h"

namespace rpc {
namespace {

using namespace std::string_view_literals;

Bind some_bind() { return {4280, 4280, 0, {{0, kNdr, {kNdr, kNdr64}}, {1, kNdr64, {feature::syntax_of(3)}}}}; }

TEST(Pdu, BindAndBack) {
  std::string octets;
  const AuthSegment auth{10, 6, 0, 79231, "NTLMSSP", 0};
  append_bind(octets, {PduType::kBind, pfc::kWhole | pfc::kHeaderSign, 0, 0, 7}, some_bind(), &auth);
  PduHeader header;
  ASSERT_EQ(parse_header(octets, header), HeaderError::kNone);
  EXPECT_EQ(header.frag_length, octets.size());
  EXPECT_EQ(header.auth_length, 7);
  EXPECT_EQ(header.call_id, 7u);
  const auto segment = parse_auth(octets, header, 28);
  ASSERT_TRUE(segment && *segment);
  EXPECT_EQ((*segment)->token, "NTLMSSP");
  EXPECT_EQ((*segment)->context_id, 79231u);
  const auto bind = parse_bind(octets, (*segment)->offset - (*segment)->pad_length);
  ASSERT_TRUE(bind);
  ASSERT_EQ(bind->contexts.size(), 2u);
  EXPECT_EQ(bind->contexts[0].transfer.size(), 2u);
  EXPECT_EQ(feature::bits_of(bind->contexts[1].transfer[0]), 3);
  EXPECT_FALSE(feature::bits_of(kNdr));
}

TEST(Pdu, BindAckPadsTheAddress) {
  for (const std::string address : {"", "1", "135", "49152"}) {
    std::string octets;
    const BindAck ack{5840, 5840, 0x12345, address, {{0, 0, kNdr}, {2, 2, {}}, {3, 3, {}}}};
    append_bind_ack(octets, {PduType::kBindAck, pfc::kWhole, 0, 0, 1}, ack, nullptr);
    EXPECT_EQ(octets.size() % 4, 0u);
    const auto back = parse_bind_ack(octets, octets.size());
    ASSERT_TRUE(back);
    EXPECT_EQ(back->secondary_address, address);
    ASSERT_EQ(back->results.size(), 3u);
    EXPECT_EQ(back->results[0].transfer, kNdr);
    EXPECT_EQ(back->results[2].result, ContextResult::kNegotiateAck);
  }
}

TEST(Pdu, FaultHasTheFixedForm) {
  std::string octets;
  append_fault(octets, 5, pfc::kWhole | pfc::kDidNotExecute, {1, 0, fault::kOpnumRange});
  EXPECT_EQ(octets,
            "\x05\x00\x03\x23\x10\x00\x00\x00\x20\x00\x00\x00\x05\x00\x00\x00"
            "\x20\x00\x00\x00\x01\x00\x00\x00\x02\x00\x01\x1c\x00\x00\x00\x00"sv);
  EXPECT_EQ(parse_fault(octets)->status, fault::kOpnumRange);
}

TEST(Pdu, EveryCutIsRefused) {
  std::string octets;
  append_bind(octets, {PduType::kBind, pfc::kWhole, 0, 0, 7}, some_bind(), nullptr);
  for (std::size_t size = 16; size < octets.size(); ++size) {
    std::string cut = octets.substr(0, size);
    EXPECT_FALSE(parse_bind(cut, cut.size())) << size;
  }
}

TEST(Pdu, HeadersThatLie) {
  std::string octets;
  append_bare(octets, PduType::kCancel, 3);
  const auto error_with = [&](std::size_t at, char value) {
    std::string changed = octets;
    changed[at] = value;
    PduHeader header;
    return parse_header(changed, header);
  };
  EXPECT_EQ(error_with(0, 5), HeaderError::kNone);
  EXPECT_EQ(error_with(0, 4), HeaderError::kVersion);
  EXPECT_EQ(error_with(1, 1), HeaderError::kVersion);
  EXPECT_EQ(error_with(2, 1), HeaderError::kOther);   // a type of connectionless RPC
  EXPECT_EQ(error_with(4, 0), HeaderError::kOther);   // big-endian
  EXPECT_EQ(error_with(8, 15), HeaderError::kOther);  // shorter than its header
  EXPECT_EQ(error_with(10, 1), HeaderError::kOther);  // a token that does not fit
  EXPECT_EQ(error_with(2, 11), HeaderError::kOther);  // a bind of 16 octets
}

TEST(Pdu, PaddingMustLieInTheBody) {
  std::string octets;
  append_auth3(octets, 1, pfc::kWhole, {10, 6, 0, 1, "token", 0});
  PduHeader header;
  ASSERT_EQ(parse_header(octets, header), HeaderError::kNone);
  EXPECT_EQ((*parse_auth(octets, header, 16))->token, "token");
  octets[16 + 4 + 2] = 5;  // pad_length; there are four octets
  EXPECT_FALSE(parse_auth(octets, header, 16));
}

TEST(Pdu, FaultsAsStatus) {
  EXPECT_EQ(status_of_fault(5).code(), E_ACCESSDENIED);
  EXPECT_EQ(status_of_fault(0x80010108).code(), base::Hresult{0x80010108});
  EXPECT_EQ(status_of_fault(fault::kUnknownInterface).code(), RPC_S_UNKNOWN_IF);
  EXPECT_EQ(status_of_fault(0x1C123456).code(), RPC_S_CALL_FAILED);
  EXPECT_EQ(status_of_fault(0x776).code(), base::Hresult{0x80070776});
  for (const std::uint32_t never : {0u, 0xC0000005u, 0x80000003u}) EXPECT_EQ(status_of_fault(never).code(), RPC_S_PROTOCOL_ERROR);
  EXPECT_EQ(status_of_fault(5).text(), "the server answered with fault 0x00000005 ERROR_ACCESS_DENIED");
}

std::string trailer(std::string commands) { return "\x8A\xE3\x13\x71\x02\xF4\x36\x71" + commands; }

TEST(Verification, TrailersAreFoundAndChecked) {
  const VerificationFacts facts{9, 2, 6, true, kNdr64, kNdr};
  const std::string bitmask("\x01\x40\x04\x00\x01\x00\x00\x00", 8);
  EXPECT_EQ(check_verification("stub" + trailer(bitmask), facts).stub_size, 4u);
  EXPECT_TRUE(check_verification("stub" + trailer(bitmask), facts).acceptable);
  const VerificationFacts unsigned_facts{9, 2, 6, false, kNdr64, kNdr};
  EXPECT_FALSE(check_verification("stub" + trailer(bitmask), unsigned_facts).acceptable);
  // Not aligned, not to the end, or no trailer at all: stub data.
  EXPECT_EQ(check_verification("stu" + trailer(bitmask), facts).stub_size, 19u);
  EXPECT_EQ(check_verification("stub" + trailer(bitmask) + "more", facts).stub_size, 24u);
  EXPECT_EQ(check_verification("", facts).stub_size, 0u);
  EXPECT_EQ(check_verification(trailer(""), facts).stub_size, 8u);

  std::string header2("\x03\x40\x10\x00", 4);
  header2 += std::string("\x00\x00\x00\x00\x10\x00\x00\x00\x09\x00\x00\x00\x02\x00\x06\x00", 16);
  EXPECT_TRUE(check_verification(trailer(header2), facts).acceptable);
  header2[18] = 7;  // another operation
  EXPECT_FALSE(check_verification(trailer(header2), facts).acceptable);

  std::string pcontext("\x02\x40\x28\x00", 4);
  const auto add = [&](const SyntaxId& syntax) {
    pcontext += syntax.uuid.to_octets();
    pcontext += std::string{static_cast<char>(syntax.major), 0, static_cast<char>(syntax.minor), 0};
  };
  add(kNdr64);
  add(kNdr);
  EXPECT_TRUE(check_verification(trailer(pcontext), facts).acceptable);
  pcontext[4] ^= 1;
  EXPECT_FALSE(check_verification(trailer(pcontext), facts).acceptable);

  // Unknown commands: ignored unless they must be processed.
  EXPECT_TRUE(check_verification(trailer(std::string("\x09\x40\x00\x00", 4)), facts).acceptable);
  EXPECT_FALSE(check_verification(trailer(std::string("\x09\xC0\x00\x00", 4)), facts).acceptable);
}

}  // namespace
}  // namespace rpc
