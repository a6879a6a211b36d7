#include <list>
#include <mutex>
#include <unordered_map>

#include "base/hash.h"
#include "cim/class_data.h"
#include "cim/wmio.h"
#include "cim/wmio_validate.h"

namespace cim {
namespace {

using Octets = std::span<const std::uint8_t>;

struct Entry {
  std::uint64_t key;
  wire::Buffer prefix;  // flags, decoration and class part, as instances of the class begin
  std::size_t size;
  ClassPtr cls;
};

bool begins(const Entry& entry, Octets block) {
  return entry.size <= block.size() && std::memcmp(entry.prefix.get(), block.data(), entry.size) == 0;
}

/// `fields` of a prefix; `octets` ends behind the class part.
base::Result<Entry> make_entry(std::uint64_t key, Octets octets, const BlockFields& fields) {
  Validator validator(octets.data());
  if (!validator.class_part(fields.class_part, nullptr, 0)) return base::fail(validator.status());
  wire::Buffer copy = wire::copy(octets);
  BlockFields moved;
  moved.flags = static_cast<std::uint8_t>(fields.flags & wire::object_flag::kDecorated);
  moved.server = fields.server;
  moved.name_space = fields.name_space;
  moved.class_part = Octets(copy.get(), octets.size()).last(fields.class_part.size());
  ClassPtr cls = class_over(copy, moved);
  return Entry{key, std::move(copy), octets.size(), std::move(cls)};
}

}  // namespace

struct ClassInterner::Impl {
  explicit Impl(std::size_t capacity_in) : capacity(capacity_in == 0 ? 1 : capacity_in) {}

  /// The class of the row before: instances come in runs of one class, so that no hash is needed.
  ClassPtr latest(Octets block, std::size_t& class_end) {
    const std::lock_guard lock(mutex);
    if (entries.empty() || !begins(entries.front(), block)) return nullptr;
    class_end = entries.front().size;
    return entries.front().cls;
  }

  base::Result<ClassPtr> find_or_make(Octets prefix, const BlockFields& fields) {
    const std::uint64_t key = base::hash64(wire::view(prefix));
    if (ClassPtr known = find(key, prefix)) return known;
    TRY_ASSIGN(Entry made, make_entry(key, prefix, fields));
    ClassPtr cls = made.cls;
    const std::lock_guard lock(mutex);
    if (const auto old = by_key.find(key); old != by_key.end()) {  // a collision, or another thread was faster
      if (same(*old->second, prefix)) return old->second->cls;
      entries.erase(old->second);
      by_key.erase(old);
    }
    entries.push_front(std::move(made));
    by_key.emplace(key, entries.begin());
    if (entries.size() > capacity) {
      by_key.erase(entries.back().key);
      entries.pop_back();
    }
    return cls;
  }

 private:
  static bool same(const Entry& entry, Octets prefix) { return entry.size == prefix.size() && begins(entry, prefix); }

  ClassPtr find(std::uint64_t key, Octets prefix) {
    const std::lock_guard lock(mutex);
    const auto found = by_key.find(key);
    if (found == by_key.end() || !same(*found->second, prefix)) return nullptr;
    entries.splice(entries.begin(), entries, found->second);
    return found->second->cls;
  }

  const std::size_t capacity;
  std::mutex mutex;
  std::list<Entry> entries;  // most recently used first
  std::unordered_map<std::uint64_t, std::list<Entry>::iterator> by_key;
};

ClassInterner::ClassInterner(std::size_t capacity) : impl_(std::make_unique<Impl>(capacity)) {}
ClassInterner::~ClassInterner() = default;

base::Result<ClassPtr> ClassInterner::intern_block(Octets block, std::size_t& class_end) {
  if (ClassPtr known = impl_->latest(block, class_end)) return known;
  BlockFields fields;
  const char* problem = nullptr;
  if (!locate_block(block, fields, problem) || fields.is_class()) {
    return base::fail(WBEM_E_INVALID_OBJECT, std::string("malformed object: ") + problem);
  }
  class_end = static_cast<std::size_t>(fields.class_part.data() + fields.class_part.size() - block.data());
  return impl_->find_or_make(block.first(class_end), fields);
}

base::Result<ClassPtr> ClassInterner::intern(Octets class_part, std::string_view server, std::string_view name_space) {
  ClassPartFields part;
  const char* problem = nullptr;
  if (!locate_class_part(class_part, part, problem)) return base::fail(WBEM_E_INVALID_OBJECT, std::string("malformed object: ") + problem);
  std::string prefix(1, static_cast<char>(wire::object_flag::kInstance | wire::object_flag::kDecorated));
  wire::append_text(prefix, server);
  const std::size_t second = prefix.size();
  wire::append_text(prefix, name_space);
  const std::size_t class_start = prefix.size();
  prefix += wire::view(part.part);
  const Octets octets = wire::span(prefix);
  BlockFields fields;
  fields.flags = octets[0];
  fields.server = wire::inline_text(octets.data() + 1, octets.data() + second);
  fields.name_space = wire::inline_text(octets.data() + second, octets.data() + class_start);
  fields.class_part = octets.subspan(class_start);
  return impl_->find_or_make(octets, fields);
}

}  // namespace cim
