// In- and out-parameters of MS-WMI's methods, both directions. Readers stand behind ORPCTHIS/ORPCTHAT; the HRESULT at a reply's end is
// dcom's business (ObjectCall::respond, ObjectReply). Broken NDR: RPC_X_BAD_STUB_DATA (a fault). A malformed object or context inside sound
// NDR: its own code (an HRESULT, MS-WMI 3.1.4).
#pragma once

#include "remote/ids.h"
#include "remote/object_array.h"
#include "remote/values.h"

namespace remote {

/// In-parameters of every IWbemServices method (MS-WMI 3.1.4.3); which of them an operation has is one table in messages.cc.
struct ServicesRequest {
  cim::OptionalText text;       // namespace, path, class name, superclass, query language
  cim::OptionalText more_text;  // query, method
  std::uint32_t flags = 0;
  cim::ContextPtr context;
  std::optional<cim::Object> object;  // class, instance, in-parameters
  std::optional<dcom::Objref> sink;   // pResponseHandler, pSink
  bool wants_object = false;          // ppObject, ppOutParams, ppWorkingNamespace: the [in,out,unique] pointer is there
  bool wants_result = false;          // ppCallResult, ppResult
  /// Read in sound NDR, but malformed in itself: the first such object, context or sink. The HRESULT to answer, with the out pointers that
  /// wants_... ask for (null).
  base::Status problem;
};
/// Out-parameters. Those that the request did not ask for are written as the null pointers that they came as; what is missing here as a
/// pointer to null: that is what every failure answers (a default ServicesReply).
struct ServicesReply {
  std::optional<cim::Object> object;      // ppObject, ppOutParams
  std::optional<dcom::Objref> reference;  // ppWorkingNamespace, ppEnum, ppResponseHandler
  std::optional<dcom::Objref> call_result;
};
/// Opnums 3 to 25; another `operation` is WBEM_E_UNEXPECTED (a caller's mistake: dispatch by opnum comes first).
void write_request(rpc::NdrWriter& out, cim::Operation operation, const ServicesRequest& request);
base::Result<ServicesRequest> read_request(rpc::NdrReader& in, cim::Operation operation, cim::ClassInterner* interner);
void write_reply(rpc::NdrWriter& out, cim::Operation operation, const ServicesRequest& request, const ServicesReply& reply);
base::Result<ServicesReply> read_reply(rpc::NdrReader& in, cim::Operation operation, const ServicesRequest& request,
                                       cim::ClassInterner* interner);

// IWbemLevel1Login (3.1.4.1)
struct EstablishPositionRequest {
  std::optional<std::string> client_machine;
  std::uint32_t process = 0;
};
struct NtlmLoginRequest {
  std::optional<std::string> network_resource;
  std::optional<std::string> locales;
  std::uint32_t flags = 0;
  cim::ContextPtr context;
};
struct RequestChallengeRequest {
  std::optional<std::string> reserved1;
  std::optional<std::string> reserved2;
};
struct WbemLoginRequest {
  std::optional<std::string> reserved1;
  std::optional<std::string> reserved2;  // 16 octets
  std::uint32_t flags = 0;
  cim::ContextPtr context;
};
void write_establish_position(rpc::NdrWriter& out, const EstablishPositionRequest& request);
base::Result<EstablishPositionRequest> read_establish_position(rpc::NdrReader& in);
/// LocaleVersion.
void write_establish_position_reply(rpc::NdrWriter& out, std::uint32_t locale_version);
base::Result<std::uint32_t> read_establish_position_reply(rpc::NdrReader& in);
void write_request_challenge(rpc::NdrWriter& out, const RequestChallengeRequest& request);
base::Result<RequestChallengeRequest> read_request_challenge(rpc::NdrReader& in);
/// The 16 octets of reserved3, zero: the method fails.
void write_request_challenge_reply(rpc::NdrWriter& out);
base::Result<std::string> read_request_challenge_reply(rpc::NdrReader& in);
/// Answered by write_interface_reply(nullopt).
void write_wbem_login(rpc::NdrWriter& out, const WbemLoginRequest& request);
base::Result<WbemLoginRequest> read_wbem_login(rpc::NdrReader& in, cim::ClassInterner* interner);
void write_ntlm_login(rpc::NdrWriter& out, const NtlmLoginRequest& request);
base::Result<NtlmLoginRequest> read_ntlm_login(rpc::NdrReader& in, cim::ClassInterner* interner);
/// One interface pointer: NTLMLogin, Clone, GetSmartEnum, GetResultServices.
void write_interface_reply(rpc::NdrWriter& out, const std::optional<dcom::Objref>& reference);
base::Result<std::optional<dcom::Objref>> read_interface_reply(rpc::NdrReader& in);

// IWbemLoginClientID, IWbemLoginHelper
struct ClientInfo {
  std::optional<std::string> machine;
  std::uint32_t process = 0;
  std::uint32_t reserved = 0;
};
void write_client_info(rpc::NdrWriter& out, const ClientInfo& info);
base::Result<ClientInfo> read_client_info(rpc::NdrReader& in);

// IEnumWbemClassObject (3.1.4.4), IWbemWCOSmartEnum (3.1.4.7)
struct NextRequest {
  std::uint32_t timeout = 0;
  std::uint32_t count = 0;
};
void write_next(rpc::NdrWriter& out, const NextRequest& request);  // Skip too
base::Result<NextRequest> read_next(rpc::NdrReader& in);
/// apObjects with size_is(count), length_is(rows), then puReturned. No more rows than `count`.
void write_next_reply(rpc::NdrWriter& out, std::uint32_t count, std::span<const cim::Object> rows);
base::Result<std::vector<cim::Object>> read_next_reply(rpc::NdrReader& in, std::uint32_t count, cim::ClassInterner* interner);
struct NextAsyncRequest {
  std::uint32_t count = 0;
  std::optional<dcom::Objref> sink;
};
void write_next_async(rpc::NdrWriter& out, const NextAsyncRequest& request);
base::Result<NextAsyncRequest> read_next_async(rpc::NdrReader& in);
struct SmartNextRequest {
  Guid proxy;
  std::uint32_t timeout = 0;
  std::uint32_t count = 0;
};
struct SmartNextReply {
  std::uint32_t returned = 0;
  std::string_view buffer;  // ObjectArray; empty: a null pointer
};
void write_smart_next(rpc::NdrWriter& out, const SmartNextRequest& request);
base::Result<SmartNextRequest> read_smart_next(rpc::NdrReader& in);
void write_smart_next_reply(rpc::NdrWriter& out, const SmartNextReply& reply);
/// `buffer` points into the stub.
base::Result<SmartNextReply> read_smart_next_reply(rpc::NdrReader& in);

// IWbemCallResult (3.1.4.5): lTimeout in, one thing out. GetResultObject: write_object; GetResultServices: write_interface_reply.
void write_timeout(rpc::NdrWriter& out, std::uint32_t timeout);
base::Result<std::uint32_t> read_timeout(rpc::NdrReader& in);
void write_result_string(rpc::NdrWriter& out, const cim::OptionalText& text);
base::Result<cim::OptionalText> read_result_string(rpc::NdrReader& in);
void write_call_status(rpc::NdrWriter& out, base::Hresult status);
base::Result<base::Hresult> read_call_status(rpc::NdrReader& in);

// IWbemObjectSink (3.1.4.2). Plain Indicate: the count, and an MInterfacePointer for each object. Optimised (2.2.14, allowed once the sink
// answered WBEM_S_NEW_STYLE): an ObjectArray takes the place of the parameters. Its first four octets (dwByteOrdering, 0) are where a
// plain call has its count, which is never 0, so that a receiver tells them apart.
void write_indicate(rpc::NdrWriter& out, const cim::Batch& batch);
void write_optimised_indicate(rpc::NdrWriter& out, const cim::Batch& batch, ClassIds& ids);
/// Either form; `cache` is the sink's. Empty batches and null objects are WBEM_E_INVALID_PARAMETER.
base::Result<cim::Batch> read_indicate(rpc::NdrReader& in, ClassCache& cache);
struct SetStatusRequest {
  std::uint32_t flags = 0;
  std::uint32_t result = 0;  // an HRESULT; progress has its two words here
  cim::OptionalText text;
  std::optional<cim::Object> object;
};
void write_set_status(rpc::NdrWriter& out, const SetStatusRequest& request);
base::Result<SetStatusRequest> read_set_status(rpc::NdrReader& in, cim::ClassInterner* interner);

// IWbemRefreshingServices, IWbemRemoteRefresher (3.1.4.12, 3.1.4.13): refresher_messages.h. IWbemBackupRestore(Ex) (3.1.4.10, 3.1.4.11):
struct BackupRequest {
  std::string file;  // [string] without [unique]: never null
  std::uint32_t flags = 0;
};
void write_backup(rpc::NdrWriter& out, const BackupRequest& request);
base::Result<BackupRequest> read_backup(rpc::NdrReader& in);

}  // namespace remote
