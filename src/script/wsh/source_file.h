// Script files: UTF-8, UTF-16 behind a byte order mark, or Windows-1252.
#pragma once

#include <string>
#include <string_view>

#include "base/files.h"

namespace script::wsh {

/// Larger files are refused [a device or a log instead of a script].
inline constexpr std::size_t kMaxSourceOctets = 64U << 20;

/// The text as UTF-8 without byte order mark: UTF-16 of either order behind its mark, UTF-8 where all of it is valid, else Windows-1252.
std::string decode_source(std::string_view octets);
/// Errors of base::Files::read.
base::Result<std::string> read_source(const base::Files& files, const std::string& path);

}  // namespace script::wsh
