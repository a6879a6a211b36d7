// The named values of a row, in the order in which every form of output shows them.
#pragma once

#include <string>
#include <vector>

#include "cim/object.h"
#include "cli/console.h"

namespace cli {

struct Column {
  std::string name;
  cim::Type type;
  bool host = false;  // where the row came from, no property
};

/// System properties first (all or those that the options name, __CLASS always of a class), then the properties in class order; or what the
/// options list. Before them the host, when it is shown.
std::vector<Column> columns_of(const cim::Object& object, const RowOptions& options);
/// The value of a column; NULL when the object lacks it.
cim::Value cell(const cim::Object& object, const Column& column, std::string_view host = {});
/// For tables, lists and CSV: text and characters as they are, arrays as {a, b}, embedded objects as MOF-like text, empty for NULL.
std::string cell_text(const cim::Value& value, cim::Type type);

}  // namespace cli
