#include "wql/folded.h"

#include <algorithm>

#include "base/utf.h"

namespace wql {
namespace {

std::array<std::uint8_t, 256> make_fold_table() {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const char16_t upper = base::kUpperLatin1[i];
    table[i] = static_cast<std::uint8_t>(upper < 256 ? upper : i);
  }
  return table;
}

}  // namespace

const std::array<std::uint8_t, 256> kFoldByte = make_fold_table();

int byte_of_folded(char32_t folded) {
  for (unsigned i = 0xB5; folded > 0xFF && i < 256; ++i) {
    if (base::kUpperLatin1[i] == folded) return static_cast<int>(i);
  }
  return folded <= 0xFF && base::kUpperLatin1[folded] == folded ? static_cast<int>(folded) : -1;
}

char32_t next_point(const cim::Text& text, std::uint32_t& i) {
  const char32_t unit = text.unit(i++);
  if (!text.wide() || unit < 0xD800 || unit >= 0xDC00 || i == text.length()) return unit;
  const char32_t low = text.unit(i);
  if (low < 0xDC00 || low >= 0xE000) return unit;
  ++i;
  return 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00);
}

FoldedText::FoldedText(std::string_view utf8) {
  for (std::size_t at = 0; at < utf8.size();) {
    const char32_t point = base::to_upper(base::next_code_point(utf8, at));
    points_ += point;
    units_ += point > 0xFFFF ? 2 : 1;
    const int byte = byte_of_folded(point);
    has_bytes_ = has_bytes_ && byte >= 0;
    bytes_ += static_cast<char>(byte);
  }
}

bool FoldedText::equals(const cim::Text& row) const {
  if (!row.wide()) {
    if (!has_bytes_ || row.size() != bytes_.size()) return false;
    const std::uint8_t* data = row.data();
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
      if (kFoldByte[data[i]] != static_cast<std::uint8_t>(bytes_[i])) return false;
    }
    return true;
  }
  // Simple folding keeps the number of units.
  return row.length() == units_ && order_of(row) == std::strong_ordering::equal;
}

std::strong_ordering FoldedText::order_of(const cim::Text& row) const {
  std::uint32_t i = 0;
  for (const char32_t point : points_) {
    if (i == row.length()) return std::strong_ordering::less;
    const char32_t other = row.wide() ? base::to_upper(next_point(row, i)) : base::kUpperLatin1[row.data()[i++]];
    if (other != point) return other <=> point;
  }
  return i == row.length() ? std::strong_ordering::equal : std::strong_ordering::greater;
}

OwnedText::OwnedText(std::string_view utf8) {
  if (auto latin1 = base::utf8_to_latin1(utf8)) {
    octets_ = *std::move(latin1);
  } else {
    octets_ = base::utf8_to_utf16le(utf8);
    wide_ = true;
  }
}

}  // namespace wql
