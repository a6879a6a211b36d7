// A registry in files: keys, values of few types. What scripts read and write, and what StdRegProv can serve.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"

namespace base {

/// The types of values as the registry numbers them.
enum class RegistryType : std::uint32_t {
  kString = 1,        // REG_SZ
  kExpandString = 2,  // REG_EXPAND_SZ
  kBinary = 3,        // REG_BINARY
  kDword = 4,         // REG_DWORD
  kMultiString = 7,   // REG_MULTI_SZ
  kQword = 11,        // REG_QWORD
};

struct RegistryValue {
  RegistryType type = RegistryType::kString;
  std::string text;                // kString, kExpandString: UTF-8; kBinary: octets
  std::vector<std::string> texts;  // kMultiString
  std::uint64_t number = 0;        // kDword, kQword
  bool operator==(const RegistryValue&) const = default;
};

/// Limits of names and data; longer ones are refused.
struct RegistryLimits {
  static constexpr std::size_t kKeyName = 255;  // characters of one step
  static constexpr std::size_t kValueName = 16383;
  static constexpr std::size_t kDepth = 512;
  static constexpr std::size_t kData = 1U << 20;   // octets of one value
  static constexpr std::size_t kFile = 64U << 20;  // octets of a hive
};

/// One interface for all that reads and writes a registry. Keys are paths with backslashes below a hive: `HKEY_LOCAL_MACHINE\Software\X`;
/// hives also by their short names (HKLM, HKCU, HKCR, HKU, HKCC). Names have no case and keep their spelling; the empty value name is the
/// key's default value. Errors: WBEM_E_NOT_FOUND for what is not there, WBEM_E_INVALID_PARAMETER for a hive or name that cannot be,
/// WBEM_E_ACCESS_DENIED and others of the files. Thread-safe.
class RegistryStore {
 public:
  virtual ~RegistryStore() = default;
  virtual Result<RegistryValue> read(std::string_view key, std::string_view name) = 0;
  virtual Result<bool> has_key(std::string_view key) = 0;
  /// Names of the keys in it, in order without case.
  virtual Result<std::vector<std::string>> keys(std::string_view key) = 0;
  virtual Result<std::vector<std::pair<std::string, RegistryType>>> values(std::string_view key) = 0;
  /// Makes the keys above too.
  virtual Status create_key(std::string_view key) = 0;
  /// Makes the key. On disk when it returns.
  virtual Status write(std::string_view key, std::string_view name, const RegistryValue& value) = 0;
  virtual Status remove_value(std::string_view key, std::string_view name) = 0;
  /// WBEM_E_INVALID_OPERATION while there are keys in it, unless `with_keys`.
  virtual Status remove_key(std::string_view key, bool with_keys) = 0;
};

/// Hives are files of text, replaced in one step; changes of several processes go one after the other. `machine`: the folder of
/// HKEY_LOCAL_MACHINE, HKEY_CLASSES_ROOT (its Software\Classes) and HKEY_CURRENT_CONFIG; `user`: that of HKEY_CURRENT_USER. `files`
/// outlives it.
std::unique_ptr<RegistryStore> make_registry_store(Files& files, std::string machine, std::string user);

/// A key's hive (its long name) and the path below it without slashes at the ends; HKEY_CLASSES_ROOT and HKEY_CURRENT_CONFIG are rewritten
/// to where they lie in HKEY_LOCAL_MACHINE. WBEM_E_INVALID_PARAMETER.
struct RegistryKey {
  std::string hive;
  std::vector<std::string> steps;
};
Result<RegistryKey> parse_registry_key(std::string_view key);

}  // namespace base
