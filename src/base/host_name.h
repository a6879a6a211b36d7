// The system's name.
#pragma once

#include <string>
#include <string_view>

namespace base {

/// As the system has it, with or without its domain; empty when it has none. Thread-safe.
std::string host_name();

/// `db1` of `db1.example.org`.
inline std::string_view first_label(std::string_view name) { return name.substr(0, name.find('.')); }

}  // namespace base
