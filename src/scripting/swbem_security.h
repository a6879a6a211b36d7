// SWbemSecurity, SWbemPrivilegeSet, SWbemPrivilege.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "scripting/swbem.h"
#include "scripting/swbem_base.h"

namespace scripting {

/// Whose settings an SWbemSecurity shows.
class SecurityHolder {
 public:
  virtual ~SecurityHolder() = default;
  virtual const SecuritySettings& security() const = 0;
  virtual void set_security(SecuritySettings settings) = 0;
  bool impersonation_known = true;  // false: a script has not said it yet and cannot read it
  bool authentication_known = true;
};
using SecurityHolderPtr = std::shared_ptr<SecurityHolder>;

/// Settings that belong to nothing else.
class OwnSecurity final : public SecurityHolder {
 public:
  explicit OwnSecurity(SecuritySettings settings = {}) : settings_(std::move(settings)) {}
  const SecuritySettings& security() const override { return settings_; }
  void set_security(SecuritySettings settings) override { settings_ = std::move(settings); }

 private:
  SecuritySettings settings_;
};

class SwbemSecurity final : public SwbemBase {
 public:
  explicit SwbemSecurity(SecurityHolderPtr holder) : SwbemBase(declaration()), holder_(std::move(holder)) {}
  static const Interface& declaration();

  Outcome<Variant> impersonation_level(MemberCall& call);
  Outcome<Variant> authentication_level(MemberCall& call);
  Outcome<Variant> privileges(MemberCall& call);

 private:
  const SecurityHolderPtr holder_;
};

class SwbemPrivilegeSet final : public SwbemBase {
 public:
  explicit SwbemPrivilegeSet(SecurityHolderPtr holder) : SwbemBase(declaration()), holder_(std::move(holder)) {}
  static const Interface& declaration();
  Outcome<Ref<Enumeration>> enumerate() override;

  Outcome<Variant> item(MemberCall& call);
  Outcome<Variant> count(MemberCall& call);
  Outcome<Variant> add(MemberCall& call);
  Outcome<Variant> remove(MemberCall& call);
  Outcome<Variant> delete_all(MemberCall& call);
  Outcome<Variant> add_as_string(MemberCall& call);

 private:
  Outcome<Variant> put(std::int32_t identifier, bool enabled);
  const SecurityHolderPtr holder_;
};

class SwbemPrivilege final : public SwbemBase {
 public:
  SwbemPrivilege(SecurityHolderPtr holder, std::int32_t identifier)
      : SwbemBase(declaration()), holder_(std::move(holder)), identifier_(identifier) {}
  static const Interface& declaration();

  Outcome<Variant> is_enabled(MemberCall& call);
  Outcome<Variant> name(MemberCall& call);
  Outcome<Variant> display_name(MemberCall& call);
  Outcome<Variant> identifier(MemberCall& call);

 private:
  const SecurityHolderPtr holder_;
  const std::int32_t identifier_;
};

/// "SeDebugPrivilege" or, as monikers have it, "Debug"; without regard to case.
std::optional<std::int32_t> privilege_by_name(std::string_view name);
/// "impersonate", "pktPrivacy"; without regard to case.
std::optional<std::int32_t> impersonation_by_name(std::string_view name);
std::optional<std::int32_t> authentication_by_name(std::string_view name);

/// `{authenticationLevel=pktPrivacy,impersonationLevel=impersonate,(Debug,!Shutdown)}[locale=ms_409]`.
std::string security_prefix(const SecuritySettings& settings, std::string_view authority, std::string_view locale);

}  // namespace scripting
