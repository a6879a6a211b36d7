#include "repository/page_check.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/bytes.h"
#include "repository/page_layout.h"

namespace repository {
using namespace base::codes;
namespace {

base::Status damaged(std::string text) { return {WBEM_E_CRITICAL_ERROR, std::move(text)}; }

/// All of `size` octets, or what stopped it.
base::Status read_at(int fd, std::uint64_t offset, std::size_t size, std::string& out) {
  out.resize(size);
  std::size_t done = 0;
  while (done < size) {
    const ssize_t count = ::pread(fd, out.data() + done, size - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return damaged(fmt::format("offset {}: {}", offset + done, std::strerror(errno)));
    if (count == 0) return damaged(fmt::format("offset {}: the file ends here, {} octets too early", offset + done, size - done));
    done += static_cast<std::size_t>(count);
  }
  return {};
}

Tree parse_tree(std::string_view octets, std::string name) {
  base::ByteReader reader(octets);
  Tree tree;
  tree.name = std::move(name);
  reader.skip(6);
  tree.depth = reader.u16();
  tree.branch_pages = reader.u64();
  tree.leaf_pages = reader.u64();
  tree.overflow_pages = reader.u64();
  tree.entries = reader.u64();
  tree.root = reader.u64();
  return tree;
}

base::Result<Meta> parse_meta(std::string_view page, std::uint64_t offset) {
  base::ByteReader reader(page);
  reader.skip(10);
  const std::uint16_t flags = reader.u16();
  reader.seek(layout::kPageHead);
  const std::uint32_t magic = reader.u32();
  const std::uint32_t version = reader.u32();
  if (magic != layout::kMagic || (flags & layout::kMeta) == 0) {
    return base::fail(damaged(fmt::format("offset {}: no LMDB meta page (mark 0x{:08X} instead of 0x{:08X})", offset + layout::kPageHead,
                                          magic, layout::kMagic)));
  }
  if (version != layout::kVersion) {
    return base::fail(WBEM_E_DATABASE_VER_MISMATCH, fmt::format("offset {}: LMDB file version {}, this program reads version {}",
                                                                offset + layout::kPageHead + 4, version, layout::kVersion));
  }
  reader.skip(16);
  Meta meta;
  meta.page_size = base::load_le<std::uint32_t>(page, reader.position());
  meta.free = parse_tree(reader.bytes(layout::kTreeSize), "free list");
  meta.main = parse_tree(reader.bytes(layout::kTreeSize), "main");
  meta.last_page = reader.u64();
  meta.transaction = reader.u64();
  const std::uint64_t size = meta.page_size;
  if (size < 512 || size > 0x8000 || (size & (size - 1)) != 0 || meta.last_page < 1 || meta.last_page > (UINT64_MAX >> 17U)) {
    return base::fail(damaged(fmt::format("offset {}: meta page with page size {} and last page {}", offset, size, meta.last_page)));
  }
  return meta;
}

}  // namespace

base::Result<PageFile> PageFile::open(int fd, std::uint64_t offset, std::uint64_t size) {
  PageFile file;
  file.fd_ = fd;
  file.offset_ = offset;
  file.size_ = size;
  std::string page;
  if (size < layout::kMetaSize) return base::fail(damaged(fmt::format("only {} octets long, too short for an LMDB file", size)));
  TRY(read_at(fd, offset, layout::kMetaSize, page));
  TRY_ASSIGN(const Meta first, parse_meta(page, offset));
  if (size < 2 * first.page_size) {
    return base::fail(damaged(fmt::format("only {} octets long, the two meta pages alone need {}", size, 2 * first.page_size)));
  }
  TRY(read_at(fd, offset + first.page_size, layout::kMetaSize, page));
  TRY_ASSIGN(const Meta second, parse_meta(page, offset + first.page_size));
  if (first.page_size != second.page_size) return base::fail(damaged("the two meta pages name different page sizes"));
  file.meta_ = second.transaction > first.transaction ? second : first;
  return file;
}

base::Result<std::optional<PageFile>> PageFile::open_at(int fd, std::uint64_t size, std::uint64_t transaction) {
  TRY_ASSIGN(PageFile file, open(fd, 0, size));
  if (file.meta_.transaction != transaction) {
    std::string page;
    const std::uint64_t offset = (transaction & 1U) * file.meta_.page_size;
    TRY(read_at(fd, offset, layout::kMetaSize, page));
    TRY_ASSIGN(file.meta_, parse_meta(page, offset));
  }
  if (file.meta_.transaction != transaction) return std::nullopt;
  return file;
}

std::string PageFile::where(std::uint64_t page) const { return fmt::format("page {} (offset {})", page, offset_ + page * meta_.page_size); }

base::Status PageFile::read(std::uint64_t page, std::string& out) const {
  if (page < 2 || page > meta_.last_page)
    return damaged(fmt::format("reference to {}, but the last page is {}", where(page), meta_.last_page));
  if ((page + 1) * meta_.page_size > size_) {
    return damaged(fmt::format("{} lies beyond the end of the file ({} octets): it was cut off", where(page), size_));
  }
  base::Status status = read_at(fd_, offset_ + page * meta_.page_size, meta_.page_size, out);
  if (!status.ok()) return status;
  const layout::Page view(out);
  if (view.number() != page) return damaged(fmt::format("{}: its head says page {}", where(page), view.number()));
  return {};
}

base::Result<std::optional<std::string>> PageFile::lookup(const Tree& tree, std::string_view key) const {
  std::uint64_t number = tree.root;
  std::string octets;
  for (int level = 0; number != UINT64_MAX; ++level) {
    if (level >= layout::kMaxDepth) return base::fail(damaged(fmt::format("{}: the tree {} is too deep", where(number), tree.name)));
    TRY(read(number, octets));
    const layout::Page page(octets);
    if (!page.sound()) return base::fail(damaged(fmt::format("{}: {}", where(number), page.fault())));
    if (page.is_leaf()) {
      for (std::size_t i = 0; i < page.count(); ++i) {
        const layout::Node node = page.node(i);
        if (node.key != key) continue;
        if (node.flags & layout::kBigData) return base::fail(damaged(fmt::format("{}: an over-long record", where(number))));
        return std::string(node.data);
      }
      return std::nullopt;
    }
    std::size_t child = 0;
    while (child + 1 < page.count() && page.node(child + 1).key <= key) ++child;
    number = page.node(child).child;
  }
  return std::nullopt;
}

base::Result<std::string> PageFile::find(std::string_view table, std::string_view key) const {
  TRY_ASSIGN(const auto record, lookup(meta_.main, table));
  if (!record || record->size() != layout::kTreeSize) return base::fail(WBEM_E_NOT_FOUND);
  TRY_ASSIGN(auto value, lookup(parse_tree(*record, std::string(table)), key));
  if (!value) return base::fail(WBEM_E_NOT_FOUND);
  return *std::move(value);
}

/// State of one walk.
class PageWalk {
 public:
  PageWalk(const PageFile& file, std::uint64_t max_pages, const PageFile::Report& report)
      : file_(file), max_pages_(max_pages), whole_(max_pages == UINT64_MAX), report_(report) {
    used_.resize(std::min(file.meta_.last_page + 1, file.size_ / file.meta_.page_size + 1));
  }

  std::uint64_t run() {
    walk_tree(file_.meta_.free, true);
    walk_tree(file_.meta_.main, false);
    if (whole_) check_free();
    return pages_;
  }

 private:
  struct Counts {
    std::uint64_t branch = 0, leaf = 0, overflow = 0, entries = 0;
  };

  void problem(const Tree& tree, std::uint64_t page, std::string_view what) {
    report_(fmt::format("table {}, {}: {}", tree.name, file_.where(page), what));
  }

  /// Marks pages as used; false after reporting why they cannot be.
  bool claim(const Tree& tree, std::uint64_t first, std::uint64_t count) {
    const std::uint64_t in_file = file_.size_ / file_.meta_.page_size;
    if (first < 2 || first > file_.meta_.last_page || count > file_.meta_.last_page + 1 - first) {
      problem(tree, first, fmt::format("referred to, but the last page is {}", file_.meta_.last_page));
      return false;
    }
    if (first + count > in_file) {
      problem(tree, first, fmt::format("lies beyond the end of the file ({} octets): it was cut off", file_.size_));
      return false;
    }
    for (std::uint64_t page = first; page < first + count; ++page) {
      if (used_[page]) {
        problem(tree, page, "used twice");
        return false;
      }
      used_[page] = true;
    }
    return true;
  }

  void walk_tree(const Tree& tree, bool integer_keys) {
    if (tree.root == UINT64_MAX) {
      if (tree.entries != 0) report_(fmt::format("table {}: empty, but counted as {} records", tree.name, tree.entries));
      return;
    }
    if (tree.depth == 0 || tree.depth > layout::kMaxDepth) return report_(fmt::format("table {}: depth {}", tree.name, tree.depth));
    Counts counts;
    last_key_.reset();
    if (!claim(tree, tree.root, 1)) return;
    walk_page(tree, integer_keys, tree.root, 1, {}, std::nullopt, counts);
    if (!whole_) return;
    const Counts expected{tree.branch_pages, tree.leaf_pages, tree.overflow_pages, tree.entries};
    if (counts.branch != expected.branch || counts.leaf != expected.leaf || counts.overflow != expected.overflow ||
        counts.entries != expected.entries) {
      report_(fmt::format("table {}: {}/{}/{} pages and {} records found, {}/{}/{} and {} counted", tree.name, counts.branch, counts.leaf,
                          counts.overflow, counts.entries, expected.branch, expected.leaf, expected.overflow, expected.entries));
    }
  }

  static bool less(std::string_view a, std::string_view b, bool integer_keys) {
    if (!integer_keys) return a < b;
    if (a.size() != 8 || b.size() != 8) return false;
    return base::load_le<std::uint64_t>(a, 0) < base::load_le<std::uint64_t>(b, 0);
  }

  void walk_page(const Tree& tree, bool integer_keys, std::uint64_t number, int level, std::optional<std::string> low,
                 std::optional<std::string> high, Counts& counts) {
    if (pages_ >= max_pages_) return;
    ++pages_;
    std::string octets;
    if (base::Status status = file_.read(number, octets); !status.ok())
      return report_(fmt::format("table {}: {}", tree.name, status.text()));
    const layout::Page page(octets);
    if (!page.sound()) return problem(tree, number, page.fault());
    if (page.is_leaf() != (level == tree.depth)) return problem(tree, number, "a page of the wrong kind for its level");
    if (page.is_leaf()) {
      ++counts.leaf;
      return walk_leaf(tree, integer_keys, number, page, low, high, counts);
    }
    ++counts.branch;
    // LMDB itself ends the process on such a page, but for its free list.
    if (page.count() < 2 && !integer_keys) return problem(tree, number, "a branch page with one child");
    for (std::size_t i = 0; i < page.count(); ++i) {
      const layout::Node node = page.node(i);
      if (!claim(tree, node.child, 1)) continue;
      // Without the leaves the walk is quick enough for every opening; that they are in the file was just seen.
      if (!whole_ && level + 1 == tree.depth) continue;
      auto child_low = i == 0 ? low : std::optional<std::string>(node.key);
      auto child_high = i + 1 < page.count() ? std::optional<std::string>(page.node(i + 1).key) : high;
      if (child_low && child_high && !less(*child_low, *child_high, integer_keys)) problem(tree, number, "keys out of order");
      walk_page(tree, integer_keys, node.child, level + 1, std::move(child_low), std::move(child_high), counts);
    }
  }

  void walk_leaf(const Tree& tree, bool integer_keys, std::uint64_t number, const layout::Page& page, const std::optional<std::string>& low,
                 const std::optional<std::string>& high, Counts& counts) {
    for (std::size_t i = 0; i < page.count(); ++i) {
      const layout::Node node = page.node(i);
      ++counts.entries;
      if ((last_key_ && !less(*last_key_, node.key, integer_keys)) || (low && less(node.key, *low, integer_keys)) ||
          (high && !less(node.key, *high, integer_keys))) {
        problem(tree, number, fmt::format("record {}: key out of order", i));
      }
      last_key_ = node.key;
      if (node.flags & layout::kBigData) {
        walk_overflow(tree, integer_keys, number, node, counts);
      } else if (&tree == &file_.meta_.main) {
        if (node.data.size() != layout::kTreeSize || !(node.flags & layout::kSubTree)) {
          problem(tree, number, fmt::format("record {} is no table", i));
          continue;
        }
        const auto outer_key = last_key_;
        walk_tree(parse_tree(node.data, std::string(node.key)), false);
        last_key_ = outer_key;
      } else if (node.flags != 0) {
        problem(tree, number, fmt::format("record {} with flags 0x{:X}", i, node.flags));
      } else if (integer_keys) {
        add_free(number, node.data);
      }
    }
  }

  void walk_overflow(const Tree& tree, bool integer_keys, std::uint64_t number, const layout::Node& node, Counts& counts) {
    if (node.data.size() != 8) return problem(tree, number, "an over-long record without its page number");
    const auto first = base::load_le<std::uint64_t>(node.data, 0);
    const std::uint64_t needed = (layout::kPageHead - 1 + node.data_size) / file_.meta_.page_size + 1;
    std::string octets;
    if (base::Status status = file_.read(first, octets); !status.ok())
      return report_(fmt::format("table {}: {}", tree.name, status.text()));
    // A record that was replaced by a shorter one may keep more pages than it needs.
    const std::uint64_t count = layout::Page(octets).overflow_count();
    if (count < needed) return problem(tree, first, fmt::format("not the head of {} overflow pages", needed));
    if (!claim(tree, first, count)) return;
    counts.overflow += count;
    if (!integer_keys) return;
    if (read_at(file_.fd_, file_.offset_ + first * file_.meta_.page_size + layout::kPageHead, node.data_size, octets).ok()) {
      add_free(first, octets);
    }
  }

  /// A record of the free list: a count and so many page numbers.
  void add_free(std::uint64_t number, std::string_view record) {
    base::ByteReader reader(record);
    const std::uint64_t count = reader.u64();
    if (count > reader.remaining() / 8) return problem(file_.meta_.free, number, "a free list longer than its record");
    for (std::uint64_t i = 0; i < count; ++i) free_.push_back(reader.u64());
  }

  void check_free() {
    for (const std::uint64_t page : free_) {
      if (page < 2 || page > file_.meta_.last_page) {
        problem(file_.meta_.free, page, "free, but not in the file");
      } else if (page < used_.size() && used_[page]) {
        problem(file_.meta_.free, page, "both used and free");
      }
    }
  }

  const PageFile& file_;
  std::uint64_t max_pages_;
  bool whole_;
  const PageFile::Report& report_;
  std::uint64_t pages_ = 0;
  std::vector<bool> used_;
  std::vector<std::uint64_t> free_;
  std::optional<std::string> last_key_;
};

std::uint64_t PageFile::walk(std::uint64_t max_pages, const Report& report) const { return PageWalk(*this, max_pages, report).run(); }

}  // namespace repository
