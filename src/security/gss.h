// GSSAPI handles that release themselves, and its errors as Status. Inside this folder only.
#pragma once

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/status.h"

namespace security::gss {

/// Release: OM_uint32 (*)(OM_uint32* minor, T* handle).
template <class T, auto Release>
class Handle {
 public:
  Handle() = default;
  Handle(Handle&& other) noexcept : value_(std::exchange(other.value_, T{})) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Handle() { reset(); }
  T get() const { return value_; }
  T* out() {
    reset();
    return &value_;
  }
  T* in_out() { return &value_; }
  explicit operator bool() const { return value_ != T{}; }

 private:
  void reset() {
    OM_uint32 minor = 0;
    if (value_ != T{}) Release(&minor, &value_);
    value_ = T{};
  }
  T value_{};
};

inline OM_uint32 delete_context(OM_uint32* minor, gss_ctx_id_t* context) { return gss_delete_sec_context(minor, context, GSS_C_NO_BUFFER); }

using Name = Handle<gss_name_t, gss_release_name>;
using Credential = Handle<gss_cred_id_t, gss_release_cred>;
using SecurityContext = Handle<gss_ctx_id_t, delete_context>;

/// A buffer that GSSAPI fills.
class Buffer {
 public:
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() {
    OM_uint32 minor = 0;
    gss_release_buffer(&minor, &value_);
  }
  gss_buffer_t out() { return &value_; }
  std::string_view view() const { return {static_cast<const char*>(value_.value), value_.length}; }

 private:
  gss_buffer_desc value_ = GSS_C_EMPTY_BUFFER;
};

/// GSSAPI's descriptions are not const, although it does not write to inputs.
inline gss_buffer_desc input(std::string_view octets) { return {octets.size(), const_cast<char*>(octets.data())}; }

/// The failure of a call: `doing` says what was tried, the library's sentences follow.
base::Status failure(OM_uint32 major, OM_uint32 minor, std::string_view doing);

base::Result<Name> import_name(std::string_view text, gss_OID type);
base::Result<std::string> display_name(gss_name_t name);

}  // namespace security::gss
