// Instances: a shared class plus the octets of the MS-WMIO instance part alone. Reading is an offset, copying a reference.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cim/class.h"

namespace cim {

/// A non-owning instance: class and octets must outlive it. Its octets were validated (or are trusted), so no read leaves them.
/// Layout (MS-WMIO 2.2.53): u32 length, u8 0, HeapRef class name, NdTable, value table, qualifier set, u8 flag, [property qualifier sets],
/// heap.
class InstanceView {
 public:
  InstanceView() = default;
  /// `octets` from a validated source. O(1) when the instance has no per-property qualifiers.
  InstanceView(const Class& cls, std::span<const std::uint8_t> octets);

  const Class& cls() const { return *class_; }
  std::span<const std::uint8_t> octets() const { return {data_, size_}; }

  /// False when the octets were no instance of the class by their lengths alone: then every property reads as the class's default.
  bool valid() const { return valid_; }

  bool is_null(PropertyHandle h) const {
    const unsigned bits = nd(h);
    return (bits & 1U) != 0 || (bits != 0 && default_is_null(h));
  }
  /// The value is the class's default (NdTable bit 1).
  bool is_default(PropertyHandle h) const { return (nd(h) & 2U) != 0; }
  /// A number (integers, reals, char16; boolean as uint16_t) of exactly the property's width; 0 for NULL. Not for arrays.
  template <class T>
  T number(PropertyHandle h) const {
    T v;
    if (nd(h) == 0) [[likely]] {
      std::memcpy(&v, values_ + h.offset, sizeof v);
      return v;
    }
    if (is_null(h)) return T{};
    std::memcpy(&v, default_slot(h), sizeof v);
    return v;
  }
  bool boolean(PropertyHandle h) const { return number<std::uint16_t>(h) != 0; }
  /// string, datetime, reference: text in place; empty for NULL.
  Text text(PropertyHandle h) const;
  /// Any property, decoded. Embedded objects are wrapped (their class is parsed).
  Value value(const Property& property) const;
  /// By name, system properties included (__PATH, __RELPATH, __CLASS, __GENUS ...). WBEM_E_NOT_FOUND when there is none.
  base::Result<Value> get(std::string_view name) const;

  /// Own qualifiers of the instance / of one of its properties (MS-WMIO 2.2.53, 2.2.57); usually empty.
  QualifierSet own_qualifiers() const;
  QualifierSet own_property_qualifiers(const Property& property) const;

  /// `Class.Key="v",Key2=1`, `Class=@`; empty when a key is NULL or the class has none.
  std::string relative_path() const;

  const std::uint8_t* heap() const { return heap_; }
  std::uint32_t heap_size() const { return heap_size_; }

 private:
  friend class InstanceBuilder;
  unsigned nd(PropertyHandle h) const { return (data_[9 + (h.index >> 2U)] >> ((h.index & 3U) * 2U)) & 3U; }
  bool default_is_null(PropertyHandle h) const;
  const std::uint8_t* default_slot(PropertyHandle h) const;
  bool locate();

  const Class* class_ = nullptr;
  const std::uint8_t* data_ = nullptr;
  const std::uint8_t* values_ = nullptr;  // the value table
  const std::uint8_t* heap_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t heap_size_ = 0;
  bool valid_ = false;
};

/// An owning instance: shares its class and a reference-counted slab. Immutable, thread-safe, cheap to copy.
class Instance {
 public:
  /// `owner` keeps `view`'s octets alive.
  Instance(ClassPtr cls, std::shared_ptr<const void> owner, InstanceView view, bool decorated = true)
      : class_(std::move(cls)), owner_(std::move(owner)), view_(view), decorated_(decorated) {}

  /// Validates foreign octets against the class, every offset, once. WBEM_E_INVALID_OBJECT with what was wrong and where.
  static base::Result<Instance> wrap(ClassPtr cls, std::shared_ptr<const void> owner, std::span<const std::uint8_t> octets);
  /// Copies octets that were validated before (from the repository).
  static Instance copy_trusted(ClassPtr cls, std::span<const std::uint8_t> octets);

  const ClassPtr& cls() const { return class_; }
  const InstanceView& view() const { return view_; }
  const InstanceView* operator->() const { return &view_; }
  /// False for a spawned instance that was never stored: its __PATH, __SERVER and __NAMESPACE are NULL.
  bool decorated() const { return decorated_; }
  Value value(std::string_view property) const;  // NULL when absent
  /// \\SERVER\namespace:relpath, or empty when not decorated or without keys.
  std::string path() const;

 private:
  ClassPtr class_;
  std::shared_ptr<const void> owner_;
  InstanceView view_;
  bool decorated_ = true;
};

/// Validation only, no ownership: what wrap() does. Budgeted: string octets walked never exceed the heap's length.
base::Status validate_instance(const Class& cls, std::span<const std::uint8_t> octets);

/// Writes instances: SpawnInstance + Put. Reusable: reset() starts the next row without freeing. Not thread-safe.
class InstanceBuilder {
 public:
  /// All properties at their class defaults.
  explicit InstanceBuilder(ClassPtr cls);
  /// A changed copy.
  explicit InstanceBuilder(const Instance& from);
  const ClassPtr& cls() const { return class_; }
  void reset();

  /// Any value, coerced to the property's type. NOT_FOUND for an unknown property, TYPE_MISMATCH, VALUE_OUT_OF_RANGE,
  /// READ_ONLY for system properties.
  base::Status set(std::string_view name, const Value& value);
  base::Status set(const Property& property, const Value& value);
  void set_null(PropertyHandle h);
  void set_default(PropertyHandle h);
  /// By handle, for rows made at speed: the caller vouches that the type is the property's.
  template <class T>
  void set_number(PropertyHandle h, T v) {
    std::memcpy(write_slot(h, sizeof v), &v, sizeof v);
  }
  void set_boolean(PropertyHandle h, bool b) { set_number<std::uint16_t>(h, b ? 0xFFFF : 0); }
  /// UTF-8 in; stored as Latin-1 when every character fits, else UTF-16LE.
  void set_text(PropertyHandle h, std::string_view utf8);
  bool is_null(PropertyHandle h) const;
  Value value(const Property& property) const;

  base::Status put_qualifier(Qualifier qualifier);
  base::Status put_property_qualifier(std::string_view property, Qualifier qualifier);
  base::Status delete_qualifier(std::string_view name);
  base::Status delete_property_qualifier(std::string_view property, std::string_view name);

  /// Compact octets (no garbage, heap ends in two NUL octets) appended to `out`; returns their length.
  std::uint32_t append_to(std::string& out) const;
  /// A finished instance with its own memory. `decorated`: it carries its class's server and namespace.
  Instance build(bool decorated = false) const;

 private:
  std::uint8_t* write_slot(PropertyHandle h, std::size_t size);
  void write_reference(PropertyHandle h, std::uint32_t reference);
  void set_nd(PropertyHandle h, unsigned bits);
  void clear_slot(PropertyHandle h);
  void put_value(PropertyHandle h, const Value& value);
  void repack(std::string& out) const;

  ClassPtr class_;
  std::string tables_;    // NdTable + value table
  std::string heap_;      // starts with the class's name
  bool garbage_ = false;  // the heap holds items that nothing refers to
  QualifierSet qualifiers_;
  std::vector<QualifierSet> property_qualifiers_;  // empty, or one per property
};

}  // namespace cim
