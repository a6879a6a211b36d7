// A security context without cryptography, so that tests and fuzz targets can make and break every signature.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "security/auth.h"

namespace rpc::testing {

/// Client and server exchange `legs` tokens in all, of the form "leg 1", "leg 2" ...; "bad" or any other token fails. A signature is a
/// sequence number and a checksum of what is covered; sealing is exclusive or with 0x5A.
class FakeContext final : public security::Context {
 public:
  FakeContext(bool is_client, unsigned legs, std::string user = "alice") : is_client_(is_client), legs_(legs) {
    peer_.mechanism = security::Provider::kNtlm;
    peer_.user = std::move(user);
  }

  base::Result<Step> step(std::string_view token) override {
    if (done_) return base::fail(security::SEC_E_INTERNAL_ERROR, "done already");
    const bool begins = is_client_ && next_ == 1;
    if (!begins && token != name(next_ - 1)) return base::fail(security::SEC_E_LOGON_DENIED, "not the token that was expected");
    Step out;
    if (next_ <= legs_) out.token = name(next_);
    done_ = out.done = next_ >= legs_;
    next_ += 2;
    return out;
  }

  bool done() const override { return done_; }
  const security::Peer& peer() const override { return peer_; }
  std::string_view session_key() const override { return "0123456789abcdef"; }
  std::size_t signature_size(security::Level level) const override { return level >= security::Level::kPacket ? 16 : 0; }

  base::Status protect(security::Level level, security::HeaderSigning signing, const security::Pdu& pdu,
                       std::span<char> signature) override {
    if (signature.size() != signature_size(level)) return {security::SEC_E_INTERNAL_ERROR, "wrong signature size"};
    if (signature.empty()) return {};
    const std::uint64_t sum = checksum(signing, pdu, send_sequence_);
    if (level == security::Level::kPrivacy) seal(pdu.body);
    std::memcpy(signature.data(), &send_sequence_, 8);
    std::memcpy(signature.data() + 8, &sum, 8);
    ++send_sequence_;
    return {};
  }

  base::Status unprotect(security::Level level, security::HeaderSigning signing, const security::Pdu& pdu,
                         std::string_view signature) override {
    if (level < security::Level::kPacket) return {};
    if (broken_ || signature.size() != 16) return {security::SEC_E_MESSAGE_ALTERED, "no signature"};
    broken_ = true;
    std::uint64_t sequence;
    std::uint64_t sum;
    std::memcpy(&sequence, signature.data(), 8);
    std::memcpy(&sum, signature.data() + 8, 8);
    if (sequence != receive_sequence_) return {security::SEC_E_OUT_OF_SEQUENCE, "wrong sequence"};
    if (level == security::Level::kPrivacy) seal(pdu.body);
    if (sum != checksum(signing, pdu, sequence)) return {security::SEC_E_MESSAGE_ALTERED, "wrong checksum"};
    ++receive_sequence_;
    broken_ = false;
    return {};
  }

 private:
  static std::string name(unsigned leg) { return "leg " + std::to_string(leg); }

  static void seal(std::span<char> body) {
    for (char& octet : body) octet = static_cast<char>(octet ^ 0x5A);
  }

  static std::uint64_t checksum(security::HeaderSigning signing, const security::Pdu& pdu, std::uint64_t sequence) {
    std::uint64_t sum = 0xCBF29CE484222325ULL + sequence;
    const auto add = [&](std::string_view octets) {
      for (const char octet : octets) sum = (sum ^ static_cast<std::uint8_t>(octet)) * 0x100000001B3ULL;
    };
    if (signing == security::HeaderSigning::kYes) add(pdu.header);
    add({pdu.body.data(), pdu.body.size()});
    if (signing == security::HeaderSigning::kYes) add(pdu.trailer);
    return sum;
  }

  const bool is_client_;
  const unsigned legs_;
  unsigned next_ = 1;
  bool done_ = false;
  bool broken_ = false;
  std::uint64_t send_sequence_ = 0;
  std::uint64_t receive_sequence_ = 0;
  security::Peer peer_;

 public:
  /// A server answers even legs.
  static std::unique_ptr<FakeContext> server(unsigned legs, std::string user = "alice") {
    auto out = std::make_unique<FakeContext>(false, legs, std::move(user));
    out->next_ = 2;
    return out;
  }
};

/// Legs of a provider: three of NTLM, four of the others (the last of them empty at the level of RPC).
inline unsigned legs_of(security::Provider provider) { return provider == security::Provider::kNtlm ? 3 : 4; }

/// What a server makes its contexts with: NTLM, SPNEGO and Kerberos exist.
inline base::Result<std::unique_ptr<security::Context>> make_fake_server(security::Provider provider, const std::string&) {
  switch (provider) {
    case security::Provider::kNtlm:
    case security::Provider::kSpnego:
    case security::Provider::kKerberos: return FakeContext::server(legs_of(provider));
    default: return base::fail(security::SEC_E_SECPKG_NOT_FOUND, "no such provider");
  }
}

}  // namespace rpc::testing
