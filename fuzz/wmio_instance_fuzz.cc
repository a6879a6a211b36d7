// decode_unit with and without an interner: an object from another machine; then every value is read and written again.
#include <cstdlib>

#include "cim/wmio.h"

namespace {

void touch(const cim::Object& object) {
  for (const cim::Property& property : object.cls()->properties()) (void)object.get(property.name);
  for (const std::string_view name : cim::system_property_names()) {
    if (!object.get(name) && object.cls()->property(name) == nullptr) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static cim::ClassInterner interner(16);
  const auto object = cim::decode_unit({data, size});
  const auto interned = cim::decode_unit({data, size}, &interner);
  if (object.has_value() != interned.has_value()) std::abort();
  if (!object) return 0;
  touch(*object);
  touch(*interned);
  const std::string again = cim::encode_unit(*object);
  if (!cim::decode_unit({reinterpret_cast<const std::uint8_t*>(again.data()), again.size()})) std::abort();
  if (const cim::Instance* instance = object->as_instance()) {
    const std::string packed = cim::encode_unit(cim::InstanceBuilder(*instance).build(true));
    if (!cim::decode_unit({reinterpret_cast<const std::uint8_t*>(packed.data()), packed.size()})) std::abort();
  }
  return 0;
}
