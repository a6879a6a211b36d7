#include "rpc/verification.h"

#include "base/bytes.h"

namespace rpc {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kSignature = "\x8A\xE3\x13\x71\x02\xF4\x36\x71"sv;
constexpr std::uint16_t kBitmask = 1;
constexpr std::uint16_t kPresentationContext = 2;
constexpr std::uint16_t kHeader2 = 3;
constexpr std::uint16_t kTypeMask = 0x3FFF;
constexpr std::uint16_t kEnd = 0x4000;
constexpr std::uint16_t kMustProcess = 0x8000;
// Signature, the three commands that exist, and as many octets again for commands of the future.
constexpr std::size_t kSearched = 256;

SyntaxId read_syntax(base::ByteReader& in) {
  SyntaxId out;
  out.uuid = base::Guid::from_octets(in.bytes(16));
  out.major = in.u16();
  out.minor = in.u16();
  return out;
}

/// 2.2.2.13.2-4: whether a command of its right length agrees with the facts.
bool agrees(std::uint16_t type, std::string_view body, const VerificationFacts& facts) {
  base::ByteReader in(body);
  if (type == kBitmask && body.size() == 4) return (in.u32() & 1) == 0 || facts.header_signing;
  if (type == kPresentationContext && body.size() == 40) {
    const SyntaxId interface = read_syntax(in);
    return interface == facts.interface && read_syntax(in) == facts.transfer;
  }
  if (type == kHeader2 && body.size() == 16) {
    const bool is_request = in.u8() == static_cast<std::uint8_t>(PduType::kRequest);
    in.skip(3);
    const bool little_endian = (in.u32() & 0xF0) == 0x10;
    const bool same_call = in.u32() == facts.call_id;
    const bool same_context = in.u16() == facts.context_id;
    return is_request && little_endian && same_call && same_context && in.u16() == facts.opnum;
  }
  return false;
}

enum class Found { kNone, kGood, kBad };

/// Walks the commands behind a signature; what does not end with the stub is no trailer.
Found walk(std::string_view commands, const VerificationFacts& facts) {
  base::ByteReader in(commands);
  Found found = Found::kGood;
  for (;;) {
    const std::uint16_t command = in.u16();
    const std::uint16_t length = in.u16();
    const std::string_view body = in.bytes(length);
    if (!in.ok() || length % 4 != 0) return Found::kNone;
    const std::uint16_t type = command & kTypeMask;
    const bool known = type >= kBitmask && type <= kHeader2;
    if (known ? !agrees(type, body, facts) : (command & kMustProcess) != 0) found = Found::kBad;
    if ((command & kEnd) != 0) return in.remaining() < 4 ? found : Found::kNone;
  }
}

}  // namespace

VerificationResult check_verification(std::string_view stub, const VerificationFacts& facts) {
  const std::size_t first = stub.size() > kSearched ? stub.size() - kSearched : 0;
  const std::string_view tail = stub.substr(first);
  for (std::size_t at = tail.rfind(kSignature); at != std::string_view::npos; at = tail.rfind(kSignature, at - 1)) {
    const Found found = (first + at) % 4 == 0 ? walk(tail.substr(at + kSignature.size()), facts) : Found::kNone;
    if (found != Found::kNone) return {first + at, found == Found::kGood};
    if (at == 0) break;
  }
  return {stub.size(), true};
}

}  // namespace rpc
