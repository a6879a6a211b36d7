// References to objects as octets: DUALSTRINGARRAY, STDOBJREF, OBJREF, MInterfacePointer (MS-DCOM 2.2.14, 2.2.18, 2.2.19).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dcom/ids.h"
#include "rpc/ndr.h"

namespace dcom {

inline constexpr std::uint16_t kTowerTcp = 7;     // ncacn_ip_tcp
inline constexpr std::uint16_t kTowerLocal = 16;  // ncalrpc; between our own programs: the path of a UNIX socket

/// STRINGBINDING (2.2.19.3): "host" for a resolver, "host[port]" for an exporter; between our own ends a resolver may have a port too.
struct StringBinding {
  std::uint16_t tower = kTowerTcp;
  std::string address;  // UTF-8
  bool operator==(const StringBinding&) const = default;
};
/// "host", port 0 without brackets. An IPv6 address is written plain or in brackets of its own: "fe80::1[1234]", "[fe80::1][1234]".
/// nullopt for malformed text or a port that is no number.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
std::optional<HostPort> parse_address(std::string_view address);
std::string make_address(std::string_view host, std::uint16_t port);

/// SECURITYBINDING (2.2.19.4).
struct SecurityBinding {
  std::uint16_t authn_service = 0;  // security::Provider values
  std::string principal;
  bool operator==(const SecurityBinding&) const = default;
};

/// Limits on foreign ones: kMaxEntries u16 units, kMaxBindings of each kind.
struct DualStringArray {
  static constexpr std::size_t kMaxEntries = 8192;
  static constexpr std::size_t kMaxBindings = 256;
  std::vector<StringBinding> strings;
  std::vector<SecurityBinding> securities;

  bool operator==(const DualStringArray&) const = default;
  /// wNumEntries, wSecurityOffset and the units (2.2.19.1). Bindings beyond kMaxEntries units are left out.
  std::string to_octets() const;
  /// From the start of `octets`; `used` octets belong to it. RPC_E_INVALID_OBJREF with the reason.
  static base::Result<DualStringArray> from_octets(std::string_view octets, std::size_t& used);

  /// As a referent in a stub: conformant, wNumEntries twice (2.2.19.2). Reading fails the reader.
  void write(rpc::NdrWriter& out) const;
  static DualStringArray read(rpc::NdrReader& in);
};

/// STDOBJREF (2.2.18.1), 40 octets.
struct StdObjref {
  static constexpr std::uint32_t kNoPing = 0x1000;
  std::uint32_t flags = 0;
  std::uint32_t public_references = 0;
  Oxid oxid = 0;
  Oid oid = 0;
  Ipid ipid;
  bool operator==(const StdObjref&) const = default;
  void write(rpc::NdrWriter& out) const;
  static StdObjref read(rpc::NdrReader& in);
};

/// OBJREF_STANDARD, OBJREF_HANDLER and OBJREF_EXTENDED: an object that stays where it is.
struct RemoteObject {
  StdObjref standard;
  DualStringArray resolver;
  std::optional<Guid> handler;  // OBJREF_HANDLER
  bool operator==(const RemoteObject&) const = default;
};
/// OBJREF_CUSTOM: an object by value.
struct CustomObject {
  Guid unmarshaler;
  std::string data;
  bool operator==(const CustomObject&) const = default;
};

/// OBJREF (2.2.18).
struct Objref {
  Guid iid;
  std::variant<RemoteObject, CustomObject> content;

  bool operator==(const Objref&) const = default;
  const RemoteObject* remote() const { return std::get_if<RemoteObject>(&content); }
  const CustomObject* custom() const { return std::get_if<CustomObject>(&content); }
  /// Extended ones are not made; a handler is written as OBJREF_HANDLER.
  std::string to_octets() const;
  /// RPC_E_INVALID_OBJREF: wrong signature, several or no kind, what breaks the format. Octets behind it are ignored.
  static base::Result<Objref> from_octets(std::string_view octets);
};

/// The octets of an OBJREF_CUSTOM in place, without copying its data: for the objects by value in bulk.
struct CustomView {
  Guid iid;
  Guid unmarshaler;
  std::string_view data;
};
base::Result<CustomView> custom_view(std::string_view objref);
/// Appends the octets of an OBJREF_CUSTOM around `data`.
void append_custom(std::string& out, const Guid& iid, const Guid& unmarshaler, std::string_view data);

/// MInterfacePointer (2.2.14) as a referent: conformant ulCntData, then the octets. Reading gives a view; fails the reader.
void write_interface(rpc::NdrWriter& out, std::string_view objref);
std::string_view read_interface(rpc::NdrReader& in);
/// A [unique] PMInterfacePointer that stands alone among the parameters (its referent follows at once).
void write_interface_pointer(rpc::NdrWriter& out, const std::optional<Objref>& objref);
/// Null: nullopt. A malformed OBJREF: RPC_E_INVALID_OBJREF; broken NDR fails the reader and gives nullopt.
base::Result<std::optional<Objref>> read_interface_pointer(rpc::NdrReader& in);

}  // namespace dcom
