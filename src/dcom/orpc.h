// What stands before the parameters of every ORPC call: ORPCTHIS, ORPCTHAT and their extensions (MS-DCOM 2.2.13, 2.2.21).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dcom/objref.h"

namespace dcom {

/// ORPC_EXTENT (2.2.13.1).
struct Extent {
  Guid id;
  std::string data;
  bool operator==(const Extent&) const = default;
};

/// ORPCTHIS. Reading checks the shape alone; check() the contents.
struct OrpcThis {
  static constexpr std::size_t kMaxExtents = 64;  // also of ORPCTHAT
  Version version;
  std::uint32_t flags = 0;
  std::uint32_t reserved = 0;
  Guid causality;
  std::vector<Extent> extents;

  void write(rpc::NdrWriter& out) const;
  static OrpcThis read(rpc::NdrReader& in);
  /// RPC_E_VERSION_MISMATCH, RPC_E_INVALID_HEADER for flags (3.1.1.5.4).
  base::Status check() const;
};

/// ORPCTHAT.
struct OrpcThat {
  std::uint32_t flags = 0;
  std::vector<Extent> extents;
  void write(rpc::NdrWriter& out) const;
  static OrpcThat read(rpc::NdrReader& in);
};

/// Custom-marshaled error information (2.2.21.2), in the extension kErrorExtension of an ORPCTHAT: the text that COM's IErrorInfo carries.
struct ErrorInfo {
  std::uint32_t help_context = 0;
  Guid iid;
  std::optional<std::string> source;
  std::optional<std::string> description;
  std::optional<std::string> help_file;
  /// No text longer than kMaxText UTF-16 units is written or accepted.
  static constexpr std::size_t kMaxText = 32'767;
  Extent to_extent() const;
  /// nullopt: none, another kind of error object, or a malformed one.
  static std::optional<ErrorInfo> from_extents(const std::vector<Extent>& extents);
};

}  // namespace dcom
