#include "rpc/fragment.h"

#include <utility>

#include "base/bytes.h"

namespace rpc {
namespace {

constexpr std::size_t kConnectToken = 16;
constexpr std::size_t kLeastSpace = 4096;
constexpr std::size_t kSmallBuffer = 8192;
constexpr std::size_t kLargeBuffer = 128 << 10;
constexpr unsigned kManySmallReads = 64;

std::size_t token_size(const Protection& protection) {
  if (!protection.auth) return 0;
  const security::Level level = protection.auth->effective_level();
  if (level == security::Level::kConnect) return protection.token_at_connect ? kConnectToken : 0;
  return protection.auth->context->signature_size(level);
}

}  // namespace

std::size_t stub_capacity(std::size_t max_fragment, std::size_t header_size, const Protection& protection) {
  const std::size_t token = token_size(protection);
  if (token == 0) return max_fragment - header_size;
  return (max_fragment - header_size - kTrailerSize - token) & ~(kBodyAlignment - 1);
}

base::Status finish_fragment(std::string& out, std::size_t start, std::size_t header_size, const Protection& protection) {
  const std::size_t token = token_size(protection);
  const std::size_t stub = out.size() - start - header_size;
  if (token != 0) {
    const std::size_t pad = (kBodyAlignment - stub % kBodyAlignment) % kBodyAlignment;
    out.append(pad, '\0');
    base::ByteWriter trailer(out);
    trailer.u8(protection.auth->type);
    trailer.u8(protection.auth->level);
    trailer.u8(static_cast<std::uint8_t>(pad));
    trailer.u8(0);
    trailer.u32(protection.auth->id);
    trailer.fill(token);
  }
  const auto length = static_cast<std::uint16_t>(out.size() - start);
  const auto auth_length = static_cast<std::uint16_t>(token);
  std::memcpy(out.data() + start + 8, &length, 2);
  std::memcpy(out.data() + start + 10, &auth_length, 2);
  if (token == 0) return {};
  if (protection.auth->effective_level() == security::Level::kConnect) {
    out[out.size() - token] = 1;  // the form of an NTLM signature with nothing in it; nobody verifies it
    return {};
  }
  char* pdu = out.data() + start;
  const std::size_t trailer_at = length - token - kTrailerSize;
  const security::Pdu segments{{pdu, header_size}, {pdu + header_size, trailer_at - header_size}, {pdu + trailer_at, kTrailerSize}};
  return protection.auth->context->protect(protection.auth->effective_level(), protection.header_signing, segments,
                                           {pdu + length - token, token});
}

base::Result<std::string_view> open_fragment(std::span<char> pdu, std::size_t header_size, const AuthSegment& segment,
                                             const Protection& protection) {
  const std::span<char> body = pdu.subspan(header_size, segment.offset - header_size);
  const security::Pdu segments{{pdu.data(), header_size}, body, {pdu.data() + segment.offset, kTrailerSize}};
  TRY(protection.auth->context->unprotect(protection.auth->effective_level(), protection.header_signing, segments, segment.token));
  return std::string_view(body.data(), body.size() - segment.pad_length);
}

std::span<char> InputBuffer::space() {
  if (begin_ == end_ && octets_.size() > kSmallBuffer && small_reads_ > kManySmallReads) {
    octets_ = std::string();
    begin_ = end_ = 0;
  }
  const bool grow = std::exchange(was_full_, false) && octets_.size() < kLargeBuffer;
  if (grow || octets_.size() - end_ < kLeastSpace) {
    if (begin_ > 0) {
      std::memmove(octets_.data(), octets_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    if (grow || octets_.size() - end_ < kLeastSpace) octets_.resize(std::max(octets_.size() * 2, kSmallBuffer));
  }
  return {octets_.data() + end_, octets_.size() - end_};
}

void InputBuffer::commit(std::size_t count) {
  end_ += count;
  was_full_ = end_ == octets_.size();
  small_reads_ = count > kSmallBuffer ? 0 : small_reads_ + 1;
}

void InputBuffer::consume(std::size_t count) {
  begin_ += count;
  if (begin_ == end_) begin_ = end_ = 0;
}

}  // namespace rpc
