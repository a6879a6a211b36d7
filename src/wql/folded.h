// Comparison of text in place (Latin-1 or UTF-16LE octets) with constants, without regard to case. Thread-safe once made.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "cim/value.h"

namespace wql {

/// Latin-1 folded within 256 values: the capital, except that the two letters whose capital lies outside keep their own code.
extern const std::array<std::uint8_t, 256> kFoldByte;

/// The folded code point as the value that kFoldByte gives its Latin-1 letters, or -1 when no Latin-1 letter folds to it.
int byte_of_folded(char32_t folded);

/// The code point at unit `i`, which moves on; surrogate pairs are joined.
char32_t next_point(const cim::Text& text, std::uint32_t& i);

/// A constant in folded form.
class FoldedText {
 public:
  FoldedText() = default;
  explicit FoldedText(std::string_view utf8);
  bool equals(const cim::Text& row) const;
  /// Order of the row relative to this, by folded code points.
  std::strong_ordering order_of(const cim::Text& row) const;

 private:
  std::u32string points_;
  std::string bytes_;      // the same for Latin-1 rows
  bool has_bytes_ = true;  // else no Latin-1 row is equal
  std::uint32_t units_ = 0;
};

/// Text made from UTF-8, for values that are computed rather than stored.
class OwnedText {
 public:
  explicit OwnedText(std::string_view utf8);
  cim::Text text() const {
    return {reinterpret_cast<const std::uint8_t*>(octets_.data()), static_cast<std::uint32_t>(octets_.size()), wide_};
  }

 private:
  std::string octets_;
  bool wide_ = false;
};

}  // namespace wql
