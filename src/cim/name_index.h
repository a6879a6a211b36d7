// Name -> position, without regard to case: one flat table of open addressing. Internal to src/cim.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utf.h"

namespace cim {

class NameIndex {
 public:
  static constexpr std::uint32_t kNone = 0xFFFFFFFFU;

  /// Forgets everything and makes room for `count` names.
  void reset(std::size_t count) {
    std::size_t slots = 4;
    while (slots < count * 2) slots *= 2;
    cells_.assign(slots, Cell{});
    count_ = 0;
  }

  /// `name_of(position)` gives the name that was inserted with a position.
  template <class NameOf>
  std::uint32_t find(std::string_view name, NameOf&& name_of) const {
    if (cells_.empty()) return kNone;
    const auto hash = static_cast<std::uint32_t>(base::hash_ignore_case(name));
    for (std::size_t i = hash & mask(); cells_[i].next_position != 0; i = (i + 1) & mask()) {
      const std::uint32_t position = cells_[i].next_position - 1;
      if (cells_[i].hash == hash && same(name, name_of(position))) return position;
    }
    return kNone;
  }

  /// The name must not be there yet.
  void insert(std::string_view name, std::uint32_t position) {
    if ((count_ + 1) * 2 > cells_.size()) grow();
    place(static_cast<std::uint32_t>(base::hash_ignore_case(name)), position);
  }

 private:
  struct Cell {
    std::uint32_t hash = 0;
    std::uint32_t next_position = 0;  // position + 1; 0 is an empty cell
  };

  std::size_t mask() const { return cells_.size() - 1; }
  static bool same(std::string_view a, std::string_view b) { return a == b || base::equal_ignore_case(a, b); }

  void place(std::uint32_t hash, std::uint32_t position) {
    std::size_t i = hash & mask();
    while (cells_[i].next_position != 0) i = (i + 1) & mask();
    cells_[i] = {hash, position + 1};
    ++count_;
  }

  void grow() {
    std::vector<Cell> old = std::move(cells_);
    reset(old.size());
    for (const Cell& cell : old) {
      if (cell.next_position != 0) place(cell.hash, cell.next_position - 1);
    }
  }

  std::vector<Cell> cells_;
  std::size_t count_ = 0;
};

}  // namespace cim
