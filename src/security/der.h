// As much of DER (X.690) as SPNEGO needs: tag, length, content.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace security::der {

inline constexpr std::uint8_t kOctetString = 0x04;
inline constexpr std::uint8_t kOid = 0x06;
inline constexpr std::uint8_t kEnumerated = 0x0A;
inline constexpr std::uint8_t kSequence = 0x30;
inline constexpr std::uint8_t kApplication0 = 0x60;
constexpr std::uint8_t context(unsigned number) { return static_cast<std::uint8_t>(0xA0U | number); }

struct Element {
  std::uint8_t tag = 0;
  std::string_view content;
  std::string_view whole;  // with tag and length
};

/// Walks through elements that stand side by side. Nothing is copied; nesting is the caller's loop, so depth is bounded by it.
class Reader {
 public:
  explicit Reader(std::string_view octets) : rest_(octets) {}
  bool at_end() const { return rest_.empty(); }
  /// The next element; nullopt when it is malformed: a length beyond the end, indefinite, above four octets, or a tag number above 30.
  /// Lengths in more octets than needed are accepted (BER), as some peers send them.
  std::optional<Element> next();
  /// The next element when it has this tag, else nullopt and nothing is consumed.
  std::optional<Element> next(std::uint8_t tag);

 private:
  std::string_view rest_;
};

/// Appends one element with the shortest length form.
void append(std::string& out, std::uint8_t tag, std::string_view content);
std::string element(std::uint8_t tag, std::string_view content);

}  // namespace security::der
