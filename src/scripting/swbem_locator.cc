#include "scripting/swbem_locator.h"

#include <algorithm>

#include "cim/path.h"
#include "scripting/moniker.h"
#include "scripting/swbem_named_values.h"
#include "scripting/swbem_services.h"

namespace scripting {

const Interface& SwbemLocator::declaration() {
  using O = SwbemLocator;
  static const Interface made({.object = "SWbemLocator",
                               .interface = "ISWbemLocator",
                               .iid = "76a6415b-cb41-11d1-8b02-00600806d9b6",
                               .clsid = "76a64158-cb41-11d1-8b02-00600806d9b6",
                               .prog_id = "WbemScripting.SWbemLocator"},
                              {{"ConnectServer", 1, invoke::kMethod, 7,
                                "strServer:BSTR=L\".\", strNamespace:BSTR=L\"\", strUser:BSTR=L\"\", strPassword:BSTR=L\"\", "
                                "strLocale:BSTR=L\"\", strAuthority:BSTR=L\"\", iSecurityFlags:long=0, objWbemNamedValueSet:IDispatch *=0",
                                "ISWbemServices", handler<&O::connect_server>},
                               {"Security_", 2, invoke::kGet, 8, "", "ISWbemSecurity", handler<&O::security>}});
  return made;
}

Outcome<Variant> SwbemLocator::connect_server(MemberCall& call) {
  constexpr std::uint32_t kUseMaxWait = 0x80;
  ConnectRequest request;
  request.server = text_argument(call, 0);
  request.name_space = text_argument(call, 1);
  request.user = text_argument(call, 2);
  request.password = text_argument(call, 3);
  request.locale = text_argument(call, 4);
  request.authority = text_argument(call, 5);
  const std::uint32_t flags = flags_argument(call, 6);
  if ((flags & ~kUseMaxWait) != 0) return fail(WBEM_E_INVALID_PARAMETER);
  request.max_wait = flags != 0;
  auto values = context_of(object_argument(call, 7));
  if (!values) return fail(values.error());
  request.context = *std::move(values);
  request.security = security_->security();
  std::ranges::replace(request.name_space, '/', '\\');
  // A namespace may carry its machine: that one counts.
  if (request.name_space.starts_with("\\\\")) {
    const auto parsed = cim::ObjectPath::parse(request.name_space);
    if (!parsed || !parsed->class_name.empty()) return fail(WBEM_E_INVALID_NAMESPACE);
    request.server = parsed->server;
    request.name_space = parsed->name_space;
  } else if (request.name_space.starts_with('\\')) {
    request.name_space.erase(0, 1);  // `\root\cimv2`, as in monikers
  }
  if (cim::is_local_server(request.server, "")) {
    request.server.clear();
    if (!request.user.empty() || !request.password.empty() || !request.authority.empty()) return fail(WBEM_E_LOCAL_CREDENTIALS);
  }
  if (!request.authority.empty()) {
    const bool two_domains = request.user.find('\\') != std::string::npos;
    if (!is_authority(request.authority) || two_domains) return fail(WBEM_E_INVALID_PARAMETER);
  }
  auto session = world_->connect(std::move(request));
  if (!session) return fail(session.error());
  return Variant::object(make<SwbemServices>(*std::move(session)));
}

Outcome<Variant> SwbemLocator::security(MemberCall&) { return Variant::object(make<SwbemSecurity>(security_)); }

}  // namespace scripting
