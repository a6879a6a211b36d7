#include <utility>

#include "cim/object.h"
#include "cim/wmio_wire.h"

namespace cim {

InstanceView Batch::view(std::size_t i) const {
  return {*cls(i), wire::span(std::string_view(*slab_).substr(rows_[i].offset, rows_[i].length))};
}

Object Batch::object(std::size_t i) const {
  if (is_class(i)) return cls(i);
  return Instance(cls(i), slab_, view(i), decorated_);
}

void BatchBuilder::add(const ClassPtr& cls, std::span<const std::uint8_t> octets) {
  if (classes_.empty() || classes_.back() != cls) classes_.push_back(cls);
  rows_.push_back({static_cast<std::uint32_t>(classes_.size() - 1), static_cast<std::uint32_t>(slab_.size()),
                   static_cast<std::uint32_t>(octets.size())});
  slab_.append(wire::view(octets));
}

void BatchBuilder::add(const Object& object) {
  const Instance* instance = object.as_instance();
  if (instance) decorated_ = instance->decorated();
  add(object.cls(), instance ? instance->view().octets() : std::span<const std::uint8_t>());
}

Batch BatchBuilder::take() {
  Batch out;
  out.slab_ = std::make_shared<const std::string>(std::exchange(slab_, {}));
  out.classes_ = std::make_shared<const std::vector<ClassPtr>>(std::exchange(classes_, {}));
  out.rows_ = std::exchange(rows_, {});
  out.decorated_ = decorated_;
  return out;
}

Batch batch_of(const Object& object) {
  BatchBuilder builder;
  builder.add(object);
  return builder.take();
}

}  // namespace cim
