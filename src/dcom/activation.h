// Messages of activation (MS-DCOM 2.2.22, 3.1.2.5.2.3): properties BLOBs, RemoteCreateInstance, RemoteGetClassObject, RemoteActivation.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dcom/orpc.h"

namespace dcom {

inline constexpr std::uint16_t kRemoteActivation = 0;      // IActivation
inline constexpr std::uint16_t kRemoteGetClassObject = 3;  // IRemoteSCMActivator
inline constexpr std::uint16_t kRemoteCreateInstance = 4;
inline constexpr std::uint32_t kModeGetClassObject = 0xFFFFFFFF;  // of RemoteActivation

/// What either activation asks for.
struct ActivationRequest {
  static constexpr std::size_t kMaxInterfaces = 0x8000;  // MAX_REQUESTED_INTERFACES
  static constexpr std::size_t kMaxProtocols = 0x8000;   // MAX_REQUESTED_PROTSEQS
  Guid clsid;
  std::vector<Guid> iids;
  std::vector<std::uint16_t> protocols;  // towers in the client's order; may be empty when it named none
  std::uint32_t context = 0x14;          // CLSCTX
  std::uint32_t flags = 0;               // actvflags
  std::uint32_t impersonation = 2;
  Version version;  // of the client, from the ORPCTHIS (3.1.2.5.2.3); that of InstantiationInfo is ignored (2.2.22.2.1)
  std::uint32_t mode = 0;
  std::string object_name;   // RemoteActivation: pwszObjectName; must be absent for us
  bool has_storage = false;  // RemoteActivation, InstanceInfo: persistent state is not supported
};

/// What both give.
struct ActivationReply {
  base::Hresult result = base::codes::WBEM_S_NO_ERROR;  // of the call as a whole
  Oxid oxid = 0;
  DualStringArray exporter;  // with ports
  Ipid rem_unknown;
  std::uint32_t authn_hint = 6;
  Version version;
  struct Interface {
    Guid iid;
    base::Hresult result = base::codes::WBEM_S_NO_ERROR;
    std::optional<Objref> object;
  };
  std::vector<Interface> interfaces;  // in the order asked
};

/// Stubs of IRemoteSCMActivator::RemoteCreateInstance. Reading: RPC_X_BAD_STUB_DATA for broken NDR; E_INVALIDARG for properties that are
/// missing or malformed, RPC_E_INVALID_OBJREF for references that are. pUnkOuter is ignored; unknown properties, both layouts of
/// SpecialPropertiesData and an absent client context are accepted, as real clients need.
std::string write_create_instance(const ActivationRequest& request, const Guid& causality);
base::Result<ActivationRequest> read_create_instance(std::string_view stub);
/// The same of RemoteGetClassObject, which has no pUnkOuter; `mode` becomes kModeGetClassObject. The reply is that of RemoteCreateInstance.
base::Result<ActivationRequest> read_get_class_object(std::string_view stub);
/// A failure of the whole call has no properties: the HRESULT alone.
std::string write_create_instance_reply(const ActivationReply& reply);
base::Result<ActivationReply> read_create_instance_reply(std::string_view stub);

/// Stubs of IActivation::RemoteActivation. A reply has one entry in `interfaces` for each asked, also when the whole call failed; the
/// error_status_t is 0. `result` of a reply read: the error_status_t where that is an error, else *phr.
std::string write_remote_activation(const ActivationRequest& request, const Guid& causality);
base::Result<ActivationRequest> read_remote_activation(std::string_view stub);
std::string write_remote_activation_reply(const ActivationReply& reply);
/// Interface::iid comes from the reference, as the reply does not tell it.
base::Result<ActivationReply> read_remote_activation_reply(std::string_view stub, std::size_t interfaces_asked);

}  // namespace dcom
