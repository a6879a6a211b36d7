#include "repository/lmdb_status.h"

#include <fmt/format.h>

#include <cerrno>

namespace repository {
namespace {

base::Hresult code_of(int rc) {
  switch (rc) {
    case MDB_MAP_FULL:
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return WBEM_E_OUT_OF_DISK_SPACE;
    case EACCES:
    case EPERM:
    case EROFS: return WBEM_E_ACCESS_DENIED;
    case ENOMEM: return WBEM_E_OUT_OF_MEMORY;
    case MDB_READERS_FULL: return WBEM_E_SERVER_TOO_BUSY;
    default: return WBEM_E_CRITICAL_ERROR;
  }
}

}  // namespace

base::Status lmdb_status(int rc, std::string_view doing) {
  if (rc == MDB_NOTFOUND) return WBEM_E_NOT_FOUND;
  return {code_of(rc), fmt::format("{}: {}", doing, mdb_strerror(rc))};
}

}  // namespace repository
