// Errors as values: an HRESULT, what was wrong in words, and Result<T>.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "base/wbem_status.h"

namespace base {

/// True for a success or informational code (the severity bit of the HRESULT is clear).
constexpr bool succeeded(Hresult code) { return (static_cast<std::uint32_t>(code) & 0x80000000U) == 0; }
constexpr bool failed(Hresult code) { return !succeeded(code); }

/// Outcome of an operation: a code of MS-WMI 2.2.11 (or another HRESULT) and, on failure, one sentence for people: what was
/// wrong and what would be right, without the code and without a trailing newline. Default: WBEM_S_NO_ERROR.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Hresult code) : code_(code) {}  // NOLINT(google-explicit-constructor): a bare code is a status
  Status(Hresult code, std::string text) : code_(code), text_(std::move(text)) {}

  bool ok() const { return succeeded(code_); }
  explicit operator bool() const { return ok(); }
  Hresult code() const { return code_; }
  const std::string& text() const { return text_; }

  /// `0x80041010 WBEM_E_INVALID_CLASS: text`, the form in which programs print an error.
  std::string to_string() const;

 private:
  Hresult code_ = WBEM_S_NO_ERROR;
  std::string text_;
};

template <class T>
using Result = std::expected<T, Status>;

inline std::unexpected<Status> fail(Hresult code, std::string text = {}) { return std::unexpected(Status(code, std::move(text))); }
inline std::unexpected<Status> fail(Status status) { return std::unexpected(std::move(status)); }

namespace internal {
inline Status status_of(Status status) { return status; }
template <class T>
Status status_of(Result<T>&& result) {
  return std::move(result).error();
}
template <class T>
Status status_of(const Result<T>& result) {
  return result.error();
}
inline bool is_ok(const Status& status) { return status.ok(); }
template <class T>
bool is_ok(const Result<T>& result) {
  return result.has_value();
}
/// Converts to Status and to every Result<T>, so that one macro serves both kinds of function.
struct Propagate {
  Status status;
  operator Status() && { return std::move(status); }  // NOLINT(google-explicit-constructor)
  template <class T>
  operator std::expected<T, Status>() && {
    return std::unexpected(std::move(status));
  }  // NOLINT(google-explicit-constructor)
};
}  // namespace internal

}  // namespace base

/// TRY(expr): returns from the enclosing function when the Status or Result of `expr` is a failure.
#define TRY(expr)                                                                                                                   \
  do {                                                                                                                              \
    auto&& owmi_try_ = (expr);                                                                                                      \
    if (!::base::internal::is_ok(owmi_try_)) return ::base::internal::Propagate{::base::internal::status_of(std::move(owmi_try_))}; \
  } while (false)

#define OWMI_CONCAT_(a, b) a##b
#define OWMI_CONCAT(a, b) OWMI_CONCAT_(a, b)

/// TRY_ASSIGN(auto x, expr): the value of a Result, or return its error from the enclosing function. Not in coroutines.
#define TRY_ASSIGN(lhs, expr) TRY_ASSIGN_(OWMI_CONCAT(owmi_result_, __LINE__), lhs, expr)
#define TRY_ASSIGN_(tmp, lhs, expr)                                     \
  auto tmp = (expr);                                                    \
  if (!tmp) return ::base::internal::Propagate{std::move(tmp).error()}; \
  lhs = *std::move(tmp)
