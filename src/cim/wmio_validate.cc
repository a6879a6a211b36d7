#include "cim/wmio_validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "cim/wmio.h"

namespace cim {

using wire::u32;

base::Status Validator::status() const {
  return base::Status(WBEM_E_INVALID_OBJECT, fmt::format("malformed object: {} (at octet {})", problem_ ? problem_ : "unknown",
                                                         at_ && at_ >= base_ ? at_ - base_ : 0));
}

bool Validator::charge(const std::uint8_t* at, BudgetedHeap& heap, std::size_t octets) {
  if (octets > heap.budget) return fail(at, "items of the heap are shared");
  heap.budget -= static_cast<std::uint32_t>(octets);
  return true;
}

namespace {

/// Octets before the first NUL, or `room` without one. Most strings are short: two words are looked at before a call pays.
std::size_t find_nul(const std::uint8_t* at, std::size_t room) {
  for (std::size_t i = 0; i < 16; i += 8) {
    if (room < i + 8) break;
    const auto word = wire::load<std::uint64_t>(at + i);
    const std::uint64_t zeros = (word - 0x0101010101010101U) & ~word & 0x8080808080808080U;  // the lowest bit set is exact
    if (zeros != 0) return i + static_cast<std::size_t>(std::countr_zero(zeros)) / 8;
  }
  const void* nul = std::memchr(at, 0, room);
  return nul ? static_cast<std::size_t>(static_cast<const std::uint8_t*>(nul) - at) : room;
}

}  // namespace

bool Validator::string(const std::uint8_t* at, BudgetedHeap& heap) {
  // No more than the budget is looked at, so that a long string costs its octets once.
  const std::size_t room = std::min<std::size_t>(static_cast<std::size_t>(heap.data + heap.size - at), heap.budget);
  if (*at == 0) {
    const std::size_t length = room > 1 ? find_nul(at + 1, room - 1) : 0;
    if (length + 1 >= room) return fail(at, "a string has no end");
    heap.budget -= static_cast<std::uint32_t>(length + 2);
    return true;
  }
  if (*at != 1) return fail(at, "a string is neither Latin-1 nor UTF-16");
  for (std::size_t i = 1; i + 2 <= room; i += 2) {
    if (at[i] != 0 || at[i + 1] != 0) continue;
    heap.budget -= static_cast<std::uint32_t>(i + 2);
    return true;
  }
  return fail(at, "a string has no end");
}

bool Validator::object(const std::uint8_t* slot, BudgetedHeap& heap, int depth, bool may_be_empty) {
  const std::uint32_t reference = u32(slot);
  if (reference == wire::kNullRef) return true;
  if (reference >= heap.size || heap.size - reference < 4) return fail(slot, "an object reference leads out of its heap");
  const std::uint8_t* at = heap.data + reference;
  const std::uint32_t length = u32(at);
  if (length > heap.size - reference - 4) return fail(at, "an embedded object is longer than its heap");
  if (!charge(at, heap, std::size_t{length} + 4)) return false;
  if (length == 0 && may_be_empty) return true;
  if (depth >= kMaxEmbeddingDepth) return fail(at, "objects are embedded too deep");
  BlockFields fields;
  return block({at + 4, length}, fields, depth + 1);
}

bool Validator::array(CimType element, const std::uint8_t* slot, BudgetedHeap& heap, int depth) {
  const std::uint32_t reference = u32(slot);
  if (reference == wire::kNullRef) return true;
  if (reference >= heap.size || heap.size - reference < 4) return fail(slot, "an array reference leads out of its heap");
  const std::uint8_t* at = heap.data + reference;
  const std::uint32_t count = u32(at);
  const std::uint32_t width = slot_size({element, false});
  if (count > (heap.size - reference - 4) / width) return fail(at, "an array is longer than its heap");
  if (!charge(at, heap, 4 + std::size_t{count} * width)) return false;
  if (!in_heap({element, false})) return true;
  at += 4;
  for (std::uint32_t i = 0; i < count; ++i, at += width) {
    if (!value({element, false}, at, heap, depth)) return false;
  }
  return true;
}

bool Validator::value(Type type, const std::uint8_t* slot, BudgetedHeap& heap, int depth) {
  if (type.array) return array(type.base, slot, heap, depth);
  if (is_text(type.base)) return text(slot, heap);
  return type.base != CimType::kObject || object(slot, heap, depth, false);
}

bool Validator::qualifiers(const std::uint8_t* at, const std::uint8_t* end, BudgetedHeap& heap, int depth) {
  const std::uint8_t* const start = at;
  const std::uint32_t length = end - at >= 4 ? u32(at) : 0;
  if (length < 4 || length > static_cast<std::size_t>(end - at)) return fail(start, "a qualifier set is longer than what holds it");
  end = at + length;
  at += 4;
  std::uint32_t count = 0;
  while (at < end) {
    if (end - at < 9) return fail(at, "a qualifier is cut off");
    if (++count > kMaxQualifiers) return fail(at, "more qualifiers than a set may have");
    if (!text(at, heap)) return false;
    const auto type = type_from_wire(u32(at + 5) & 0xFFFFU);
    if (!type) return fail(at + 5, "a qualifier has no CIM type");
    const std::uint8_t* slot = at + 9;
    const std::uint32_t width = slot_size(*type);
    if (static_cast<std::size_t>(end - slot) < width) return fail(slot, "a qualifier is cut off");
    if (in_heap(*type) && !value(*type, slot, heap, depth)) return false;
    at = slot + width;
  }
  return true;
}

bool Validator::instance(std::span<const std::uint8_t> octets, std::uint32_t tables_length, std::uint32_t property_count,
                         std::span<const PropertyHandle> references, int depth) {
  const std::uint8_t* const start = octets.data();
  const std::uint8_t* const end = start + octets.size();
  const std::size_t fixed = std::size_t{tables_length} + 9;
  if (octets.size() < fixed + 9) return fail(start, "an instance is shorter than its class says");
  const std::uint8_t* at = start + fixed;
  // The qualifier sets are checked after the heap behind them is known.
  std::uint32_t sets = 1;
  for (std::uint32_t i = 0; i < sets; ++i) {
    if (end - at < 5) return fail(at, "a qualifier set is longer than what holds it");
    const std::uint32_t length = u32(at);
    if (length < 4 || length > static_cast<std::size_t>(end - at) - 1) return fail(at, "a qualifier set is longer than what holds it");
    at += length;
    if (i != 0) continue;
    if (*at != 1 && *at != 2) return fail(at, "the flag of property qualifiers is neither 1 nor 2");
    if (*at++ == 2) sets += property_count;
  }
  if (end - at < 4) return fail(at, "an instance is cut off before its heap");
  const std::uint32_t heap_length = u32(at) & ~wire::kHighBit;
  const std::uint8_t* const heap_start = at + 4;
  if (heap_length > static_cast<std::size_t>(end - heap_start)) return fail(at, "a heap is longer than its instance");
  BudgetedHeap heap({heap_start, heap_length});
  if (!text(start + 5, heap)) return false;
  const std::uint8_t* const nd = start + 9;
  const std::uint8_t* const values = nd + (property_count + 3) / 4;
  for (const PropertyHandle h : references) {
    if (((nd[h.index >> 2U] >> ((h.index & 3U) * 2U)) & 3U) == 0 && !value(h.type, values + h.offset, heap, depth)) return false;
  }
  at = start + fixed;
  if (sets == 1 && u32(at) == 4) return true;
  for (std::uint32_t i = 0; i < sets; ++i) {
    if (!qualifiers(at, heap_start, heap, depth)) return false;
    at += u32(at) + (i == 0 ? 1 : 0);
  }
  return true;
}

bool Validator::block(std::span<const std::uint8_t> octets, BlockFields& fields, int depth) {
  const char* problem = nullptr;
  if (!locate_block(octets, fields, problem)) return fail(octets.data(), problem);
  if (fields.is_class()) {
    return class_and_methods(fields.parent, {}, depth) && class_and_methods(fields.class_part, fields.methods_part, depth);
  }
  Layout layout;
  return class_part(fields.fields, &layout, depth) &&
         instance(fields.instance, layout.tables_length, layout.count, layout.references(), depth);
}

bool Validator::class_type(std::span<const std::uint8_t> octets, BlockFields& fields) {
  const char* problem = nullptr;
  if (!locate_class_type(octets, fields, problem)) return fail(octets.data(), problem);
  return class_and_methods(fields.parent, {}, 0) && class_and_methods(fields.class_part, fields.methods_part, 0);
}

}  // namespace cim
