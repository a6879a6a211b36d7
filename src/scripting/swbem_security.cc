#include "scripting/swbem_security.h"

#include <algorithm>
#include <array>

#include "base/utf.h"

namespace scripting {
namespace {

struct PrivilegeName {
  std::string_view name;  // without Se and Privilege
  std::string_view display;
};

/// By WbemPrivilegeEnum, from 1.
constexpr std::array<PrivilegeName, 27> kPrivileges{{
    {"CreateToken", "Create a token object"},
    {"AssignPrimaryToken", "Replace a process level token"},
    {"LockMemory", "Lock pages in memory"},
    {"IncreaseQuota", "Adjust memory quotas for a process"},
    {"MachineAccount", "Add workstations to domain"},
    {"Tcb", "Act as part of the operating system"},
    {"Security", "Manage auditing and security log"},
    {"TakeOwnership", "Take ownership of files or other objects"},
    {"LoadDriver", "Load and unload device drivers"},
    {"SystemProfile", "Profile system performance"},
    {"Systemtime", "Change the system time"},
    {"ProfileSingleProcess", "Profile single process"},
    {"IncreaseBasePriority", "Increase scheduling priority"},
    {"CreatePagefile", "Create a pagefile"},
    {"CreatePermanent", "Create permanent shared objects"},
    {"Backup", "Back up files and directories"},
    {"Restore", "Restore files and directories"},
    {"Shutdown", "Shut down the system"},
    {"Debug", "Debug programs"},
    {"Audit", "Generate security audits"},
    {"SystemEnvironment", "Modify firmware environment values"},
    {"ChangeNotify", "Bypass traverse checking"},
    {"RemoteShutdown", "Force shutdown from a remote system"},
    {"Undock", "Remove computer from docking station"},
    {"SyncAgent", "Synchronize directory service data"},
    {"EnableDelegation", "Enable computer and user accounts to be trusted for delegation"},
    {"ManageVolume", "Perform volume maintenance tasks"},
}};

constexpr std::array<std::string_view, 4> kImpersonation{"anonymous", "identify", "impersonate", "delegate"};  // from 1
constexpr std::array<std::string_view, 7> kAuthentication{"default", "none", "connect", "call", "pkt", "pktIntegrity", "pktPrivacy"};

const PrivilegeName& privilege(std::int32_t identifier) { return kPrivileges[static_cast<std::size_t>(identifier - 1)]; }
bool is_privilege(std::int32_t identifier) { return identifier >= 1 && identifier <= static_cast<std::int32_t>(kPrivileges.size()); }

template <std::size_t N>
std::optional<std::int32_t> position(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::ranges::find_if(names, [&](std::string_view known) { return base::equal_ignore_case(known, name); });
  if (found == names.end()) return std::nullopt;
  return static_cast<std::int32_t>(found - names.begin());
}

auto find(auto& privileges, std::int32_t identifier) { return std::ranges::find(privileges, identifier, &PrivilegeSetting::identifier); }

constexpr unsigned kRead = invoke::kGet;
constexpr unsigned kReadWrite = invoke::kGet | invoke::kPut;

}  // namespace

std::optional<std::int32_t> privilege_by_name(std::string_view name) {
  const auto matches = [&](const PrivilegeName& known) {
    return base::equal_ignore_case(known.name, name) || base::equal_ignore_case("Se" + std::string(known.name) + "Privilege", name);
  };
  const auto found = std::ranges::find_if(kPrivileges, matches);
  if (found == kPrivileges.end()) return base::equal_ignore_case(name, "PrimaryToken") ? std::optional<std::int32_t>(2) : std::nullopt;
  return static_cast<std::int32_t>(found - kPrivileges.begin()) + 1;
}

std::optional<std::int32_t> impersonation_by_name(std::string_view name) {
  const auto found = position(kImpersonation, name);
  return found ? std::optional(*found + 1) : std::nullopt;
}

std::optional<std::int32_t> authentication_by_name(std::string_view name) { return position(kAuthentication, name); }

std::string security_prefix(const SecuritySettings& settings, std::string_view authority, std::string_view locale) {
  std::string out = "{authenticationLevel=";
  out += kAuthentication[static_cast<std::size_t>(settings.authentication)];
  out += ",impersonationLevel=";
  out += kImpersonation[static_cast<std::size_t>(settings.impersonation - 1)];
  if (!authority.empty()) out += ",authority=" + std::string(authority);
  if (!settings.privileges.empty()) {
    out += ",(";
    for (const PrivilegeSetting& setting : settings.privileges) {
      if (out.back() != '(') out += ',';
      if (!setting.enabled) out += '!';
      out += privilege(setting.identifier).name;
    }
    out += ')';
  }
  out += '}';
  if (!locale.empty()) out += "[locale=" + std::string(locale) + "]";
  return out;
}

// SWbemSecurity

const Interface& SwbemSecurity::declaration() {
  static const Interface made(
      {.object = "SWbemSecurity",
       .interface = "ISWbemSecurity",
       .iid = "b54d66e6-2287-11d2-8b33-00600806d9b6",
       .clsid = "b54d66e9-2287-11d2-8b33-00600806d9b6"},
      {{"ImpersonationLevel", 1, kReadWrite, 7, "", "WbemImpersonationLevelEnum", handler<&SwbemSecurity::impersonation_level>},
       {"AuthenticationLevel", 2, kReadWrite, 9, "", "WbemAuthenticationLevelEnum", handler<&SwbemSecurity::authentication_level>},
       {"Privileges", 3, kRead, 11, "", "ISWbemPrivilegeSet", handler<&SwbemSecurity::privileges>}});
  return made;
}

Outcome<Variant> SwbemSecurity::impersonation_level(MemberCall& call) {
  if (!call.is_put()) {
    return holder_->impersonation_known ? Outcome<Variant>(Variant::int32(holder_->security().impersonation)) : fail(WBEM_E_FAILED);
  }
  const std::int32_t level = call.value().as_int32();
  if (level < 1 || level > static_cast<std::int32_t>(kImpersonation.size())) return fail(WBEM_E_INVALID_PARAMETER);
  SecuritySettings settings = holder_->security();
  settings.impersonation = level;
  holder_->impersonation_known = true;
  holder_->set_security(std::move(settings));
  return Variant();
}

Outcome<Variant> SwbemSecurity::authentication_level(MemberCall& call) {
  if (!call.is_put()) {
    return holder_->authentication_known ? Outcome<Variant>(Variant::int32(holder_->security().authentication)) : fail(WBEM_E_FAILED);
  }
  const std::int32_t level = call.value().as_int32();
  if (level < 0 || level >= static_cast<std::int32_t>(kAuthentication.size())) return fail(WBEM_E_INVALID_PARAMETER);
  SecuritySettings settings = holder_->security();
  settings.authentication = level;
  holder_->authentication_known = true;
  holder_->set_security(std::move(settings));
  return Variant();
}

Outcome<Variant> SwbemSecurity::privileges(MemberCall&) { return Variant::object(make<SwbemPrivilegeSet>(holder_)); }

// SWbemPrivilegeSet

const Interface& SwbemPrivilegeSet::declaration() {
  static const Interface made(
      {.object = "SWbemPrivilegeSet",
       .interface = "ISWbemPrivilegeSet",
       .iid = "26ee67bf-5804-11d2-8b4a-00600806d9b6",
       .clsid = "26ee67be-5804-11d2-8b4a-00600806d9b6"},
      {{"_NewEnum", kNewEnum, kRead, 7, "", "IUnknown", self_enumerating},
       {"Item", kValue, invoke::kMethod, 8, "iPrivilege:WbemPrivilegeEnum", "ISWbemPrivilege", handler<&SwbemPrivilegeSet::item>},
       {"Count", 1, kRead, 9, "", "long", handler<&SwbemPrivilegeSet::count>},
       {"Add", 2, invoke::kMethod, 10, "iPrivilege:WbemPrivilegeEnum, bIsEnabled:VARIANT_BOOL=TRUE", "ISWbemPrivilege",
        handler<&SwbemPrivilegeSet::add>},
       {"Remove", 3, invoke::kMethod, 11, "iPrivilege:WbemPrivilegeEnum", "void", handler<&SwbemPrivilegeSet::remove>},
       {"DeleteAll", 4, invoke::kMethod, 12, "", "void", handler<&SwbemPrivilegeSet::delete_all>},
       {"AddAsString", 5, invoke::kMethod, 13, "strPrivilege:BSTR, bIsEnabled:VARIANT_BOOL=TRUE", "ISWbemPrivilege",
        handler<&SwbemPrivilegeSet::add_as_string>}});
  return made;
}

Outcome<Ref<Enumeration>> SwbemPrivilegeSet::enumerate() {
  std::vector<Variant> values;
  for (const PrivilegeSetting& setting : holder_->security().privileges) {
    values.push_back(Variant::object(make<SwbemPrivilege>(holder_, setting.identifier)));
  }
  return enumerate_values(std::move(values));
}

Outcome<Variant> SwbemPrivilegeSet::item(MemberCall& call) {
  const auto& privileges = holder_->security().privileges;
  const std::int32_t identifier = call.argument(0).as_int32();
  if (find(privileges, identifier) == privileges.end()) return fail(WBEM_E_NOT_FOUND);
  return Variant::object(make<SwbemPrivilege>(holder_, identifier));
}

Outcome<Variant> SwbemPrivilegeSet::count(MemberCall&) {
  return Variant::int32(static_cast<std::int32_t>(holder_->security().privileges.size()));
}

Outcome<Variant> SwbemPrivilegeSet::put(std::int32_t identifier, bool enabled) {
  SecuritySettings settings = holder_->security();
  const auto found = find(settings.privileges, identifier);
  if (found == settings.privileges.end()) {
    settings.privileges.push_back({identifier, enabled});
  } else {
    found->enabled = enabled;
  }
  holder_->set_security(std::move(settings));
  return Variant::object(make<SwbemPrivilege>(holder_, identifier));
}

Outcome<Variant> SwbemPrivilegeSet::add(MemberCall& call) {
  const std::int32_t identifier = call.argument(0).as_int32();
  if (!is_privilege(identifier)) return fail(WBEM_E_INVALID_PARAMETER);
  return put(identifier, boolean_argument(call, 1));
}

Outcome<Variant> SwbemPrivilegeSet::remove(MemberCall& call) {
  SecuritySettings settings = holder_->security();
  const auto found = find(settings.privileges, call.argument(0).as_int32());
  if (found == settings.privileges.end()) return fail(WBEM_E_NOT_FOUND);
  settings.privileges.erase(found);
  holder_->set_security(std::move(settings));
  return Variant();
}

Outcome<Variant> SwbemPrivilegeSet::delete_all(MemberCall&) {
  SecuritySettings settings = holder_->security();
  settings.privileges.clear();
  holder_->set_security(std::move(settings));
  return Variant();
}

Outcome<Variant> SwbemPrivilegeSet::add_as_string(MemberCall& call) {
  const auto identifier = privilege_by_name(text_argument(call, 0));
  if (!identifier) return fail(WBEM_E_INVALID_PARAMETER);
  return put(*identifier, boolean_argument(call, 1));
}

// SWbemPrivilege

const Interface& SwbemPrivilege::declaration() {
  static const Interface made({.object = "SWbemPrivilege",
                               .interface = "ISWbemPrivilege",
                               .iid = "26ee67bd-5804-11d2-8b4a-00600806d9b6",
                               .clsid = "26ee67bc-5804-11d2-8b4a-00600806d9b6"},
                              {{"IsEnabled", kValue, kReadWrite, 7, "", "VARIANT_BOOL", handler<&SwbemPrivilege::is_enabled>},
                               {"Name", 1, kRead, 9, "", "BSTR", handler<&SwbemPrivilege::name>},
                               {"DisplayName", 2, kRead, 10, "", "BSTR", handler<&SwbemPrivilege::display_name>},
                               {"Identifier", 3, kRead, 11, "", "WbemPrivilegeEnum", handler<&SwbemPrivilege::identifier>}});
  return made;
}

Outcome<Variant> SwbemPrivilege::is_enabled(MemberCall& call) {
  SecuritySettings settings = holder_->security();
  const auto found = find(settings.privileges, identifier_);
  if (found == settings.privileges.end()) return fail(WBEM_E_NOT_FOUND);
  if (!call.is_put()) return Variant::boolean(found->enabled);
  found->enabled = call.value().as_boolean();
  holder_->set_security(std::move(settings));
  return Variant();
}

Outcome<Variant> SwbemPrivilege::name(MemberCall&) { return Variant::utf8("Se" + std::string(privilege(identifier_).name) + "Privilege"); }
Outcome<Variant> SwbemPrivilege::display_name(MemberCall&) { return Variant::utf8(privilege(identifier_).display); }
Outcome<Variant> SwbemPrivilege::identifier(MemberCall&) { return Variant::int32(identifier_); }

}  // namespace scripting
