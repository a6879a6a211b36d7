// What NTLMv2 computes from a password (MS-NLMP 3.3.2, 3.4.5). All functions need crypto_ready() and are thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "security/crypto.h"
#include "security/ntlm_message.h"

namespace security::ntlm {

/// NTOWFv2 and LMOWFv2, which are the same.
Key response_key(const NtHash& hash, std::string_view user, std::string_view domain);

/// NTProofStr over temp.
Key proof(const Key& response_key, const Challenge8& server_challenge, std::string_view temp);

/// The 24 octets of LMv2_RESPONSE.
std::string lm_v2_response(const Key& response_key, const Challenge8& server_challenge, const Challenge8& client_challenge);

/// SessionBaseKey; with NTLMv2 also the KeyExchangeKey (3.4.5.1).
Key session_base_key(const Key& response_key, std::string_view proof);

/// RC4K(KeyExchangeKey, key): both ways.
Key exchange_key(const Key& key_exchange_key, const Key& key);

enum class Sender { kClient, kServer };
/// SIGNKEY and SEALKEY for extended session security with 128 bits (3.4.5.2, 3.4.5.3).
Key sign_key(const Key& exported_session_key, Sender sender);
Key seal_key(const Key& exported_session_key, Sender sender);

/// The MIC of an exchange (3.1.5.1.2): `authenticate` with its MIC field zeroed.
Key message_mic(const Key& exported_session_key, std::string_view negotiate, std::string_view challenge, std::string_view authenticate);

/// MD5 of a gss_channel_bindings_struct that has only application data (2.2.2.1, MsvAvChannelBindings).
Key channel_bindings_hash(std::string_view application_data);

}  // namespace security::ntlm
