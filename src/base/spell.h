// "Did you mean": the candidate nearest to a misspelt word.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace base {

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`, case ignored; `limit + 1` when more
/// than `limit` are needed.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

/// The nearest of many candidates, offered one by one: `Speller s(word); for (...) s.offer(name); s.best()`.
class Speller {
 public:
  explicit Speller(std::string_view word);
  void offer(std::string_view candidate);
  /// Empty when none is near enough (a third of the word's length, at least one edit). The first of equals wins.
  const std::string& best() const { return best_; }

 private:
  std::string word_;
  std::string best_;
  std::size_t limit_;
};

std::optional<std::string> closest(std::string_view word, std::span<const std::string> candidates);

}  // namespace base
