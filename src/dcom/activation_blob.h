// The activation properties BLOB (MS-DCOM 2.2.22): properties that are serialized one by one behind a header that lists them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "dcom/ids.h"
#include "dcom/objref.h"

namespace dcom {

/// Which of the two BLOBs, by the OBJREF_CUSTOM around it.
enum class BlobKind { kIn, kOut };

/// Collects properties in the order of the calls.
class BlobWriter {
 public:
  void add(const Guid& clsid, const std::function<void(rpc::NdrWriter&)>& write);
  /// The octets of the OBJREF_CUSTOM.
  std::string to_objref(BlobKind kind) const;

 private:
  std::string header() const;

  std::vector<Guid> clsids_;
  std::vector<std::uint32_t> sizes_;
  std::string octets_;
};

/// Views into the octets given.
class BlobReader {
 public:
  static constexpr std::uint32_t kMaxProperties = 10;  // MAX_ACTPROP_LIMIT

  /// RPC_E_INVALID_OBJREF: not the OBJREF_CUSTOM of `kind`. E_INVALIDARG: the header is malformed, or a property stands twice.
  static base::Result<BlobReader> open(std::string_view objref, BlobKind kind);
  /// Gives the property to `read` as a construct. False when there is none; E_INVALIDARG for a malformed one.
  base::Result<bool> property(const Guid& clsid, std::string_view name, const std::function<void(rpc::NdrReader&)>& read) const;

 private:
  struct Property {
    Guid clsid;
    std::string_view octets;
  };
  base::Status slice(const std::vector<Guid>& clsids, const std::vector<std::uint32_t>& sizes, std::string_view octets);

  std::vector<Property> properties_;
};

}  // namespace dcom
