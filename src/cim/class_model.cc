// Octets of a class -> its declarations (MS-WMIO 2.2.15 - 2.2.52).
#include <algorithm>

#include "base/utf.h"
#include "cim/class_data.h"

namespace cim {
namespace {

using wire::u32;

std::vector<std::string> decode_derivation(std::span<const std::uint8_t> entries) {
  std::vector<std::string> out;
  const std::uint8_t* at = entries.data();
  const std::uint8_t* end = at + entries.size();
  while (at < end && out.size() < kMaxDerivation) {
    const Text name = wire::inline_text(at, end);
    out.push_back(name.to_utf8());
    const std::size_t used = 1 + name.size() + (name.wide() ? 2 : 1) + 4;  // and the length behind it
    if (static_cast<std::size_t>(end - at) < used) break;
    at += used;
  }
  return out;
}

/// One row of the PropertyLookupTable; false when it is out of bounds.
bool decode_property(const ClassPartFields& part, const std::uint8_t* row, Property& out) {
  const std::uint32_t info = u32(row + 4);
  if (info >= part.heap.size || part.heap.size - info < wire::kPropertyInfoHeader) return false;
  const std::uint8_t* at = part.heap.data + info;
  const std::uint32_t wire_type = u32(at);
  const auto type = type_from_wire(wire_type & 0xFFFFU & ~kInheritedBit);
  if (!type) return false;
  out.name = wire::text_at(part.heap, u32(row)).to_utf8();
  out.type = *type;
  out.inherited = (wire_type & kInheritedBit) != 0;
  out.handle = {u32(at + 6), wire::load<std::uint16_t>(at + 4), *type};
  out.origin = u32(at + 10);
  out.qualifiers = wire::decode_qualifiers(at + wire::kPropertyInfoHeader, part.heap.data + part.heap.size, part.heap);
  out.cim_type = out.qualifiers.text("CIMTYPE");
  if (out.cim_type.empty()) out.cim_type = type_name(type->base);
  const std::uint32_t values = part.tables_length - part.nd_length;
  if (out.handle.index >= part.count || out.handle.offset > values || values - out.handle.offset < slot_size(*type)) return false;
  const unsigned bits = (part.tables[out.handle.index / 4U] >> ((out.handle.index & 3U) * 2U)) & 3U;
  out.default_inherited = (bits & 2U) != 0;
  if ((bits & 1U) == 0) out.default_value = wire::decode_value(*type, part.tables + part.nd_length + out.handle.offset, part.heap);
  return true;
}

void decode_properties(const ClassPartFields& part, ClassModel& model) {
  std::vector<Property> found(part.count);
  std::vector<std::uint16_t> order;  // of the rows that hold, by lookup
  std::vector<bool> taken(part.count, false);
  for (std::uint32_t i = 0; i < part.count; ++i) {
    Property property;
    if (!decode_property(part, part.lookups + std::size_t{i} * 8, property) || taken[property.handle.index]) continue;
    const std::uint16_t index = property.handle.index;
    taken[index] = true;
    found[index] = std::move(property);
    order.push_back(index);
  }
  model.properties = std::move(found);
  model.lookup_order = std::move(order);
  model.index.reset(part.count);
  for (const std::uint16_t index : model.lookup_order) model.index.insert(model.properties[index].name, index);
}

ClassPtr decode_signature(const Class::Data& data, wire::Heap heap, std::uint32_t reference) {
  if (reference >= heap.size || heap.size - reference < 4) return nullptr;
  const std::uint32_t length = u32(heap.data + reference);
  if (length == 0 || length > heap.size - reference - 4) return nullptr;
  BlockFields fields;
  const char* problem = nullptr;
  if (!locate_block({heap.data + reference + 4, length}, fields, problem) || !fields.is_class()) return nullptr;
  return class_over(data.owner, fields);
}

void decode_methods(const Class::Data& data, ClassModel& model) {
  MethodsPartFields part;
  const char* problem = nullptr;
  if (!locate_methods_part(data.methods_part, part, problem)) return;
  for (std::uint32_t i = 0; i < part.count; ++i) {
    const std::uint8_t* row = part.rows + std::size_t{i} * wire::kMethodRow;
    Method method;
    method.name = wire::text_at(part.heap, u32(row)).to_utf8();
    method.inherited = (row[4] & wire::kMethodInherited) != 0;
    method.origin = u32(row + 8);
    const std::uint32_t qualifiers = u32(row + 12);
    if (qualifiers < part.heap.size) {
      method.qualifiers = wire::decode_qualifiers(part.heap.data + qualifiers, part.heap.data + part.heap.size, part.heap);
    }
    method.in = decode_signature(data, part.heap, u32(row + 16));
    method.out = decode_signature(data, part.heap, u32(row + 20));
    model.methods.push_back(std::move(method));
  }
}

/// Some encoders leave out the class qualifiers that the parent hands down.
void add_propagated(std::span<const std::uint8_t> parent, ClassModel& model) {
  ClassPartFields part;
  const char* problem = nullptr;
  if (parent.empty() || !locate_class_part(parent, part, problem)) return;
  const QualifierSet inherited =
      wire::decode_qualifiers(part.qualifiers, part.part.data() + part.part.size(), part.heap).propagate(flavor::kToSubclass);
  for (const Qualifier& qualifier : inherited) {
    if (!model.qualifiers.find(qualifier.name)) model.qualifiers.put(qualifier);
  }
}

}  // namespace

ClassModel decode_model(const Class::Data& data) {
  ClassModel model;
  ClassPartFields part;
  const char* problem = nullptr;
  if (!locate_class_part(data.class_part, part, problem)) return model;
  model.name = wire::text_at(part.heap, part.name).to_utf8();
  model.derivation = decode_derivation(part.derivation);
  model.qualifiers = wire::decode_qualifiers(part.qualifiers, part.part.data() + part.part.size(), part.heap);
  add_propagated(data.parent, model);
  decode_properties(part, model);
  decode_methods(data, model);
  return model;
}

}  // namespace cim
