#include "base/bytes.h"
#include "remote/object_array.h"
#include "remote/object_array_wire.h"

namespace remote {
namespace {

std::string_view view(std::span<const std::uint8_t> octets) { return {reinterpret_cast<const char*>(octets.data()), octets.size()}; }

void patch(std::string& out, std::size_t at, std::size_t value) {
  const auto narrow = static_cast<std::uint32_t>(value);
  std::memcpy(out.data() + at, &narrow, sizeof narrow);
}

/// The headers of an instance, sizes left open.
std::string instance_headers(std::uint8_t type, const std::array<char, 16>& guid) {
  std::string out;
  base::ByteWriter writer(out);
  writer.u32(packet::kObjectHeader);
  writer.u32(0);
  writer.u8(type);
  writer.u32(packet::kInstanceHeader);
  writer.u32(0);
  writer.bytes({guid.data(), guid.size()});
  return out;
}

/// Fills in the two sizes of the object that begins at `at` and reaches to the end.
void patch_sizes(std::string& out, std::size_t at, std::uint32_t inner_header) {
  const std::size_t size = out.size() - at - packet::kObjectHeader;
  patch(out, at + packet::kObjectSize, size);
  patch(out, at + packet::kInnerSize, size - inner_header);
}

}  // namespace

void ClassIds::clear() {
  known_.clear();
  order_.clear();
}

ClassIds::Known& ClassIds::of(const cim::ClassPtr& cls, bool& is_new) {
  const auto found = known_.find(cls.get());
  is_new = found == known_.end();
  if (!is_new) return found->second;
  if (known_.size() >= kMaxClasses) {
    known_.erase(order_.front());
    order_.pop_front();
  }
  Known& made = known_[cls.get()];
  made.cls = cls;
  base::Guid::random(random_).to_octets().copy(made.guid.data(), made.guid.size());
  order_.push_back(cls.get());
  return made;
}

ObjectArrayWriter::ObjectArrayWriter(std::string& out, PacketType type, ClassIds& ids) : out_(out), begin_(out.size()), ids_(ids) {
  base::ByteWriter writer(out_);
  writer.u32(0);
  writer.bytes(packet::kMark);
  writer.u32(packet::kHeader1);
  writer.u32(0);
  writer.u32(0);
  writer.u8(1);
  writer.u8(static_cast<std::uint8_t>(type));
  writer.u32(packet::kHeader2);
  writer.u32(0);
  writer.u32(packet::kHeader3);
  writer.u32(0);
  writer.u32(0);
}

void ObjectArrayWriter::add(const cim::Batch& batch, std::size_t row) {
  ++rows_;
  const cim::ClassPtr& cls = batch.cls(row);
  if (batch.is_class(row)) return add_class(cls);
  std::span<const std::uint8_t> octets = batch.row_octets(row);
  // Octets that do not begin with their own length are what a view makes of them.
  if (octets.size() < 4 || base::load_le<std::uint32_t>(view(octets), 0) != octets.size()) octets = batch.view(row).octets();
  if (last_ == nullptr || last_->cls != cls) {
    bool is_new = false;
    last_ = &ids_.of(cls, is_new);
    if (is_new) return add_first(*last_, batch.decorated(), octets);
  }
  std::string& head = last_->heads[batch.decorated() ? 1 : 0];
  if (head.empty()) {
    head = instance_headers(packet::kInstanceNoClass, last_->guid) + cim::encode_instance_head(*cls, batch.decorated());
  }
  const std::size_t at = out_.size();
  out_.append(head).append(view(octets));
  patch_sizes(out_, at, packet::kInstanceHeader);
}

void ObjectArrayWriter::add_class(const cim::ClassPtr& cls) {
  const std::size_t at = out_.size();
  base::ByteWriter writer(out_);
  writer.u32(packet::kObjectHeader);
  writer.u32(0);
  writer.u8(packet::kClass);
  writer.u32(packet::kClassHeader);
  writer.u32(0);
  out_ += cim::encode_block(cls);
  patch_sizes(out_, at, packet::kClassHeader);
}

void ObjectArrayWriter::add_first(ClassIds::Known& known, bool decorated, std::span<const std::uint8_t> instance) {
  const std::size_t at = out_.size();
  out_ += instance_headers(packet::kInstance, known.guid);
  out_ += cim::encode_instance_head(*known.cls, decorated);
  out_ += view(known.cls->class_part());
  out_ += view(instance);
  patch_sizes(out_, at, packet::kInstanceHeader);
}

void ObjectArrayWriter::finish() {
  const std::size_t objects = octets() - packet::kFixed;
  patch(out_, begin_ + packet::kDataSize1, octets() - packet::kHeader1);
  patch(out_, begin_ + packet::kDataSize2, objects + packet::kHeader3);
  patch(out_, begin_ + packet::kDataSize3, objects);
  patch(out_, begin_ + packet::kNumObjects, rows_);
}

}  // namespace remote
