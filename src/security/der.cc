#include "security/der.h"

namespace security::der {

std::optional<Element> Reader::next() {
  if (rest_.size() < 2) return std::nullopt;
  Element out;
  out.tag = static_cast<std::uint8_t>(rest_[0]);
  if ((out.tag & 0x1FU) == 0x1FU) return std::nullopt;
  std::size_t size = static_cast<std::uint8_t>(rest_[1]);
  std::size_t head = 2;
  if (size >= 0x80) {
    const std::size_t count = size & 0x7FU;
    if (count == 0 || count > 4 || rest_.size() < 2 + count) return std::nullopt;
    size = 0;
    for (std::size_t i = 0; i < count; ++i) size = size << 8U | static_cast<std::uint8_t>(rest_[2 + i]);
    head += count;
  }
  if (size > rest_.size() - head) return std::nullopt;
  out.content = rest_.substr(head, size);
  out.whole = rest_.substr(0, head + size);
  rest_.remove_prefix(head + size);
  return out;
}

std::optional<Element> Reader::next(std::uint8_t tag) {
  if (rest_.empty() || static_cast<std::uint8_t>(rest_[0]) != tag) return std::nullopt;
  return next();
}

void append(std::string& out, std::uint8_t tag, std::string_view content) {
  out += static_cast<char>(tag);
  const std::size_t size = content.size();
  if (size < 0x80) {
    out += static_cast<char>(size);
  } else {
    const int count = size < 0x100 ? 1 : size < 0x10000 ? 2 : size < 0x1000000 ? 3 : 4;
    out += static_cast<char>(0x80 | count);
    for (int i = count - 1; i >= 0; --i) out += static_cast<char>(size >> (8 * static_cast<unsigned>(i)));
  }
  out += content;
}

std::string element(std::uint8_t tag, std::string_view content) {
  std::string out;
  append(out, tag, content);
  return out;
}

}  // namespace security::der
