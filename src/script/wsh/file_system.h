// Scripting.FileSystemObject and its File, Folder, Drive and TextStream.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "script/wsh/drive_map.h"
#include "scripting/dispatch.h"

namespace script::wsh {

/// TypeName "FileSystemObject". Errors are Windows' numbers: 5, 52, 53 File not found, 54, 58 File already exists, 61, 62, 67, 68, 70
/// Permission denied, 76 Path not found.
scripting::DispatchRef make_file_system(DriveMap drives = DriveMap::from_environment());

/// The constants of its type library, for <reference object="Scripting.FileSystemObject"/>.
struct LibraryConstant {
  std::u16string_view name;
  std::int32_t value;
};
std::span<const LibraryConstant> scripting_constants();

}  // namespace script::wsh
