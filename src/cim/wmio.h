// MS-WMIO: encoding and decoding of whole objects. Foreign octets are validated once, within limits.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "cim/object.h"

namespace cim {

/// Interns decoded class parts by their octets and decoration, so that a thousand instances of one class share one Class. Bounded
/// (least recently used go first). Thread-safe.
class ClassInterner {
 public:
  explicit ClassInterner(std::size_t capacity = 256);
  ~ClassInterner();
  /// `class_part` possibly with slack; errors as decode_object.
  base::Result<ClassPtr> intern(std::span<const std::uint8_t> class_part, std::string_view server, std::string_view name_space);
  /// The class of an instance's ObjectBlock; the instance part starts at `class_end`. For the decoder.
  base::Result<ClassPtr> intern_block(std::span<const std::uint8_t> block, std::size_t& class_end);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// EncodingUnit (with signature 0x12345678), MS-WMIO 2.2.1. Any length slack is tolerated. Errors: WBEM_E_INVALID_OBJECT with offset and
/// cause; embedded objects deeper than 16, more than kMaxProperties and the like are refused.
base::Result<Object> decode_unit(std::span<const std::uint8_t> octets, ClassInterner* interner = nullptr);
/// ObjectBlock alone (MS-WMIO 2.2.5).
base::Result<Object> decode_block(std::span<const std::uint8_t> octets, ClassInterner* interner = nullptr);
std::string encode_unit(const Object& object);
std::string encode_block(const Object& object);

/// What stands before the parts of an instance in an ObjectBlock and in an InstanceNoClass (MS-WMIO 2.2.3, 2.2.5): flags and decoration.
/// With the instance's octets behind it this is an InstanceNoClass, with class_part() between them an ObjectBlock. `decorated` counts only
/// for a class that is.
std::string encode_instance_head(const Class& cls, bool decorated);
struct InstanceHead {
  std::size_t size = 0;  // octets
  bool decorated = false;
  Text server;  // in the octets given
  Text name_space;
};
/// WBEM_E_INVALID_OBJECT: not an instance's flags, a decoration without an end.
base::Result<InstanceHead> decode_instance_head(std::span<const std::uint8_t> octets);

/// What the repository stores of a class: ClassType octets (ParentClass CurrentClass), and back.
std::string encode_class(const Class& cls);
base::Result<ClassPtr> decode_class(std::span<const std::uint8_t> octets, std::string server, std::string name_space);

inline constexpr std::uint32_t kSignature = 0x12345678;
inline constexpr std::size_t kMaxObjectOctets = 64U << 20U;
inline constexpr int kMaxEmbeddingDepth = 16;

}  // namespace cim
