// MOF texts: where they come from and how their octets become UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/status.h"

namespace mof {

/// Limits on one compilation: a hostile text can't make it read or nest more than this.
inline constexpr std::size_t kMaxSourceOctets = 64U << 20U;
inline constexpr std::size_t kMaxTotalOctets = 256U << 20U;
inline constexpr std::size_t kMaxSources = 20'000;
inline constexpr int kMaxIncludeDepth = 32;
inline constexpr int kMaxEmbedding = 16;
inline constexpr std::size_t kMaxQualifiers = 512;  // in one list

/// One text, UTF-8. Its octets stay in place as long as it lives: the AST points into them.
struct Source {
  std::string name;  // as it is shown to people, and where relative includes start
  std::string text;
};

/// Octets of a file to UTF-8: UTF-16 LE or BE and UTF-8 by their byte order marks; otherwise UTF-8 when well formed, else Latin-1.
/// Errors: WBEMMOF_E_INVALID_FILE beyond kMaxSourceOctets, for an odd number of UTF-16 octets or for a binary file.
base::Result<std::string> decode_source(std::string octets);

/// Finds included texts. Implementations need not be thread-safe.
class SourceLoader {
 public:
  virtual ~SourceLoader() = default;
  /// The text that `including` names `path`. Errors: any; the parser reports WBEMMOF_E_ERROR_INVALID_INCLUDE_FILE with their text.
  virtual base::Result<Source> load(std::string_view including, std::string_view path) = 0;
};

/// Files: a relative path starts at the folder of the including file; backslashes serve as slashes.
class FileLoader final : public SourceLoader {
 public:
  explicit FileLoader(const base::Files& files) : files_(files) {}
  base::Result<Source> load(std::string_view including, std::string_view path) override;
  /// The file that a compilation starts with. Errors: those of the file, WBEMMOF_E_INVALID_FILE.
  base::Result<Source> open(const std::string& path) const;

 private:
  const base::Files& files_;
};

/// The path that `path` means inside the file `including`.
std::string resolve_include(std::string_view including, std::string_view path);

}  // namespace mof
