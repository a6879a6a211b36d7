// Messages of IObjectExporter (MS-DCOM 3.1.2.5.1) and IRemUnknown(2) (3.1.1.5.6, 3.1.1.5.7). Reading foreign stubs gives
// RPC_X_BAD_STUB_DATA for what breaks the format. Stubs of IRemUnknown hold their ORPCTHIS/ORPCTHAT; those of IObjectExporter have none.
#pragma once

#include <string>
#include <vector>

#include "dcom/orpc.h"

namespace dcom {

// IObjectExporter

inline constexpr std::uint16_t kResolveOxid = 0;
inline constexpr std::uint16_t kSimplePing = 1;
inline constexpr std::uint16_t kComplexPing = 2;
inline constexpr std::uint16_t kServerAlive = 3;
inline constexpr std::uint16_t kResolveOxid2 = 4;
inline constexpr std::uint16_t kServerAlive2 = 5;

struct ResolveOxidRequest {
  Oxid oxid = 0;
  std::vector<std::uint16_t> protocols;
};
struct ResolveOxidReply {
  std::optional<DualStringArray> exporter;
  Ipid rem_unknown;
  std::uint32_t authn_hint = 0;
  std::optional<Version> version;  // ResolveOxid2
  std::uint32_t status = 0;        // error_status_t
};
struct ComplexPingRequest {
  static constexpr std::size_t kMaxOids = 0xFFFF;
  SetId set = 0;
  std::uint16_t sequence = 0;
  std::vector<Oid> add;
  std::vector<Oid> remove;
};
struct ComplexPingReply {
  SetId set = 0;
  std::uint16_t backoff = 0;
  std::uint32_t status = 0;
};
struct ServerAlive2Reply {
  Version version;
  DualStringArray resolver;
  std::uint32_t status = 0;
};
std::string write_resolve_oxid(const ResolveOxidRequest& request);
base::Result<ResolveOxidRequest> read_resolve_oxid(std::string_view stub);
/// `two`: ResolveOxid2, which has the version.
std::string write_resolve_oxid_reply(const ResolveOxidReply& reply, bool two);
base::Result<ResolveOxidReply> read_resolve_oxid_reply(std::string_view stub, bool two);
std::string write_simple_ping(SetId set);
base::Result<SetId> read_simple_ping(std::string_view stub);
std::string write_complex_ping(const ComplexPingRequest& request);
base::Result<ComplexPingRequest> read_complex_ping(std::string_view stub);
std::string write_complex_ping_reply(const ComplexPingReply& reply);
base::Result<ComplexPingReply> read_complex_ping_reply(std::string_view stub);
std::string write_server_alive2_reply(const ServerAlive2Reply& reply);
base::Result<ServerAlive2Reply> read_server_alive2_reply(std::string_view stub);
/// SimplePing, ServerAlive: an error_status_t alone.
std::string write_status(std::uint32_t status);
base::Result<std::uint32_t> read_status(std::string_view stub);

// IRemUnknown, IRemUnknown2: readers stand behind the ORPCTHIS or ORPCTHAT, writers append behind it.

inline constexpr std::uint16_t kRemQueryInterface = 3;
inline constexpr std::uint16_t kRemAddRef = 4;
inline constexpr std::uint16_t kRemRelease = 5;
inline constexpr std::uint16_t kRemQueryInterface2 = 6;

struct QueryInterfaceRequest {
  Ipid ipid;
  std::uint32_t references = 0;  // RemQueryInterface only
  std::vector<Guid> iids;
};
struct QueryInterfaceResult {  // REMQIRESULT (2.2.24)
  base::Hresult result = base::codes::WBEM_S_NO_ERROR;
  StdObjref object;
};
struct InterfaceReferences {  // REMINTERFACEREF (2.2.23)
  Ipid ipid;
  std::uint32_t public_references = 0;
  std::uint32_t private_references = 0;
};
void write_query_interface(rpc::NdrWriter& out, const QueryInterfaceRequest& request);
base::Result<QueryInterfaceRequest> read_query_interface(rpc::NdrReader& in);
void write_query_interface_reply(rpc::NdrWriter& out, const std::vector<QueryInterfaceResult>& results);
base::Result<std::vector<QueryInterfaceResult>> read_query_interface_reply(rpc::NdrReader& in);
void write_query_interface2(rpc::NdrWriter& out, const QueryInterfaceRequest& request);
base::Result<QueryInterfaceRequest> read_query_interface2(rpc::NdrReader& in);
struct QueryInterface2Result {
  base::Hresult result = base::codes::WBEM_S_NO_ERROR;
  std::optional<Objref> object;
};
void write_query_interface2_reply(rpc::NdrWriter& out, const std::vector<QueryInterface2Result>& results);
base::Result<std::vector<QueryInterface2Result>> read_query_interface2_reply(rpc::NdrReader& in, std::size_t asked);
void write_references(rpc::NdrWriter& out, const std::vector<InterfaceReferences>& references);
base::Result<std::vector<InterfaceReferences>> read_references(rpc::NdrReader& in);
void write_add_ref_reply(rpc::NdrWriter& out, const std::vector<base::Hresult>& results);
base::Result<std::vector<base::Hresult>> read_add_ref_reply(rpc::NdrReader& in);

}  // namespace dcom
