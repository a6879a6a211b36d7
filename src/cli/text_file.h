// What text files that people write have in common.
#pragma once

#include <string_view>

namespace cli {

/// A file's first line without the byte order mark that Windows' editors put in front of UTF-8.
inline std::string_view without_bom(std::string_view line) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  return line.starts_with(kMark) ? line.substr(kMark.size()) : line;
}

}  // namespace cli
