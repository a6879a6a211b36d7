// MD4, MD5, HMAC-MD5 and RC4 from OpenSSL. Only for NTLM, whose format fixes them.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"

struct evp_mac_ctx_st;
struct evp_cipher_ctx_st;

namespace security {

using Key = std::array<char, 16>;
/// MD4 of a password's UTF-16 text: enough to log in with, so treat it like the password.
using NtHash = Key;

inline std::string_view view(const Key& key) { return {key.data(), key.size()}; }

/// SEC_E_SECPKG_NOT_FOUND unless OpenSSL's legacy provider (MD4, RC4) can be loaded. Thread-safe, loads once. Everything below
/// requires its success, is thread-safe (objects: one thread at a time), and throws std::bad_alloc when OpenSSL is out of memory.
base::Status crypto_ready();

Key md4(std::string_view octets);
Key md5(std::initializer_list<std::string_view> parts);
Key hmac_md5(std::string_view key, std::initializer_list<std::string_view> parts);

/// The NT hash of a UTF-8 password (MS-NLMP 3.3.1, NTOWFv1).
NtHash nt_hash(std::string_view password);

/// Compares without telling by its time where the first difference lies. Different sizes: false.
bool equal_constant_time(std::string_view a, std::string_view b);

/// Overwrites a secret that is no longer needed.
void wipe(std::span<char> secret);

/// HMAC-MD5 under one key for many messages; fetched and keyed once.
class HmacMd5 {
 public:
  explicit HmacMd5(const Key& key);
  Key compute(std::initializer_list<std::string_view> parts);

 private:
  struct Free {
    void operator()(evp_mac_ctx_st* context) const;
  };
  std::unique_ptr<evp_mac_ctx_st, Free> context_;
};

/// An RC4 stream.
class Rc4 {
 public:
  explicit Rc4(const Key& key);
  ~Rc4() { wipe(key_); }
  Rc4(Rc4&&) = default;
  Rc4& operator=(Rc4&&) = default;
  /// Encrypts or decrypts in place and moves on.
  void apply(std::span<char> octets);
  /// Back to the start of the stream.
  void restart();

 private:
  struct Free {
    void operator()(evp_cipher_ctx_st* context) const;
  };
  Key key_;
  std::unique_ptr<evp_cipher_ctx_st, Free> context_;
};

}  // namespace security
