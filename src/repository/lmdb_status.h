// LMDB's return codes as Status.
#pragma once

#include <lmdb.h>

#include <string_view>

#include "base/status.h"

namespace repository {
using namespace base::codes;

/// `rc` is not 0. MDB_MAP_FULL, ENOSPC and their like become WBEM_E_OUT_OF_DISK_SPACE, MDB_NOTFOUND WBEM_E_NOT_FOUND without a text, EACCES
/// WBEM_E_ACCESS_DENIED, no slot WBEM_E_SERVER_TOO_BUSY; everything else WBEM_E_CRITICAL_ERROR. The text: "doing: LMDB's or the system's".
base::Status lmdb_status(int rc, std::string_view doing);

}  // namespace repository
