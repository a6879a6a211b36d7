// Checks foreign MS-WMIO octets once, every reference, without building anything. Internal to src/cim.
//
// Limits, and the attacks they stop: every heap item that is walked is charged against its heap's length (items must not be shared,
// 2.2.66), so that many references to one long string cost no more than the octets received; objects nest at most 16 deep; a class has at
// most kMaxProperties properties, a set at most kMaxQualifiers qualifiers.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

#include "cim/class_data.h"

namespace cim {

inline constexpr std::uint32_t kMaxQualifiers = 512;
inline constexpr std::uint32_t kMaxMethods = 2048;

/// Which declaration orders and which octets of the value table the properties seen so far take.
struct Claims {
  Claims(std::uint32_t properties, std::uint32_t value_octets) {
    std::memset(orders.data(), 0, (properties / 64 + 1) * sizeof orders[0]);
    std::memset(octets.data(), 0, (value_octets / 64 + 2) * sizeof octets[0]);
  }
  bool order(std::uint32_t index) {
    const std::uint64_t bit = std::uint64_t{1} << (index & 63U);
    const bool taken = (orders[index / 64] & bit) != 0;
    orders[index / 64] |= bit;
    return !taken;
  }
  bool slot(std::uint32_t offset, std::uint32_t size) {
    const unsigned shift = offset & 63U;
    const std::uint64_t mask = (std::uint64_t{1} << size) - 1;
    const std::uint64_t low = mask << shift;
    const std::uint64_t high = shift + size > 64 ? mask >> (64 - shift) : 0;
    std::uint64_t* at = octets.data() + offset / 64;
    if ((at[0] & low) != 0 || (at[1] & high) != 0) return false;
    at[0] |= low;
    at[1] |= high;
    return true;
  }

  static constexpr std::uint32_t kMaxValueOctets = kMaxProperties * 8;

 private:
  // Zeroed as far as needed.
  std::array<std::uint64_t, kMaxProperties / 64 + 1> orders;
  std::array<std::uint64_t, kMaxValueOctets / 64 + 2> octets;
};

/// A heap, and how many octets of it may still be walked.
struct BudgetedHeap : wire::Heap {
  explicit BudgetedHeap(wire::Heap heap) : wire::Heap(heap), budget(heap.size) {}
  std::uint32_t budget;
};

/// The properties of a class whose values lie in a heap: all that checking an instance needs. Few cost no allocation.
class Layout {
 public:
  std::uint32_t tables_length = 0;
  std::uint32_t nd_length = 0;
  std::uint32_t count = 0;
  void reserve(std::uint32_t properties) {
    if (properties > kInline) more_ = std::make_unique_for_overwrite<PropertyHandle[]>(properties);
    size_ = 0;
  }
  void add(PropertyHandle handle) { std::construct_at(data() + size_++, handle); }
  std::span<const PropertyHandle> references() { return {data(), size_}; }

 private:
  static constexpr std::size_t kInline = 32;
  PropertyHandle* data() { return more_ ? more_.get() : reinterpret_cast<PropertyHandle*>(inline_); }
  alignas(PropertyHandle) std::byte inline_[kInline * sizeof(PropertyHandle)];  // not zeroed: that would cost more than the checks
  std::unique_ptr<PropertyHandle[]> more_;
  std::size_t size_ = 0;
};

class Validator {
 public:
  /// Offsets in messages count from `base`.
  explicit Validator(const std::uint8_t* base) : base_(base) {}

  /// ObjectBlock (2.2.5).
  bool block(std::span<const std::uint8_t> octets, BlockFields& fields, int depth = 0);
  /// ParentClass CurrentClass.
  bool class_type(std::span<const std::uint8_t> octets, BlockFields& fields);
  /// ClassPart; fills `layout` when it is not null.
  bool class_part(std::span<const std::uint8_t> octets, Layout* layout, int depth);
  /// The same when its fields are known.
  bool class_part(const ClassPartFields& part, Layout* layout, int depth);
  /// An instance part of exactly that length.
  bool instance(std::span<const std::uint8_t> octets, std::uint32_t tables_length, std::uint32_t property_count,
                std::span<const PropertyHandle> references, int depth);
  /// WBEM_E_INVALID_OBJECT with what was wrong, and where.
  base::Status status() const;

 private:
  bool fail(const std::uint8_t* at, const char* problem) {
    problem_ = problem;
    at_ = at;
    return false;
  }
  bool methods_part(std::span<const std::uint8_t> octets, int depth);
  bool class_and_methods(std::span<const std::uint8_t> class_part, std::span<const std::uint8_t> methods_part, int depth);
  bool property(const ClassPartFields& part, const std::uint8_t* row, BudgetedHeap& heap, Claims& claims, Layout* layout, int depth);
  bool derivation(std::span<const std::uint8_t> entries);
  bool qualifiers(const std::uint8_t* at, const std::uint8_t* end, BudgetedHeap& heap, int depth);
  bool value(Type type, const std::uint8_t* slot, BudgetedHeap& heap, int depth);
  bool array(CimType element, const std::uint8_t* slot, BudgetedHeap& heap, int depth);
  bool object(const std::uint8_t* slot, BudgetedHeap& heap, int depth, bool may_be_empty);
  bool text(const std::uint8_t* slot, BudgetedHeap& heap) {
    const std::uint32_t reference = wire::u32(slot);
    if (reference < heap.size) [[likely]]
      return string(heap.data + reference, heap);
    // NULL, or a word of the dictionary
    return reference - wire::kHighBit < wire::kDictionarySize || reference == wire::kNullRef ||
           fail(slot, "a string reference leads out of its heap");
  }
  bool string(const std::uint8_t* at, BudgetedHeap& heap);
  bool charge(const std::uint8_t* at, BudgetedHeap& heap, std::size_t octets);

  const std::uint8_t* base_;
  const char* problem_ = nullptr;
  const std::uint8_t* at_ = nullptr;
};

}  // namespace cim
