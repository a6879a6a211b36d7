// In- and out-parameters of IWbemRefreshingServices and IWbemRemoteRefresher (MS-WMI 3.1.4.12, 3.1.4.13), both directions, and the blobs of
// refreshed instances (2.2.16, 2.2.18, 2.2.19). As messages.h says of errors.
#pragma once

#include <variant>

#include "remote/ids.h"
#include "remote/values.h"

namespace remote {

inline constexpr std::uint32_t kClientRefresherVersion = 2;
inline constexpr std::uint32_t kServerRefresherVersion = 1;
/// Of one ReconnectRemoteRefresher, StopRefreshing or RemoteRefresh: memory per octet received.
inline constexpr std::uint32_t kMaxRefreshed = 65'536;

/// _WBEM_REFRESHER_ID (2.2.21).
struct RefresherId {
  std::optional<std::string> machine;  // octets of the client's code page
  std::uint32_t process = 0;
  Guid id;
  bool operator==(const RefresherId&) const = default;
  void write(rpc::NdrWriter& out) const;
  static RefresherId read(rpc::NdrReader& in);  // fails the reader
};

/// AddObjectToRefresher (path), AddEnumToRefresher (class) and AddObjectToRefresherByTemplate (template_object).
struct AddToRefresherRequest {
  RefresherId refresher;
  std::string text;                            // never null
  std::optional<cim::Object> template_object;  // by template alone
  std::uint32_t flags = 0;
  cim::ContextPtr context;
  std::uint32_t client_version = kClientRefresherVersion;
  base::Status problem;  // as ServicesRequest's
};
/// _WBEM_REFRESH_INFO (2.2.20, 2.2.25 to 2.2.28).
struct RefreshRemote {
  std::optional<dcom::Objref> refresher;
  std::optional<cim::Object> template_object;
  Guid id;
};
struct RefreshNonHiperf {
  std::optional<std::string> name_space;
  std::optional<cim::Object> template_object;
};
struct RefreshInfo {
  /// The HRESULT is WBEM_REFRESH_TYPE_INVALID's: with it a failure answers, 0.
  std::variant<std::uint32_t, RefreshRemote, RefreshNonHiperf> info;
  std::uint32_t cancel_id = 0;
};
struct AddToRefresherReply {
  RefreshInfo info;
  std::uint32_t server_version = kServerRefresherVersion;
};
void write_add_to_refresher(rpc::NdrWriter& out, RefreshingOp operation, const AddToRefresherRequest& request);
base::Result<AddToRefresherRequest> read_add_to_refresher(rpc::NdrReader& in, RefreshingOp operation, cim::ClassInterner* interner);
void write_add_to_refresher_reply(rpc::NdrWriter& out, const AddToRefresherReply& reply);
base::Result<AddToRefresherReply> read_add_to_refresher_reply(rpc::NdrReader& in, cim::ClassInterner* interner);

struct RemoveFromRefresherRequest {
  RefresherId refresher;
  std::uint32_t id = 0;
  std::uint32_t flags = 0;
  std::uint32_t client_version = kClientRefresherVersion;
};
void write_remove_from_refresher(rpc::NdrWriter& out, const RemoveFromRefresherRequest& request);
base::Result<RemoveFromRefresherRequest> read_remove_from_refresher(rpc::NdrReader& in);
/// pdwSvrRefrVersion alone.
void write_refresher_version(rpc::NdrWriter& out, std::uint32_t version = kServerRefresherVersion);
base::Result<std::uint32_t> read_refresher_version(rpc::NdrReader& in);

struct GetRemoteRefresherRequest {
  RefresherId refresher;
  std::uint32_t flags = 0;
  std::uint32_t client_version = kClientRefresherVersion;
};
struct GetRemoteRefresherReply {
  std::optional<dcom::Objref> refresher;
  Guid id;
  std::uint32_t server_version = kServerRefresherVersion;
};
void write_get_remote_refresher(rpc::NdrWriter& out, const GetRemoteRefresherRequest& request);
base::Result<GetRemoteRefresherRequest> read_get_remote_refresher(rpc::NdrReader& in);
void write_get_remote_refresher_reply(rpc::NdrWriter& out, const GetRemoteRefresherReply& reply);
base::Result<GetRemoteRefresherReply> read_get_remote_refresher_reply(rpc::NdrReader& in);

/// _WBEM_RECONNECT_INFO, _WBEM_RECONNECT_TYPE (2.2.22, 2.2.24).
struct ReconnectInfo {
  enum class Type : std::uint32_t { kObject = 0, kEnum = 1 };
  std::uint32_t type = 0;  // a Type
  std::optional<std::string> path;
  bool operator==(const ReconnectInfo&) const = default;
};
/// _WBEM_RECONNECT_RESULTS (2.2.23).
struct ReconnectResult {
  std::uint32_t id = 0;
  std::uint32_t result = 0;  // an HRESULT
  bool operator==(const ReconnectResult&) const = default;
};
/// ReconnectRemoteRefresher: as many results as infos, in both directions.
struct ReconnectRequest {
  RefresherId refresher;
  std::uint32_t flags = 0;
  std::uint32_t client_version = kClientRefresherVersion;
  std::vector<ReconnectInfo> infos;
  std::vector<ReconnectResult> results;
};
struct ReconnectReply {
  std::vector<ReconnectResult> results;
  std::uint32_t server_version = kServerRefresherVersion;
};
void write_reconnect(rpc::NdrWriter& out, const ReconnectRequest& request);
base::Result<ReconnectRequest> read_reconnect(rpc::NdrReader& in);
void write_reconnect_reply(rpc::NdrWriter& out, const ReconnectReply& reply);
base::Result<ReconnectReply> read_reconnect_reply(rpc::NdrReader& in, std::uint32_t count);

/// WBEM_INSTANCE_BLOB_TYPE (2.2.17).
enum class BlobType : std::uint32_t { kAll = 2, kError = 3, kEnum = 4 };
/// WBEM_REFRESHED_OBJECT (2.2.15).
struct RefreshedObject {
  std::uint32_t request = 0;
  BlobType type = BlobType::kError;
  std::string blob;  // empty: a null pointer
  bool operator==(const RefreshedObject&) const = default;
};
/// RemoteRefresh and Opnum5NotUsedOnWire have lFlags in: write_timeout(), read_timeout() serve them.
void write_remote_refresh_reply(rpc::NdrWriter& out, std::span<const RefreshedObject> objects);
base::Result<std::vector<RefreshedObject>> read_remote_refresh_reply(rpc::NdrReader& in);
struct StopRefreshingRequest {
  std::vector<std::uint32_t> ids;
  std::uint32_t flags = 0;
};
void write_stop_refreshing(rpc::NdrWriter& out, const StopRefreshingRequest& request);
base::Result<StopRefreshingRequest> read_stop_refreshing(rpc::NdrReader& in);
void write_refresher_guid(rpc::NdrWriter& out, const Guid& id);
base::Result<Guid> read_refresher_guid(rpc::NdrReader& in);

/// RefreshedSingleInstance (2.2.19): the size of the heap element, then NdTable, InstanceData, InstanceQualifierSet and the heap itself as
/// MS-WMIO 2.2.58 has it, that is with its length.
std::string encode_refreshed(const cim::Instance& instance);
/// An instance of the template's class. WBEM_E_INVALID_OBJECT.
base::Result<cim::Instance> decode_refreshed(std::string_view octets, const cim::ClassPtr& cls);
/// WBEM_INSTANCE_BLOB (2.2.16): Version 1, then RefreshedInstances.
std::string encode_instance_blob(std::span<const cim::Instance> instances);
base::Result<std::vector<cim::Instance>> decode_instance_blob(std::string_view octets, const cim::ClassPtr& cls);

}  // namespace remote
