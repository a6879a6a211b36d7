// SPNEGO, accepting side (RFC 4178, sections 4.2.2 and 5; MS-SPNG 3.2).
#include <algorithm>

#include "security/spnego_context.h"

namespace security {
namespace spnego {
namespace {

using State = Response::State;

class SpnegoServer final : public SpnegoContext {
 public:
  explicit SpnegoServer(ServerSetup setup) : setup_(std::move(setup)) {}

 protected:
  base::Result<Step> next(std::string_view token) override {
    if (raw_) return mechanism_->step(token);
    if (mechanism_) return proceed(token);
    if (token.starts_with("NTLMSSP")) {
      // Clients may send NTLM bare under the SPNEGO provider, and then go on so.
      raw_ = true;
      TRY_ASSIGN(mechanism_, make_ntlm_server(setup_));
      return mechanism_->step(token);
    }
    return begin(token);
  }

 private:
  base::Result<Step> begin(std::string_view octets) {
    TRY_ASSIGN(const Init init, parse_init(octets));
    mechanism_list_ = init.mechanism_list;
    TRY(choose(init.mechanisms));
    Response response;
    response.mechanism = chosen_;
    if (chosen_ != init.mechanisms.front()) {
      // The optimistic token is for a mechanism that we do not take: it is dropped, and the list must be signed (section 5, c).
      needs_mic_ = true;
      response.state = State::kRequestMic;
      return Step{build_response(response), false};
    }
    if (!init.token) {
      response.state = State::kAcceptIncomplete;
      return Step{build_response(response), false};
    }
    return run(*init.token, init.mic, std::move(response));
  }

  base::Result<Step> proceed(std::string_view octets) {
    TRY_ASSIGN(const Response request, parse_response(octets));
    if (request.state == State::kReject) return base::fail(SEC_E_LOGON_DENIED, "the client gave up the SPNEGO negotiation");
    if (!request.token && !mechanism_->done()) return base::fail(SEC_E_INVALID_TOKEN, "an SPNEGO response without a token");
    return run(request.token.value_or(std::string()), request.mic, {});
  }

  /// Feeds the mechanism, then handles the MIC of the list (section 5).
  base::Result<Step> run(std::string_view token, const std::optional<std::string>& mic, Response response) {
    if (!mechanism_->done()) {
      TRY_ASSIGN(Step inner, mechanism_->step(token));
      if (!inner.token.empty()) response.token = std::move(inner.token);
    }
    response.state = State::kAcceptIncomplete;
    if (!mechanism_->done()) return Step{build_response(response), false};
    if (mechanism_->demands_mech_list_mic()) needs_mic_ = true;
    if (mic) {
      TRY(mechanism_->verify_mech_list_mic(mechanism_list_, *mic));
      TRY_ASSIGN(response.mic, mechanism_->mech_list_mic(mechanism_list_));
    } else if (needs_mic_) {
      return base::fail(SEC_E_MESSAGE_ALTERED, "the client did not sign the list of mechanisms that it offered");
    }
    response.state = State::kAcceptCompleted;
    return Step{build_response(response), true};
  }

  /// The first of the client's mechanisms that we have.
  base::Status choose(const std::vector<std::string>& offered) {
    for (const std::string& mechanism : offered) {
      const bool kerberos = mechanism == oid::kKerberos || mechanism == oid::kMicrosoftKerberos;
      if (!kerberos && mechanism != oid::kNtlm) continue;
      if (kerberos && setup_.options.keytab.empty()) continue;
      TRY_ASSIGN(mechanism_, kerberos ? make_kerberos_server(setup_) : make_ntlm_server(setup_));
      chosen_ = mechanism;
      return {};
    }
    return {SEC_E_SECPKG_NOT_FOUND, setup_.options.keytab.empty() ? "the client offers no NTLM, and Kerberos has no keytab here"
                                                                  : "the client offers neither Kerberos nor NTLM"};
  }

  ServerSetup setup_;
  std::string chosen_;
  bool raw_ = false;
};

}  // namespace
}  // namespace spnego

base::Result<std::unique_ptr<Context>> make_spnego_server(ServerSetup setup) {
  return std::make_unique<spnego::SpnegoServer>(std::move(setup));
}

}  // namespace security
