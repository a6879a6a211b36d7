# The system's packages; scripts/setup installs them.

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(pugixml REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 REQUIRED)
pkg_check_modules(lmdb REQUIRED IMPORTED_TARGET lmdb)
pkg_check_modules(proc2 REQUIRED IMPORTED_TARGET libproc2)
pkg_check_modules(blkid REQUIRED IMPORTED_TARGET blkid)
pkg_check_modules(mount REQUIRED IMPORTED_TARGET mount)
pkg_check_modules(duktape REQUIRED IMPORTED_TARGET duktape)
pkg_check_modules(pcre2 REQUIRED IMPORTED_TARGET libpcre2-16)
pkg_check_modules(systemd REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(gssapi REQUIRED IMPORTED_TARGET krb5-gssapi)

# xxHash is compiled in (XXH_INLINE_ALL), so only its header is needed.
find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)
add_library(xxhash_headers INTERFACE)

find_library(RAPIDCHECK_LIBRARY rapidcheck REQUIRED)
add_library(rapidcheck INTERFACE)
target_link_libraries(rapidcheck INTERFACE ${RAPIDCHECK_LIBRARY})

target_link_libraries(owmi_common INTERFACE Threads::Threads fmt::fmt)

# One precompiled header for the whole tree; every target reuses it, so its flags must be the same everywhere.
add_library(owmi_pch OBJECT ${CMAKE_SOURCE_DIR}/cmake/pch.cc)
target_link_libraries(owmi_pch PUBLIC owmi_common)
target_precompile_headers(owmi_pch PRIVATE
  <algorithm> <array> <atomic> <chrono> <cstdint> <cstring> <expected> <functional> <memory> <mutex> <optional> <span>
  <string> <string_view> <unordered_map> <utility> <variant> <vector> <fmt/format.h>)
