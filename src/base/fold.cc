// Case folding of utf.h. Names are nearly always ASCII: those never leave the eight-octet loops.
#include <algorithm>
#include <iterator>

#include "base/upper_table.h"
#include "base/utf.h"
#include "base/utf_ascii.h"

namespace base {
namespace {

using internal::kUpperRuns;
using internal::UpperRun;

constexpr char32_t upper_from_runs(char32_t code_point) {
  if (code_point > 0xFFFF) return code_point;
  const auto* run = std::ranges::lower_bound(kUpperRuns, code_point, {}, [](const UpperRun& r) { return char32_t{r.last}; });
  if (run == std::end(kUpperRuns) || code_point < run->first || (code_point - run->first) % run->stride != 0) return code_point;
  return static_cast<char32_t>(static_cast<std::int32_t>(code_point) + run->delta);
}

constexpr std::array<char16_t, 256> make_upper_latin1() {
  std::array<char16_t, 256> table{};
  for (unsigned i = 0; i < 256; ++i) {
    table[i] = static_cast<char16_t>(i < 0x80 ? (i >= 'a' && i <= 'z' ? i - 32 : i) : upper_from_runs(i));
  }
  return table;
}

// Walks two texts whose ASCII prefixes were compared already.
std::strong_ordering compare_folded(std::string_view a, std::string_view b) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    const char32_t left = to_upper(next_code_point(a, i));
    const char32_t right = to_upper(next_code_point(b, j));
    if (left != right) return left <=> right;
  }
  return (a.size() - i != 0) <=> (b.size() - j != 0);
}

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// `upper`: maps each word; only ASCII may be mapped by upper8.
template <class Upper>
std::uint64_t hash_words(std::string_view text, Upper upper) {
  std::uint64_t hash = 0x9E3779B97F4A7C15U ^ text.size();
  const char* data = text.data();
  std::size_t left = text.size();
  for (; left >= 8; data += 8, left -= 8) hash = mix(hash ^ upper(internal::load8(data)), 0xA0761D6478BD642FU);
  if (left != 0) hash = mix(hash ^ upper(internal::load_tail(data, left)), 0xE7037ED1A0B428DBU);
  return mix(hash, 0x8EBC6AF09C88C6E3U);
}

}  // namespace

constinit const std::array<char16_t, 256> kUpperLatin1 = make_upper_latin1();

char32_t to_upper(char32_t code_point) { return code_point < 256 ? kUpperLatin1[code_point] : upper_from_runs(code_point); }

std::string fold_case(std::string_view text) {
  std::string out(text.size(), '\0');
  std::size_t i = 0;
  for (; i < text.size() && static_cast<unsigned char>(text[i]) < 0x80; ++i) out[i] = internal::upper_ascii(text[i]);
  if (i == text.size()) return out;
  out.resize(i);
  while (i < text.size()) append_code_point(out, to_upper(next_code_point(text, i)));
  return out;
}

bool equal_ignore_case(std::string_view a, std::string_view b) {
  // Equal sizes are usual; folding can change the length of a sequence, so unequal sizes decide nothing yet.
  const std::size_t common = std::min(a.size(), b.size());
  std::size_t i = 0;
  for (; i + 8 <= common; i += 8) {
    const std::uint64_t left = internal::load8(a.data() + i);
    const std::uint64_t right = internal::load8(b.data() + i);
    if (((left | right) & internal::kHighBits) != 0) return compare_folded(a.substr(i), b.substr(i)) == 0;
    if (left != right && internal::upper8(left) != internal::upper8(right)) return false;
  }
  if (i < common) {
    const std::uint64_t left = internal::load_tail(a.data() + i, common - i);
    const std::uint64_t right = internal::load_tail(b.data() + i, common - i);
    if (((left | right) & internal::kHighBits) != 0) return compare_folded(a.substr(i), b.substr(i)) == 0;
    if (internal::upper8(left) != internal::upper8(right)) return false;
  }
  return a.size() == b.size();
}

std::strong_ordering compare_ignore_case(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  std::size_t i = 0;
  for (; i < common; ++i) {
    if (static_cast<unsigned char>(a[i]) >= 0x80 || static_cast<unsigned char>(b[i]) >= 0x80) break;
    const char left = internal::upper_ascii(a[i]);
    const char right = internal::upper_ascii(b[i]);
    if (left != right) return left <=> right;
  }
  return compare_folded(a.substr(i), b.substr(i));
}

bool starts_with_ignore_case(std::string_view text, std::string_view prefix) {
  std::size_t i = 0;
  for (std::size_t j = 0; j < prefix.size();) {
    if (i == text.size() || to_upper(next_code_point(text, i)) != to_upper(next_code_point(prefix, j))) return false;
  }
  return true;
}

std::uint64_t hash_ignore_case(std::string_view text) {
  if (is_ascii(text)) return hash_words(text, internal::upper8);
  return hash_words(fold_case(text), [](std::uint64_t word) { return word; });
}

}  // namespace base
