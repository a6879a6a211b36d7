// What stands behind a Class: its octets, and its declarations, which are read from the octets when they are first asked for.
// Internal to src/cim.
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cim/class.h"
#include "cim/name_index.h"
#include "cim/wmio_wire.h"

namespace cim {

/// The declarations of a class.
struct ClassModel {
  std::string name;
  std::vector<std::string> derivation;  // nearest parent first
  QualifierSet qualifiers;
  std::vector<Property> properties;  // declaration order
  std::vector<Method> methods;
  std::vector<std::uint16_t> lookup_order;  // positions in properties
  NameIndex index;                          // of properties

  const Property* property(std::string_view property_name) const {
    const std::uint32_t at = index.find(property_name, [this](std::uint32_t i) { return std::string_view(properties[i].name); });
    return at == NameIndex::kNone ? nullptr : &properties[at];
  }
};

/// Facts that follow from a model: computed once.
struct ClassFacts {
  ClassModel model;
  std::vector<std::uint16_t> keys;
  std::vector<PropertyHandle> references;  // the properties whose values lie in the heap, for validation
  std::string blank;                       // an instance with every property at its default; heap ends in two NUL octets
  std::uint32_t blank_heap = 0;            // offset of the heap's octets in `blank`
  std::uint32_t name_octets = 0;           // octets of the class name at the heap's start
  bool abstract = false, singleton = false, association = false, dynamic = false, amended = false;
};

/// ClassPart MethodsPart of a class that does not exist: the parent of a top-level class (MS-WMIO 2.2.11).
extern const std::string_view kNoParent;
/// A MethodsPart without methods.
extern const std::string_view kNoMethods;

struct Class::Data {
  /// `owner` keeps the octets alive. The parts are as locate_* found them; no other check is needed to be safe.
  Data(std::shared_ptr<const void> owner, std::span<const std::uint8_t> class_part, std::span<const std::uint8_t> methods_part,
       std::span<const std::uint8_t> parent, std::uint8_t prototype_flags = 0);
  ~Data();
  Data(const Data&) = delete;
  Data& operator=(const Data&) = delete;

  /// Decodes on first use; lock-free afterwards.
  const ClassFacts& facts() const {
    const ClassFacts* known = facts_.load(std::memory_order_acquire);
    return known ? *known : decode();
  }
  const ClassModel& model() const { return facts().model; }
  /// Gives the declarations that the octets were made from. Before the object is shared.
  void adopt(ClassModel model);
  wire::Heap heap_view() const { return {heap.data(), static_cast<std::uint32_t>(heap.size())}; }

  std::shared_ptr<const void> owner;
  std::shared_ptr<const void> parent_owner;
  std::span<const std::uint8_t> class_part;
  std::span<const std::uint8_t> methods_part;
  std::span<const std::uint8_t> parent;
  const std::uint8_t* tables = nullptr;
  std::span<const std::uint8_t> heap;
  std::uint32_t tables_length = 0;
  std::uint32_t nd_length = 0;
  std::uint32_t property_count = 0;
  std::uint8_t prototype_flags = 0;  // ObjectFlags 0x10 and 0x40, which a query's prototype carries

 private:
  const ClassFacts& decode() const;

  mutable std::atomic<const ClassFacts*> facts_{nullptr};
};

/// The fields of a ClassPart (2.2.15). All spans lie inside the part; null tables without properties.
struct ClassPartFields {
  std::span<const std::uint8_t> part;  // with slack
  std::uint32_t name = wire::kNullRef;
  std::span<const std::uint8_t> derivation;  // entries, without the length
  const std::uint8_t* qualifiers = nullptr;  // at the length
  std::uint32_t count = 0;
  const std::uint8_t* lookups = nullptr;
  const std::uint8_t* tables = nullptr;
  std::uint32_t tables_length = 0;
  std::uint32_t nd_length = 0;
  wire::Heap heap;
};
/// False when the lengths do not fit into `octets`; `problem` then says why.
bool locate_class_part(std::span<const std::uint8_t> octets, ClassPartFields& out, const char*& problem);

/// The fields of a MethodsPart (2.2.38).
struct MethodsPartFields {
  std::span<const std::uint8_t> part;
  std::uint32_t count = 0;
  const std::uint8_t* rows = nullptr;
  wire::Heap heap;
};
bool locate_methods_part(std::span<const std::uint8_t> octets, MethodsPartFields& out, const char*& problem);

/// The parts of an ObjectBlock (2.2.5).
struct BlockFields {
  std::uint8_t flags = 0;
  Text server;
  Text name_space;
  std::span<const std::uint8_t> parent;  // ClassPart MethodsPart; of a class
  std::span<const std::uint8_t> class_part;
  std::span<const std::uint8_t> methods_part;  // of a class
  std::span<const std::uint8_t> instance;      // of an instance, trimmed to its length
  ClassPartFields fields;                      // of the class part of an instance
  bool is_class() const { return (flags & wire::object_flag::kClass) != 0; }
  bool decorated() const { return (flags & wire::object_flag::kDecorated) != 0; }
};
bool locate_block(std::span<const std::uint8_t> octets, BlockFields& out, const char*& problem);
/// ParentClass CurrentClass.
bool locate_class_type(std::span<const std::uint8_t> octets, BlockFields& out, const char*& problem);

/// A class over octets that `owner` keeps alive.
ClassPtr class_over(const std::shared_ptr<const void>& owner, const BlockFields& fields);

/// The declarations of a ClassPart and MethodsPart; `parent` adds propagated class qualifiers that the encoder left out.
ClassModel decode_model(const Class::Data& data);

/// Lays out `model` (handles, lookup order) and encodes it. Errors: WBEM_E_QUOTA_VIOLATION over kMaxObjectOctets.
base::Result<ClassPtr> encode_model(ClassModel model, const Class* parent, std::string server, std::string name_space, bool decorated);

/// Order of names in the PropertyLookupTable: code by code, capitals as small letters (clients search it in halves).
bool lookup_less(std::string_view a, std::string_view b);

}  // namespace cim
