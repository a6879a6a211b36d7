// NTLMv2, server side (MS-NLMP 3.2.5.1).
#include <fmt/format.h>

#include "base/bytes.h"
#include "base/utf.h"
#include "security/ntlm_context.h"

namespace security {
namespace ntlm {
namespace {

/// Optional features that the server grants when asked.
constexpr std::uint32_t kGrantedFlags = flag::kSign | flag::kSeal | flag::kIdentify | flag::kVersion | flag::k56;

/// Two names of at most 255 octets and the fixed fields. It is kept until the login is over [nobodies that fill memory].
constexpr std::size_t kMaxNegotiate = 1024;

class NtlmServer final : public NtlmContext {
 public:
  explicit NtlmServer(ServerSetup setup) : setup_(std::move(setup)) {}

 protected:
  base::Result<Step> next(std::string_view token) override {
    if (negotiate_.empty()) return challenge(token);
    auto out = authenticate(token);
    if (setup_.options.backoff && !guess_.empty()) {
      out ? setup_.options.backoff->succeeded(guess_) : setup_.options.backoff->failed(guess_);
    }
    if (out) {
      negotiate_.clear();  // a session may last long
      challenge_.clear();
    }
    return out;
  }

 private:
  base::Result<Step> challenge(std::string_view token) {
    // 3.2.5.1.1: refuse what is too weak, then answer with the flags, a nonce and who we are.
    if (token.size() > kMaxNegotiate) return base::fail(SEC_E_INVALID_TOKEN, "the NTLM NEGOTIATE_MESSAGE is longer than any can be");
    TRY_ASSIGN(const Negotiate negotiate, parse_negotiate(token));
    TRY(check_flags(negotiate.flags, "client"));
    Challenge message;
    message.flags = kRequiredFlags | flag::kRequestTarget | flag::kNtlm | flag::kAlwaysSign | flag::kTargetServer | flag::kTargetInfo |
                    (negotiate.flags & kGrantedFlags);
    fill_random(setup_.options.random, server_challenge_);
    message.server_challenge = server_challenge_;
    message.target_name = setup_.options.computer_name;
    AvPairs& info = message.target_info;
    info.set_text(Av::kNbDomainName, setup_.options.domain_name);
    info.set_text(Av::kNbComputerName, setup_.options.computer_name);
    if (!setup_.options.dns_domain_name.empty()) info.set_text(Av::kDnsDomainName, setup_.options.dns_domain_name);
    if (!setup_.options.dns_computer_name.empty()) info.set_text(Av::kDnsComputerName, setup_.options.dns_computer_name);
    // The time makes clients protect the whole exchange with a MIC.
    std::string time;
    base::ByteWriter(time).u64(filetime_now(setup_.options.clock));
    info.set(Av::kTimestamp, std::move(time));
    negotiate_ = token;
    challenge_ = build_challenge(message);
    return Step{challenge_, false};
  }

  base::Result<Step> authenticate(std::string_view token) {
    TRY_ASSIGN(const Authenticate message, parse_authenticate(token));
    TRY(check_flags(message.flags, "client"));
    TRY(check_response_kind(message));
    TRY_ASSIGN(const NtlmV2Response response, parse_v2_response(message.nt_response));
    const std::string guess = backoff_key(setup_, message.user);
    TRY(check_backoff(setup_, guess));
    guess_ = guess;
    TRY_ASSIGN(const std::optional<Key> key, check_proof(message, response));
    // "If KEY_EXCH is set, the server must check that a valid EncryptedRandomSessionKey came."
    if (message.encrypted_session_key.size() != 16) {
      return base::fail(SEC_E_INVALID_TOKEN, "the NTLM client negotiated a key exchange and sent no session key of 16 octets");
    }
    TRY(check_channel_bindings(response.target_info));
    fill_peer(message, response);
    if (!key) {
      establish_without_keys();
      return Step{{}, true};
    }
    Key encrypted;
    message.encrypted_session_key.copy(encrypted.data(), encrypted.size());
    Key exported = exchange_key(session_base_key(*key, response.proof), encrypted);
    TRY(check_mic(token, response.target_info, exported));
    establish(exported, Sender::kServer);
    wipe(exported);
    return Step{{}, true};
  }

  /// Anonymous logins, LM alone and NTLMv1 (a response of 24 octets) are refused by what they are.
  static base::Status check_response_kind(const Authenticate& message) {
    if (message.nt_response.empty() && message.user.empty()) return {SEC_E_LOGON_DENIED, "anonymous NTLM logins are refused"};
    if (message.nt_response.empty()) return {SEC_E_LOGON_DENIED, "the NTLM client sent only an LM response, which is refused"};
    if (message.nt_response.size() == 24) return {SEC_E_LOGON_DENIED, "the client sent an NTLMv1 response; only NTLMv2 is accepted"};
    if (message.user.empty()) return {SEC_E_LOGON_DENIED, "the NTLM client sent no user name"};
    return {};
  }

  /// The account's response key; nullopt for an account that is admitted unverified.
  base::Result<std::optional<Key>> check_proof(const Authenticate& message, const NtlmV2Response& response) {
    const auto account = setup_.accounts.find(message.user, message.domain);
    const bool known = account && account->nt_hash;
    if (!known && setup_.options.allow_unverified) return std::optional<Key>();
    // An unknown account costs the same work, so that its answer takes as long.
    const NtHash hash = known ? *account->nt_hash : NtHash{};
    // A client that wrongly left the domain out of its key gets a second try (3.2.5.1.2).
    for (const std::string_view domain : {std::string_view(message.domain), std::string_view()}) {
      const Key key = response_key(hash, message.user, domain);
      const Key expected = proof(key, server_challenge_, response.temp);
      if (!equal_constant_time(security::view(expected), response.proof) || !known) continue;
      peer_.account = *account;
      return std::optional(key);
    }
    return base::fail(SEC_E_LOGON_DENIED, fmt::format("{} for {}{}{} at {}", known ? "wrong password" : "no account", message.domain,
                                                      message.domain.empty() ? "" : "\\", message.user, setup_.peer_address));
  }

  base::Status check_channel_bindings(const AvPairs& info) const {
    const std::string& ours = setup_.options.channel_bindings;
    const auto sent = info.find(Av::kChannelBindings);
    const bool has = sent && *sent != std::string_view("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    if (!ours.empty()) {
      if (!has || !equal_constant_time(*sent, security::view(channel_bindings_hash(ours)))) {
        return {SEC_E_BAD_BINDINGS, "the NTLM client is bound to another channel than this one"};
      }
    } else if (setup_.options.require_channel_bindings && !has) {
      return {SEC_E_BAD_BINDINGS, "the NTLM client sent no channel bindings"};
    }
    return {};
  }

  base::Status check_mic(std::string_view token, const AvPairs& info, const Key& exported) {
    had_mic_ = (info.flags() & kAvFlagMic) != 0;
    if (!had_mic_) return {};
    if (token.size() < Authenticate::kMicOffset + Authenticate::kMicSize) {
      return {SEC_E_INVALID_TOKEN, "the NTLM client announced a MIC that its message has no room for"};
    }
    std::string zeroed(token);
    zeroed.replace(Authenticate::kMicOffset, Authenticate::kMicSize, Authenticate::kMicSize, '\0');
    const Key expected = message_mic(exported, negotiate_, challenge_, zeroed);
    if (!equal_constant_time(security::view(expected), token.substr(Authenticate::kMicOffset, Authenticate::kMicSize))) {
      return {SEC_E_MESSAGE_ALTERED, "the MIC of the NTLM exchange does not fit: a message was changed on its way"};
    }
    return {};
  }

  void fill_peer(const Authenticate& message, const NtlmV2Response& response) {
    peer_.mechanism = Provider::kNtlm;
    peer_.verified = !peer_.account.name.empty();
    peer_.user = peer_.verified ? peer_.account.name : message.user;
    peer_.domain = message.domain;
    peer_.workstation = message.workstation;
    if ((message.flags & flag::kIdentify) != 0) peer_.impersonation = Impersonation::kIdentify;
    const AvPairs& info = response.target_info;
    if (const auto name = info.find(Av::kTargetName); name && (info.flags() & kAvFlagUntrustedTarget) == 0) {
      peer_.target_name = base::utf16le_to_utf8(*name);
    }
    if (const auto bindings = info.find(Av::kChannelBindings)) {
      if (bindings->find_first_not_of('\0') != std::string_view::npos) peer_.channel_bindings = *bindings;
    }
    if (peer_.verified) peer_.account.sids.push_back(well_known::ntlm_authentication());
  }

  ServerSetup setup_;
  Challenge8 server_challenge_{};
  std::string negotiate_;
  std::string challenge_;
  std::string guess_;  // what the back-off counts it by, when it is one
};

}  // namespace
}  // namespace ntlm

base::Result<std::unique_ptr<Mechanism>> make_ntlm_server(ServerSetup setup) {
  TRY(crypto_ready());
  return std::make_unique<ntlm::NtlmServer>(std::move(setup));
}

}  // namespace security
