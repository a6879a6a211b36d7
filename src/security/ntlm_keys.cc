#include "security/ntlm_keys.h"

#include "base/bytes.h"
#include "base/utf.h"

namespace security::ntlm {
namespace {

// The constants of 3.4.5.2 and 3.4.5.3 end with a NUL octet that belongs to them.
template <std::size_t N>
constexpr std::string_view with_nul(const char (&text)[N]) {
  return {text, N};
}
constexpr std::string_view kClientSign = with_nul("session key to client-to-server signing key magic constant");
constexpr std::string_view kServerSign = with_nul("session key to server-to-client signing key magic constant");
constexpr std::string_view kClientSeal = with_nul("session key to client-to-server sealing key magic constant");
constexpr std::string_view kServerSeal = with_nul("session key to server-to-client sealing key magic constant");

}  // namespace

Key response_key(const NtHash& hash, std::string_view user, std::string_view domain) {
  // Only the user is upper-cased; the domain counts as it was sent.
  std::string name = base::utf8_to_utf16le(base::fold_case(user));
  base::append_as_utf16le(name, domain);
  return hmac_md5(security::view(hash), {name});
}

Key proof(const Key& response_key, const Challenge8& server_challenge, std::string_view temp) {
  return hmac_md5(security::view(response_key), {view(server_challenge), temp});
}

std::string lm_v2_response(const Key& response_key, const Challenge8& server_challenge, const Challenge8& client_challenge) {
  const Key mac = hmac_md5(security::view(response_key), {view(server_challenge), view(client_challenge)});
  return std::string(security::view(mac)) + std::string(view(client_challenge));
}

Key session_base_key(const Key& response_key, std::string_view proof) { return hmac_md5(security::view(response_key), {proof}); }

Key exchange_key(const Key& key_exchange_key, const Key& key) {
  Key out = key;
  Rc4(key_exchange_key).apply(out);
  return out;
}

Key sign_key(const Key& exported_session_key, Sender sender) {
  return md5({security::view(exported_session_key), sender == Sender::kClient ? kClientSign : kServerSign});
}

Key seal_key(const Key& exported_session_key, Sender sender) {
  return md5({security::view(exported_session_key), sender == Sender::kClient ? kClientSeal : kServerSeal});
}

Key message_mic(const Key& exported_session_key, std::string_view negotiate, std::string_view challenge, std::string_view authenticate) {
  return hmac_md5(security::view(exported_session_key), {negotiate, challenge, authenticate});
}

Key channel_bindings_hash(std::string_view application_data) {
  // Address types and lengths of both ends are zero, then the counted data.
  std::string counted;
  base::ByteWriter writer(counted);
  writer.fill(16);
  writer.u32(static_cast<std::uint32_t>(application_data.size()));
  return md5({counted, application_data});
}

}  // namespace security::ntlm
