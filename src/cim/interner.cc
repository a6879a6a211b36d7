#include <list>
#include <mutex>
#include <unordered_map>

#include "base/hash.h"
#include "cim/class_data.h"
#include "cim/wmio.h"
#include "cim/wmio_validate.h"

namespace cim {
namespace {

struct Request {
  std::span<const std::uint8_t> class_part;  // with slack
  std::string_view server;
  std::string_view name_space;
  bool decorated = false;
};

bool serves(const Class& cls, const Request& request) {
  const auto part = cls.class_part();
  return part.size() == request.class_part.size() && std::memcmp(part.data(), request.class_part.data(), part.size()) == 0 &&
         cls.decorated() == request.decorated && cls.server() == request.server && cls.name_space() == request.name_space;
}

std::uint64_t key_of(const Request& request) {
  const std::uint64_t decoration = base::hash64(request.server) * 31 + base::hash64(request.name_space) + (request.decorated ? 1 : 0);
  return base::hash64(wire::view(request.class_part)) ^ decoration;
}

base::Result<ClassPtr> make(const Request& request) {
  Validator validator(request.class_part.data());
  if (!validator.class_part(request.class_part, nullptr, 0)) return base::fail(validator.status());
  auto owner = std::make_shared<const std::string>(wire::view(request.class_part));
  auto data =
      std::make_shared<const Class::Data>(owner, wire::span(*owner), std::span<const std::uint8_t>(), std::span<const std::uint8_t>());
  return std::make_shared<const Class>(std::move(data), std::string(request.server), std::string(request.name_space), request.decorated);
}

}  // namespace

struct ClassInterner::Impl {
  struct Entry {
    std::uint64_t key;
    ClassPtr cls;
  };

  explicit Impl(std::size_t capacity_in) : capacity(capacity_in == 0 ? 1 : capacity_in) {}

  base::Result<ClassPtr> intern(const Request& request) {
    {
      const std::lock_guard lock(mutex);
      // Instances come in rows of one class: no hash is needed for all but the first.
      if (!entries.empty() && serves(*entries.front().cls, request)) return entries.front().cls;
    }
    const std::uint64_t key = key_of(request);
    if (ClassPtr known = find(key, request)) return known;
    TRY_ASSIGN(ClassPtr made, make(request));
    const std::lock_guard lock(mutex);
    if (const auto old = by_key.find(key); old != by_key.end()) {  // a collision, or another thread was faster
      if (serves(*old->second->cls, request)) return old->second->cls;
      entries.erase(old->second);
      by_key.erase(old);
    }
    entries.push_front({key, made});
    by_key.emplace(key, entries.begin());
    if (entries.size() > capacity) {
      by_key.erase(entries.back().key);
      entries.pop_back();
    }
    return made;
  }

  ClassPtr find(std::uint64_t key, const Request& request) {
    const std::lock_guard lock(mutex);
    const auto found = by_key.find(key);
    if (found == by_key.end() || !serves(*found->second->cls, request)) return nullptr;
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

base::Result<ClassPtr> ClassInterner::intern(std::span<const std::uint8_t> class_part, std::string_view server,
                                             std::string_view name_space) {
  ClassPartFields fields;
  const char* problem = nullptr;
  if (!locate_class_part(class_part, fields, problem))
    return base::fail(WBEM_E_INVALID_OBJECT, std::string("malformed object: ") + problem);
  return impl_->intern({fields.part, server, name_space, true});
}

base::Result<ClassPtr> ClassInterner::intern(const BlockFields& fields) {
  if (!fields.decorated()) return impl_->intern({fields.class_part, {}, {}, false});
  const std::string server = fields.server.to_utf8();
  const std::string name_space = fields.name_space.to_utf8();
  return impl_->intern({fields.class_part, server, name_space, true});
}

}  // namespace cim
