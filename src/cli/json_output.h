// Rows as JSON: one flat object, name: value in class order.
#pragma once

#include "base/json.h"
#include "cim/object.h"
#include "cli/console.h"

namespace cli {

/// NULL is null, numbers up to 32 bits and reals are JSON numbers, 64-bit integers decimal strings, datetimes CIM text, char16 a
/// one-character string, embedded objects nested objects.
void write_json(base::JsonWriter& json, const cim::Value& value, cim::Type type);
void write_json(base::JsonWriter& json, const cim::Object& object, const RowOptions& options, std::string_view host = {});

}  // namespace cli
