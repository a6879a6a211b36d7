// Environment variables as scripts see them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "script/wsh/drive_map.h"
#include "scripting/dispatch.h"

namespace script::wsh {

/// A variable of this process: by its name, then by the name without case, then what Windows sets and Linux does not (ComputerName,
/// UserName, UserProfile, Temp, SystemRoot, ComSpec, OS ...). Values that are made up here are in Windows' form.
std::optional<std::string> environment_variable(const DriveMap& drives, std::string_view name);
/// `%NAME%` replaced; what is not set stays as it is.
std::string expand_environment(const DriveMap& drives, std::string_view text);

/// WshEnvironment over the variables of this process; changes count for programs that are started later.
scripting::DispatchRef make_environment(DriveMap drives);

/// A user's folder by the name that SpecialFolders has for it ("Desktop", "MyDocuments"), as a Linux path; nullopt for unknown names.
std::optional<std::string> special_folder(std::string_view name);
/// WshCollection of SpecialFolders, WScript.Network's empty ones: Item, Count, length.
scripting::DispatchRef make_special_folders(DriveMap drives);
scripting::DispatchRef make_empty_collection();

std::string user_name();
std::string computer_name();
std::string home_folder();

}  // namespace script::wsh
