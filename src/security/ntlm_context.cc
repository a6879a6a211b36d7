#include "security/ntlm_context.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/bytes.h"
#include "security/session.h"

namespace security::ntlm {
namespace {

bool is_protected(Level level) { return level >= Level::kCall; }

base::Status no_keys() { return {SEC_E_UNSUPPORTED_FUNCTION, "the peer was admitted unverified: there is no key to sign or seal with"}; }

Pdu as_pdu(std::string_view list) { return {list, {}, {}}; }

}  // namespace

base::Status check_flags(std::uint32_t flags, std::string_view whose) {
  struct Need {
    std::uint32_t any_of;
    std::string_view name;
  };
  constexpr Need kNeeds[] = {{flag::kUnicode, "Unicode"},
                             {flag::kExtendedSecurity, "extended session security (NTLMv2)"},
                             {flag::k128, "128-bit keys"},
                             {flag::kKeyExchange, "key exchange"},
                             {flag::kSign | flag::kSeal, "signing"}};
  for (const Need& need : kNeeds) {
    if ((flags & need.any_of) == 0) {
      return {SEC_E_UNSUPPORTED_FUNCTION, fmt::format("the NTLM {} does not negotiate {}, which is required", whose, need.name)};
    }
  }
  if ((flags & flag::kDatagram) != 0) return {SEC_E_UNSUPPORTED_FUNCTION, "connectionless NTLM is not supported"};
  return {};
}

std::uint64_t filetime_now(const base::Clock* clock) {
  using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;
  constexpr std::int64_t kUnixEpoch = 116'444'736'000'000'000;
  const auto now = clock ? clock->system_now() : base::SystemClock().system_now();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<Ticks>(now.time_since_epoch()).count() + kUnixEpoch);
}

void fill_random(base::Random* random, std::span<char> out) {
  base::SystemRandom system;
  (random ? *random : system).fill(out.data(), out.size());
}

base::Result<Context::Step> NtlmContext::step(std::string_view token) {
  if (done_ || failed_) return base::fail(SEC_E_INTERNAL_ERROR, "a token for an NTLM context that has ended its exchange");
  auto out = next(token);
  failed_ = !out;
  return out;
}

void NtlmContext::establish(const Key& exported_session_key, Sender self) {
  session_key_ = exported_session_key;
  self_ = self;
  const Sender other = self == Sender::kClient ? Sender::kServer : Sender::kClient;
  send_.emplace(exported_session_key, self);
  receive_.emplace(exported_session_key, other);
  done_ = true;
}

void NtlmContext::establish_again(const Key& exported_session_key, Sender self, std::uint32_t sent, std::uint32_t received) {
  establish(exported_session_key, self);
  send_->set_sequence(sent);
  receive_->set_sequence(received);
}

base::Result<ExportedSession> NtlmContext::export_session() {
  if (!done_) return base::fail(not_established());
  if (!send_) return base::fail(no_keys());
  ExportedSession out;
  out.mechanism = Provider::kNtlm;
  out.session_key = session_key();
  base::ByteWriter state(out.state);
  state.u8(self_ == Sender::kServer ? 1 : 0);
  state.u32(send_->sequence());
  state.u32(receive_->sequence());
  send_.reset();
  receive_.reset();
  return out;
}

std::size_t NtlmContext::signature_size(Level level) const { return is_protected(level) ? kSignatureSize : 0; }

base::Status NtlmContext::protect(Level level, HeaderSigning, const Pdu& pdu, std::span<char> signature) {
  if (!done_) return not_established();
  if (!is_protected(level)) return {};
  if (!send_) return no_keys();
  if (signature.size() != kSignatureSize) return {SEC_E_INTERNAL_ERROR, "an NTLM signature needs 16 octets"};
  send_->protect(level == Level::kPrivacy ? Direction::Seal::kYes : Direction::Seal::kNo, pdu, signature.data());
  return {};
}

base::Status NtlmContext::unprotect(Level level, HeaderSigning, const Pdu& pdu, std::string_view signature) {
  if (!done_) return not_established();
  if (!is_protected(level)) return {};
  if (!receive_) return no_keys();
  return receive_->unprotect(level == Level::kPrivacy ? Direction::Seal::kYes : Direction::Seal::kNo, pdu, signature);
}

// MS-SPNG 3.2.5.1, 3.3.5.1: the RC4 state before the list's MIC is restored after it; the sequence number stays risen.

base::Result<std::string> NtlmContext::mech_list_mic(std::string_view list) {
  if (!send_) return base::fail(not_established());
  std::string mic(kSignatureSize, '\0');
  send_->protect(Direction::Seal::kNo, as_pdu(list), mic.data());
  send_->restart_stream();
  return mic;
}

base::Status NtlmContext::verify_mech_list_mic(std::string_view list, std::string_view mic) {
  if (!receive_) return not_established();
  TRY(receive_->unprotect(Direction::Seal::kNo, as_pdu(list), mic));
  receive_->restart_stream();
  return {};
}

namespace {

class ImportedNtlm final : public NtlmContext {
 public:
  ImportedNtlm(Peer peer, const Key& key, Sender self, std::uint32_t sent, std::uint32_t received) {
    peer_ = std::move(peer);
    establish_again(key, self, sent, received);
  }

 protected:
  base::Result<Step> next(std::string_view) override { return base::fail(SEC_E_INTERNAL_ERROR, "this NTLM context was established"); }
};

}  // namespace

}  // namespace security::ntlm

namespace security {

base::Result<std::unique_ptr<Context>> import_ntlm(Peer peer, const ExportedSession& session) {
  TRY(crypto_ready());
  base::ByteReader state(session.state);
  const std::uint8_t side = state.u8();
  const std::uint32_t sent = state.u32();
  const std::uint32_t received = state.u32();
  Key key;
  if (!state.ok() || !state.at_end() || side > 1 || session.session_key.size() != key.size()) {
    return base::fail(SEC_E_INVALID_TOKEN, "the state of an NTLM session is malformed");
  }
  std::copy_n(session.session_key.begin(), key.size(), reinterpret_cast<char*>(key.data()));
  return std::make_unique<ntlm::ImportedNtlm>(std::move(peer), key, side == 1 ? ntlm::Sender::kServer : ntlm::Sender::kClient, sent,
                                              received);
}

}  // namespace security
