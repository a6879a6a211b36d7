// decode_class: what a stored or foreign class is read with; then everything that the class can be asked for.
#include <cstdlib>

#include "cim/wmio.h"

namespace {

void touch(const cim::Class& cls, int depth) {
  for (const cim::Property& property : cls.properties()) {
    if (cls.property(property.name) == nullptr || property.handle.offset > cls.tables_length()) std::abort();
  }
  for (const cim::Method& method : cls.methods()) {
    if (depth > 0 && method.in) touch(*method.in, depth - 1);
    if (depth > 0 && method.out) touch(*method.out, depth - 1);
  }
  (void)cls.keys();
  (void)cls.dynasty();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto cls = cim::decode_class({data, size}, "HOST", "root");
  if (!cls) return 0;
  touch(**cls, 3);
  const std::string again = cim::encode_class(**cls);
  const auto back = cim::decode_class({reinterpret_cast<const std::uint8_t*>(again.data()), again.size()}, "HOST", "root");
  if (!back) std::abort();
  // Reals in qualifiers may be NaN, which equals nothing: the comparison has only to end.
  (void)cim::compare(*cls, *back, 0);
  if (const auto rebuilt = cim::ClassBuilder::modify(**cls).build()) {
    const std::string octets = cim::encode_class(**rebuilt);
    if (!cim::decode_class({reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()}, "HOST", "root")) std::abort();
  }
  (void)cim::InstanceBuilder(*cls).build();
  return 0;
}
