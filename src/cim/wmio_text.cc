// Strings of MS-WMIO: the dictionary (2.2.80) and Encoded-String (2.2.78).
#include <array>

#include "base/utf.h"
#include "cim/wmio_wire.h"

namespace cim::wire {
namespace {

constexpr std::array<std::string_view, kDictionarySize> kWords = {"'",        "key",     "",         "read",  "write",  "volatile",
                                                                  "provider", "dynamic", "cimwin32", "DWORD", "CIMTYPE"};

const std::uint8_t* octets(std::string_view text) { return reinterpret_cast<const std::uint8_t*>(text.data()); }

}  // namespace

std::string_view dictionary(std::uint32_t n) { return kWords[n]; }

std::uint32_t dictionary_reference(std::string_view text) {
  if (text.size() > 8) return kNullRef;
  for (std::uint32_t n = 0; n < kDictionarySize; ++n) {
    if (kWords[n] == text) return kHighBit | n;
  }
  return kNullRef;
}

std::uint32_t dictionary_reference_ignoring_case(std::string_view text) {
  if (text.size() > 8) return kNullRef;
  for (std::uint32_t n = 0; n < kDictionarySize; ++n) {
    if (base::equal_ignore_case(kWords[n], text)) return kHighBit | n;
  }
  return kNullRef;
}

Text inline_text(const std::uint8_t* at, const std::uint8_t* end) {
  if (at >= end) return {};
  const bool wide = *at++ != 0;
  const auto room = static_cast<std::size_t>(end - at);
  if (!wide) {
    const void* nul = std::memchr(at, 0, room);
    const std::size_t size = nul ? static_cast<std::size_t>(static_cast<const std::uint8_t*>(nul) - at) : room;
    return {at, static_cast<std::uint32_t>(size), false};
  }
  std::size_t size = 0;
  while (size + 2 <= room && (at[size] != 0 || at[size + 1] != 0)) size += 2;
  return {at, static_cast<std::uint32_t>(size), true};
}

Text text_at(Heap heap, std::uint32_t reference) {
  if (reference < heap.size) [[likely]]
    return inline_text(heap.data + reference, heap.data + heap.size);
  if ((reference & kHighBit) == 0 || (reference & ~kHighBit) >= kDictionarySize) return {};
  const std::string_view word = kWords[reference & ~kHighBit];
  return {octets(word), static_cast<std::uint32_t>(word.size()), false};
}

void append_text(std::string& out, std::string_view utf8) {
  if (const std::size_t nul = utf8.find('\0'); nul != std::string_view::npos) utf8 = utf8.substr(0, nul);
  if (base::is_ascii(utf8)) {
    out += '\0';
    out += utf8;
    out += '\0';
  } else if (const auto latin1 = base::utf8_to_latin1(utf8)) {
    out += '\0';
    out += *latin1;
    out += '\0';
  } else {
    out += '\1';
    base::append_as_utf16le(out, utf8);
    out.append(2, '\0');
  }
}

std::uint32_t put_name(std::string& heap, std::string_view utf8) {
  const std::uint32_t known = dictionary_reference(utf8);
  return known != kNullRef ? known : put_text(heap, utf8);
}

std::uint32_t put_qualifier_name(std::string& heap, std::string_view utf8) {
  const std::uint32_t known = dictionary_reference_ignoring_case(utf8);
  return known != kNullRef ? known : put_text(heap, utf8);
}

std::uint32_t put_text(std::string& heap, std::string_view utf8) {
  const auto reference = static_cast<std::uint32_t>(heap.size());
  append_text(heap, utf8);
  return reference;
}

}  // namespace cim::wire
