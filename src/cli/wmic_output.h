// What the old Linux wmic prints: rows, and errors in the shape that monitoring programs match.
#pragma once

#include <memory>
#include <string>

#include "cli/console.h"
#include "cli/reach.h"

namespace cli {

/// `CLASS: X`, the names of the properties (in alphabetical order, as the old program had them from the wire), then the rows; a block anew
/// when class or properties change. Booleans True and False; NULL: text (null), booleans False, numbers 0, arrays and objects NULL; arrays
/// (a,b,c); datetimes as CIM text.
std::unique_ptr<RowWriter> make_wmic_writer(const Console& console, std::string delimiter);

enum class WmicStage : std::uint8_t { kLogin, kQuery, kRows };

/// The two lines of a failure: "[wmi/wmic.c:196:main()] ERROR: Login to remote object." and "NTSTATUS: NT_STATUS_X - ...". `reach` tells
/// failed connections apart.
struct WmicFailure {
  std::string error;
  std::string status;
};
WmicFailure wmic_failure(WmicStage stage, base::Hresult code, std::optional<Reach> reach);

}  // namespace cli
