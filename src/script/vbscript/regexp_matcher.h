// Compiled patterns of RegExp.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string_view>
#include <vector>

#include "script/vbscript/regexp_syntax.h"

namespace script::vbscript {

/// Start and end of a capture; start is kUnset for a group that took no part.
struct Capture {
  static constexpr std::uint32_t kUnset = 0xFFFFFFFF;
  std::uint32_t start = kUnset;
  std::uint32_t end = kUnset;
  bool operator==(const Capture&) const = default;
};

/// Immutable after compile; one thread at a time.
class RegexpMatcher {
 public:
  static constexpr std::uint32_t kMaxSteps = 10'000'000;  // of one search [(a*)*b]
  static constexpr std::uint32_t kMaxHeapKiB = 64 * 1024;

  /// As translate_regexp(); what PCRE2 refuses (too large, nested deeper than 250) is 5017.
  static std::expected<std::shared_ptr<const RegexpMatcher>, std::uint16_t> compile(std::u16string_view pattern, RegexpOptions options);
  ~RegexpMatcher();
  RegexpMatcher(const RegexpMatcher&) = delete;
  RegexpMatcher& operator=(const RegexpMatcher&) = delete;

  std::size_t groups() const { return groups_; }
  /// The first match at or behind `from`; the whole match first, then the groups. Empty: none. 28 over kMaxSteps or kMaxHeapKiB.
  std::expected<std::vector<Capture>, std::uint16_t> search(std::u16string_view text, std::size_t from) const;

 private:
  RegexpMatcher() = default;
  struct Parts;
  std::unique_ptr<Parts> parts_;
  std::size_t groups_ = 0;
};

}  // namespace script::vbscript
