// WbemScripting for a script host: CreateObject("WbemScripting...") and GetObject("winmgmts:...").
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cim/services.h"
#include "scripting/apartment.h"
#include "scripting/dispatch.h"

namespace scripting {

/// One entry of SWbemPrivilegeSet.
struct PrivilegeSetting {
  std::int32_t identifier = 0;  // WbemPrivilegeEnum, 1 to 27
  bool enabled = true;
  friend bool operator==(const PrivilegeSetting&, const PrivilegeSetting&) = default;
};

/// What SWbemSecurity holds. It matters to connections with other machines.
struct SecuritySettings {
  std::int32_t impersonation = 3;   // WbemImpersonationLevelEnum: 1 anonymous to 4 delegate
  std::int32_t authentication = 6;  // WbemAuthenticationLevelEnum: 0 default, 1 none to 6 pktPrivacy
  std::vector<PrivilegeSetting> privileges;
  friend bool operator==(const SecuritySettings&, const SecuritySettings&) = default;
};

/// What SWbemLocator.ConnectServer and monikers ask for. Texts in UTF-8, empty where nothing was said.
struct ConnectRequest {
  std::string server;      // empty: this machine
  std::string name_space;  // root\cimv2 when nothing was said
  std::string user;        // DOMAIN\user or user; empty: the user of this process
  std::string password;
  std::string locale;     // MS_409
  std::string authority;  // kerberos:principal, ntlmdomain:DOMAIN
  bool max_wait = false;  // wbemConnectFlagUseMaxWait: give up after two minutes
  SecuritySettings security;
  cim::ContextPtr context;  // may be null
};

/// Opens connections. Called on the script's thread; may block.
using Connector = std::function<base::Result<cim::ServicesPtr>(const ConnectRequest&)>;

class World;

/// The automation objects of one script. On the thread of its apartment, which outlives it.
class Swbem {
 public:
  Swbem(Apartment& apartment, Connector connector);
  /// finish(), when that was not called.
  ~Swbem();
  Swbem(const Swbem&) = delete;
  Swbem& operator=(const Swbem&) = delete;

  /// CreateObject of WbemScripting.SWbemLocator, SWbemSink, SWbemDateTime, SWbemNamedValueSet, SWbemObjectPath, SWbemRefresher and
  /// SWbemLastError (which is there only after an error: WBEM_E_FAILED otherwise). CO_E_CLASSSTRING for other names, with which another
  /// maker may go on.
  Outcome<DispatchRef> create(std::u16string_view prog_id);
  /// GetObject of `winmgmts:...`; MK_E_SYNTAX for what does not follow the grammar (see moniker.h), else the error of the connection.
  Outcome<DispatchRef> get_moniker(std::u16string_view text);
  /// Whether get_moniker() is for this text.
  static bool is_moniker(std::u16string_view text);

  /// The end of a script: events that are queued are delivered, operations still under way are cancelled without events.
  void finish();

 private:
  const std::shared_ptr<World> world_;
};

/// The shorthands that hosts use.
inline Outcome<DispatchRef> create_swbem(Swbem& swbem, std::u16string_view prog_id) { return swbem.create(prog_id); }
inline Outcome<DispatchRef> get_moniker(Swbem& swbem, std::u16string_view text) { return swbem.get_moniker(text); }

/// Constants of the type library WbemScripting (wbemFlagReturnImmediately ...), for `<reference object="WbemScripting.SWbemLocator"/>`.
struct SwbemConstant {
  std::string_view name;
  std::int32_t value;
};
std::span<const SwbemConstant> swbem_constants();
/// The value of a constant, without regard to case; false when there is none.
bool find_swbem_constant(std::string_view name, std::int32_t& value);

}  // namespace scripting
