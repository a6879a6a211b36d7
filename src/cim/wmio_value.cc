// Values and qualifier sets of MS-WMIO (2.2.59 - 2.2.64, 2.2.71 - 2.2.79) to and from Value.
#include <algorithm>
#include <memory>

#include "cim/wmio.h"
#include "cim/wmio_wire.h"

namespace cim::wire {
namespace {

Value decode_number(CimType type, const std::uint8_t* at) {
  switch (type) {
    case CimType::kSint8: return Value::sint(load<std::int8_t>(at));
    case CimType::kUint8: return Value::uint(*at);
    case CimType::kSint16: return Value::sint(load<std::int16_t>(at));
    case CimType::kUint16:
    case CimType::kChar16: return Value::uint(load<std::uint16_t>(at));
    case CimType::kSint32: return Value::sint(load<std::int32_t>(at));
    case CimType::kUint32: return Value::uint(u32(at));
    case CimType::kSint64: return Value::sint(load<std::int64_t>(at));
    case CimType::kUint64: return Value::uint(load<std::uint64_t>(at));
    case CimType::kReal32: return Value::real(static_cast<double>(load<float>(at)));
    case CimType::kReal64: return Value::real(load<double>(at));
    case CimType::kBoolean: return Value::boolean(load<std::uint16_t>(at) != 0);
    default: return {};
  }
}

/// u32 length and an ObjectBlock.
Value decode_object(Heap heap, std::uint32_t reference) {
  if (reference >= heap.size || heap.size - reference < 4) return {};
  const std::uint32_t length = u32(heap.data + reference);
  if (length > heap.size - reference - 4) return {};
  auto object = decode_block({heap.data + reference + 4, length});
  if (!object) return {};
  return Value::object(std::make_shared<const Object>(*std::move(object)));
}

Value decode_array(CimType element, Heap heap, std::uint32_t reference) {
  if (reference >= heap.size || heap.size - reference < 4) return {};
  const std::uint32_t width = slot_size({element, false});
  const std::uint32_t count = std::min(u32(heap.data + reference), (heap.size - reference - 4) / width);
  Value::Array out;
  out.reserve(count);
  const std::uint8_t* at = heap.data + reference + 4;
  for (std::uint32_t i = 0; i < count; ++i, at += width) out.push_back(decode_value({element, false}, at, heap));
  return Value::array(std::move(out));
}

template <class T>
void write(std::string& out, std::size_t at, T value) {
  std::memcpy(out.data() + at, &value, sizeof value);
}

void encode_number(const Value& value, CimType type, std::string& out, std::size_t at) {
  if (type == CimType::kBoolean) {
    write<std::uint16_t>(out, at, value.is_true() ? 0xFFFF : 0);
  } else if (type == CimType::kReal32) {
    write(out, at, static_cast<float>(value.as_real() ? *value.as_real() : 0));
  } else if (type == CimType::kReal64) {
    write(out, at, value.as_real() ? *value.as_real() : 0);
  } else {
    // Two's complement: the low octets of either signedness are the same.
    const auto* negative = std::get_if<std::int64_t>(&value.variant());
    const std::uint64_t bits = negative ? static_cast<std::uint64_t>(*negative) : value.as_uint().value_or(0);
    std::memcpy(out.data() + at, &bits, slot_size({type, false}));
  }
}

std::uint32_t put_object(const Value& value, std::string& heap) {
  const ObjectPtr* object = value.as_object();
  if (!object || !*object) return kNullRef;
  const auto reference = static_cast<std::uint32_t>(heap.size());
  const std::string block = encode_block(**object);
  append_u32(heap, static_cast<std::uint32_t>(block.size()));
  heap += block;
  return reference;
}

std::uint32_t put_array(const Value& value, CimType element, std::string& heap) {
  const Value::Array* items = value.as_array();
  if (!items) return kNullRef;
  const auto reference = static_cast<std::uint32_t>(heap.size());
  const std::uint32_t width = slot_size({element, false});
  append_u32(heap, static_cast<std::uint32_t>(items->size()));
  std::size_t at = heap.size();
  heap.resize(at + items->size() * width, '\0');
  for (const Value& item : *items) {
    if (!item.is_null()) {
      encode_value(item, {element, false}, heap, at, heap);
    } else if (in_heap({element, false})) {
      write(heap, at, kNullRef);
    }
    at += width;
  }
  return reference;
}

}  // namespace

Value decode_value(Type type, const std::uint8_t* slot, Heap heap) {
  if (!in_heap(type)) return decode_number(type.base, slot);
  const std::uint32_t reference = u32(slot);
  if (reference == kNullRef) return {};
  if (type.array) return decode_array(type.base, heap, reference);
  if (type.base == CimType::kObject) return decode_object(heap, reference);
  return Value::text(text_at(heap, reference).to_utf8());
}

QualifierSet decode_qualifiers(const std::uint8_t* at, const std::uint8_t* end, Heap heap) {
  QualifierSet out;
  if (end - at < 4) return out;
  const std::uint32_t length = u32(at);
  if (length < 4 || length > static_cast<std::size_t>(end - at)) return out;
  end = at + length;
  at += 4;
  while (end - at >= 9) {
    Qualifier qualifier;
    qualifier.name = text_at(heap, u32(at)).to_utf8();
    qualifier.flavor = at[4];
    const auto type = type_from_wire(u32(at + 5) & 0xFFFFU);
    if (!type || static_cast<std::size_t>(end - at) < 9 + slot_size(*type)) break;
    qualifier.type = *type;
    qualifier.value = decode_value(*type, at + 9, heap);
    at += 9 + slot_size(*type);
    out.put(std::move(qualifier));
  }
  return out;
}

void encode_value(const Value& value, Type type, std::string& out, std::size_t at, std::string& heap) {
  if (!in_heap(type)) return encode_number(value, type.base, out, at);
  std::uint32_t reference = kNullRef;
  if (type.array) {
    reference = put_array(value, type.base, heap);
  } else if (type.base == CimType::kObject) {
    reference = put_object(value, heap);
  } else if (const std::string* text = value.as_text()) {
    reference = put_text(heap, *text);
  }
  write(out, at, reference);
}

void encode_qualifiers(const QualifierSet& set, std::string& out, std::string& heap) {
  std::size_t at = out.size();
  std::size_t length = 4;
  for (const Qualifier& qualifier : set) length += 9 + slot_size(qualifier.type);
  out.resize(at + length, '\0');
  patch_u32(out, at, static_cast<std::uint32_t>(length));
  at += 4;
  for (const Qualifier& qualifier : set) {
    const std::uint32_t name = put_qualifier_name(heap, qualifier.name);
    patch_u32(out, at, name);
    out[at + 4] = static_cast<char>(qualifier.flavor);
    patch_u32(out, at + 5, type_to_wire(qualifier.type));
    if (!qualifier.value.is_null()) {
      encode_value(qualifier.value, qualifier.type, out, at + 9, heap);
    } else if (in_heap(qualifier.type)) {
      patch_u32(out, at + 9, kNullRef);
    }
    at += 9 + slot_size(qualifier.type);
  }
}

}  // namespace cim::wire
