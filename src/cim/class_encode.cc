// Declarations -> octets of a class (MS-WMIO 2.2.15 - 2.2.52).
#include <algorithm>

#include "base/utf.h"
#include "cim/class_data.h"
#include "cim/wmio.h"

namespace cim {
namespace {

using wire::append_u32;

/// Offsets and lookup order. What is known of the order (the parent's) is kept when it holds: most classes add few names to many.
void lay_out(ClassModel& model) {
  std::uint32_t offset = 0;
  for (std::size_t i = 0; i < model.properties.size(); ++i) {
    Property& property = model.properties[i];
    property.handle = {offset, static_cast<std::uint16_t>(i), property.type};
    offset += slot_size(property.type);
  }
  const auto less = [&](std::uint16_t a, std::uint16_t b) { return lookup_less(model.properties[a].name, model.properties[b].name); };
  auto& order = model.lookup_order;
  if (order.size() > model.properties.size() || !std::is_sorted(order.begin(), order.end(), less)) order.clear();
  std::vector<std::uint16_t> added;
  for (std::size_t i = order.size(); i < model.properties.size(); ++i) added.push_back(static_cast<std::uint16_t>(i));
  std::sort(added.begin(), added.end(), less);
  std::vector<std::uint16_t> merged(model.properties.size());
  std::merge(order.begin(), order.end(), added.begin(), added.end(), merged.begin(), less);
  order = std::move(merged);
}

void append_derivation(const std::vector<std::string>& derivation, std::string& out) {
  const std::size_t start = out.size();
  append_u32(out, 0);
  for (const std::string& name : derivation) {
    const std::size_t before = out.size();
    wire::append_text(out, name);
    append_u32(out, static_cast<std::uint32_t>(out.size() - before));
  }
  wire::patch_u32(out, start, static_cast<std::uint32_t>(out.size() - start));
}

/// PropertyInfo (2.2.30); its qualifiers' names and values follow it in the heap.
std::uint32_t put_property_info(const Property& property, std::string& heap) {
  const auto reference = static_cast<std::uint32_t>(heap.size());
  append_u32(heap, type_to_wire(property.type) | (property.inherited ? kInheritedBit : 0U));
  wire::append_u16(heap, property.handle.index);
  append_u32(heap, property.handle.offset);
  append_u32(heap, property.origin);
  wire::encode_qualifiers(property.qualifiers, heap, heap);
  return reference;
}

/// NdTable and ValueTable (2.2.26, 2.2.29).
void append_tables(const ClassModel& model, std::uint32_t nd_length, std::string& out, std::string& heap) {
  const std::size_t nd = out.size();
  out.append(nd_length, '\0');
  const std::size_t values = out.size();
  for (const Property& property : model.properties) out.append(slot_size(property.type), '\xFF');
  for (const Property& property : model.properties) {
    const PropertyHandle h = property.handle;
    const unsigned bits = (property.default_value.is_null() ? 1U : 0U) | (property.default_inherited ? 2U : 0U);
    out[nd + h.index / 4U] = static_cast<char>(static_cast<unsigned char>(out[nd + h.index / 4U]) | bits << ((h.index & 3U) * 2U));
    if (!property.default_value.is_null()) wire::encode_value(property.default_value, property.type, out, values + h.offset, heap);
  }
}

void append_heap(std::string& out, const std::string& heap) {
  append_u32(out, static_cast<std::uint32_t>(heap.size()) | wire::kHighBit);
  out += heap;
}

void append_class_part(const ClassModel& model, std::size_t expected, std::string& out) {
  const std::size_t start = out.size();
  std::string heap;
  heap.reserve(expected);
  append_u32(out, 0);
  out += '\0';
  append_u32(out, wire::put_text(heap, model.name));
  const auto nd_length = static_cast<std::uint32_t>((model.properties.size() + 3) / 4);
  std::uint32_t tables_length = nd_length;
  for (const Property& property : model.properties) tables_length += slot_size(property.type);
  append_u32(out, tables_length);
  append_derivation(model.derivation, out);
  wire::encode_qualifiers(model.qualifiers, out, heap);
  append_u32(out, static_cast<std::uint32_t>(model.properties.size()));
  std::size_t lookup = out.size();
  out.append(model.properties.size() * 8, '\0');
  for (const std::uint16_t position : model.lookup_order) {
    const Property& property = model.properties[position];
    wire::patch_u32(out, lookup, wire::put_name(heap, property.name));
    wire::patch_u32(out, lookup + 4, put_property_info(property, heap));
    lookup += 8;
  }
  append_tables(model, nd_length, out, heap);
  append_heap(out, heap);
  wire::patch_u32(out, start, static_cast<std::uint32_t>(out.size() - start));
}

/// MethodSignatureBlock (2.2.70): the length of the block, which it does not include, and the class __PARAMETERS.
std::uint32_t put_signature(const ClassPtr& parameters, std::string& heap) {
  const auto reference = static_cast<std::uint32_t>(heap.size());
  if (!parameters) {
    append_u32(heap, 0);
    return reference;
  }
  const std::string block = encode_block(parameters);
  append_u32(heap, static_cast<std::uint32_t>(block.size()));
  heap += block;
  return reference;
}

void append_methods_part(const ClassModel& model, std::string& out) {
  const std::size_t start = out.size();
  std::string heap;
  append_u32(out, 0);
  append_u32(out, static_cast<std::uint32_t>(model.methods.size()));  // u16 count and padding
  for (const Method& method : model.methods) {
    append_u32(out, wire::put_text(heap, method.name));
    append_u32(out, method.inherited ? wire::kMethodInherited : 0U);  // one octet and padding
    append_u32(out, method.origin);
    append_u32(out, static_cast<std::uint32_t>(heap.size()));
    wire::encode_qualifiers(method.qualifiers, heap, heap);
    append_u32(out, put_signature(method.in, heap));
    append_u32(out, put_signature(method.out, heap));
  }
  append_heap(out, heap);
  wire::patch_u32(out, start, static_cast<std::uint32_t>(out.size() - start));
}

/// ClassPart MethodsPart of the parent; shared with it when they lie side by side.
void attach_parent(const Class& parent, Class::Data& data) {
  const auto& from = parent.data();
  if (from.class_part.data() + from.class_part.size() == from.methods_part.data()) {
    data.parent = {from.class_part.data(), from.class_part.size() + from.methods_part.size()};
    data.parent_owner = from.owner;
    return;
  }
  auto copy = std::make_shared<std::string>(wire::view(from.class_part));
  *copy += wire::view(from.methods_part);
  data.parent = wire::span(*copy);
  data.parent_owner = std::move(copy);
}

unsigned char small(char c) { return static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c + 32 : c); }

}  // namespace

bool lookup_less(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return small(x) < small(y); });
}

base::Result<ClassPtr> encode_model(ClassModel model, const Class* parent, std::string server, std::string name_space, bool decorated) {
  lay_out(model);
  auto octets = std::make_shared<std::string>();
  append_class_part(model, parent ? parent->class_part().size() + 4096 : 0, *octets);
  const std::size_t class_size = octets->size();
  append_methods_part(model, *octets);
  if (octets->size() > kMaxObjectOctets) return base::fail(WBEM_E_QUOTA_VIOLATION, "the class is larger than 64 MiB");
  octets->shrink_to_fit();
  const auto all = wire::span(*octets);
  auto data = std::make_shared<Class::Data>(octets, all.first(class_size), all.subspan(class_size), std::span<const std::uint8_t>());
  if (parent) attach_parent(*parent, *data);
  data->adopt(std::move(model));
  return std::make_shared<const Class>(std::move(data), std::move(server), std::move(name_space), decorated);
}

}  // namespace cim
