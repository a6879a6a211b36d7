#include "cim/class_data.h"
#include "cim/wmio.h"

namespace cim {
namespace {

void append_block(const Object& object, std::string& out) {
  const Class& cls = *object.cls();
  const Instance* instance = object.as_instance();
  const bool decorated = cls.decorated() && (!instance || instance->decorated());
  unsigned flags = instance ? wire::object_flag::kInstance : wire::object_flag::kClass | cls.data().prototype_flags;
  if (decorated) flags |= wire::object_flag::kDecorated;
  out += static_cast<char>(flags);
  if (decorated) {
    wire::append_text(out, cls.server());
    wire::append_text(out, cls.name_space());
  }
  if (instance) {
    out += wire::view(cls.class_part());
    out += wire::view(instance->view().octets());
  } else {
    out += encode_class(cls);
  }
}

}  // namespace

std::string encode_class(const Class& cls) {
  std::string out;
  out.reserve(cls.parent_octets().size() + cls.class_part().size() + cls.methods_part().size());
  out += wire::view(cls.parent_octets());
  out += wire::view(cls.class_part());
  out += wire::view(cls.methods_part());
  return out;
}

std::string encode_block(const Object& object) {
  std::string out;
  append_block(object, out);
  return out;
}

std::string encode_unit(const Object& object) {
  std::string out;
  wire::append_u32(out, kSignature);
  wire::append_u32(out, 0);
  append_block(object, out);
  wire::patch_u32(out, 4, static_cast<std::uint32_t>(out.size() - 8));
  return out;
}

}  // namespace cim
