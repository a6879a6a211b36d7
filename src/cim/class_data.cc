#include "cim/class_data.h"

#include <algorithm>

namespace cim {
namespace {

using namespace std::string_view_literals;

template <class Member>
bool any_amended(const std::vector<Member>& members) {
  const auto amended = [](const Qualifier& q) { return q.amended(); };
  return std::any_of(members.begin(), members.end(),
                     [&](const Member& m) { return std::any_of(m.qualifiers.begin(), m.qualifiers.end(), amended); });
}

void find_flags(ClassFacts& facts) {
  const ClassModel& model = facts.model;
  facts.abstract = model.qualifiers.is_true("abstract");
  facts.singleton = model.qualifiers.is_true("singleton");
  facts.association = model.qualifiers.is_true("association");
  facts.dynamic = model.qualifiers.is_true("dynamic");
  facts.amended = std::any_of(model.qualifiers.begin(), model.qualifiers.end(), [](const Qualifier& q) { return q.amended(); }) ||
                  any_amended(model.properties) || any_amended(model.methods);
}

/// The octets of an instance that sets nothing (MS-WMIO 2.2.53).
void make_blank(const Class::Data& data, ClassFacts& facts) {
  std::string heap;
  const std::uint32_t name = wire::put_text(heap, facts.model.name);
  facts.name_octets = static_cast<std::uint32_t>(heap.size());
  heap += '\0';  // the name's own terminator is the other
  std::string& out = facts.blank;
  wire::append_u32(out, 0);
  out += '\0';
  wire::append_u32(out, name);
  const std::size_t tables = out.size();
  out.append(data.tables_length, '\0');
  for (std::uint32_t i = 0; i < data.property_count; ++i) {
    const unsigned is_null = (data.tables[i / 4] >> ((i & 3U) * 2U)) & 1U;
    out[tables + i / 4] = static_cast<char>(static_cast<unsigned char>(out[tables + i / 4]) | ((2U | is_null) << ((i & 3U) * 2U)));
  }
  wire::append_u32(out, 4);  // no qualifiers
  out += '\1';
  wire::append_u32(out, static_cast<std::uint32_t>(heap.size()) | wire::kHighBit);
  facts.blank_heap = static_cast<std::uint32_t>(out.size());
  out += heap;
  wire::patch_u32(out, 0, static_cast<std::uint32_t>(out.size()));
  out.shrink_to_fit();
}

std::unique_ptr<ClassFacts> make_facts(const Class::Data& data, ClassModel model) {
  auto facts = std::make_unique<ClassFacts>();
  facts->model = std::move(model);
  find_flags(*facts);
  for (std::size_t i = 0; i < facts->model.properties.size(); ++i) {
    const Property& property = facts->model.properties[i];
    if (property.key()) facts->keys.push_back(static_cast<std::uint16_t>(i));
    if (in_heap(property.type)) facts->references.push_back(property.handle);
  }
  make_blank(data, *facts);
  return facts;
}

}  // namespace

const std::string_view kNoMethods = "\x0C\0\0\0\0\0\0\0\0\0\0\x80"sv;
const std::string_view kNoParent =
    "\x1D\0\0\0\0\xFF\xFF\xFF\xFF\0\0\0\0\x04\0\0\0\x04\0\0\0\0\0\0\0\0\0\0\x80"
    "\x0C\0\0\0\0\0\0\0\0\0\0\x80"sv;

Class::Data::Data(std::shared_ptr<const void> owner_in, std::span<const std::uint8_t> class_part_in,
                  std::span<const std::uint8_t> methods_part_in, std::span<const std::uint8_t> parent_in, std::uint8_t prototype_flags_in)
    : owner(std::move(owner_in)),
      class_part(class_part_in),
      methods_part(methods_part_in.empty() ? wire::span(kNoMethods) : methods_part_in),
      parent(parent_in.empty() ? wire::span(kNoParent) : parent_in),
      prototype_flags(prototype_flags_in) {
  ClassPartFields fields;
  const char* problem = nullptr;
  if (!locate_class_part(class_part, fields, problem)) return;
  tables = fields.tables;
  tables_length = fields.tables_length;
  nd_length = fields.nd_length;
  property_count = fields.count;
  heap = {fields.heap.data, fields.heap.size};
}

Class::Data::~Data() { delete facts_.load(std::memory_order_relaxed); }

const ClassFacts& Class::Data::decode() const {
  std::unique_ptr<ClassFacts> made = make_facts(*this, decode_model(*this));
  const ClassFacts* expected = nullptr;
  if (facts_.compare_exchange_strong(expected, made.get(), std::memory_order_acq_rel)) return *made.release();
  return *expected;  // another thread was faster
}

void Class::Data::adopt(ClassModel model) { facts_.store(make_facts(*this, std::move(model)).release(), std::memory_order_release); }

ClassPtr class_over(const std::shared_ptr<const void>& owner, const BlockFields& fields) {
  auto data = std::make_shared<const Class::Data>(owner, fields.class_part, fields.methods_part, fields.parent,
                                                  static_cast<std::uint8_t>(fields.flags & wire::object_flag::kPrototypeBits));
  if (!fields.decorated()) return std::make_shared<const Class>(std::move(data));
  return std::make_shared<const Class>(std::move(data), fields.server.to_utf8(), fields.name_space.to_utf8(), true);
}

}  // namespace cim
