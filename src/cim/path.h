// Object paths (MS-WMI 2.2.2): [\\server\]ns\sub:Class.key=value,... in all their forms.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cim/instance.h"

namespace cim {

struct PathKey {
  std::string name;  // empty in `Class=value`
  Value value;       // text, sint/uint, boolean; a reference is text
};

/// A parsed path. Parts that the text leaves out are empty. Comparisons ignore case; the parts keep the spelling of the text.
struct ObjectPath {
  std::string server;         // "." as written; empty when absent
  std::string name_space;     // root\cimv2, always with backslashes; empty when absent
  std::string class_name;     // empty: a namespace path, or `\\server` alone
  bool singleton = false;     // Class=@
  std::vector<PathKey> keys;  // as written
  bool is_class() const { return !singleton && keys.empty(); }
  bool is_instance() const { return !is_class(); }

  /// Every form of MS-WMI 2.2.2 and of the SDK: `\\server\ns:Class.k=v,...`, `//`, `.` for the server, namespaces without object
  /// (`\\.\root`, `root\cimv2`), objects without namespace, `Class=v`, `Class=@`. Text in " or ' with C escapes (\\ \" \' \n \r \t \b \f \a
  /// \v
  /// \xHHHH), decimal numbers, TRUE and FALSE, datetimes also without quotes; no white space outside quotes. `%` means itself.
  /// Errors: WBEM_E_INVALID_OBJECT_PATH with position (characters, from 1) and what was expected; WBEM_E_QUOTA_VIOLATION over
  /// kMaxPathLength characters.
  static base::Result<ObjectPath> parse(std::string_view text);
  /// Normal form: \\SERVER\ns:Class.Key="v",...; keys in the order held; text in double quotes with \, " and control characters escaped.
  /// parse() of it gives the same parts.
  std::string to_string() const;
  /// The same from the class name on.
  std::string relative() const;
};

/// WBEM_MAX_PATH: UTF-16 units.
inline constexpr std::size_t kMaxPathLength = 8192;

/// A path's server part means this machine: empty, ".", "localhost" or its own name.
bool is_local_server(std::string_view server, std::string_view own);

/// A path split into views of its text, for look-ups at speed. The syntax was checked to the end.
struct PathParts {
  std::string_view server;
  std::string_view name_space;  // with the slashes as written
  std::string_view class_name;
  std::string_view keys;  // `.a=1,b=2`, `=1` or `=@`; empty: a class or namespace path
  bool singleton = false;
  bool is_class() const { return keys.empty(); }
};
/// As ObjectPath::parse, without allocating.
base::Result<PathParts> split_path(std::string_view text);

/// Appends `text` in double quotes with the escapes that parse() reads.
void append_quoted(std::string& out, std::string_view text);

/// The canonical octets of an instance's key for look-up: values in key declaration order, names left out, text folded (base::fold_case),
/// numbers as decimal, each value ended by a zero octet (octets 0-3 inside text are escaped, so no two keys of a class share their
/// octets). The same for every spelling of the same path; a singleton's is "@".
/// A reference counts as the object it points to: slashes, quotes, key order, the name of an only key, and a server or namespace that
/// is `.` or the class's own do not matter (so a class must be decorated for absolute and relative references to meet); a reference
/// inside the keys of a referenced object is compared as text. Quotes around a number, or none around digits of text, do not matter.
/// Errors: INVALID_OBJECT_PATH (unknown key name, missing or repeated key, wrong type, @ on a class that is no singleton, a class path).
/// Appends to `out`, whose content is unspecified after a failure. Thread-safe.
base::Status canonical_key(const Class& cls, const ObjectPath& path, std::string& out);
/// The same straight from text: no allocation for numbers and ASCII text without escapes (but for `out`).
base::Status canonical_key(const Class& cls, const PathParts& path, std::string& out);
/// Of an instance: WBEM_E_NO_KEY for a key never set (NULL and inherited-default bits) and for a class without keys, WBEM_E_ILLEGAL_NULL
/// for one set to NULL.
base::Status canonical_key(const InstanceView& instance, std::string& out);

/// Equal without regard to case, slashes, key order, quotes, the name of an only key, and a local server name ("." or empty equals
/// `local_server`). An absent namespace equals only an absent one.
bool same_path(const ObjectPath& a, const ObjectPath& b, std::string_view local_server);

/// Valid class/property/method/qualifier name (MS-WMI 2.2.1 CLASS-NAME): ASCII letters, digits, _ and any character of U+0080 to U+FFEF
/// (CIM's identifiers); no digit at the start.
bool valid_identifier(std::string_view name);

}  // namespace cim
