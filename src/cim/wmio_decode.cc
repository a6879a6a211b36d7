#include "cim/wmio.h"

#include <fmt/format.h>

#include "cim/class_data.h"
#include "cim/wmio_validate.h"

namespace cim {
namespace {

using Octets = std::span<const std::uint8_t>;

/// The same part of a copy of the octets.
Octets moved(Octets part, const std::uint8_t* from, const std::uint8_t* to) {
  return part.empty() ? part : Octets(to + (part.data() - from), part.size());
}

base::Result<Object> with_interned_class(Octets octets, ClassInterner& interner) {
  std::size_t class_end = 0;
  TRY_ASSIGN(ClassPtr cls, interner.intern_block(octets, class_end));
  const Octets rest = octets.subspan(class_end);
  Validator validator(octets.data());
  const Class::Data& data = cls->data();
  const std::uint32_t length = rest.size() < 4 ? 0 : wire::u32(rest.data());
  if (length < 4 || length > rest.size()) {
    return base::fail(WBEM_E_INVALID_OBJECT, "malformed object: an instance part is longer than what holds it");
  }
  const Octets instance = rest.first(length);
  if (!validator.instance(instance, data.tables_length, data.property_count, data.facts().references, 0)) {
    return base::fail(validator.status());
  }
  wire::Buffer owner = wire::copy(instance);
  const InstanceView view(*cls, {owner.get(), instance.size()});
  const bool decorated = cls->decorated();
  return Object(Instance(std::move(cls), std::move(owner), view, decorated));
}

}  // namespace

base::Result<Object> decode_block(Octets octets, ClassInterner* interner) {
  if (octets.size() > kMaxObjectOctets) return base::fail(WBEM_E_INVALID_OBJECT, "the object is larger than 64 MiB");
  const unsigned kind = octets.empty() ? 0 : octets[0] & (wire::object_flag::kClass | wire::object_flag::kInstance);
  if (interner && kind == wire::object_flag::kInstance) return with_interned_class(octets, *interner);
  BlockFields fields;
  Validator validator(octets.data());
  if (!validator.block(octets, fields)) return base::fail(validator.status());
  wire::Buffer copy = wire::copy(octets);
  const std::uint8_t* to = copy.get();
  fields.parent = moved(fields.parent, octets.data(), to);
  fields.class_part = moved(fields.class_part, octets.data(), to);
  fields.methods_part = moved(fields.methods_part, octets.data(), to);
  fields.instance = moved(fields.instance, octets.data(), to);
  ClassPtr cls = class_over(copy, fields);
  if (fields.is_class()) return Object(std::move(cls));
  const InstanceView view(*cls, fields.instance);
  return Object(Instance(std::move(cls), std::move(copy), view, fields.decorated()));
}

base::Result<Object> decode_unit(Octets octets, ClassInterner* interner) {
  if (octets.size() < 8) return base::fail(WBEM_E_INVALID_OBJECT, "malformed object: shorter than its header");
  if (wire::u32(octets.data()) != kSignature) return base::fail(WBEM_E_INVALID_OBJECT, "malformed object: the signature is not 0x12345678");
  const std::uint32_t length = wire::u32(octets.data() + 4);
  if (length > octets.size() - 8) {
    return base::fail(WBEM_E_INVALID_OBJECT, fmt::format("malformed object: {} octets declared, {} there", length, octets.size() - 8));
  }
  return decode_block(octets.subspan(8, length), interner);
}

base::Result<ClassPtr> decode_class(Octets octets, std::string server, std::string name_space) {
  if (octets.size() > kMaxObjectOctets) return base::fail(WBEM_E_INVALID_OBJECT, "the class is larger than 64 MiB");
  BlockFields fields;
  Validator validator(octets.data());
  if (!validator.class_type(octets, fields)) return base::fail(validator.status());
  wire::Buffer copy = wire::copy(octets);
  const std::uint8_t* to = copy.get();
  auto data = std::make_shared<const Class::Data>(copy, moved(fields.class_part, octets.data(), to),
                                                  moved(fields.methods_part, octets.data(), to), moved(fields.parent, octets.data(), to));
  return std::make_shared<const Class>(std::move(data), std::move(server), std::move(name_space), true);
}

}  // namespace cim
