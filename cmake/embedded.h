// The shipped schema as text inside the program (generated from schema/**/*.mof and *.mfl at build time).
#pragma once

#include <span>
#include <string_view>

namespace schema {

struct EmbeddedFile {
  std::string_view path;  ///< relative to schema/, for example "cimv2/Win32_Process.mof"
  std::string_view text;  ///< the octets of the file
};

/// All files, in byte order of their paths. The memory is static. Thread-safe.
std::span<const EmbeddedFile> files();

}  // namespace schema
