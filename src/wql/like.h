// The pattern of LIKE (MS-WMI 2.2.1.1): % any run, _ one character, [a-f], [a=f], [abc], [^...]; no regard to case.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "cim/value.h"

namespace wql {

/// True when the text has a character that LIKE gives a meaning: % _ [.
bool has_like_meta(std::string_view text);

/// A compiled pattern. Immutable, thread-safe. Time is proportional to the text: each part between two % is searched once, forwards.
class LikePattern {
 public:
  LikePattern() = default;
  /// Errors: WBEM_E_INVALID_QUERY for a set without ] or without members, WBEM_E_QUOTA_VIOLATION for more than kMaxMixed characters
  /// between two % when _ or sets are among them.
  static base::Result<LikePattern> compile(std::string_view utf8);
  bool matches(const cim::Text& row) const;

  static constexpr std::size_t kMaxMixed = 256;

 private:
  struct Set {
    std::bitset<256> latin1;  // members among Latin-1, negation applied
    std::vector<std::pair<char32_t, char32_t>> ranges;
    bool negated = false;
    void finish();
    bool contains(char32_t point) const;
    bool lists(char32_t point) const;
  };
  enum class Kind : std::uint8_t { kLiteral, kAny, kSet };
  struct Element {
    Kind kind = Kind::kLiteral;
    std::int16_t byte = -1;  // kLiteral: its value in kFoldByte, -1 when no Latin-1 letter is it
    char32_t literal = 0;    // kLiteral: folded; kSet: index
  };
  /// What stands between two %.
  struct Part {
    std::uint32_t begin = 0, count = 0;
    bool literal = true;
    std::vector<std::uint32_t> failure;  // Knuth-Morris-Pratt, for long literals only
  };
  struct Latin1;
  struct Points;

  base::Status read_set(std::u32string_view pattern, std::size_t& at);
  base::Status close_part(std::size_t begin);
  void add_literal(char32_t point);
  template <class Units>
  bool run(const Units& units) const;
  template <class Units>
  bool part_at(const Units& units, const Part& part, std::size_t at) const;
  template <class Units>
  std::size_t find(const Units& units, const Part& part, std::size_t from, std::size_t end) const;
  template <class Units>
  std::size_t find_long(const Units& units, const Part& part, std::size_t from, std::size_t end) const;

  std::vector<Element> elements_;
  std::vector<Part> parts_;  // without the empty ones
  std::vector<Set> sets_;
  bool open_front_ = false;  // begins with %
  bool open_back_ = false;
  bool open_ = false;  // has a % at all
};

}  // namespace wql
