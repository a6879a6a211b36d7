// A store's file and its records, as foreign octets: nothing may be read out of bounds, and every walk ends.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

#include "repository/keys.h"
#include "repository/page_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace repository;
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  std::size_t seen = 0;
  if (const auto instance = parse_instance(octets)) {
    seen += instance->key.size() + instance->octets.size();
    if (instance->reference_count() != 0) seen += instance->reference(instance->reference_count() - 1).octets[0];
  }
  if (const auto cls = parse_class(1, octets)) seen += cls->name.size() + cls->parent.size() + cls->octets.size();
  if (const auto space = parse_namespace(1, octets)) seen += space->path.size() + space->security_descriptor.size();
  (void)check_format(octets);

  static const int fd = ::memfd_create("store", MFD_CLOEXEC);
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, data, size, 0) != static_cast<ssize_t>(size)) return 0;
  const auto file = PageFile::open(fd, 0, size);
  if (!file) return 0;
  for (const std::uint64_t pages : {std::uint64_t{256}, UINT64_MAX}) {
    file->walk(pages, [&](const std::string& problem) { seen += problem.size(); });
  }
  (void)file->find("meta", "format");
  return seen == SIZE_MAX ? 1 : 0;
}
