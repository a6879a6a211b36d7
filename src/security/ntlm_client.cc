// NTLMv2, client side (MS-NLMP 3.1.5.1).
#include "base/bytes.h"
#include "security/ntlm_context.h"

namespace security {
namespace ntlm {
namespace {

class NtlmClient final : public NtlmContext {
 public:
  NtlmClient(ClientOptions options, Credentials credentials, const NtHash& hash)
      : options_(std::move(options)), credentials_(std::move(credentials)), hash_(hash) {}
  ~NtlmClient() override { wipe(hash_); }

 protected:
  base::Result<Step> next(std::string_view token) override {
    if (negotiate_.empty()) {
      if (!token.empty()) return base::fail(SEC_E_INVALID_TOKEN, "an NTLM client speaks first");
      return start();
    }
    return answer(token);
  }

 private:
  base::Result<Step> start() {
    // 3.1.5.1.1: what every client asks for, then what the caller of this library needs. 56-bit keys are not offered.
    flags_ = flag::kRequestTarget | flag::kNtlm | flag::kAlwaysSign | flag::kVersion | kRequiredFlags | flag::kSign | flag::kSeal;
    if (options_.impersonation == Impersonation::kIdentify) flags_ |= flag::kIdentify;
    negotiate_ = build_negotiate(flags_);
    return Step{negotiate_, false};
  }

  base::Result<Step> answer(std::string_view octets) {
    // 3.1.5.1.2: the server's choice must be as strong as our policy.
    TRY_ASSIGN(const Challenge challenge, parse_challenge(octets));
    TRY(check_flags(challenge.flags, "server"));
    const AvPairs& info = challenge.target_info;
    if (!info.find(Av::kNbComputerName) || !info.find(Av::kNbDomainName)) {
      return base::fail(SEC_E_LOGON_DENIED, "the NTLM server does not name its computer and domain, so there is no NTLMv2 with it");
    }
    peer_.mechanism = Provider::kNtlm;
    peer_.domain = challenge.target_name;

    // Its time when it sends one, which also means: provide a MIC, and zeros for the LM response.
    const auto server_time = info.find(Av::kTimestamp);
    had_mic_ = server_time.has_value();
    const std::uint64_t time = server_time ? base::load_le<std::uint64_t>(*server_time, 0) : filetime_now(options_.clock);
    Challenge8 client_challenge;
    fill_random(options_.random, client_challenge);

    const Key key = response_key(hash_, credentials_.user, credentials_.domain);
    const std::string temp = build_v2_temp(time, client_challenge, target_info(info));
    const Key proof_octets = proof(key, challenge.server_challenge, temp);
    const std::string nt_response = std::string(security::view(proof_octets)) + temp;
    const std::string lm_response = had_mic_ ? std::string(24, '\0') : lm_v2_response(key, challenge.server_challenge, client_challenge);

    Key exported;
    fill_random(options_.random, exported);
    const Key encrypted = exchange_key(session_base_key(key, security::view(proof_octets)), exported);

    Authenticate message;
    message.flags = challenge.flags & (flags_ | flag::kTargetInfo);
    message.lm_response = lm_response;
    message.nt_response = nt_response;
    message.domain = credentials_.domain;
    message.user = credentials_.user;
    message.workstation = options_.workstation;
    message.encrypted_session_key = security::view(encrypted);
    std::string out = build_authenticate(message);
    if (had_mic_) {
      const Key mic = message_mic(exported, negotiate_, octets, out);
      out.replace(Authenticate::kMicOffset, Authenticate::kMicSize, security::view(mic));
    }
    establish(exported, Sender::kClient);
    wipe(exported);
    return Step{std::move(out), true};
  }

  /// The server's pairs with what the client adds (3.1.5.1.2, after the pseudocode).
  AvPairs target_info(const AvPairs& from_server) const {
    AvPairs out = from_server;
    std::uint32_t flags = out.flags();
    if (had_mic_) flags |= kAvFlagMic;
    if (!options_.target_name.empty() && options_.target_name_is_untrusted) flags |= kAvFlagUntrustedTarget;
    if (flags != 0) out.set_flags(flags);
    out.set(Av::kChannelBindings, options_.channel_bindings.empty()
                                      ? std::string(16, '\0')
                                      : std::string(security::view(channel_bindings_hash(options_.channel_bindings))));
    out.set_text(Av::kTargetName, options_.target_name);
    return out;
  }

  ClientOptions options_;
  Credentials credentials_;
  NtHash hash_;
  std::uint32_t flags_ = 0;
  std::string negotiate_;
};

}  // namespace
}  // namespace ntlm

base::Result<std::unique_ptr<Mechanism>> make_ntlm_client(ClientOptions options, Credentials credentials) {
  TRY(crypto_ready());
  if (credentials.user.empty() || (!credentials.password && !credentials.nt_hash)) {
    return base::fail(SEC_E_NO_CREDENTIALS, "NTLM needs a user name and a password or NT hash; there is no anonymous login");
  }
  const NtHash hash = credentials.nt_hash ? *credentials.nt_hash : nt_hash(*credentials.password);
  if (credentials.password) wipe(*credentials.password);
  credentials.password.reset();
  return std::make_unique<ntlm::NtlmClient>(std::move(options), std::move(credentials), hash);
}

}  // namespace security
