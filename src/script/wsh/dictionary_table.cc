#include "script/wsh/dictionary_table.h"

#include <bit>

#include "base/hash.h"
#include "scripting/dispatch.h"

namespace script::wsh {
namespace {

using scripting::VarType;

constexpr std::size_t kFewest = 16;

bool is_number(const scripting::Variant& key) {
  switch (static_cast<VarType>(key.vt())) {
    case VarType::kEmpty:
    case VarType::kNull:
    case VarType::kString:
    case VarType::kDispatch:
    case VarType::kUnknown: return false;
    default: return true;
  }
}

double number_of(const scripting::Variant& key) {
  if (key.is(VarType::kInt16)) return key.as_int16();
  if (key.is(VarType::kInt32)) return key.as_int32();
  return vbscript::to_number(key).value_or(0);
}

std::uint64_t mix(std::uint64_t value) {
  value = (value ^ value >> 32) * 0x9E3779B97F4A7C15U;
  value = (value ^ value >> 29) * 0xBF58476D1CE4E5B9U;
  return value ^ value >> 32;
}

std::uint64_t hash_units(std::u16string_view units) {
  return base::hash64({reinterpret_cast<const char*>(units.data()), units.size() * sizeof(char16_t)});
}

}  // namespace

bool DictionaryTable::can_be_key(const Variant& key) { return !key.is_array() && !key.is(VarType::kError); }

std::uint64_t DictionaryTable::hash(const Variant& key) const {
  if (key.is(VarType::kString)) {
    const std::u16string_view text = key.as_text().view();
    if (!ignore_case_) return hash_units(text);
    std::u16string folded(text);
    for (char16_t& unit : folded) unit = vbscript::lower(unit);
    return hash_units(folded);
  }
  if (key.is(VarType::kDispatch)) return mix(reinterpret_cast<std::uintptr_t>(key.as_object()) + 1);
  if (!is_number(key)) return key.vt();
  return mix(std::bit_cast<std::uint64_t>(number_of(key) + 0.0));  // -0 and 0 are one
}

bool DictionaryTable::equal(const Variant& a, const Variant& b) const {
  if (a.is(VarType::kString)) {
    if (!b.is(VarType::kString)) return false;
    const std::u16string_view left = a.as_text().view();
    const std::u16string_view right = b.as_text().view();
    return left.size() == right.size() && (left == right || (ignore_case_ && vbscript::compare_texts(left, right, true) == 0));
  }
  if (a.is(VarType::kDispatch)) return b.is(VarType::kDispatch) && a.as_object() == b.as_object();
  if (!is_number(a)) return a.vt() == b.vt();
  return is_number(b) && number_of(a) == number_of(b);
}

std::size_t DictionaryTable::find(const Variant& key, std::uint64_t hash) const {
  if (slots_.empty()) return kNowhere;
  const std::size_t mask = slots_.size() - 1;
  const auto part = static_cast<std::uint32_t>(hash >> 32);
  for (std::size_t slot = hash & mask; slots_[slot].position != 0; slot = (slot + 1) & mask) {
    if (slots_[slot].hash != part) continue;
    const std::size_t position = slots_[slot].position - 1;
    const Entry& entry = entries_[position];
    if (entry.hash == hash && entry.alive && equal(entry.key, key)) return position;
  }
  return kNowhere;
}

void DictionaryTable::insert_slot(std::uint64_t hash, std::uint32_t position) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  while (slots_[slot].position != 0) slot = (slot + 1) & mask;
  slots_[slot] = {position + 1, static_cast<std::uint32_t>(hash >> 32)};
  ++used_;
}

/// Closes the gaps and gives twice the room that is needed.
void DictionaryTable::rebuild() {
  std::size_t kept = 0;
  for (Entry& entry : entries_) {
    if (!entry.alive) continue;
    if (&entries_[kept] != &entry) entries_[kept] = std::move(entry);
    ++kept;
  }
  entries_.resize(kept);
  slots_.assign(std::max(kFewest, std::bit_ceil((kept + 1) * 2)), Slot());
  used_ = 0;
  for (std::size_t i = 0; i < kept; ++i) insert_slot(entries_[i].hash, static_cast<std::uint32_t>(i));
}

std::size_t DictionaryTable::add(const Variant& key, std::uint64_t hash, Variant item) {
  if (entries_.size() >= kMaxEntries) return kNowhere;
  if ((used_ + 1) * 4 > slots_.size() * 3) rebuild();
  entries_.push_back({key, std::move(item), hash, true});
  ++alive_;
  insert_slot(hash, static_cast<std::uint32_t>(entries_.size() - 1));
  return entries_.size() - 1;
}

DictionaryTable::Entry DictionaryTable::remove(std::size_t position) {
  Entry out = std::exchange(entries_[position], Entry{.hash = entries_[position].hash});
  --alive_;
  if (alive_ == 0) clear();
  return out;
}

void DictionaryTable::rename(std::size_t position, const Variant& key, std::uint64_t hash) {
  Entry& entry = entries_[position];
  Variant old = key;
  entry.key.swap(old);  // the old key ends last: that may run code
  entry.hash = hash;
  if ((used_ + 1) * 4 > slots_.size() * 3) {
    rebuild();
  } else {
    insert_slot(hash, static_cast<std::uint32_t>(position));
  }
}

std::vector<DictionaryTable::Entry> DictionaryTable::clear() {
  slots_.clear();
  used_ = 0;
  alive_ = 0;
  return std::exchange(entries_, {});
}

}  // namespace script::wsh
