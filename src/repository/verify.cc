#include "repository/verify.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/bytes.h"
#include "repository/lmdb_status.h"
#include "repository/store.h"

namespace repository {
namespace {

constexpr std::size_t kKeptProblems = 100;

/// The records of one snapshot against each other.
class RecordCheck {
 public:
  RecordCheck(const ReadView& view, const Context& context, VerifyReport& report, const Validator& validate)
      : view_(view), context_(context), report_(report), validate_(validate) {}

  void run() {
    check_format_record();
    walk(Table::kNamespaces, [this](std::string_view key, std::string_view value) { check_namespace(key, value); });
    walk(Table::kPaths, [this](std::string_view key, std::string_view value) { check_namespace_index(Table::kPaths, key, value); });
    walk(Table::kNamespaceTree,
         [this](std::string_view key, std::string_view value) { check_namespace_index(Table::kNamespaceTree, key, value); });
    walk(Table::kClasses, [this](std::string_view key, std::string_view value) { check_class(key, value); });
    walk(Table::kClassIds, [this](std::string_view key, std::string_view value) { check_class_id(key, value); });
    walk(Table::kHierarchy, [this](std::string_view key, std::string_view value) { check_hierarchy(key, value); });
    walk(Table::kInstances, [this](std::string_view key, std::string_view value) { check_instance(key, value); });
    walk(Table::kReferences, [this](std::string_view key, std::string_view) { check_reference(key); });
    check_counters();
  }

 private:
  void problem(Table table, std::string_view key, std::string_view what) {
    add(fmt::format("table {}, key {}: {}", kTableNames[index_of(table)], hex(key), what));
  }
  void add(std::string text) {
    if (report_.problem_count++ < kKeptProblems) report_.problems.push_back(std::move(text));
  }

  void walk(Table table, const std::function<void(std::string_view, std::string_view)>& each) {
    Cursor cursor(context_, table);
    for (bool more = cursor.first(); more; more = cursor.next()) each(cursor.key(), cursor.value());
    if (const base::Status status = cursor.status(); !status.ok()) {
      add(fmt::format("table {}: {}", kTableNames[index_of(table)], status.text()));
    }
  }

  bool holds(Table table, std::string_view key, std::string_view value) const {
    const auto found = lookup(context_, table, key);
    return found && *found == value;
  }

  void check_format_record() {
    const auto value = lookup(context_, Table::kMeta, kFormatKey);
    if (const base::Status status = check_format(value ? *value : std::string_view()); !status.ok()) add(status.text());
  }

  void check_namespace(std::string_view key, std::string_view value) {
    ++report_.namespaces;
    const auto record = key.size() == 4 ? parse_namespace(id_at(key), value) : std::nullopt;
    if (!record) return problem(Table::kNamespaces, key, "a malformed record");
    highest_namespace_ = std::max(highest_namespace_, record->id);
    std::string_view component = record->folded_path;
    if (record->parent != 0) {
      const auto parent = view_.get_namespace(record->parent);
      if (!parent) return problem(Table::kNamespaces, key, fmt::format("its parent {} is not there", record->parent));
      const std::string prefix = std::string(parent->folded_path) + "\\";
      if (!component.starts_with(prefix)) return problem(Table::kNamespaces, key, "its path does not start with its parent's");
      component.remove_prefix(prefix.size());
    }
    std::string path_key;
    append_name_key(record->folded_path, path_key);
    if (!holds(Table::kPaths, path_key, key)) problem(Table::kNamespaces, key, "its path is not in the table paths");
    if (!holds(Table::kNamespaceTree, scoped_key(record->parent, component), key)) {
      problem(Table::kNamespaces, key, "it is not among its parent's children");
    }
  }

  void check_namespace_index(Table table, std::string_view key, std::string_view value) {
    std::uint64_t& seen = table == Table::kPaths ? paths_ : tree_;
    ++seen;
    if (value.size() != 4 || !view_.get_namespace(id_at(value))) problem(table, key, "refers to a namespace that is not there");
  }

  void check_class(std::string_view key, std::string_view value) {
    ++report_.classes;
    const auto record = key.size() > 4 ? parse_class(id_at(key), value) : std::nullopt;
    if (!record) return problem(Table::kClasses, key, "a malformed record");
    highest_class_ = std::max(highest_class_, record->id);
    if (scoped_key(record->name_space, record->name) != key) problem(Table::kClasses, key, "the key is not that of its name");
    if (!view_.get_namespace(record->name_space)) problem(Table::kClasses, key, "its namespace is not there");
    if (!holds(Table::kClassIds, id_key(record->id), key)) problem(Table::kClasses, key, "its number is not in the table class_ids");
    if (!holds(Table::kHierarchy, hierarchy_key(record->name_space, record->parent, record->name), record->name)) {
      problem(Table::kClasses, key, "it is not among its parent's children");
    }
    check_ancestors(key, *record);
    if (!validate_) return;
    if (const base::Status status = validate_(view_, *record, nullptr); !status.ok()) problem(Table::kClasses, key, status.to_string());
  }

  void check_ancestors(std::string_view key, const ClassRecord& record) {
    std::string_view above = record.parent;
    for (int depth = 0; !above.empty(); ++depth) {
      const auto parent = view_.find_class(record.name_space, above);
      if (!parent) return problem(Table::kClasses, key, fmt::format("its ancestor {} is not there", above));
      if (depth > 2048) return problem(Table::kClasses, key, "it descends from itself");
      above = parent->parent;
    }
  }

  void check_class_id(std::string_view key, std::string_view value) {
    ++class_ids_;
    const auto cls = lookup(context_, Table::kClasses, value);
    if (key.size() != 4 || !cls) problem(Table::kClassIds, key, "refers to a class that is not there");
  }

  void check_hierarchy(std::string_view key, std::string_view value) {
    ++hierarchy_;
    const auto cls = key.size() < 5 ? base::fail(WBEM_E_NOT_FOUND) : view_.find_class(id_at(key), value);
    if (!cls) return problem(Table::kHierarchy, key, fmt::format("refers to the class {}, which is not there", value));
    if (hierarchy_key(cls->name_space, cls->parent, cls->name) != key) problem(Table::kHierarchy, key, "the class has another parent");
  }

  void check_instance(std::string_view key, std::string_view value) {
    ++report_.instances;
    const auto record = key.size() == kInstanceKey ? parse_instance(value) : std::nullopt;
    if (!record) return problem(Table::kInstances, key, "a malformed record");
    const InstanceId id = instance_id(key);
    if (class_.id != id.class_id) {
      const auto found = view_.get_class(id.class_id);
      class_ = found ? *found : ClassRecord{.id = id.class_id};
    }
    const bool known = class_.name_space != 0;
    if (!known) problem(Table::kInstances, key, fmt::format("its class {} is not there", id.class_id));
    if (hash128(record->key) != id.key) problem(Table::kInstances, key, "the key is not the hash of the canonical key in the record");
    for (std::size_t i = 0; i < record->reference_count(); ++i) {
      if (i > 0 && record->reference(i) <= record->reference(i - 1)) problem(Table::kInstances, key, "its references are not sorted");
      if (!lookup(context_, Table::kReferences, reference_key(record->reference(i), id))) {
        problem(Table::kInstances, key, fmt::format("its reference {} has no back-link", i));
      }
    }
    if (!validate_ || !known) return;
    const InstanceRow row{id, record->key, record->octets};
    if (const base::Status status = validate_(view_, class_, &row); !status.ok()) problem(Table::kInstances, key, status.to_string());
  }

  void check_reference(std::string_view key) {
    ++report_.references;
    if (key.size() != kReferenceKey) return problem(Table::kReferences, key, "a malformed key");
    const auto value = lookup(context_, Table::kInstances, key.substr(16));
    const auto record = value ? parse_instance(*value) : std::nullopt;
    if (!record) return problem(Table::kReferences, key, "the instance that refers is not there");
    for (std::size_t i = 0; i < record->reference_count(); ++i) {
      if (record->references.substr(16 * i, 16) == key.substr(0, 16)) return;
    }
    problem(Table::kReferences, key, "the instance does not refer to this target");
  }

  void check_counters() {
    const auto compare = [this](Table table, std::uint64_t found, std::uint64_t wanted) {
      if (found != wanted) add(fmt::format("table {}: {} records, {} expected", kTableNames[index_of(table)], found, wanted));
    };
    compare(Table::kPaths, paths_, report_.namespaces);
    compare(Table::kNamespaceTree, tree_, report_.namespaces);
    compare(Table::kClassIds, class_ids_, report_.classes);
    compare(Table::kHierarchy, hierarchy_, report_.classes);
    const auto next = [this](std::string_view name, std::uint32_t highest) {
      const auto value = lookup(context_, Table::kMeta, name);
      const std::uint32_t counter = value && value->size() == 4 ? base::load_le<std::uint32_t>(*value, 0) : 1;
      if (counter <= highest) add(fmt::format("table meta, {}: {}, but {} is in use", name, counter, highest));
    };
    next(kNextNamespaceKey, highest_namespace_);
    next(kNextClassKey, highest_class_);
  }

  const ReadView& view_;
  const Context& context_;
  VerifyReport& report_;
  const Validator& validate_;
  ClassRecord class_;  // of the last instance
  std::uint64_t paths_ = 0, tree_ = 0, class_ids_ = 0, hierarchy_ = 0;
  NamespaceId highest_namespace_ = 0;
  ClassId highest_class_ = 0;
};

void walk_pages(const PageFile& file, VerifyReport& report) {
  report.pages = file.walk(UINT64_MAX, [&](std::string problem) {
    if (report.problem_count++ < kKeptProblems) report.problems.push_back("data.mdb, " + std::move(problem));
  });
}

/// A file that cannot be opened: what its pages show. Its meta pages are readable, else there is nothing to walk.
base::Result<VerifyReport> inspect_closed(const std::filesystem::path& path, const base::Status& why) {
  const base::FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info{};
  if (!fd.valid() || ::fstat(fd.get(), &info) != 0) return base::fail(why);
  const auto file = PageFile::open(fd.get(), 0, static_cast<std::uint64_t>(info.st_size));
  if (!file) return base::fail(why);
  VerifyReport report;
  walk_pages(*file, report);
  if (report.ok()) return base::fail(why);
  return report;
}

/// The pages of the snapshot that `context` holds.
base::Result<bool> check_pages(Store& store, const Context& context, VerifyReport& report) {
  int fd = -1;
  struct stat info{};
  if (mdb_env_get_fd(store.env(), &fd) != 0 || ::fstat(fd, &info) != 0) {
    return base::fail(base::errno_status(errno, "looking at " + store.data_file().string()));
  }
  TRY_ASSIGN(const auto file, PageFile::open_at(fd, static_cast<std::uint64_t>(info.st_size), mdb_txn_id(context.txn)));
  if (!file) return false;
  walk_pages(*file, report);
  return true;
}

}  // namespace

base::Result<VerifyReport> verify_directory(const std::filesystem::path& directory, const Validator& validate) {
  Options options;
  options.create = false;
  const auto store = Store::open(directory, options);
  if (!store) {
    if (store.error().code() != WBEM_E_CRITICAL_ERROR) return base::fail(store.error());
    return inspect_closed(directory / "data.mdb", store.error());
  }
  for (int attempt = 0; attempt < 1000; ++attempt) {
    TRY_ASSIGN(const ReadTransaction view, (*store)->read());
    VerifyReport report;
    TRY_ASSIGN(const bool walked, check_pages(**store, view.context(), report));
    if (!walked) continue;  // others committed twice since the snapshot was taken
    // Only a sound tree may be read through the map.
    if (report.ok()) RecordCheck(view, view.context(), report, validate).run();
    return report;
  }
  return base::fail(WBEM_E_SERVER_TOO_BUSY, "others write so fast that no state of the repository can be held");
}

}  // namespace repository
