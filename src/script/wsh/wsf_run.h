// Running a job of a .wsf file.
#pragma once

#include <string>
#include <vector>

#include "script/wsh/constants.h"
#include "script/wsh/script_host.h"
#include "script/wsh/wsf.h"

namespace script::wsh {

struct WsfPlace {
  std::string file;  // as it was typed
  std::vector<TypeLibrary> libraries;
};

/// By id without regard to case; the first one for an empty id. Null when there is none.
const WsfJob* find_job(const WsfFile& file, std::string_view id);

/// References, objects and resources, then the scripts in order until one fails or quits. Errors are reported to the host.
void run_job(ScriptHost& host, const WsfJob& job, const WsfPlace& place);

}  // namespace script::wsh
