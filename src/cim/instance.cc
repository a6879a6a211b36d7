#include "cim/instance.h"

#include "cim/class_data.h"
#include "cim/system_properties.h"
#include "cim/wmio_validate.h"

namespace cim {

using wire::u32;

namespace {

/// Where the per-property sets begin, or null when the instance has none.
const std::uint8_t* property_sets(const Class& cls, const std::uint8_t* data) {
  const std::uint8_t* own = data + 9 + cls.tables_length();
  const std::uint8_t* flag = own + u32(own);
  return *flag == 2 ? flag + 1 : nullptr;
}

}  // namespace

InstanceView::InstanceView(const Class& cls, std::span<const std::uint8_t> octets)
    : class_(&cls), data_(octets.data()), size_(static_cast<std::uint32_t>(octets.size())) {
  valid_ = locate();
  if (valid_) return;
  const auto blank = cls.blank_instance();
  data_ = blank.data();
  size_ = static_cast<std::uint32_t>(blank.size());
  locate();
}

/// Finds the heap; every step is checked, since stored octets may be damaged.
bool InstanceView::locate() {
  const std::size_t tables = class_->tables_length();
  if (size_ < tables + 18 || u32(data_) > size_) return false;
  size_ = u32(data_);
  if (size_ < tables + 18) return false;
  values_ = data_ + 9 + class_->nd_length();
  std::size_t at = 9 + tables;
  std::uint32_t sets = 1;
  for (std::uint32_t i = 0; i < sets; ++i) {
    if (size_ - at < 9) return false;
    const std::uint32_t length = u32(data_ + at);
    if (length < 4 || length > size_ - at - 5) return false;
    at += length;
    if (i == 0 && data_[at++] == 2) sets += class_->data().property_count;
  }
  heap_size_ = u32(data_ + at) & ~wire::kHighBit;
  heap_ = data_ + at + 4;
  return heap_size_ <= size_ - at - 4;
}

bool InstanceView::default_is_null(PropertyHandle h) const {
  return ((class_->data().tables[h.index >> 2U] >> ((h.index & 3U) * 2U)) & 1U) != 0;
}

const std::uint8_t* InstanceView::default_slot(PropertyHandle h) const {
  return class_->data().tables + class_->data().nd_length + h.offset;
}

Text InstanceView::text(PropertyHandle h) const {
  if (nd(h) == 0) [[likely]]
    return wire::text_at({heap_, heap_size_}, u32(values_ + h.offset));
  if (is_null(h)) return {};
  return wire::text_at(class_->data().heap_view(), u32(default_slot(h)));
}

Value InstanceView::value(const Property& property) const {
  const PropertyHandle h = property.handle;
  if (is_null(h)) return {};
  if (is_default(h)) return property.default_value;
  return wire::decode_value(property.type, values_ + h.offset, {heap_, heap_size_});
}

base::Result<Value> InstanceView::get(std::string_view name) const {
  if (const Property* property = class_->property(name)) return value(*property);
  return system_property(*class_, this, class_->decorated(), name);
}

QualifierSet InstanceView::own_qualifiers() const {
  return wire::decode_qualifiers(data_ + 9 + class_->tables_length(), heap_, {heap_, heap_size_});
}

QualifierSet InstanceView::own_property_qualifiers(const Property& property) const {
  const std::uint8_t* at = property_sets(*class_, data_);
  if (!at) return {};
  for (const std::uint16_t position : class_->lookup_order()) {
    if (position == property.handle.index) return wire::decode_qualifiers(at, heap_, {heap_, heap_size_});
    at += u32(at);
  }
  return {};
}

base::Status validate_instance(const Class& cls, std::span<const std::uint8_t> octets) {
  Validator validator(octets.data());
  const ClassFacts& facts = cls.data().facts();
  if (validator.instance(octets, cls.tables_length(), cls.data().property_count, facts.references, 0)) return {};
  return validator.status();
}

base::Result<Instance> Instance::wrap(ClassPtr cls, std::shared_ptr<const void> owner, std::span<const std::uint8_t> octets) {
  if (octets.size() < 4 || u32(octets.data()) > octets.size()) {
    return base::fail(WBEM_E_INVALID_OBJECT, "malformed object: an instance part is longer than what holds it");
  }
  octets = octets.first(u32(octets.data()));
  TRY(validate_instance(*cls, octets));
  const InstanceView view(*cls, octets);
  return Instance(std::move(cls), std::move(owner), view);
}

Instance Instance::copy_trusted(ClassPtr cls, std::span<const std::uint8_t> octets) {
  wire::Buffer owner = wire::copy(octets);
  const InstanceView view(*cls, {owner.get(), octets.size()});
  return Instance(std::move(cls), std::move(owner), view);
}

Value Instance::value(std::string_view property) const {
  const Property* found = class_->property(property);
  return found ? view_.value(*found) : Value();
}

std::string Instance::path() const {
  if (!decorated_ || !class_->decorated()) return {};
  std::string relative = view_.relative_path();
  return relative.empty() ? relative : full_path(*class_, relative);
}

}  // namespace cim
