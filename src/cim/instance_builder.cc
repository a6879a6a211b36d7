#include "cim/instance.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf.h"
#include "cim/class_data.h"
#include "cim/path.h"

namespace cim {

using wire::u32;

namespace {

constexpr std::size_t kHeaderSize = 9;  // length, reserved octet, class name

/// Copies a string, array or object from one heap to another; the reference to the copy.
std::uint32_t copy_item(Type type, std::uint32_t reference, wire::Heap from, std::string& to) {
  if (reference >= from.size) return reference;  // NULL or a dictionary word
  const auto copy = static_cast<std::uint32_t>(to.size());
  const std::uint8_t* at = from.data + reference;
  const std::uint32_t room = from.size - reference;
  const auto append = [&to](const std::uint8_t* octets, std::size_t size) { to.append(reinterpret_cast<const char*>(octets), size); };
  if (!type.array && is_text(type.base)) {
    const Text text = wire::text_at(from, reference);
    append(at, 1 + text.size());
    to.append(text.wide() ? 2 : 1, '\0');
    return copy;
  }
  if (room < 4) return wire::kNullRef;
  if (!type.array) {
    append(at, 4 + std::min(u32(at), room - 4));
    wire::patch_u32(to, copy, std::min(u32(at), room - 4));
    return copy;
  }
  const Type element{type.base, false};
  const std::uint32_t width = slot_size(element);
  const std::uint32_t count = std::min(u32(at), (room - 4) / width);
  append(at, 4 + std::size_t{count} * width);
  wire::patch_u32(to, copy, count);
  if (in_heap(element)) {
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::size_t slot = 4 + std::size_t{i} * width;
      wire::patch_u32(to, copy + slot, copy_item(element, u32(at + slot), from, to));
    }
  }
  return copy;
}

}  // namespace

InstanceBuilder::InstanceBuilder(ClassPtr cls) : class_(std::move(cls)) { reset(); }

InstanceBuilder::InstanceBuilder(const Instance& from) : class_(from.cls()) {
  const InstanceView& view = from.view();
  tables_.assign(wire::view(view.octets().subspan(kHeaderSize, class_->tables_length())));
  heap_.assign(reinterpret_cast<const char*>(view.heap()), view.heap_size());
  garbage_ = true;  // what came from elsewhere may hold anything
  qualifiers_ = view.own_qualifiers();
  for (const Property& property : class_->properties()) {
    QualifierSet own = view.own_property_qualifiers(property);
    if (own.empty()) continue;
    property_qualifiers_.resize(class_->properties().size());
    property_qualifiers_[property.handle.index] = std::move(own);
  }
}

void InstanceBuilder::reset() {
  const ClassFacts& facts = class_->data().facts();
  tables_.assign(facts.blank, kHeaderSize, class_->tables_length());
  heap_.assign(facts.blank, facts.blank_heap, facts.name_octets);
  garbage_ = false;
  qualifiers_ = {};
  property_qualifiers_.clear();
}

void InstanceBuilder::set_nd(PropertyHandle h, unsigned bits) {
  const unsigned shift = (h.index & 3U) * 2U;
  auto& octet = reinterpret_cast<unsigned char&>(tables_[h.index >> 2U]);
  if (in_heap(h.type) && ((octet >> shift) & 3U) == 0) garbage_ = true;
  octet = static_cast<unsigned char>((octet & ~(3U << shift)) | bits << shift);
}

std::uint8_t* InstanceBuilder::write_slot(PropertyHandle h, std::size_t) {
  set_nd(h, 0);
  return reinterpret_cast<std::uint8_t*>(tables_.data()) + class_->nd_length() + h.offset;
}

void InstanceBuilder::write_reference(PropertyHandle h, std::uint32_t reference) {
  std::memcpy(write_slot(h, sizeof reference), &reference, sizeof reference);
}

void InstanceBuilder::set_null(PropertyHandle h) {
  set_nd(h, 1);
  clear_slot(h);
}

/// Some readers look at the slot before the NULL bit.
void InstanceBuilder::clear_slot(PropertyHandle h) { std::memset(tables_.data() + class_->nd_length() + h.offset, 0, slot_size(h.type)); }

void InstanceBuilder::set_default(PropertyHandle h) {
  const unsigned is_null = (class_->data().tables[h.index >> 2U] >> ((h.index & 3U) * 2U)) & 1U;
  set_nd(h, 2U | is_null);
  clear_slot(h);
}

void InstanceBuilder::set_text(PropertyHandle h, std::string_view utf8) { write_reference(h, wire::put_text(heap_, utf8)); }

bool InstanceBuilder::is_null(PropertyHandle h) const {
  return ((static_cast<unsigned char>(tables_[h.index >> 2U]) >> ((h.index & 3U) * 2U)) & 1U) != 0;
}

void InstanceBuilder::put_value(PropertyHandle h, const Value& value) {
  if (value.is_null()) return set_null(h);
  set_nd(h, 0);
  wire::encode_value(value, h.type, tables_, class_->nd_length() + h.offset, heap_);
}

base::Status InstanceBuilder::set(std::string_view name, const Value& value) {
  if (const Property* property = class_->property(name)) return set(*property, value);
  if (name.starts_with("__")) return {WBEM_E_READ_ONLY, fmt::format("{} is a system property", name)};
  return {WBEM_E_NOT_FOUND, fmt::format("{} has no property {}", class_->name(), name)};
}

base::Status InstanceBuilder::set(const Property& property, const Value& value) {
  auto coerced = coerce(value, property.type);
  if (!coerced) return {coerced.error().code(), fmt::format("{}: {}", property.name, coerced.error().text())};
  put_value(property.handle, *coerced);
  return {};
}

Value InstanceBuilder::value(const Property& property) const {
  const PropertyHandle h = property.handle;
  const unsigned bits = (static_cast<unsigned char>(tables_[h.index >> 2U]) >> ((h.index & 3U) * 2U)) & 3U;
  if ((bits & 1U) != 0) return {};
  if (bits != 0) return property.default_value;
  const auto* slot = reinterpret_cast<const std::uint8_t*>(tables_.data()) + class_->nd_length() + h.offset;
  return wire::decode_value(property.type, slot,
                            {reinterpret_cast<const std::uint8_t*>(heap_.data()), static_cast<std::uint32_t>(heap_.size())});
}

base::Status InstanceBuilder::put_qualifier(Qualifier qualifier) {
  if (!valid_identifier(qualifier.name)) return {WBEM_E_INVALID_PARAMETER, fmt::format("{} is no qualifier name", qualifier.name)};
  const Qualifier* of_class = class_->qualifiers().find(qualifier.name);
  if (of_class && (of_class->flavor & flavor::kToInstance) != 0 && (of_class->flavor & flavor::kNotOverridable) != 0) {
    return {WBEM_E_OVERRIDE_NOT_ALLOWED, fmt::format("the class does not let instances override {}", qualifier.name)};
  }
  qualifiers_.put(std::move(qualifier));
  return {};
}

base::Status InstanceBuilder::put_property_qualifier(std::string_view property, Qualifier qualifier) {
  const Property* found = class_->property(property);
  if (!found) return {WBEM_E_NOT_FOUND, fmt::format("{} has no property {}", class_->name(), property)};
  if (!valid_identifier(qualifier.name)) return {WBEM_E_INVALID_PARAMETER, fmt::format("{} is no qualifier name", qualifier.name)};
  if (base::equal_ignore_case(qualifier.name, "key")) return {WBEM_E_CANNOT_BE_KEY, "keys are the class's, not an instance's"};
  if (base::equal_ignore_case(qualifier.name, "CIMTYPE")) return {WBEM_E_READ_ONLY, "CIMTYPE is the class's"};
  const Qualifier* of_class = found->qualifiers.find(qualifier.name);
  if (of_class && (of_class->flavor & flavor::kNotOverridable) != 0) {
    return {WBEM_E_OVERRIDE_NOT_ALLOWED, fmt::format("the class does not let instances override {}", qualifier.name)};
  }
  property_qualifiers_.resize(class_->properties().size());
  property_qualifiers_[found->handle.index].put(std::move(qualifier));
  return {};
}

base::Status InstanceBuilder::delete_qualifier(std::string_view name) {
  if (qualifiers_.erase(name)) return {};
  return {WBEM_E_NOT_FOUND, fmt::format("the instance has no qualifier {} of its own", name)};
}

base::Status InstanceBuilder::delete_property_qualifier(std::string_view property, std::string_view name) {
  const Property* found = class_->property(property);
  if (!found) return {WBEM_E_NOT_FOUND, fmt::format("{} has no property {}", class_->name(), property)};
  if (!property_qualifiers_.empty() && property_qualifiers_[found->handle.index].erase(name)) return {};
  return {WBEM_E_NOT_FOUND, fmt::format("{} of the instance has no qualifier {} of its own", property, name)};
}

/// Qualifiers, flag and heap are written anew, with nothing in the heap but what is referred to.
void InstanceBuilder::repack(std::string& out) const {
  const std::size_t start = out.size();
  const wire::Heap from{reinterpret_cast<const std::uint8_t*>(heap_.data()), static_cast<std::uint32_t>(heap_.size())};
  const ClassFacts& facts = class_->data().facts();
  std::string heap(facts.blank, facts.blank_heap, facts.name_octets);
  out.append(facts.blank, 0, kHeaderSize);
  out += tables_;
  const std::size_t values = start + kHeaderSize + class_->nd_length();
  for (const PropertyHandle h : facts.references) {
    const unsigned bits = (static_cast<unsigned char>(tables_[h.index >> 2U]) >> ((h.index & 3U) * 2U)) & 3U;
    const std::uint32_t reference = u32(reinterpret_cast<const std::uint8_t*>(out.data()) + values + h.offset);
    wire::patch_u32(out, values + h.offset, bits == 0 ? copy_item(h.type, reference, from, heap) : 0);
  }
  wire::encode_qualifiers(qualifiers_, out, heap);
  out += property_qualifiers_.empty() ? '\1' : '\2';
  if (!property_qualifiers_.empty()) {
    for (const std::uint16_t position : class_->lookup_order()) wire::encode_qualifiers(property_qualifiers_[position], out, heap);
  }
  heap.append(heap.ends_with('\0') ? 1 : 2, '\0');
  wire::append_u32(out, static_cast<std::uint32_t>(heap.size()) | wire::kHighBit);
  out += heap;
}

std::uint32_t InstanceBuilder::append_to(std::string& out) const {
  const std::size_t start = out.size();
  if (garbage_ || !qualifiers_.empty() || !property_qualifiers_.empty()) {
    repack(out);
  } else {
    const ClassFacts& facts = class_->data().facts();
    const std::size_t padding = heap_.ends_with('\0') ? 1 : 2;
    out.reserve(start + kHeaderSize + tables_.size() + 9 + heap_.size() + padding);
    out.append(facts.blank, 0, kHeaderSize);
    out += tables_;
    out.append("\4\0\0\0\1", 5);
    wire::append_u32(out, static_cast<std::uint32_t>(heap_.size() + padding) | wire::kHighBit);
    out += heap_;
    out.append(padding, '\0');
  }
  const auto length = static_cast<std::uint32_t>(out.size() - start);
  wire::patch_u32(out, start, length);
  return length;
}

Instance InstanceBuilder::build(bool decorated) const {
  auto owner = std::make_shared<std::string>();
  append_to(*owner);
  const InstanceView view(*class_, wire::span(*owner));
  return Instance(class_, std::move(owner), view, decorated);
}

}  // namespace cim
