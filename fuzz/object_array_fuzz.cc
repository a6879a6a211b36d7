// Packets of rows, from a peer that has already sent a class: what was read is written again and read by another reader.
#include <cstdlib>

#include "remote/message_samples.h"

namespace {

using namespace remote;

std::string packet_of(const cim::Batch& batch, PacketType type, base::Random& random) {
  ClassIds ids(random);
  std::string out;
  ObjectArrayWriter writer(out, type, ids);
  for (std::size_t i = 0; i < batch.size(); ++i) writer.add(batch, i);
  writer.finish();
  return out;
}

void touch(const cim::Object& object) {
  for (const cim::Property& property : object.cls()->properties()) (void)object.get(property.name);
  (void)object.path();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto interner = std::make_shared<cim::ClassInterner>(16);
  static const std::string first = [] {
    base::SeededRandom random(1);
    return packet_of(samples::make_batch(samples::make_class("Row"), 1), PacketType::kNext, random);
  }();
  ClassCache cache(interner);
  if (!read_object_array(first, PacketType::kNext, cache)) std::abort();
  const auto type = size > 25 && data[25] == 0 ? PacketType::kIndicate : PacketType::kNext;
  const auto batch = read_object_array({reinterpret_cast<const char*>(data), size}, type, cache);
  if (!batch) return 0;
  for (std::size_t i = 0; i < batch->size(); ++i) touch(batch->object(i));
  base::SeededRandom random(2);
  ClassCache other(interner);
  const auto again = read_object_array(packet_of(*batch, type, random), type, other);
  if (!again || again->size() != batch->size()) std::abort();
  return 0;
}
