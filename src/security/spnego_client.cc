// SPNEGO, initiating side (RFC 4178, sections 4.2.1 and 5; MS-SPNG 3.3).
#include <fmt/format.h>

#include <algorithm>

#include "security/spnego_context.h"

namespace security {
namespace spnego {
namespace {

using State = Response::State;

class SpnegoClient final : public SpnegoContext {
 public:
  SpnegoClient(std::unique_ptr<Mechanism> kerberos, std::unique_ptr<Mechanism> ntlm) {
    if (kerberos) offers_.emplace_back(oid::kKerberos, std::move(kerberos));
    if (ntlm) offers_.emplace_back(oid::kNtlm, std::move(ntlm));
  }

 protected:
  base::Result<Step> next(std::string_view token) override {
    if (!mechanism_list_.empty()) return proceed(token);
    if (!token.empty()) return base::fail(SEC_E_INVALID_TOKEN, "an SPNEGO client speaks first");
    return begin();
  }

 private:
  base::Result<Step> begin() {
    // A Kerberos that cannot even start (no ticket, no KDC) is not offered.
    auto first = offers_.front().second->step({});
    while (!first && offers_.size() > 1) {
      offers_.erase(offers_.begin());
      first = offers_.front().second->step({});
    }
    TRY(first);
    Init init;
    for (const auto& [mechanism, context] : offers_) init.mechanisms.push_back(mechanism);
    init.mechanism_list = mechanism_list_ = build_mechanism_list(init.mechanisms);
    init.token = std::move(first->token);
    mechanism_ = std::move(offers_.front().second);
    current_ = init.mechanisms.front();
    return Step{build_init(init), false};
  }

  base::Result<Step> proceed(std::string_view octets) {
    TRY_ASSIGN(const Response answer, parse_response(octets));
    if (answer.state == State::kReject) return base::fail(SEC_E_LOGON_DENIED, "the server rejected the SPNEGO negotiation");
    if (answer.state == State::kRequestMic) needs_mic_ = true;
    const bool first_answer = std::exchange(awaiting_choice_, false);
    if (!answer.mechanism.empty() && answer.mechanism != current_) {
      if (!first_answer) return base::fail(SEC_E_INVALID_TOKEN, "the server changed the mechanism in the middle");
      return change_to(answer);
    }
    return mechanism_->done() ? finish(answer) : go_on(answer);
  }

  /// The server takes another mechanism of ours: start over with that one, and sign the list.
  base::Result<Step> change_to(const Response& answer) {
    const auto found = std::ranges::find(offers_, answer.mechanism, [](const auto& offer) { return offer.first; });
    if (found == offers_.end() || !found->second) {
      return base::fail(SEC_E_INVALID_TOKEN, "the server chose a mechanism that was not offered");
    }
    if (answer.token && !answer.token->empty()) {
      return base::fail(SEC_E_INVALID_TOKEN, "the server answered a mechanism that had not begun");
    }
    needs_mic_ = true;
    mechanism_ = std::move(found->second);
    current_ = answer.mechanism;
    TRY_ASSIGN(Step inner, mechanism_->step({}));
    Response out;
    out.token = std::move(inner.token);
    return Step{build_response(out), false};
  }

  base::Result<Step> go_on(const Response& answer) {
    if (!answer.token) return base::fail(SEC_E_INVALID_TOKEN, "the server's SPNEGO answer has no token");
    TRY_ASSIGN(Step inner, mechanism_->step(*answer.token));
    Response out;
    if (!inner.token.empty()) out.token = std::move(inner.token);
    if (mechanism_->done()) {
      if (mechanism_->demands_mech_list_mic()) needs_mic_ = true;
      if (answer.mic) {
        TRY(mechanism_->verify_mech_list_mic(mechanism_list_, *answer.mic));
        verified_ = true;
      }
      if (needs_mic_ || answer.mic) {
        TRY_ASSIGN(out.mic, mechanism_->mech_list_mic(mechanism_list_));
      }
    }
    if (answer.state == State::kAcceptCompleted) {
      // The server is content: only a mechanism that ends with its token, and no MIC of ours outstanding, ends here.
      if (!mechanism_->done() || out.token || out.mic) {
        return base::fail(SEC_E_INVALID_TOKEN, "the server completed the SPNEGO negotiation too early");
      }
      return Step{{}, true};
    }
    return Step{build_response(out), false};
  }

  /// The last answer, after the mechanism is done on our side.
  base::Result<Step> finish(const Response& answer) {
    if (answer.token && !answer.token->empty()) {
      return base::fail(SEC_E_INVALID_TOKEN, "the server goes on with a mechanism that is done");
    }
    if (answer.mic && !verified_) {
      TRY(mechanism_->verify_mech_list_mic(mechanism_list_, *answer.mic));
    } else if (needs_mic_ && !verified_) {
      return base::fail(SEC_E_MESSAGE_ALTERED, "the server did not sign the list of mechanisms");
    }
    if (answer.state != State::kAcceptCompleted) {
      return base::fail(SEC_E_INVALID_TOKEN, "the server did not complete the SPNEGO negotiation");
    }
    return Step{{}, true};
  }

  std::vector<std::pair<std::string, std::unique_ptr<Mechanism>>> offers_;
  std::string current_;
  bool awaiting_choice_ = true;
  bool verified_ = false;
};

}  // namespace
}  // namespace spnego

base::Result<std::unique_ptr<Context>> make_spnego_client(ClientOptions options, Credentials credentials) {
  std::unique_ptr<Mechanism> kerberos;
  std::unique_ptr<Mechanism> ntlm;
  base::Status status(SEC_E_NO_CREDENTIALS, "SPNEGO needs a Kerberos ticket cache or keytab, or a user with a password or NT hash");
  if (!credentials.ccache.empty() || !credentials.keytab.empty()) {
    auto made = make_kerberos_client(options, credentials);
    if (made) {
      kerberos = std::move(*made);
    } else {
      status = made.error();
    }
  }
  if (!credentials.user.empty() && (credentials.password || credentials.nt_hash)) {
    TRY_ASSIGN(ntlm, make_ntlm_client(std::move(options), std::move(credentials)));
  }
  if (!kerberos && !ntlm) return base::fail(std::move(status));
  return std::make_unique<spnego::SpnegoClient>(std::move(kerberos), std::move(ntlm));
}

}  // namespace security
