// Errors of the host's objects: numbers of FACILITY_CONTROL with their texts.
#pragma once

#include <cstdint>
#include <string>

#include "scripting/coercion.h"

/// READ(auto x, outcome): the value of an Outcome, or return its failure from the enclosing function.
#ifndef READ
#define READ(lhs, expr) READ_(OWMI_CONCAT(owmi_read_, __LINE__), lhs, expr)
#define READ_(tmp, lhs, expr)                               \
  auto tmp = (expr);                                        \
  if (!tmp) return std::unexpected(std::move(tmp).error()); \
  lhs = *std::move(tmp)
#endif

namespace script::wsh {

enum WshError : std::uint16_t {
  kWshInvalidCall = 5,
  kWshSubscript = 9,
  kWshTypeMismatch = 13,
  kWshPermissionDenied = 70,
  kCannotCreate = 429,
  kNotFoundDuringAutomation = 432,
  kNoSuchAction = 445,
  kServerUnavailable = 462,
};

/// 0x800A0000 + number; the engine says which one it is when the text is empty.
inline std::unexpected<scripting::Failure> wsh_error(WshError number, std::string text = {}) {
  return scripting::failure(base::Hresult{0x800A0000U + number}, std::move(text));
}

}  // namespace script::wsh
