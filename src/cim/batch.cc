#include <utility>

#include "cim/object.h"
#include "cim/wmio_wire.h"

namespace cim {

InstanceView Batch::view(std::size_t i) const {
  return {*cls(i), wire::span(std::string_view(content_->slab).substr(content_->rows[i].offset, content_->rows[i].length))};
}

Object Batch::object(std::size_t i) const {
  if (is_class(i)) return cls(i);
  return Instance(cls(i), content_, view(i), decorated_);
}

void BatchBuilder::add(const ClassPtr& cls, std::span<const std::uint8_t> octets) {
  if (!content_) content_ = std::make_shared<Batch::Content>();
  Batch::Content& content = *content_;
  if (content.first_class == nullptr) {
    content.first_class = cls;
  } else if ((content.more_classes.empty() ? content.first_class : content.more_classes.back()) != cls) {
    content.more_classes.push_back(cls);
  }
  content.rows.push_back({static_cast<std::uint32_t>(content.more_classes.size()), static_cast<std::uint32_t>(content.slab.size()),
                          static_cast<std::uint32_t>(octets.size())});
  content.slab.append(wire::view(octets));
}

void BatchBuilder::reserve(std::size_t rows, std::size_t octets) {
  if (!content_) content_ = std::make_shared<Batch::Content>();
  content_->rows.reserve(rows);
  content_->slab.reserve(octets);
}

void BatchBuilder::add(const Object& object) {
  const Instance* instance = object.as_instance();
  if (instance) decorated_ = instance->decorated();
  add(object.cls(), instance ? instance->view().octets() : std::span<const std::uint8_t>());
}

Batch BatchBuilder::take() {
  Batch out;
  out.content_ = std::exchange(content_, nullptr);
  out.decorated_ = decorated_;
  return out;
}

Batch batch_of(const Object& object) {
  BatchBuilder builder;
  builder.add(object);
  return builder.take();
}

}  // namespace cim
