// Looks at an LMDB file with plain reads, before it is mapped: a mapped file that is cut off or damaged can kill the process.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace repository {

/// One B-tree as its record in a meta page or in the main tree describes it.
struct Tree {
  std::string name;
  std::uint16_t depth = 0;
  std::uint64_t branch_pages = 0;
  std::uint64_t leaf_pages = 0;
  std::uint64_t overflow_pages = 0;
  std::uint64_t entries = 0;
  std::uint64_t root = UINT64_MAX;  ///< UINT64_MAX: empty
};

struct Meta {
  std::uint64_t transaction = 0;
  std::uint64_t page_size = 0;
  std::uint64_t last_page = 0;
  Tree free;
  Tree main;
};

/// One snapshot of a file; does not own the descriptor. Every error is WBEM_E_CRITICAL_ERROR and names page and offset.
class PageFile {
 public:
  /// Reads both meta pages. `offset`: where the LMDB image starts in the file, `size`: how long it is.
  static base::Result<PageFile> open(int fd, std::uint64_t offset, std::uint64_t size);
  /// The same, at the state of one transaction; nullopt when that is no longer in a meta page.
  static base::Result<std::optional<PageFile>> open_at(int fd, std::uint64_t size, std::uint64_t transaction);

  const Meta& meta() const { return meta_; }
  bool empty() const { return meta_.main.root == UINT64_MAX; }
  /// The file ends before the last page that its meta page counts (this may be sound: free pages at the end need not be written).
  bool is_short() const { return size_ < (meta_.last_page + 1) * meta_.page_size; }

  /// The value of a key in a named table; WBEM_E_NOT_FOUND when the table or the key is absent.
  base::Result<std::string> find(std::string_view table, std::string_view key) const;

  using Report = std::function<void(std::string problem)>;
  /// Walks all trees: page headers, node bounds, key order, counts, pages used twice or used and free. Reads at most `max_pages` pages of
  /// the trees (then counts are not compared). Returns how many were read.
  std::uint64_t walk(std::uint64_t max_pages, const Report& report) const;

 private:
  friend class PageWalk;
  base::Status read(std::uint64_t page, std::string& out) const;
  base::Result<std::optional<std::string>> lookup(const Tree& tree, std::string_view key) const;
  std::string where(std::uint64_t page) const;

  int fd_ = -1;
  std::uint64_t offset_ = 0;
  std::uint64_t size_ = 0;
  Meta meta_;
};

}  // namespace repository
