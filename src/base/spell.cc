#include "base/spell.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/utf.h"

namespace base {
namespace {

// A word longer than this is no misspelt name; the bound keeps the quadratic comparison small.
constexpr std::size_t kMaxWord = 256;

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
  const std::size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (difference > limit || a.size() > kMaxWord || b.size() > kMaxWord) return limit + 1;
  const std::string left = fold_case(a);
  const std::string right = fold_case(b);
  std::vector<std::size_t> before(right.size() + 1);
  std::vector<std::size_t> previous(right.size() + 1);
  std::vector<std::size_t> current(right.size() + 1);
  for (std::size_t j = 0; j <= right.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
      if (swapped) current[j] = std::min(current[j], before[j - 2] + 1);
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return std::min(previous[right.size()], limit + 1);
}

Speller::Speller(std::string_view word) : word_(word), limit_(std::max<std::size_t>(1, word.size() / 3)) {}

void Speller::offer(std::string_view candidate) {
  const std::size_t distance = edit_distance(word_, candidate, limit_);
  if (distance > limit_ || (distance == limit_ && !best_.empty())) return;
  best_ = candidate;
  limit_ = distance;
}

std::optional<std::string> closest(std::string_view word, std::span<const std::string> candidates) {
  Speller speller(word);
  for (const std::string& candidate : candidates) speller.offer(candidate);
  if (speller.best().empty()) return std::nullopt;
  return speller.best();
}

}  // namespace base
