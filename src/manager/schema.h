// Classes and namespaces of the repository as decoded, shared objects. Decoded once; what did not change keeps its pointer, also when
// another process changed something else. Everything is read through a transaction, so that an update sees its own changes.
#pragma once

#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cim/class.h"
#include "cim/path.h"
#include "repository/repository.h"

namespace manager {

/// A namespace (a row of the NamespaceConnectionTable, MS-WMI 3.1.1).
struct Namespace {
  repository::NamespaceId id = 0;
  repository::NamespaceId parent = 0;
  std::string path;  // root\cimv2, as spelled when created
  std::string folded;
  std::string descriptor;  // self-relative SECURITY_DESCRIPTOR; empty: the default one
  /// "cimv2" of root\cimv2.
  std::string_view name() const;
};
using NamespacePtr = std::shared_ptr<const Namespace>;

/// A class as the repository holds it, with what every put and read of its instances asks. Immutable.
struct StoredClass {
  repository::ClassId id = 0;
  cim::ClassPtr cls;                      // decorated with the server and the namespace
  std::string folded;                     // its name
  repository::Hash128 octets;             // of its stored form
  std::vector<std::uint16_t> not_null;    // positions in properties(): indexed or not_null, keys left out
  std::vector<std::uint16_t> references;  // idem: references, arrays of them included
  std::vector<std::uint16_t> embedded;    // idem: objects of a declared class, arrays of them included
  std::string key_root;                   // folded name of the class that made its keys keys; empty without keys
  bool amendment = false;                 // has the Amendment qualifier: no instances
  bool below_system = false;              // it or an ancestor is a system class
};
using StoredClassPtr = std::shared_ptr<const StoredClass>;

/// Where the instances of a class and of its descendants lie: the class itself first.
struct Extent {
  repository::ClassId id = 0;
  std::string folded;
};
using ExtentsPtr = std::shared_ptr<const std::vector<Extent>>;

/// An instance found in the repository. `octets` live as long as the view's transaction lets them.
struct StoredInstance {
  StoredClassPtr cls;  // its real class
  repository::Octets octets;
};

/// The decoded classes of one repository, shared by all readers of it. Thread-safe.
class Schema {
 public:
  /// `server_name`: __SERVER of everything read. The repository must outlive it.
  Schema(repository::Repository& repository, std::string server_name);
  ~Schema();

  const std::string& server_name() const { return server_name_; }
  repository::Repository& repository() const { return repository_; }

 private:
  friend class SchemaView;
  struct Cache;

  repository::Repository& repository_;
  std::string server_name_;
  mutable std::shared_mutex mutex_;
  std::unique_ptr<Cache> cache_;
};

/// What one transaction sees of the schema; made in nanoseconds for each operation. While the transaction has not changed the schema,
/// decoded classes come from and go to the shared cache (checked by one comparison of generations); after that they are kept here: so a
/// file of a thousand classes takes one SchemaView. Used by one thread at a time; must not outlive the transaction. Look-ups ignore case.
/// Any function may fail as ReadView's do, and with WBEM_E_CRITICAL_ERROR for stored octets that do not decode.
class SchemaView {
 public:
  SchemaView(const Schema& schema, const repository::ReadView& view);
  ~SchemaView();
  SchemaView(SchemaView&&) noexcept;

  const Schema& schema() const { return schema_; }
  const std::string& server_name() const { return schema_.server_name(); }
  const repository::ReadView& view() const { return view_; }

  /// WBEM_E_INVALID_NAMESPACE with the path in the text. Slashes either way; no \\server part.
  base::Result<NamespacePtr> name_space(std::string_view path);
  /// Direct children in name order.
  base::Result<std::vector<NamespacePtr>> child_namespaces(const Namespace& parent);

  /// Null when there is no such class.
  base::Result<StoredClassPtr> find(const Namespace& name_space, std::string_view name);
  /// `missing` (WBEM_E_NOT_FOUND, WBEM_E_INVALID_CLASS) with "no class X in root\cimv2; did you mean Y?" when there is no such class.
  base::Result<StoredClassPtr> get(const Namespace& name_space, std::string_view name, base::Hresult missing);
  base::Result<StoredClassPtr> get(const Namespace& name_space, repository::ClassId id);

  /// Direct children in name order; of "" the top-level classes.
  base::Result<std::vector<StoredClassPtr>> children(const Namespace& name_space, std::string_view name);
  /// All descendants, parents before children, siblings in name order; the class itself not included. Of "" all classes.
  base::Result<std::vector<StoredClassPtr>> descendants(const Namespace& name_space, std::string_view name);
  /// The class and all its descendants, without decoding them; cached like classes.
  base::Result<ExtentsPtr> extents(const Namespace& name_space, const StoredClass& cls);
  /// The instance of `cls` or of a class derived from it with this key (canonical_key of cim/path.h); nullopt when there is none.
  base::Result<std::optional<StoredInstance>> find_instance(const Namespace& name_space, const StoredClassPtr& cls, std::string_view key);

  /// What a read with WBEM_FLAG_USE_AMENDED_QUALIFIERS returns (MS-WMI 3.1.1.2): `cls` merged with the amendment of the first of `locales`
  /// whose child namespace holds one; `cls` itself when none does. Qualifiers of the neutral class win.
  base::Result<cim::ClassPtr> amended(const Namespace& name_space, const cim::ClassPtr& cls, std::span<const std::string> locales);

  /// Instances of the class and of its descendants in the repository (those that a forced update would delete).
  base::Result<std::uint64_t> count_instances(const Namespace& name_space, std::string_view name);
  /// The class name most like `name`; empty when none is near.
  base::Result<std::string> nearest_class(const Namespace& name_space, std::string_view name);

  /// The update side tells what it changed, so that the next look-up reads it anew.
  void forget(const Namespace& name_space, std::string_view name);

 private:
  struct Local;
  /// True: the shared cache is right for this view.
  bool shared();
  Local& local();
  base::Result<StoredClassPtr> load(const Namespace& name_space, std::string_view name);
  base::Result<StoredClassPtr> decode(const Namespace& name_space, const repository::ClassRecord& record);

  const Schema& schema_;
  const repository::ReadView& view_;
  std::unique_ptr<Local> local_;  // made when the transaction has changed the schema
};

/// A name that MS-WMI reserves for the system: it starts with two underscores.
bool is_system_name(std::string_view name);
/// Folded, with backslashes and without outer ones: how the repository names a namespace.
std::string fold_namespace(std::string_view path);

}  // namespace manager
