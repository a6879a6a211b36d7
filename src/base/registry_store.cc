#include "base/registry_store.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <functional>

#include "base/registry_text.h"
#include "base/utf.h"

namespace base {
using namespace codes;
namespace {

using registry::Hive;
using registry::Key;

constexpr std::string_view kMachine = "HKEY_LOCAL_MACHINE";
constexpr std::string_view kUser = "HKEY_CURRENT_USER";

struct HiveName {
  std::string_view given;
  std::string_view hive;
  std::string_view path;
};
constexpr HiveName kHives[] = {
    {"HKEY_LOCAL_MACHINE", kMachine, ""},
    {"HKLM", kMachine, ""},
    {"HKEY_CURRENT_USER", kUser, ""},
    {"HKCU", kUser, ""},
    {"HKEY_CLASSES_ROOT", kMachine, "Software\\Classes"},
    {"HKCR", kMachine, "Software\\Classes"},
    {"HKEY_CURRENT_CONFIG", kMachine, "System\\CurrentControlSet\\Hardware Profiles\\Current"},
    {"HKCC", kMachine, "System\\CurrentControlSet\\Hardware Profiles\\Current"},
    {"HKEY_USERS", "HKEY_USERS", ""},
    {"HKU", "HKEY_USERS", ""},
};

void split(std::string_view path, std::vector<std::string>& steps) {
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('\\'), path.size());
    if (end > 0) steps.emplace_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
}

std::string join(const std::vector<std::string>& steps, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += (i > 0 ? "\\" : "") + steps[i];
  return out;
}

Status no_key(std::string_view key) { return {WBEM_E_NOT_FOUND, "there is no registry key \"" + std::string(key) + "\""}; }

class FileRegistry final : public RegistryStore {
 public:
  FileRegistry(Files& files, std::string machine, std::string user) : files_(files), machine_(std::move(machine)), user_(std::move(user)) {}

  Result<RegistryValue> read(std::string_view key, std::string_view name) override {
    TRY_ASSIGN(const auto found, find(key));
    const auto value = found.key.values.find(fold_case(name));
    if (value == found.key.values.end())
      return fail(WBEM_E_NOT_FOUND, "the registry key \"" + std::string(key) + "\" has no value \"" + std::string(name) + "\"");
    return value->second.value;
  }
  Result<bool> has_key(std::string_view key) override {
    const auto found = find(key);
    if (found) return true;
    if (found.error().code() == WBEM_E_NOT_FOUND) return false;
    return fail(found.error());
  }
  Result<std::vector<std::string>> keys(std::string_view key) override {
    TRY_ASSIGN(const auto found, find(key));
    std::vector<std::string> names;
    const std::string prefix = found.path.empty() ? "" : found.path + "\\";
    for (auto next = found.hive.lower_bound(prefix); next != found.hive.end() && next->first.starts_with(prefix); ++next) {
      const std::size_t begin = prefix.empty() ? 0 : std::min(next->second.spelling.size(), spelled_length(next->second.spelling, prefix));
      const std::string rest = next->second.spelling.substr(begin);
      if (!rest.empty() && !rest.contains('\\')) names.push_back(rest);
    }
    return names;
  }
  Result<std::vector<std::pair<std::string, RegistryType>>> values(std::string_view key) override {
    TRY_ASSIGN(const auto found, find(key));
    std::vector<std::pair<std::string, RegistryType>> out;
    for (const auto& [folded, value] : found.key.values) out.emplace_back(value.spelling, value.value.type);
    return out;
  }
  Status create_key(std::string_view key) override {
    return change(key, [](Hive& hive, const RegistryKey& parsed) { return add_key(hive, parsed), Status(); });
  }
  Status write(std::string_view key, std::string_view name, const RegistryValue& value) override {
    std::size_t size = value.text.size();
    for (const std::string& text : value.texts) size += text.size() + 1;
    if (size > RegistryLimits::kData) return {WBEM_E_INVALID_PARAMETER, "a registry value holds 1 MiB at most"};
    if (utf16_length(name) > RegistryLimits::kValueName) return {WBEM_E_INVALID_PARAMETER, "the name of a registry value is too long"};
    return change(key, [&](Hive& hive, const RegistryKey& parsed) {
      auto& slot = add_key(hive, parsed).values[fold_case(name)];
      if (slot.spelling.empty()) slot.spelling = name;
      slot.value = value;
      return Status();
    });
  }
  Status remove_value(std::string_view key, std::string_view name) override {
    return change(key, [&](Hive& hive, const RegistryKey& parsed) {
      const auto found = hive.find(fold_case(join(parsed.steps, parsed.steps.size())));
      if (found == hive.end()) return no_key(key);
      if (found->second.values.erase(fold_case(name)) == 0)
        return Status(WBEM_E_NOT_FOUND, "the registry key \"" + std::string(key) + "\" has no value \"" + std::string(name) + "\"");
      return Status();
    });
  }
  Status remove_key(std::string_view key, bool with_keys) override {
    return change(key, [&](Hive& hive, const RegistryKey& parsed) {
      if (parsed.steps.empty()) return Status(WBEM_E_ACCESS_DENIED, "a whole hive cannot be removed");
      const std::string path = fold_case(join(parsed.steps, parsed.steps.size()));
      const auto found = hive.find(path);
      if (found == hive.end()) return no_key(key);
      const auto below = hive.lower_bound(path + "\\");
      const bool has_keys = below != hive.end() && below->first.starts_with(path + "\\");
      if (has_keys && !with_keys) return Status(WBEM_E_INVALID_OPERATION, "the registry key \"" + std::string(key) + "\" has keys in it");
      hive.erase(found);
      std::erase_if(hive, [&](const auto& entry) { return entry.first.starts_with(path + "\\"); });
      return Status();
    });
  }

 private:
  struct Found {
    Hive hive;
    std::string path;  // folded
    Key key;
  };

  /// The octets of a spelling that stand for a folded prefix: folding may change lengths, the number of steps stays.
  static std::size_t spelled_length(std::string_view spelling, std::string_view prefix) {
    auto steps = std::ranges::count(prefix, '\\');
    for (std::size_t i = 0; i < spelling.size(); ++i) {
      if (spelling[i] == '\\' && --steps == 0) return i + 1;
    }
    return spelling.size();
  }
  static Key& add_key(Hive& hive, const RegistryKey& parsed) {
    Key* made = nullptr;
    for (std::size_t i = 0; i <= parsed.steps.size(); ++i) {
      const std::string path = join(parsed.steps, i);
      made = &hive.try_emplace(fold_case(path)).first->second;
      if (made->spelling.empty()) made->spelling = path;
    }
    return *made;
  }
  Result<std::string> folder_of(const RegistryKey& parsed) const {
    if (parsed.hive == kMachine) return machine_;
    if (parsed.hive == kUser) return user_;
    return fail(WBEM_E_NOT_FOUND, "the hives of other users are not kept");
  }
  static std::string file_of(const std::string& folder, const RegistryKey& parsed) { return folder + "/" + parsed.hive + ".registry"; }
  Result<Hive> load(const std::string& file) {
    if (!files_.exists(file)) return Hive();
    TRY_ASSIGN(const std::string octets, files_.read(file, RegistryLimits::kFile));
    return registry::parse(octets, file);
  }
  Result<Found> find(std::string_view key) {
    const std::scoped_lock lock(mutex_);
    TRY_ASSIGN(const RegistryKey parsed, parse_registry_key(key));
    TRY_ASSIGN(const std::string folder, folder_of(parsed));
    TRY_ASSIGN(Hive hive, load(file_of(folder, parsed)));
    Found out{std::move(hive), fold_case(join(parsed.steps, parsed.steps.size())), {}};
    const auto found = out.hive.find(out.path);
    if (found != out.hive.end())
      out.key = found->second;
    else if (!parsed.steps.empty())
      return fail(no_key(key));
    return out;
  }
  Status change(std::string_view key, const std::function<Status(Hive&, const RegistryKey&)>& work) {
    const std::scoped_lock lock(mutex_);
    TRY_ASSIGN(const RegistryKey parsed, parse_registry_key(key));
    TRY_ASSIGN(const std::string folder, folder_of(parsed));
    TRY(files_.make_directories(folder, 0755));
    const std::string lock_file = folder + "/lock";
    const FileDescriptor guard(::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!guard.valid()) return errno_status(errno, "opening " + lock_file);
    while (::flock(guard.get(), LOCK_EX) != 0) {
      if (errno != EINTR) return errno_status(errno, "locking " + lock_file);
    }
    const std::string file = file_of(folder, parsed);
    TRY_ASSIGN(Hive hive, load(file));
    TRY(work(hive, parsed));
    const std::string text = registry::print(hive);
    if (text.size() > RegistryLimits::kFile) return {WBEM_E_QUOTA_VIOLATION, "a registry hive holds 64 MiB at most"};
    return files_.write_atomic(file, text, 0644);
  }

  Files& files_;
  const std::string machine_;
  const std::string user_;
  std::mutex mutex_;
};

}  // namespace

Result<RegistryKey> parse_registry_key(std::string_view key) {
  const std::size_t end = std::min(key.find('\\'), key.size());
  const std::string_view name = key.substr(0, end);
  const auto* known = std::ranges::find_if(kHives, [&](const HiveName& hive) { return equal_ignore_case(hive.given, name); });
  if (known == std::end(kHives))
    return fail(WBEM_E_INVALID_PARAMETER, "\"" + std::string(name) + "\" is no registry root; HKLM and HKCU are");
  RegistryKey parsed{std::string(known->hive), {}};
  split(known->path, parsed.steps);
  split(key.substr(end), parsed.steps);
  if (parsed.steps.size() > RegistryLimits::kDepth) return fail(WBEM_E_INVALID_PARAMETER, "a registry key lies too deep");
  for (const std::string& step : parsed.steps) {
    if (utf16_length(step) > RegistryLimits::kKeyName || step.contains('\0'))
      return fail(WBEM_E_INVALID_PARAMETER, "the name of a registry key has 255 characters at most");
  }
  return parsed;
}

std::unique_ptr<RegistryStore> make_registry_store(Files& files, std::string machine, std::string user) {
  return std::make_unique<FileRegistry>(files, std::move(machine), std::move(user));
}

}  // namespace base
