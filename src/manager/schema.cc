#include "manager/schema.h"

#include <algorithm>
#include <mutex>
#include <unordered_map>

#include "base/spell.h"
#include "base/utf.h"
#include "cim/wmio.h"

namespace manager {

namespace {

constexpr std::size_t kMaxStale = 20'000;

using ClassMap = std::unordered_map<std::string, StoredClassPtr, base::IHash, base::IEqual>;
using NamespaceMap = std::unordered_map<std::string, NamespacePtr, base::IHash, base::IEqual>;

struct Decoded {
  NamespaceMap namespaces;
  std::unordered_map<repository::NamespaceId, ClassMap> classes;
  std::unordered_map<repository::ClassId, ExtentsPtr> extents;

  StoredClassPtr find(repository::NamespaceId id, std::string_view name) const {
    const auto map = classes.find(id);
    if (map == classes.end()) return nullptr;
    const auto it = map->second.find(name);
    return it == map->second.end() ? nullptr : it->second;
  }
};

NamespacePtr to_namespace(const repository::NamespaceRecord& record) {
  auto ns = std::make_shared<Namespace>();
  ns->id = record.id;
  ns->parent = record.parent;
  ns->path = record.path;
  ns->folded = record.folded_path;
  ns->descriptor.assign(reinterpret_cast<const char*>(record.security_descriptor.data()), record.security_descriptor.size());
  return ns;
}

std::shared_ptr<StoredClass> describe(const repository::ClassRecord& record, cim::ClassPtr cls, const repository::Hash128& hash) {
  auto out = std::make_shared<StoredClass>();
  out->id = record.id;
  out->folded = record.name;
  out->octets = hash;
  const auto properties = cls->properties();
  for (std::uint16_t i = 0; i < properties.size(); ++i) {
    const auto& p = properties[i];
    if (!p.key() && (p.qualifiers.is_true("not_null") || p.qualifiers.is_true("indexed"))) out->not_null.push_back(i);
    if (p.type.base == cim::CimType::kReference) out->references.push_back(i);
    if (p.type.base == cim::CimType::kObject && !p.reference_class().empty()) out->embedded.push_back(i);
  }
  out->amendment = cls->qualifiers().is_true("amendment");
  out->below_system = is_system_name(cls->name()) || std::ranges::any_of(cls->derivation(), is_system_name);
  out->cls = std::move(cls);
  return out;
}

std::string_view as_text(repository::Octets octets) { return {reinterpret_cast<const char*>(octets.data()), octets.size()}; }

}  // namespace

std::string_view Namespace::name() const {
  const auto slash = path.rfind('\\');
  return slash == std::string::npos ? std::string_view(path) : std::string_view(path).substr(slash + 1);
}

bool is_system_name(std::string_view name) { return name.starts_with("__"); }

std::string fold_namespace(std::string_view path) {
  std::string out = base::fold_case(path);
  std::replace(out.begin(), out.end(), '/', '\\');
  while (out.ends_with('\\')) out.pop_back();
  const auto start = out.find_first_not_of('\\');
  return start == std::string::npos ? std::string() : out.substr(start);
}

struct Schema::Cache {
  std::uint64_t generation = 0;
  Decoded now;
  // Of earlier generations: a class is used again when its octets turn out to be the same.
  std::unordered_map<repository::NamespaceId, ClassMap> stale;
  std::size_t stale_size = 0;

  void advance(std::uint64_t to) {
    if (stale_size > kMaxStale) {
      stale.clear();
      stale_size = 0;
    }
    for (auto& [id, map] : now.classes) {
      ClassMap& old = stale[id];
      for (auto& [name, cls] : map) old.insert_or_assign(name, std::move(cls));
      stale_size += map.size();
    }
    now = {};
    generation = to;
  }
};

Schema::Schema(repository::Repository& repository, std::string server_name)
    : repository_(repository), server_name_(std::move(server_name)), cache_(std::make_unique<Cache>()) {}
Schema::~Schema() = default;

struct SchemaView::Local {
  Decoded decoded;
};

SchemaView::SchemaView(const Schema& schema, const repository::ReadView& view) : schema_(schema), view_(view) {}
SchemaView::~SchemaView() = default;
SchemaView::SchemaView(SchemaView&&) noexcept = default;

SchemaView::Local& SchemaView::local() {
  if (!local_) local_ = std::make_unique<Local>();
  return *local_;
}

bool SchemaView::shared() {
  const auto generation = view_.schema_generation();
  {
    std::shared_lock lock(schema_.mutex_);
    if (schema_.cache_->generation == generation) return true;
  }
  // A writer that changed the schema is ahead of what is committed, an old snapshot is behind: neither may set the cache's generation.
  if (generation != schema_.repository_.schema_generation()) return false;
  std::unique_lock lock(schema_.mutex_);
  if (schema_.cache_->generation != generation) schema_.cache_->advance(generation);
  return true;
}

base::Result<NamespacePtr> SchemaView::name_space(std::string_view path) {
  const std::string folded = fold_namespace(path);
  const bool use_shared = shared();
  if (use_shared) {
    std::shared_lock lock(schema_.mutex_);
    const auto it = schema_.cache_->now.namespaces.find(folded);
    if (it != schema_.cache_->now.namespaces.end() && schema_.cache_->generation == view_.schema_generation()) return it->second;
  }
  auto record = view_.find_namespace(folded);
  if (!record) {
    if (record.error().code() != WBEM_E_NOT_FOUND) return base::fail(record.error());
    return base::fail(WBEM_E_INVALID_NAMESPACE, "no namespace " + std::string(path));
  }
  NamespacePtr ns = to_namespace(*record);
  if (use_shared) {
    std::unique_lock lock(schema_.mutex_);
    if (schema_.cache_->generation == view_.schema_generation()) schema_.cache_->now.namespaces.insert_or_assign(folded, ns);
  }
  return ns;
}

base::Result<std::vector<NamespacePtr>> SchemaView::child_namespaces(const Namespace& parent) {
  TRY_ASSIGN(const auto records, view_.child_namespaces(parent.id));
  std::vector<NamespacePtr> out;
  out.reserve(records.size());
  for (const auto& record : records) out.push_back(to_namespace(record));
  return out;
}

base::Result<StoredClassPtr> SchemaView::decode(const Namespace& name_space, const repository::ClassRecord& record) {
  const auto hash = repository::hash128(as_text(record.octets));
  {
    std::shared_lock lock(schema_.mutex_);
    const auto& stale = schema_.cache_->stale;
    if (const auto map = stale.find(name_space.id); map != stale.end())
      if (const auto it = map->second.find(record.name); it != map->second.end())
        if (it->second->id == record.id && it->second->octets == hash) return it->second;
  }
  auto cls = cim::decode_class(record.octets, schema_.server_name_, name_space.path);
  if (!cls)
    return base::fail(WBEM_E_CRITICAL_ERROR, "the stored class " + std::string(record.name) + " of " + name_space.path +
                                                 " does not decode: " + cls.error().text());
  auto out = describe(record, *std::move(cls), hash);
  const auto keys = out->cls->keys();
  if (keys.empty()) return out;
  // The key qualifier comes from above as long as it is marked propagated.
  const auto* key = out->cls->properties()[keys.front()].qualifiers.find("key");
  if (key && key->propagated()) {
    TRY_ASSIGN(const auto parent, find(name_space, out->cls->superclass()));
    if (parent) out->key_root = parent->key_root;
  }
  if (out->key_root.empty()) out->key_root = out->folded;
  return out;
}

base::Result<StoredClassPtr> SchemaView::load(const Namespace& name_space, std::string_view name) {
  auto record = view_.find_class(name_space.id, base::fold_case(name));
  if (!record) {
    if (record.error().code() == WBEM_E_NOT_FOUND) return StoredClassPtr();
    return base::fail(record.error());
  }
  return decode(name_space, *record);
}

base::Result<StoredClassPtr> SchemaView::find(const Namespace& name_space, std::string_view name) {
  const auto generation = view_.schema_generation();
  {
    std::shared_lock lock(schema_.mutex_);
    if (schema_.cache_->generation == generation)
      if (auto cls = schema_.cache_->now.find(name_space.id, name)) return cls;
  }
  const bool use_shared = shared();
  if (!use_shared && local_)
    if (auto cls = local_->decoded.find(name_space.id, name)) return cls;
  TRY_ASSIGN(auto cls, load(name_space, name));
  if (!cls) return cls;
  if (!use_shared) {
    local().decoded.classes[name_space.id].insert_or_assign(cls->folded, cls);
    return cls;
  }
  std::unique_lock lock(schema_.mutex_);
  if (schema_.cache_->generation == generation) {
    // Two threads may have decoded it: the first one's pointer is everybody's.
    auto [it, inserted] = schema_.cache_->now.classes[name_space.id].try_emplace(cls->folded, cls);
    return it->second;
  }
  return cls;
}

base::Result<StoredClassPtr> SchemaView::get(const Namespace& name_space, std::string_view name, base::Hresult missing) {
  TRY_ASSIGN(auto cls, find(name_space, name));
  if (cls) return cls;
  std::string text = "no class " + std::string(name) + " in " + name_space.path;
  if (auto near = nearest_class(name_space, name); near && !near->empty()) text += "; did you mean " + *near + "?";
  return base::fail(missing, std::move(text));
}

base::Result<StoredClassPtr> SchemaView::get(const Namespace& name_space, repository::ClassId id) {
  TRY_ASSIGN(const auto record, view_.get_class(id));
  const std::string name(record.name);
  return get(name_space, name, WBEM_E_NOT_FOUND);
}

base::Result<std::vector<StoredClassPtr>> SchemaView::children(const Namespace& name_space, std::string_view name) {
  TRY_ASSIGN(const auto names, view_.child_classes(name_space.id, base::fold_case(name)));
  std::vector<StoredClassPtr> out;
  out.reserve(names.size());
  for (const auto& child : names) {
    TRY_ASSIGN(auto cls, get(name_space, child, WBEM_E_CRITICAL_ERROR));
    out.push_back(std::move(cls));
  }
  return out;
}

base::Result<std::vector<StoredClassPtr>> SchemaView::descendants(const Namespace& name_space, std::string_view name) {
  TRY_ASSIGN(auto out, children(name_space, name));
  // Depth first: the children of each class go right behind it.
  for (std::size_t i = 0; i < out.size(); ++i) {
    TRY_ASSIGN(auto below, children(name_space, out[i]->folded));
    out.insert(out.begin() + static_cast<std::ptrdiff_t>(i) + 1, std::make_move_iterator(below.begin()),
               std::make_move_iterator(below.end()));
  }
  return out;
}

base::Result<ExtentsPtr> SchemaView::extents(const Namespace& name_space, const StoredClass& cls) {
  const auto generation = view_.schema_generation();
  const bool use_shared = shared();
  if (use_shared) {
    std::shared_lock lock(schema_.mutex_);
    const auto it = schema_.cache_->now.extents.find(cls.id);
    if (it != schema_.cache_->now.extents.end() && schema_.cache_->generation == generation) return it->second;
  }
  auto out = std::make_shared<std::vector<Extent>>();
  out->push_back({cls.id, cls.folded});
  for (std::size_t i = 0; i < out->size(); ++i) {
    TRY_ASSIGN(const auto names, view_.child_classes(name_space.id, (*out)[i].folded));
    for (const auto& child : names) {
      TRY_ASSIGN(const auto record, view_.find_class(name_space.id, child));
      out->push_back({record.id, child});
    }
  }
  if (use_shared) {
    std::unique_lock lock(schema_.mutex_);
    if (schema_.cache_->generation == generation) schema_.cache_->now.extents.insert_or_assign(cls.id, out);
  }
  return ExtentsPtr(std::move(out));
}

base::Result<std::optional<StoredInstance>> SchemaView::find_instance(const Namespace& name_space, const StoredClassPtr& cls,
                                                                      std::string_view key) {
  auto own = view_.get_instance(cls->id, key);
  if (own) return StoredInstance{cls, *own};
  if (own.error().code() != WBEM_E_NOT_FOUND) return base::fail(own.error());
  if (cls->cls->keys().empty()) return std::nullopt;  // each singleton stands for itself
  TRY_ASSIGN(const auto all, extents(name_space, *cls));
  for (std::size_t i = 1; i < all->size(); ++i) {
    auto found = view_.get_instance((*all)[i].id, key);
    if (!found && found.error().code() == WBEM_E_NOT_FOUND) continue;
    if (!found) return base::fail(found.error());
    TRY_ASSIGN(auto real, get(name_space, (*all)[i].folded, WBEM_E_CRITICAL_ERROR));
    return StoredInstance{std::move(real), *found};
  }
  return std::nullopt;
}

base::Result<std::uint64_t> SchemaView::count_instances(const Namespace& name_space, std::string_view name) {
  TRY_ASSIGN(const auto cls, find(name_space, name));
  if (!cls) return 0;
  TRY_ASSIGN(const auto all, extents(name_space, *cls));
  std::uint64_t sum = 0;
  for (const auto& extent : *all) {
    TRY_ASSIGN(const auto count, view_.count_instances(extent.id));
    sum += count;
  }
  return sum;
}

base::Result<std::string> SchemaView::nearest_class(const Namespace& name_space, std::string_view name) {
  base::Speller speller(name);
  TRY(view_.for_each_class(name_space.id, [&](const repository::ClassRecord& record) {
    speller.offer(record.name);
    return true;
  }));
  if (speller.best().empty()) return std::string();
  TRY_ASSIGN(const auto cls, find(name_space, speller.best()));
  return cls ? cls->cls->name() : speller.best();
}

void SchemaView::forget(const Namespace& name_space, std::string_view name) {
  if (!local_) return;
  const auto map = local_->decoded.classes.find(name_space.id);
  if (map == local_->decoded.classes.end()) return;
  if (const auto it = map->second.find(name); it != map->second.end()) map->second.erase(it);
}

}  // namespace manager
