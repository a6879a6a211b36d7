#include "tests/mof/corpus.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace mof_test {
namespace {

namespace fs = std::filesystem;

bool unpack(const std::string& archive, const std::string& folder) {
  std::string tar = "tar";
  std::string options = "-xzf";
  std::string file = archive;
  std::string change = "-C";
  std::string where = folder;
  char* arguments[] = {tar.data(), options.data(), file.data(), change.data(), where.data(), nullptr};
  pid_t child = 0;
  if (posix_spawnp(&child, "tar", nullptr, nullptr, arguments, environ) != 0) return false;
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// A folder that goes away with the process.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "openwmi-dmtf-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::optional<std::string> prepare(const std::string& folder) {
  const char* given = std::getenv("OPENWMI_DMTF_CORPUS");
  const fs::path archive =
      given != nullptr ? fs::path(given) : fs::path(OWMI_SOURCE_DIR) / ".." / "shared" / "corpus" / "dmtf-cim-2.32.0.tar.gz";
  std::error_code error;
  if (folder.empty() || !fs::exists(archive, error) || !unpack(archive.string(), folder)) return std::nullopt;
  const fs::path schema = fs::path(folder) / "omi-2.32.0" / "CIM_Schema.mof";
  if (!fs::exists(schema, error)) return std::nullopt;
  return schema.string();
}

}  // namespace

std::optional<std::string> dmtf_schema() {
  static const TemporaryFolder folder;
  static const std::optional<std::string> schema = prepare(folder.path());
  return schema;
}

}  // namespace mof_test
