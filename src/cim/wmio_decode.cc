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

base::Result<Object> with_interned_class(Octets octets, const BlockFields& fields, ClassInterner& interner) {
  TRY_ASSIGN(ClassPtr cls, interner.intern(fields));
  Validator validator(octets.data());
  const Class::Data& data = cls->data();
  if (!validator.instance(fields.instance, data.tables_length, data.property_count, data.facts().references, 0)) {
    return base::fail(validator.status());
  }
  auto owner = std::make_shared<const std::string>(wire::view(fields.instance));
  const InstanceView view(*cls, wire::span(*owner));
  return Instance(std::move(cls), std::move(owner), view, fields.decorated());
}

}  // namespace

base::Result<Object> decode_block(Octets octets, ClassInterner* interner) {
  if (octets.size() > kMaxObjectOctets) return base::fail(WBEM_E_INVALID_OBJECT, "the object is larger than 64 MiB");
  BlockFields fields;
  Validator validator(octets.data());
  if (interner) {
    const char* problem = nullptr;
    if (!locate_block(octets, fields, problem)) {
      validator.block(octets, fields);
      return base::fail(validator.status());
    }
    if (!fields.is_class()) return with_interned_class(octets, fields, *interner);
  }
  if (!validator.block(octets, fields)) return base::fail(validator.status());
  auto copy = std::make_shared<const std::string>(wire::view(octets));
  const std::uint8_t* to = wire::span(*copy).data();
  fields.parent = moved(fields.parent, octets.data(), to);
  fields.class_part = moved(fields.class_part, octets.data(), to);
  fields.methods_part = moved(fields.methods_part, octets.data(), to);
  fields.instance = moved(fields.instance, octets.data(), to);
  ClassPtr cls = class_over(copy, fields);
  if (fields.is_class()) return Object(std::move(cls));
  const InstanceView view(*cls, fields.instance);
  return Instance(std::move(cls), std::move(copy), view, fields.decorated());
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
  auto copy = std::make_shared<const std::string>(wire::view(octets));
  const std::uint8_t* to = wire::span(*copy).data();
  auto data = std::make_shared<const Class::Data>(copy, moved(fields.class_part, octets.data(), to),
                                                  moved(fields.methods_part, octets.data(), to), moved(fields.parent, octets.data(), to));
  return std::make_shared<const Class>(std::move(data), std::move(server), std::move(name_space), true);
}

}  // namespace cim
