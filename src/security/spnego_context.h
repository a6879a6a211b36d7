// What both sides of SPNEGO share: the chosen mechanism does the protection.
#pragma once

#include <memory>
#include <string>

#include "security/mechanism.h"
#include "security/spnego_token.h"

namespace security::spnego {

class SpnegoContext : public Context {
 public:
  base::Result<Step> step(std::string_view token) final;
  bool done() const final { return done_; }
  const Peer& peer() const final { return mechanism_->peer(); }
  std::string_view session_key() const final { return mechanism_->session_key(); }
  std::size_t signature_size(Level level) const final { return mechanism_->signature_size(level); }
  base::Status protect(Level level, HeaderSigning header_signing, const Pdu& pdu, std::span<char> signature) final;
  base::Status unprotect(Level level, HeaderSigning header_signing, const Pdu& pdu, std::string_view signature) final;
  base::Result<ExportedSession> export_session() final;

 protected:
  virtual base::Result<Step> next(std::string_view token) = 0;

  std::unique_ptr<Mechanism> mechanism_;  // the one that is tried or chosen
  std::string mechanism_list_;
  bool needs_mic_ = false;  // another mechanism than the first was taken, or the peer asked: the list must be signed by both

 private:
  bool done_ = false;
  bool failed_ = false;
};

}  // namespace security::spnego
