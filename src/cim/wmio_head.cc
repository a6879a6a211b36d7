#include "cim/class_data.h"
#include "cim/wmio.h"

namespace cim {
namespace {

/// The Encoded-String at `at`, which moves behind it; false without an end.
bool take_text(const std::uint8_t*& at, const std::uint8_t* end, Text& out) {
  out = wire::inline_text(at, end);
  const std::size_t size = 1 + out.size() + (out.wide() ? 2 : 1);
  if (static_cast<std::size_t>(end - at) < size) return false;
  at += size;
  return true;
}

}  // namespace

std::string encode_instance_head(const Class& cls, bool decorated) {
  decorated = decorated && cls.decorated();
  std::string out(1, static_cast<char>(wire::object_flag::kInstance | (decorated ? wire::object_flag::kDecorated : 0)));
  if (!decorated) return out;
  wire::append_text(out, cls.server());
  wire::append_text(out, cls.name_space());
  return out;
}

base::Result<InstanceHead> decode_instance_head(std::span<const std::uint8_t> octets) {
  InstanceHead head;
  const unsigned flags = octets.empty() ? 0 : octets[0];
  if ((flags & (wire::object_flag::kClass | wire::object_flag::kInstance)) != wire::object_flag::kInstance) {
    return base::fail(WBEM_E_INVALID_OBJECT, "malformed object: object flags do not name an instance");
  }
  head.decorated = (flags & wire::object_flag::kDecorated) != 0;
  const std::uint8_t* at = octets.data() + 1;
  const std::uint8_t* const end = octets.data() + octets.size();
  if (head.decorated && (!take_text(at, end, head.server) || !take_text(at, end, head.name_space))) {
    return base::fail(WBEM_E_INVALID_OBJECT, "malformed object: a decoration has no end");
  }
  head.size = static_cast<std::size_t>(at - octets.data());
  return head;
}

}  // namespace cim
