// What a Dictionary keeps: keys of any type in the order of adding, found by hash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "script/vbscript/conversions.h"

namespace script::wsh {

/// One thread. Positions are valid until the next change.
class DictionaryTable {
 public:
  using Variant = scripting::Variant;
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
  static constexpr std::size_t kMaxEntries = 1U << 30;

  struct Entry {
    Variant key;
    Variant item;
    std::uint64_t hash = 0;
    bool alive = false;
  };

  /// Texts without case; only while it is empty.
  void ignore_case(bool ignore) { ignore_case_ = ignore; }
  std::size_t size() const { return alive_; }
  /// Arrays and errors are no keys.
  static bool can_be_key(const Variant& key);
  std::uint64_t hash(const Variant& key) const;

  std::size_t find(const Variant& key, std::uint64_t hash) const;
  /// Behind the others; the key is not there yet. The position, kNowhere over kMaxEntries.
  std::size_t add(const Variant& key, std::uint64_t hash, Variant item);
  /// The entry, which is to be destroyed when nothing here is in use any more.
  Entry remove(std::size_t position);
  /// Another key in the same place.
  void rename(std::size_t position, const Variant& key, std::uint64_t hash);
  std::vector<Entry> clear();

  Entry& at(std::size_t position) { return entries_[position]; }
  /// In order; those that are not `alive` are gaps.
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  struct Slot {
    std::uint32_t position = 0;  // + 1; 0: never used; the slot of an entry that is gone leads on
    std::uint32_t hash = 0;      // its upper half
  };
  bool equal(const Variant& a, const Variant& b) const;
  void insert_slot(std::uint64_t hash, std::uint32_t position);
  void rebuild();

  std::vector<Entry> entries_;
  std::vector<Slot> slots_;
  std::size_t used_ = 0;  // slots
  std::size_t alive_ = 0;
  bool ignore_case_ = false;
};

}  // namespace script::wsh
