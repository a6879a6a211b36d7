#include "wmid/embedded.h"

#include <cstdlib>

#include "providers/standard.h"

namespace wmid {

base::Result<std::unique_ptr<manager::Manager>> open_embedded(const std::filesystem::path& directory) {
  providers::StandardOptions providers;
  const char* map_cmd = std::getenv("OPENWMI_MAP_CMD");
  providers.process.map_cmd = map_cmd == nullptr || std::string_view(map_cmd) != "off";
  manager::Options options;
  options.directory = directory;
  return manager::Manager::open(std::move(options), providers::standard_providers(providers));
}

}  // namespace wmid
