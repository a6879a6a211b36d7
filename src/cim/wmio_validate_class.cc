// The class half of the validator (MS-WMIO 2.2.15 - 2.2.52).
#include "cim/wmio.h"
#include "cim/wmio_validate.h"

namespace cim {

using wire::u32;

bool Validator::derivation(std::span<const std::uint8_t> entries) {
  const std::uint8_t* at = entries.data();
  const std::uint8_t* const end = at + entries.size();
  for (std::size_t count = 0; at < end; ++count) {
    if (count >= kMaxDerivation) return fail(at, "more ancestors than a class may have");
    if (*at > 1) return fail(at, "a string is neither Latin-1 nor UTF-16");
    const Text name = wire::inline_text(at, end);
    const std::size_t used = 1 + std::size_t{name.size()} + (name.wide() ? 2 : 1) + 4;  // and the length behind it
    if (static_cast<std::size_t>(end - at) < used) return fail(at, "an ancestor's name has no end");
    at += used;
  }
  return true;
}

bool Validator::property(const ClassPartFields& part, const std::uint8_t* row, BudgetedHeap& heap, Claims& claims, Layout* layout,
                         int depth) {
  if (!text(row, heap)) return false;
  const std::uint32_t info = u32(row + 4);
  if (info >= heap.size || heap.size - info < wire::kPropertyInfoHeader + 4) return fail(row + 4, "a property leads out of its heap");
  const std::uint8_t* at = heap.data + info;
  const auto type = type_from_wire(u32(at) & 0xFFFFU & ~kInheritedBit);
  if (!type) return fail(at, "a property has no CIM type");
  const PropertyHandle h{u32(at + 6), wire::load<std::uint16_t>(at + 4), *type};
  if (h.index >= part.count) return fail(at + 4, "a declaration order is not below the number of properties");
  if (!claims.order(h.index)) return fail(at + 4, "two properties have one declaration order");
  const std::uint32_t values = part.tables_length - part.nd_length;
  if (h.offset > values || values - h.offset < slot_size(*type)) return fail(at + 6, "a property lies outside the value table");
  if (!claims.slot(h.offset, slot_size(*type))) return fail(at + 6, "two properties share octets of the value table");
  const std::uint8_t* set = at + wire::kPropertyInfoHeader;
  if (!charge(at, heap, wire::kPropertyInfoHeader + std::size_t{u32(set)})) return false;
  if (!qualifiers(set, heap.data + heap.size, heap, depth)) return false;
  if (!in_heap(*type)) return true;
  if (layout) layout->add(h);
  const bool has_default = ((part.tables[h.index >> 2U] >> ((h.index & 3U) * 2U)) & 1U) == 0;
  return !has_default || value(*type, part.tables + part.nd_length + h.offset, heap, depth);
}

bool Validator::class_part(std::span<const std::uint8_t> octets, Layout* layout, int depth) {
  ClassPartFields part;
  const char* problem = nullptr;
  if (!locate_class_part(octets, part, problem)) return fail(octets.data(), problem);
  return class_part(part, layout, depth);
}

bool Validator::class_part(const ClassPartFields& part, Layout* layout, int depth) {
  BudgetedHeap heap(part.heap);
  if (!text(part.part.data() + 5, heap) || !derivation(part.derivation)) return false;
  if (!qualifiers(part.qualifiers, part.part.data() + part.part.size(), heap, depth)) return false;
  if (layout) {
    layout->tables_length = part.tables_length;
    layout->nd_length = part.nd_length;
    layout->count = part.count;
    layout->reserve(part.count);
  }
  const std::uint32_t values = part.tables_length - part.nd_length;
  if (values > Claims::kMaxValueOctets) return fail(part.tables, "the value table is longer than any property needs");
  Claims claims(part.count, values);
  for (std::uint32_t i = 0; i < part.count; ++i) {
    if (!property(part, part.lookups + std::size_t{i} * 8, heap, claims, layout, depth)) return false;
  }
  return true;
}

bool Validator::methods_part(std::span<const std::uint8_t> octets, int depth) {
  MethodsPartFields part;
  const char* problem = nullptr;
  if (!locate_methods_part(octets, part, problem)) return fail(octets.data(), problem);
  if (part.count > kMaxMethods) return fail(octets.data(), "more methods than a class may have");
  BudgetedHeap heap(part.heap);
  for (std::uint32_t i = 0; i < part.count; ++i) {
    const std::uint8_t* row = part.rows + std::size_t{i} * wire::kMethodRow;
    if (!text(row, heap)) return false;
    const std::uint32_t set = u32(row + 12);
    if (set != wire::kNullRef) {
      if (set >= heap.size || heap.size - set < 4) return fail(row + 12, "a method's qualifiers lead out of the heap");
      if (!charge(row + 12, heap, u32(heap.data + set))) return false;
      if (!qualifiers(heap.data + set, heap.data + heap.size, heap, depth)) return false;
    }
    if (!object(row + 16, heap, depth, true) || !object(row + 20, heap, depth, true)) return false;
  }
  return true;
}

/// With no methods part, `class_octets` holds both.
bool Validator::class_and_methods(std::span<const std::uint8_t> class_octets, std::span<const std::uint8_t> methods, int depth) {
  if (!class_part(class_octets, nullptr, depth)) return false;
  if (methods.empty()) methods = class_octets.subspan(u32(class_octets.data()));
  return methods_part(methods, depth);
}

}  // namespace cim
