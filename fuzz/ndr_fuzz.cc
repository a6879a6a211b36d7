// NDR: the first octets are a list of what to read, up to a zero; the rest is read. Then type serialization.
#include <cstdlib>

#include "rpc/ndr.h"

namespace {

using namespace rpc;

class Script {
 public:
  Script(std::string_view steps, std::string_view octets) : steps_(steps), in_(octets) {}

  void run() {
    while (at_ < steps_.size()) step();
    (void)in_.status("fuzz");
    if (in_.ok() != in_.status("fuzz").ok()) std::abort();
  }

 private:
  void step() {
    if (at_ >= steps_.size()) return;
    switch (steps_[at_++] % 20) {
      case 0: in_.u8(); break;
      case 1: in_.u16(); break;
      case 2: in_.u32(); break;
      case 3: in_.u64(); break;
      case 4: in_.f64(); break;
      case 5: in_.guid(); break;
      case 6: in_.u32_in(1, 100, "range"); break;
      case 7: in_.enum16(5, "enum"); break;
      case 8: in_.union_tag32(1, "tag"); break;
      case 9: in_.union_tag16(1, "tag"); break;
      case 10:
        if (in_.pointer()) in_.construct([&] { step(); });
        break;
      case 11: in_.reference("reference"); break;
      case 12: in_.full_pointer(); break;
      case 13: in_.conformant_octets("octets"); break;
      case 14: (void)in_.wide_string("wide"); break;
      case 15: (void)in_.octet_string("octets"); break;
      case 16: {
        const std::uint32_t count = in_.conformance(2, "array");
        for (std::uint32_t i = 0; i < count; ++i) in_.u16();
        break;
      }
      case 17: node(); break;
      case 18: (void)in_.conformant_octets("octets", 4); break;
      default: {
        const std::uint32_t most = in_.conformance(0, "array");
        in_.octets(in_.variance(most, 1, "array"));
        break;
      }
    }
  }

  /// A structure that points to two of its kind.
  void node() {
    in_.construct([this] { flat_node(); });
  }
  void flat_node() {
    in_.u32();
    if (in_.pointer()) in_.defer([this] { flat_node(); });
    if (in_.pointer()) in_.defer([this] { flat_node(); });
  }

  std::string_view steps_;
  std::size_t at_ = 0;
  NdrReader in_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::size_t split = all.find('\0');
  if (split != std::string_view::npos) Script(all.substr(0, split), all.substr(split + 1)).run();
  if (auto types = TypeReader::open(all)) {
    while (!types->at_end()) {
      const auto object = types->next();
      if (!object) break;
      Script(std::string_view("\x02\x12\x0d", 3), *object).run();
    }
  }
  return 0;
}
