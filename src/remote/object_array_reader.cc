#include <fmt/format.h>

#include "base/bytes.h"
#include "remote/object_array.h"
#include "remote/object_array_wire.h"

namespace remote {
namespace {

std::span<const std::uint8_t> span_of(std::string_view octets) {
  return {reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()};
}

std::unexpected<base::Status> malformed(std::size_t at, std::string_view problem) {
  return base::fail(WBEM_E_INVALID_OBJECT, fmt::format("malformed object array: {} (at octet {})", problem, at));
}

cim::ClassPtr without_decoration(const cim::ClassPtr& cls) {
  return std::make_shared<const cim::Class>(std::shared_ptr<const cim::Class::Data>(cls, &cls->data()));
}

}  // namespace

ClassCache::ClassCache(std::shared_ptr<cim::ClassInterner> interner)
    : interner_(interner ? std::move(interner) : std::make_shared<cim::ClassInterner>()) {}

ClassCache::Known* ClassCache::find(std::string_view guid) {
  const auto found = by_guid_.find(std::string(guid));
  return found == by_guid_.end() ? nullptr : &found->second;
}

ClassCache::Known& ClassCache::put(std::string_view guid, Known known) {
  std::string key(guid);
  if (const auto found = by_guid_.find(key); found != by_guid_.end()) return found->second = std::move(known);
  if (by_guid_.size() >= kMaxClasses) {
    by_guid_.erase(order_.front());
    order_.pop_front();
  }
  order_.push_back(key);
  return by_guid_[std::move(key)] = std::move(known);
}

/// One packet.
class ObjectArrayReader {
 public:
  ObjectArrayReader(std::string_view octets, ClassCache& cache) : octets_(octets), in_(octets), cache_(cache) {}

  base::Result<cim::Batch> read(PacketType type) {
    TRY(headers(type));
    builder_.reserve(count_, in_.remaining());
    for (std::uint32_t i = 0; i < count_; ++i) TRY(object());
    if (in_.position() != end_) return malformed(in_.position(), "octets are left behind its objects");
    return builder_.take();
  }

 private:
  base::Status headers(PacketType type);
  base::Status sizes();
  base::Status object();
  base::Status add_class(std::string_view block);
  base::Status add_first(std::string_view guid, std::string_view block);
  base::Status add_known(std::string_view guid, std::string_view octets);
  base::Status redecorate(std::string_view octets);
  base::Status add_instance(const cim::ClassPtr& cls, std::string_view octets);

  /// The text of an error inside of an object, with the object's number.
  base::Status in_row(base::Status status) const {
    return {status.code(), fmt::format("object {} of an object array: {}", builder_.size() + 1, status.text())};
  }

  const std::string_view octets_;
  base::ByteReader in_;
  ClassCache& cache_;
  cim::BatchBuilder builder_;
  std::uint32_t count_ = 0;
  std::size_t end_ = 0;
  // Of the last instance without class: rows come in runs of one class.
  std::string_view last_guid_;
  ClassCache::Known* last_ = nullptr;
};

base::Status ObjectArrayReader::headers(PacketType type) {
  const std::uint32_t order = in_.u32();
  const std::string_view mark = in_.bytes(packet::kMark.size());
  if (order != 0 || mark != packet::kMark) return {WBEM_E_MARSHAL_INVALID_SIGNATURE, "an object array does not begin with its signature"};
  const std::uint32_t header1 = in_.u32();
  const std::uint32_t size1 = in_.u32();
  const std::uint32_t flags = in_.u32();
  const std::uint8_t version = in_.u8();
  const std::uint8_t kind = in_.u8();
  if (!in_.ok() || header1 != packet::kHeader1 || flags != 0) return malformed(0, "its first header is not as it must be").error();
  if (version != 1) return {WBEM_E_MARSHAL_VERSION_MISMATCH, fmt::format("an object array is of version {}, not 1", version)};
  if (kind != static_cast<std::uint8_t>(type)) return {WBEM_E_UNKNOWN_PACKET_TYPE, fmt::format("an object array is of type {}", kind)};
  if (size1 > in_.remaining()) return malformed(packet::kDataSize1, "it is longer than what holds it").error();
  return sizes();
}

base::Status ObjectArrayReader::sizes() {
  const std::uint32_t size1 = base::load_le<std::uint32_t>(octets_, packet::kDataSize1);
  const std::uint32_t header2 = in_.u32();
  const std::uint32_t size2 = in_.u32();
  const std::uint32_t header3 = in_.u32();
  const std::uint32_t size3 = in_.u32();
  count_ = in_.u32();
  const bool fits = size1 >= packet::kHeader2 + packet::kHeader3 && size2 <= size1 - packet::kHeader2 && size2 >= packet::kHeader3 &&
                    size3 <= size2 - packet::kHeader3;
  if (!in_.ok() || header2 != packet::kHeader2 || header3 != packet::kHeader3 || !fits) {
    return malformed(packet::kHeader1, "its second or third header is not as it must be").error();
  }
  end_ = in_.position() + size3;
  // Every object has its headers: what a count may make us reserve.
  if (count_ > size3 / (packet::kObjectHeader + packet::kClassHeader))
    return malformed(packet::kNumObjects, "it claims too many objects").error();
  return {};
}

base::Status ObjectArrayReader::object() {
  const std::size_t start = in_.position();
  const std::size_t room = end_ - start;
  if (room < packet::kObjectHeader + packet::kClassHeader) return malformed(start, "an object is cut off").error();
  const std::uint32_t header = in_.u32();
  const std::uint32_t size = in_.u32();
  const std::uint8_t type = in_.u8();
  if (header != packet::kObjectHeader || size > room - packet::kObjectHeader) {
    return malformed(start, "an object is longer than what holds it, or its header is not as it must be").error();
  }
  if (type < packet::kClass || type > packet::kInstanceNoClass) {
    return {WBEM_E_UNKNOWN_OBJECT_TYPE, fmt::format("an object array holds an object of type {} (at octet {})", type, start)};
  }
  const std::uint32_t expected = type == packet::kClass ? packet::kClassHeader : packet::kInstanceHeader;
  const std::uint32_t inner_header = in_.u32();
  const std::uint32_t inner_size = in_.u32();
  if (inner_header != expected || size < expected || inner_size > size - expected) {
    return malformed(start, "the sizes of an object contradict each other").error();
  }
  const std::string_view guid = type == packet::kClass ? std::string_view{} : in_.bytes(16);
  const std::string_view data = in_.bytes(inner_size);
  in_.skip(size - expected - inner_size);
  if (type == packet::kClass) return add_class(data);
  return type == packet::kInstance ? add_first(guid, data) : add_known(guid, data);
}

base::Status ObjectArrayReader::add_class(std::string_view block) {
  const auto object = cim::decode_block(span_of(block), cache_.interner());
  if (!object) return in_row(object.error());
  if (!object->is_class()) return in_row({WBEM_E_INVALID_OBJECT, "an instance stands where a class must"});
  builder_.add(*object);
  return {};
}

base::Status ObjectArrayReader::add_first(std::string_view guid, std::string_view block) {
  std::size_t class_end = 0;
  auto head = cim::decode_instance_head(span_of(block));
  if (!head) return in_row(head.error());
  auto cls = cache_.interner()->intern_block(span_of(block), class_end);
  if (!cls) return in_row(cls.error());
  // The row is checked before the class counts as known.
  TRY(add_instance(*cls, block.substr(class_end)));
  last_ = &cache_.put(guid, {*std::move(cls), std::string(block.substr(0, head->size))});
  last_guid_ = guid;
  return {};
}

base::Status ObjectArrayReader::add_known(std::string_view guid, std::string_view octets) {
  if (last_ == nullptr || guid != last_guid_) {
    last_ = cache_.find(guid);
    last_guid_ = guid;
    if (last_ == nullptr)
      return in_row({WBEM_E_INVALID_OBJECT, "its class was not sent before: " + base::Guid::from_octets(guid).to_string()});
  }
  if (!octets.starts_with(last_->head)) TRY(redecorate(octets));
  return add_instance(last_->cls, octets.substr(last_->head.size()));
}

/// The row's decoration is not the one that its class came with.
base::Status ObjectArrayReader::redecorate(std::string_view octets) {
  const auto head = cim::decode_instance_head(span_of(octets));
  if (!head) return in_row(head.error());
  cim::ClassPtr cls =
      head->decorated ? last_->cls->decorate(head->server.to_utf8(), head->name_space.to_utf8()) : without_decoration(last_->cls);
  *last_ = {std::move(cls), std::string(octets.substr(0, head->size))};
  return {};
}

base::Status ObjectArrayReader::add_instance(const cim::ClassPtr& cls, std::string_view octets) {
  const std::uint32_t length = octets.size() < 4 ? 0 : base::load_le<std::uint32_t>(octets, 0);
  if (length < 4 || length > octets.size()) return in_row({WBEM_E_INVALID_OBJECT, "an instance part is longer than what holds it"});
  const auto instance = span_of(octets.substr(0, length));
  if (base::Status status = cim::validate_instance(*cls, instance); !status.ok()) return in_row(std::move(status));
  builder_.add(cls, instance);
  return {};
}

base::Result<cim::Batch> read_object_array(std::string_view octets, PacketType type, ClassCache& cache) {
  return ObjectArrayReader(octets, cache).read(type);
}

}  // namespace remote
