#include "base/files.h"

namespace base {

Status FaultyFiles::check(std::string_view operation, const std::string& path) const {
  const int error = fault_(operation, path);
  return error == 0 ? Status() : errno_status(error, std::string(operation) + " " + path);
}

Result<std::string> FaultyFiles::read(const std::string& path, std::size_t limit) const {
  TRY(check("read", path));
  return files_.read(path, limit);
}

Status FaultyFiles::write_atomic(const std::string& path, std::string_view octets, unsigned mode) {
  TRY(check("write_atomic", path));
  return files_.write_atomic(path, octets, mode);
}

Status FaultyFiles::make_directories(const std::string& path, unsigned mode) {
  TRY(check("make_directories", path));
  return files_.make_directories(path, mode);
}

Status FaultyFiles::remove(const std::string& path) {
  TRY(check("remove", path));
  return files_.remove(path);
}

Result<std::vector<std::string>> FaultyFiles::list(const std::string& path) const {
  TRY(check("list", path));
  return files_.list(path);
}

Result<std::string> FaultyFiles::read_link(const std::string& path) const {
  TRY(check("read_link", path));
  return files_.read_link(path);
}

bool FaultyFiles::exists(const std::string& path) const { return check("exists", path).ok() && files_.exists(path); }

}  // namespace base
