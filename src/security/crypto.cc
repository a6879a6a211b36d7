#include "security/crypto.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include <new>

#include "base/utf.h"
#include "security/sspi_status.h"

namespace security {
namespace {

/// A library context of our own: the process-wide one keeps the providers that its configuration file names.
struct Library {
  OSSL_LIB_CTX* context = nullptr;
  EVP_MD* md4 = nullptr;
  EVP_MD* md5 = nullptr;
  EVP_CIPHER* rc4 = nullptr;
  EVP_MAC* hmac = nullptr;

  Library() {
    context = OSSL_LIB_CTX_new();
    if (!context) return;
    default_ = OSSL_PROVIDER_load(context, "default");
    legacy_ = OSSL_PROVIDER_load(context, "legacy");
    md4 = EVP_MD_fetch(context, "MD4", nullptr);
    md5 = EVP_MD_fetch(context, "MD5", nullptr);
    rc4 = EVP_CIPHER_fetch(context, "RC4", nullptr);
    hmac = EVP_MAC_fetch(context, "HMAC", nullptr);
  }
  ~Library() {
    EVP_MD_free(md4);
    EVP_MD_free(md5);
    EVP_CIPHER_free(rc4);
    EVP_MAC_free(hmac);
    if (legacy_) OSSL_PROVIDER_unload(legacy_);
    if (default_) OSSL_PROVIDER_unload(default_);
    OSSL_LIB_CTX_free(context);
  }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  bool complete() const { return md4 && md5 && rc4 && hmac; }

 private:
  OSSL_PROVIDER* default_ = nullptr;
  OSSL_PROVIDER* legacy_ = nullptr;
};

const Library& library() {
  static const Library instance;
  return instance;
}

void require(bool ok) {
  if (!ok) throw std::bad_alloc();
}

const unsigned char* octets_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* octets_of(std::span<char> out) { return reinterpret_cast<unsigned char*>(out.data()); }

Key digest(const EVP_MD* algorithm, std::initializer_list<std::string_view> parts) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  require(context && EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1);
  for (const std::string_view part : parts) require(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  Key out;
  require(EVP_DigestFinal_ex(context.get(), octets_of(out), nullptr) == 1);
  return out;
}

EVP_MAC_CTX* new_hmac(std::string_view key) {
  std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context(EVP_MAC_CTX_new(library().hmac), &EVP_MAC_CTX_free);
  char name[] = "MD5";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0), OSSL_PARAM_construct_end()};
  require(context && EVP_MAC_init(context.get(), octets_of(key), key.size(), parameters) == 1);
  return context.release();
}

Key run_hmac(EVP_MAC_CTX* context, std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts) require(EVP_MAC_update(context, octets_of(part), part.size()) == 1);
  Key out;
  std::size_t size = 0;
  require(EVP_MAC_final(context, octets_of(out), &size, out.size()) == 1 && size == out.size());
  return out;
}

}  // namespace

base::Status crypto_ready() {
  if (library().complete()) return {};
  return {SEC_E_SECPKG_NOT_FOUND, "NTLM needs MD4 and RC4 from OpenSSL's legacy provider (legacy.so), which cannot be loaded"};
}

Key md4(std::string_view octets) { return digest(library().md4, {octets}); }
Key md5(std::initializer_list<std::string_view> parts) { return digest(library().md5, parts); }

Key hmac_md5(std::string_view key, std::initializer_list<std::string_view> parts) {
  const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context(new_hmac(key), &EVP_MAC_CTX_free);
  return run_hmac(context.get(), parts);
}

NtHash nt_hash(std::string_view password) {
  std::string text = base::utf8_to_utf16le(password);
  const NtHash out = md4(text);
  wipe(text);
  return out;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(std::span<char> secret) { OPENSSL_cleanse(secret.data(), secret.size()); }

void HmacMd5::Free::operator()(evp_mac_ctx_st* context) const { EVP_MAC_CTX_free(context); }

HmacMd5::HmacMd5(const Key& key) : context_(new_hmac(view(key))) {}

Key HmacMd5::compute(std::initializer_list<std::string_view> parts) {
  // Without a key it starts over with the one that it has.
  require(EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1);
  return run_hmac(context_.get(), parts);
}

void Rc4::Free::operator()(evp_cipher_ctx_st* context) const { EVP_CIPHER_CTX_free(context); }

Rc4::Rc4(const Key& key) : key_(key), context_(EVP_CIPHER_CTX_new()) {
  require(context_ != nullptr);
  require(EVP_EncryptInit_ex2(context_.get(), library().rc4, nullptr, nullptr, nullptr) == 1);
  restart();
}

void Rc4::restart() { require(EVP_EncryptInit_ex2(context_.get(), nullptr, octets_of(std::span<char>(key_)), nullptr, nullptr) == 1); }

void Rc4::apply(std::span<char> octets) {
  if (octets.empty()) return;
  int size = 0;
  require(EVP_EncryptUpdate(context_.get(), octets_of(octets), &size, octets_of(octets), static_cast<int>(octets.size())) == 1);
}

}  // namespace security
