// The update side of IWbemServices on the repository: what PutClass, DeleteClass, PutInstance and DeleteInstance do inside one write
// transaction. Every function checks everything before its first write, so that a refused update costs no roll-back.
// `schema` is a SchemaView over that transaction. Rights of the namespace are checked here as far as they depend on the class
// (MS-WMI 3.1.4.3.7 - 3.1.4.3.17).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cim/caller.h"
#include "cim/context.h"
#include "cim/object.h"
#include "manager/schema.h"

namespace manager {

struct UpdateRequest {
  NamespacePtr name_space;
  std::uint32_t rights = 0;             // GrantedAccess of the connection
  const cim::Caller* caller = nullptr;  // null: rights are the same everywhere
  std::uint32_t flags = 0;              // flag::*, checked against the operation's list before
  cim::ContextPtr context;              // may be null
  std::vector<std::string> locales;     // of the connection, in order of preference
  bool want_objects = false;            // fill `previous` and `current` (somebody listens for events)
  bool system = false;                  // the schema of this program: system classes and names may be written
};

enum class Change : std::uint8_t { kNone, kCreated, kModified, kDeleted };

/// What an update did.
struct UpdateResult {
  Change change = Change::kNone;
  std::string path;                     // \\SERVER\root\cimv2:Class.Key="..."
  std::optional<cim::Object> previous;  // with want_objects
  std::optional<cim::Object> current;
  std::uint64_t instances_deleted = 0;  // by a forced class update, a class deletion
};

/// PutClass (MS-WMI 3.1.4.3.6, 3.1.4.3.7). The declaration may be decorated, come from another machine, or be based on an older parent: its
/// own members are put onto the stored parent. Errors: every one of protocol section 2.8; see class_rules.h for the modes.
base::Result<UpdateResult> put_class(SchemaView& schema, repository::WriteTransaction& transaction, const UpdateRequest& request,
                                     const cim::ClassPtr& declaration);

/// With its instances and derived classes; what instances of a __Namespace class stand for goes too. Errors: NOT_FOUND; INVALID_OPERATION
/// for a system class; ACCESS_DENIED, also for want of the right on a derived class.
base::Result<UpdateResult> delete_class(SchemaView& schema, repository::WriteTransaction& transaction, const UpdateRequest& request,
                                        std::string_view name);

/// PutInstance of a static class, __Namespace included. A dynamic class is WBEM_E_PROVIDER_NOT_CAPABLE here: the caller asks first.
/// Errors: section 2.7 of the protocol digest.
base::Result<UpdateResult> put_instance(SchemaView& schema, repository::WriteTransaction& transaction, const UpdateRequest& request,
                                        const cim::Instance& instance);

/// `path`: class and keys (a namespace in it is the caller's to resolve). Errors: NOT_FOUND, INVALID_CLASS, INVALID_OBJECT_PATH,
/// ACCESS_DENIED. Deleting an instance of __Namespace deletes the namespace with everything below.
base::Result<UpdateResult> delete_instance(SchemaView& schema, repository::WriteTransaction& transaction, const UpdateRequest& request,
                                           const cim::ObjectPath& path);

// Pieces that the provider path of PutInstance needs too.

/// A partial update as the context asks for it (MS-WMI 3.1.4.3.12, __PUT_EXTENSIONS).
struct PartialUpdate {
  bool requested = false;
  bool strict_nulls = false;
  bool atomic = false;
  std::vector<std::string> properties;
};
/// INVALID_CONTEXT when __PUT_EXTENSIONS is set without a list of properties, with values of a wrong type, or without flag::kUpdateOnly;
/// UNSUPPORTED_PUT_EXTENSION for a __PUT_EXT value that nobody knows. Needs no look-up: may be called before start.
base::Result<PartialUpdate> partial_update(const cim::ContextPtr& context, std::uint32_t flags);
/// The stored (or provided) instance with the listed properties taken from `incoming`. NOT_FOUND for an unknown property, INVALID_PARAMETER
/// when the keys are not the same ones (in another spelling they are). Without strict_nulls a NULL leaves the property as it was.
base::Result<cim::Instance> merge_partial(const cim::Instance& existing, const cim::Instance& incoming, const PartialUpdate& update);

/// What PutInstance requires of any instance of the stored class: that is neither abstract nor an amendment (INVALID_OPERATION); keys are
/// there and set (NO_KEY), not NULL (ILLEGAL_NULL) and without control characters (INVALID_OBJECT); nothing indexed or not_null is NULL
/// (ILLEGAL_NULL); the instance and its properties have no amended qualifiers without flag::kUseAmendedQualifiers (AMENDED_OBJECT);
/// embedded objects are of the class that CIMTYPE names or of one derived from it (TYPE_MISMATCH).
base::Status check_instance(const StoredClass& stored, const cim::InstanceView& instance, std::uint32_t flags);

/// The same values as an instance of `stored`, a newer or older definition of the same class: octets are kept when the layouts agree, else
/// properties are carried over by name. Errors: TYPE_MISMATCH.
base::Result<cim::Instance> adapt(const cim::Instance& instance, const cim::ClassPtr& stored);

/// What a client sent, as an instance of the stored class: adapt(), and with flag::kUseAmendedQualifiers without amended qualifiers of its
/// own. Errors: those of adapt(); AMENDED_OBJECT without the flag when it was read with it (MS-WMI 3.1.4, step 15).
base::Result<cim::Instance> receive(const cim::Instance& instance, const StoredClass& stored, std::uint32_t flags);

/// Embedded objects in `value` are of the class that the property's CIMTYPE names, or of one derived from it; any class where it names
/// none.
bool is_of_declared_class(const cim::Property& property, const cim::Value& value);

/// The right that writing an instance of the class takes: WRITE_PROVIDER for a dynamic one, FULL_WRITE below a system class, else
/// PARTIAL_WRITE_REP (or FULL_WRITE, which includes it).
base::Status check_instance_rights(const StoredClass& cls, std::uint32_t rights);

}  // namespace manager
