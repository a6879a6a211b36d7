// The parts of LMDB's page layout (data version 1, 64-bit, little-endian) that the page check reads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace repository::layout {

inline constexpr std::uint32_t kMagic = 0xBEEFC0DE;
inline constexpr std::uint32_t kVersion = 1;
inline constexpr std::size_t kPageHead = 16;
inline constexpr std::size_t kTreeSize = 48;
inline constexpr std::size_t kMetaSize = kPageHead + 24 + 2 * kTreeSize + 16;
inline constexpr int kMaxDepth = 32;
inline constexpr std::uint16_t kBranch = 0x01, kLeaf = 0x02, kOverflow = 0x04, kMeta = 0x08;  // page flags
inline constexpr std::uint16_t kBigData = 0x01, kSubTree = 0x02;                              // node flags

struct Node {
  std::uint16_t flags = 0;
  std::uint64_t child = 0;      ///< on branch pages
  std::uint32_t data_size = 0;  ///< on leaf pages, also when the data lie on overflow pages
  std::string_view key;
  std::string_view data;  ///< in the page: with kBigData the page number
};

/// A view of one page's octets. count() and node() require sound().
class Page {
 public:
  explicit Page(std::string_view octets) : octets_(octets) {}

  std::uint64_t number() const { return base::load_le<std::uint64_t>(octets_, 0); }
  bool is_leaf() const { return flags() == kLeaf; }
  /// How many overflow pages start here; 0: it is not the first of some.
  std::uint32_t overflow_count() const { return flags() == kOverflow ? base::load_le<std::uint32_t>(octets_, 12) : 0; }
  std::size_t count() const { return (lower() - kPageHead) / 2; }

  bool sound() const { return fault().empty(); }
  /// Empty, or what is wrong with a branch or leaf page.
  std::string fault() const {
    if (flags() != kLeaf && flags() != kBranch) return "flags 0x" + std::to_string(flags()) + " instead of those of a branch or leaf";
    if (lower() < kPageHead || lower() > upper() || upper() > octets_.size() || (lower() & 1U) != 0) return "bounds of its free space";
    if (count() == 0) return "too few records";
    for (std::size_t i = 0; i < count(); ++i) {
      const std::size_t at = pointer(i);
      if (at < upper() || at + 8 > octets_.size()) return "record " + std::to_string(i) + " lies outside";
      const Node entry = node(i);
      if (entry.key.data() + entry.key.size() > end() || (is_leaf() && entry.data.data() + entry.data.size() > end())) {
        return "record " + std::to_string(i) + " is longer than the page";
      }
    }
    return {};
  }

  Node node(std::size_t index) const {
    const std::size_t at = pointer(index);
    const std::uint32_t low = base::load_le<std::uint16_t>(octets_, at) | std::uint32_t{base::load_le<std::uint16_t>(octets_, at + 2)}
                                                                              << 16U;
    const auto node_flags = base::load_le<std::uint16_t>(octets_, at + 4);
    const std::size_t key_size = base::load_le<std::uint16_t>(octets_, at + 6);
    Node out;
    out.key = {octets_.data() + at + 8, key_size};
    if (is_leaf()) {
      out.flags = node_flags;
      out.data_size = low;
      out.data = {octets_.data() + at + 8 + key_size, (node_flags & kBigData) ? 8 : low};
    } else {
      out.child = low | std::uint64_t{node_flags} << 32U;
    }
    return out;
  }

 private:
  std::uint16_t flags() const { return base::load_le<std::uint16_t>(octets_, 10); }
  std::size_t lower() const { return base::load_le<std::uint16_t>(octets_, 12); }
  std::size_t upper() const { return base::load_le<std::uint16_t>(octets_, 14); }
  std::size_t pointer(std::size_t index) const { return base::load_le<std::uint16_t>(octets_, kPageHead + 2 * index); }
  const char* end() const { return octets_.data() + octets_.size(); }

  std::string_view octets_;
};

}  // namespace repository::layout
