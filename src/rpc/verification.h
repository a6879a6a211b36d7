// The verification trailer behind the stub of a request (MS-RPCE 2.2.2.13).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "rpc/pdu.h"

namespace rpc {

/// What a trailer must say to be true.
struct VerificationFacts {
  std::uint32_t call_id = 0;
  std::uint16_t context_id = 0;
  std::uint16_t opnum = 0;
  bool header_signing = false;
  SyntaxId interface;
  SyntaxId transfer;
};

struct VerificationResult {
  std::size_t stub_size = 0;  // without the trailer and the padding before it that the signature's alignment made
  bool acceptable = true;     // false: a command contradicts the facts, or must be processed and is not known (fault 5)
};

/// Looks for a trailer at the end of a whole stub. Only octets that are a trailer from the signature to the end count as one, so that stub
/// data is not taken for it. `stub_size` is the whole stub without one.
VerificationResult check_verification(std::string_view stub, const VerificationFacts& facts);

}  // namespace rpc
