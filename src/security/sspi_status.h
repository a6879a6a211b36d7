// HRESULT values of security packages (MS-ERREF 2.1.1), by their documented names.
#pragma once

#include "base/status.h"

namespace security {

inline constexpr base::Hresult SEC_E_UNSUPPORTED_FUNCTION{0x80090302};         // the negotiated features are below the policy
inline constexpr base::Hresult SEC_E_INTERNAL_ERROR{0x80090304};               // a step out of order, a context that is not established
inline constexpr base::Hresult SEC_E_SECPKG_NOT_FOUND{0x80090305};             // no mechanism in common, or a library is missing
inline constexpr base::Hresult SEC_E_INVALID_TOKEN{0x80090308};                // a token that breaks the format
inline constexpr base::Hresult SEC_E_LOGON_DENIED{0x8009030C};                 // unknown account, wrong password, refused kind of response
inline constexpr base::Hresult SEC_E_NO_CREDENTIALS{0x8009030E};               // nothing to authenticate with
inline constexpr base::Hresult SEC_E_MESSAGE_ALTERED{0x8009030F};              // a signature or MIC does not fit
inline constexpr base::Hresult SEC_E_OUT_OF_SEQUENCE{0x80090310};              // a replayed or skipped PDU
inline constexpr base::Hresult SEC_E_NO_AUTHENTICATING_AUTHORITY{0x80090311};  // no KDC answers
inline constexpr base::Hresult SEC_E_TARGET_UNKNOWN{0x80090303};               // the KDC does not know the service
inline constexpr base::Hresult SEC_E_TIME_SKEW{0x80090324};                    // clocks differ too much for Kerberos
inline constexpr base::Hresult SEC_E_BAD_BINDINGS{0x80090346};                 // GSS_S_BAD_BINDINGS: channel bindings differ or are missing

}  // namespace security
