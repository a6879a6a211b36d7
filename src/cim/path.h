// Object paths (MS-WMI 2.2.2): [\\server\]ns\sub:Class.key=value,... in all their forms.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cim/class.h"

namespace cim {

struct PathKey {
  std::string name;  // empty in `Class=value`
  Value value;       // text, sint/uint, boolean; a reference is text
};

/// A parsed path. Parts that the text leaves out are empty.
struct ObjectPath {
  std::string server;             // "." as written; empty when absent
  std::string name_space;         // root\cimv2, always with backslashes; empty when absent
  std::string class_name;         // empty: a namespace path
  bool singleton = false;         // Class=@
  std::vector<PathKey> keys;      // as written
  bool is_class() const { return !singleton && keys.empty(); }
  bool is_instance() const { return !is_class(); }

  /// Errors: WBEM_E_INVALID_OBJECT_PATH with position and what was expected; WBEM_E_QUOTA_VIOLATION over 8,192 characters.
  static base::Result<ObjectPath> parse(std::string_view text);
  /// Normal form: \\SERVER\ns:Class.Key="v",...; keys in the order held; strings in double quotes with \ and " escaped.
  std::string to_string() const;
  std::string relative() const;
};

/// The canonical octets of an instance's key for look-up: values in key declaration order, names left out, text folded, numbers as
/// decimal. The same for every spelling of the same path. Errors: INVALID_OBJECT_PATH (unknown key name, missing or repeated key, wrong
/// type, @ on a class that is no singleton). Appends to `out`.
base::Status canonical_key(const Class& cls, const ObjectPath& path, std::string& out);
/// Of an instance: WBEM_E_NO_KEY for a key never set (NULL and inherited-default bits), WBEM_E_ILLEGAL_NULL for one set to NULL.
base::Status canonical_key(const InstanceView& instance, std::string& out);

/// Equal without regard to case, slashes, key order, quotes and a local server name ("." or empty equals `local_server`).
bool same_path(const ObjectPath& a, const ObjectPath& b, std::string_view local_server);

/// Valid class/property/method/qualifier name (MS-WMI 2.2.1 CLASS-NAME; letters of any script, digits, _ ; starts with letter or _).
bool valid_identifier(std::string_view name);

}  // namespace cim
