#include "cli/maintenance.h"

#include <memory>

#include <fmt/format.h>

#include "cim/wmio.h"
#include "cli/commands.h"

namespace cli {
namespace {

int report(const Console& console, const base::Status& status) {
  if (status.ok()) return kSuccess;
  console.error(status);
  return kWmiError;
}

}  // namespace

repository::Validator object_validator() {
  struct Last {
    repository::ClassId id = 0;
    cim::ClassPtr cls;
  };
  return [last = std::make_shared<Last>()](const repository::ReadView& /*view*/, const repository::ClassRecord& record,
                                           const repository::InstanceRow* instance) -> base::Status {
    if (last->id != record.id || last->cls == nullptr) {
      TRY_ASSIGN(last->cls, cim::decode_class(record.octets, "", ""));
      last->id = record.id;
    }
    return instance == nullptr ? base::Status() : cim::validate_instance(*last->cls, instance->octets);
  };
}

int repository_verify(const Console& console, const std::filesystem::path& directory) {
  const auto result = repository::Repository::verify(directory, object_validator());
  if (!result) return report(console, result.error());
  console.write(fmt::format("{}\n  {} namespaces, {} classes, {} instances, {} references, {} pages\n", directory.string(),
                            result->namespaces, result->classes, result->instances, result->references, result->pages));
  for (const std::string& problem : result->problems) console.write("  damaged: " + problem + "\n");
  if (result->problem_count > result->problems.size())
    console.write(fmt::format("  ... and {} more\n", result->problem_count - result->problems.size()));
  console.write(result->ok() ? "  sound\n" : fmt::format("  {} problems\n", result->problem_count));
  console.flush();
  return result->ok() ? kSuccess : kWmiError;
}

int repository_backup(const Console& console, const std::filesystem::path& directory, const std::filesystem::path& file) {
  repository::Options options;
  options.create = false;
  const auto opened = repository::Repository::open(directory, options);
  if (!opened) return report(console, opened.error());
  return report(console, (*opened)->backup(file));
}

int repository_restore(const Console& console, const std::filesystem::path& directory, const std::filesystem::path& file) {
  return report(console, repository::Repository::restore(file, directory, {}, object_validator()));
}

}  // namespace cli
