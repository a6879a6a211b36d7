// Finds the parts of MS-WMIO structures by their lengths, never leaving the octets. What lies inside the parts is not looked at.
#include <algorithm>

#include "cim/class_data.h"

namespace cim {
namespace {

using Octets = std::span<const std::uint8_t>;

/// Takes from the front of a range; after a failure everything fails.
class Cursor {
 public:
  explicit Cursor(Octets octets) : at_(octets.data()), end_(octets.data() + octets.size()) {}
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  const std::uint8_t* at() const { return at_; }
  const std::uint8_t* end() const { return end_; }
  const std::uint8_t* take(std::size_t count) {
    if (left() < count) {
      ok_ = false;
      at_ = end_;
      return nullptr;
    }
    const std::uint8_t* out = at_;
    at_ += count;
    return out;
  }
  std::uint32_t u32() {
    const std::uint8_t* from = take(4);
    return from ? wire::u32(from) : 0;
  }
  /// A block whose first field is its own length, the length included.
  Octets self_sized() {
    if (left() < 4) {
      ok_ = false;
      return {};
    }
    const std::uint32_t length = wire::u32(at_);
    if (length < 4) {
      ok_ = false;
      return {};
    }
    const std::uint8_t* from = take(length);
    return from ? Octets(from, length) : Octets();
  }
  wire::Heap heap() {
    const std::uint32_t length = u32() & ~wire::kHighBit;
    const std::uint8_t* from = take(length);
    return from ? wire::Heap{from, length} : wire::Heap{};
  }
  bool ok() const { return ok_; }

 private:
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  bool ok_ = true;
};

bool decoration_text(Cursor& cursor, Text& out) {
  out = wire::inline_text(cursor.at(), cursor.end());
  return cursor.take(1 + out.size() + (out.wide() ? 2 : 1)) != nullptr;
}

bool class_and_methods(Octets& rest, Octets& class_part, Octets& methods_part, const char*& problem) {
  ClassPartFields fields;
  if (!locate_class_part(rest, fields, problem)) return false;
  class_part = fields.part;
  rest = rest.subspan(class_part.size());
  MethodsPartFields methods;
  if (!locate_methods_part(rest, methods, problem)) return false;
  methods_part = methods.part;
  rest = rest.subspan(methods_part.size());
  return true;
}

}  // namespace

bool locate_class_part(Octets octets, ClassPartFields& out, const char*& problem) {
  Cursor outer(octets);
  out.part = outer.self_sized();
  problem = "a class part is longer than what holds it";
  if (!outer.ok()) return false;
  Cursor cursor(out.part);
  cursor.take(5);  // length and a reserved octet
  out.name = cursor.u32();
  out.tables_length = cursor.u32();
  const Octets derivation = cursor.self_sized();
  problem = "a derivation list is longer than its class part";
  if (!cursor.ok()) return false;
  out.derivation = derivation.subspan(4);
  out.qualifiers = cursor.self_sized().data();
  problem = "a class qualifier set is longer than its class part";
  if (!cursor.ok()) return false;
  out.count = cursor.u32();
  problem = "more properties than a class may have";
  if (out.count > kMaxProperties) return false;
  out.lookups = cursor.take(std::size_t{out.count} * 8);
  out.nd_length = (out.count + 3) / 4;
  out.tables = nullptr;
  if (out.count == 0) {
    out.tables_length = 0;
  } else {
    problem = "the value table is shorter than its NULL bits";
    if (out.tables_length < out.nd_length) return false;
    out.tables = cursor.take(out.tables_length);
  }
  out.heap = cursor.heap();
  problem = "the tables or the heap are longer than their class part";
  return cursor.ok();
}

bool locate_methods_part(Octets octets, MethodsPartFields& out, const char*& problem) {
  Cursor outer(octets);
  out.part = outer.self_sized();
  problem = "a methods part is longer than what holds it";
  if (!outer.ok()) return false;
  Cursor cursor(out.part);
  cursor.take(4);
  const std::uint8_t* count = cursor.take(4);  // and padding
  out.count = count ? wire::load<std::uint16_t>(count) : 0;
  out.rows = cursor.take(std::size_t{out.count} * wire::kMethodRow);
  out.heap = cursor.heap();
  problem = "a method table is longer than its methods part";
  return cursor.ok();
}

bool locate_class_type(Octets octets, BlockFields& out, const char*& problem) {
  Octets rest = octets;
  Octets parent_class;
  Octets parent_methods;
  if (!class_and_methods(rest, parent_class, parent_methods, problem)) return false;
  out.parent = octets.first(parent_class.size() + parent_methods.size());
  return class_and_methods(rest, out.class_part, out.methods_part, problem);
}

bool locate_block(Octets octets, BlockFields& out, const char*& problem) {
  problem = "an object block is empty";
  if (octets.empty()) return false;
  out.flags = octets[0];
  Cursor cursor(octets.subspan(1));
  if (out.decorated()) {
    problem = "a decoration has no end";
    if (!decoration_text(cursor, out.server) || !decoration_text(cursor, out.name_space)) return false;
  }
  const unsigned kind = out.flags & (wire::object_flag::kClass | wire::object_flag::kInstance);
  problem = "object flags name neither a class nor an instance";
  if (kind == 0 || kind == (wire::object_flag::kClass | wire::object_flag::kInstance)) return false;
  const Octets rest(cursor.at(), cursor.left());
  if (out.is_class()) return locate_class_type(rest, out, problem);
  if (!locate_class_part(rest, out.fields, problem)) return false;
  out.class_part = out.fields.part;
  Cursor behind(rest.subspan(out.class_part.size()));
  out.instance = behind.self_sized();
  problem = "an instance part is longer than what holds it";
  return behind.ok();
}

}  // namespace cim
