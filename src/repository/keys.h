// How keys and records lie in the tables. Integers in keys are big-endian, so that LMDB's octet order is their order; in
// records they are little-endian.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "repository/repository.h"

namespace repository {

/// Tables, by their names in the file. Their order is that of kTableNames.
enum class Table : std::uint8_t {
  kMeta,           // "format", "generation", "next_class", "next_namespace"
  kSettings,       // name -> value
  kNamespaces,     // namespace id -> NamespaceRecord
  kPaths,          // name key of the folded path -> namespace id
  kNamespaceTree,  // parent id + name key of the folded component -> namespace id
  kClasses,        // namespace id + name key -> ClassRecord
  kClassIds,       // class id -> key in kClasses
  kHierarchy,      // namespace id + length + name key of the parent + name key of the child -> folded child name
  kInstances,      // class id + hash of the canonical key -> canonical key, reference targets, octets
  kReferences,     // hash of the target + key in kInstances -> nothing
};
inline constexpr std::size_t kTableCount = 10;
inline constexpr std::array<const char*, kTableCount> kTableNames = {"meta",    "settings",  "namespaces", "paths",     "tree",
                                                                     "classes", "class_ids", "hierarchy",  "instances", "references"};
constexpr std::size_t index_of(Table table) { return static_cast<std::size_t>(table); }

/// Names up to here are their own key; longer ones keep their first 200 octets, a mark that no UTF-8 text has, and a hash.
inline constexpr std::size_t kPlainName = 240;
inline constexpr std::size_t kMaxName = 0xFFFF;  ///< lengths in records have 16 bits
inline constexpr std::size_t kInstanceKey = 20;
inline constexpr std::size_t kReferenceKey = 36;

void append_name_key(std::string_view name, std::string& out);
void append_id(std::uint32_t id, std::string& out);
/// Requires four octets.
std::uint32_t id_at(std::string_view key);

std::string id_key(std::uint32_t id);
/// In kClasses, and in kNamespaceTree with the parent's id.
std::string scoped_key(std::uint32_t scope, std::string_view name);
std::string hierarchy_prefix(NamespaceId name_space, std::string_view folded_parent);
std::string hierarchy_key(NamespaceId name_space, std::string_view folded_parent, std::string_view folded_child);

using InstanceKey = std::array<char, kInstanceKey>;
InstanceKey instance_key(const InstanceId& id);
inline std::string_view view(const InstanceKey& key) { return {key.data(), key.size()}; }
/// Requires kInstanceKey octets.
InstanceId instance_id(std::string_view key);
std::string reference_key(const Hash128& target, const InstanceId& id);

/// Value of kInstances.
struct InstanceValue {
  std::string_view key;
  std::string_view references;  ///< 16 octets each, sorted, without repetition
  Octets octets;
  Hash128 reference(std::size_t index) const;
  std::size_t reference_count() const { return references.size() / 16; }
};
/// nullopt: the lengths do not fit.
std::optional<InstanceValue> parse_instance(std::string_view value);
inline constexpr std::size_t kInstanceHead = 4;

std::string encode_namespace(const NamespaceRecord& record);
std::optional<NamespaceRecord> parse_namespace(NamespaceId id, std::string_view value);

std::string encode_class(const ClassRecord& record);
std::optional<ClassRecord> parse_class(NamespaceId name_space, std::string_view value);

inline Octets octets_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }
inline std::string_view text_of(Octets octets) { return {reinterpret_cast<const char*>(octets.data()), octets.size()}; }

/// Value of "format" in kMeta.
inline constexpr std::string_view kFormatMagic = "OpenWMI store";
inline constexpr std::uint32_t kFormatVersion = 1;
std::string encode_format();
/// Success, or what is wrong: WBEM_E_CRITICAL_ERROR for a foreign one, WBEM_E_DATABASE_VER_MISMATCH for another version.
base::Status check_format(std::string_view value);

inline constexpr std::string_view kFormatKey = "format";
inline constexpr std::string_view kGenerationKey = "generation";
inline constexpr std::string_view kNextClassKey = "next_class";
inline constexpr std::string_view kNextNamespaceKey = "next_namespace";

}  // namespace repository
