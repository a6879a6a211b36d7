#include "cli/security.h"

#include <fmt/format.h>

#include "cim/calls.h"
#include "cim/class.h"
#include "cli/grants.h"
#include "cli/trustee.h"

namespace cli {
namespace {

using security::Ace;
using security::AceType;
using security::SecurityDescriptor;

constexpr const char* kClass = "__SystemSecurity";

/// Calls a method of __SystemSecurity; its out-parameters.
base::Result<cim::Instance> call_method(Session& session, const char* method, const std::optional<cim::Instance>& in) {
  std::optional<cim::Instance> out;
  Handlers handlers;
  handlers.object = [&](const cim::Object& object) {
    if (!object.is_class()) out = object.instance();
  };
  TRY(run_operation(*session.services, session.limits, std::move(handlers),
                    [&](cim::SinkPtr sink) { return session.services->ExecMethodAsync(kClass, method, in, {}, std::move(sink)); }));
  if (!out) return base::fail(base::WBEM_E_FAILED, fmt::format("{} gave no answer", method));
  if (const auto result = out->value("ReturnValue").as_uint(); result && *result != 0)
    return base::fail(base::Hresult{static_cast<std::uint32_t>(*result)}, fmt::format("{} failed", method));
  return *std::move(out);
}

base::Result<SecurityDescriptor> read_descriptor(Session& session) {
  TRY_ASSIGN(const cim::Instance out, call_method(session, "GetSD", std::nullopt));
  const cim::Value value = out.value("sd");
  if (value.as_array() == nullptr) return base::fail(base::WBEM_E_FAILED, "GetSD gave no descriptor");
  std::string octets;
  for (const cim::Value& octet : *value.as_array()) octets += static_cast<char>(octet.as_uint().value_or(0));
  return SecurityDescriptor::parse(octets);
}

base::Status write_descriptor(Session& session, const SecurityDescriptor& descriptor) {
  TRY_ASSIGN(const cim::Object cls, cim::GetObject(*session.services, kClass));
  const cim::Method* method = cls.cls()->method("SetSD");
  if (method == nullptr || method->in == nullptr) return {base::WBEM_E_INVALID_METHOD, "__SystemSecurity has no method SetSD"};
  cim::Value::Array octets;
  for (const char c : descriptor.to_octets()) octets.push_back(cim::Value::uint(static_cast<std::uint8_t>(c)));
  cim::InstanceBuilder in(method->in);
  TRY(in.set("sd", cim::Value::array(std::move(octets))));
  TRY(call_method(session, "SetSD", in.build()));
  return {};
}

base::Result<cim::ClassPtr> row_class() {
  cim::ClassBuilder builder("NamespaceAccess");
  for (const char* name : {"Who", "Access"}) TRY(builder.put_property(name, {cim::CimType::kString, false}));
  TRY(builder.put_property("Rights", {cim::CimType::kString, true}));
  TRY(builder.put_property("AppliesTo", {cim::CimType::kString, false}));
  TRY(builder.put_property("Inherited", {cim::CimType::kBoolean, false}));
  TRY(builder.put_property("SID", {cim::CimType::kString, false}));
  return builder.build();
}

std::string_view access_name(AceType type) {
  switch (type) {
    case AceType::kAllowed: return "allow";
    case AceType::kDenied: return "deny";
    case AceType::kAudit: return "audit";
    case AceType::kMandatoryLabel: return "label";
  }
  return "other";
}

std::string_view reach(std::uint8_t flags) {
  if ((flags & security::ace_flag::kContainerInherit) == 0) return "namespace";
  return (flags & security::ace_flag::kInheritOnly) != 0 ? "below" : "namespace and below";
}

base::Status print(Session& session, const SecurityDescriptor& descriptor, const Trustees& trustees) {
  TRY_ASSIGN(const cim::ClassPtr cls, row_class());
  const auto writer = make_row_writer(session.console, session.rows);
  for (const Ace& ace : descriptor.dacl ? descriptor.dacl->aces : std::vector<Ace>()) {
    cim::InstanceBuilder row(cls);
    cim::Value::Array rights;
    for (std::string& name : right_names(ace.mask)) rights.push_back(cim::Value::text(std::move(name)));
    TRY(row.set("Who", cim::Value::text(trustees.name(ace.sid))));
    TRY(row.set("Access", cim::Value::text(std::string(access_name(ace.type)))));
    TRY(row.set("Rights", cim::Value::array(std::move(rights))));
    TRY(row.set("AppliesTo", cim::Value::text(std::string(reach(ace.flags)))));
    TRY(row.set("Inherited", cim::Value::boolean((ace.flags & security::ace_flag::kInherited) != 0)));
    TRY(row.set("SID", cim::Value::text(ace.sid.to_string())));
    writer->row(cim::Object(row.build()));
  }
  writer->finish();
  return {};
}

base::Status show(Session& session, const SecurityArguments& arguments) {
  TRY_ASSIGN(const SecurityDescriptor descriptor, read_descriptor(session));
  if (!arguments.sddl) return print(session, descriptor, Trustees(arguments.accounts, arguments.elsewhere));
  TRY_ASSIGN(const std::string text, descriptor.to_sddl());
  session.console.write(text + "\n");
  return {};
}

base::Status nothing_to_revoke(const SecurityDescriptor& descriptor, const SecurityArguments& arguments, const Grant& change) {
  std::string text =
      fmt::format("{} itself {} {} none of these rights", arguments.name_space, change.deny ? "denies" : "grants", arguments.who);
  if (inherited_rights(descriptor, change) != 0) text += "; they are inherited: revoke them in a namespace above, or deny them here";
  return {base::WBEM_E_NOT_FOUND, std::move(text)};
}

base::Status change(Session& session, const SecurityArguments& arguments, const Grant& change, bool add) {
  TRY_ASSIGN(SecurityDescriptor descriptor, read_descriptor(session));
  if (add) {
    grant(descriptor, change);
  } else if (revoke(descriptor, change) == 0) {
    return nothing_to_revoke(descriptor, arguments, change);
  }
  return write_descriptor(session, descriptor);
}

int change_or_say(Session& session, const SecurityArguments& arguments, bool add) {
  const auto rights = parse_rights(arguments.rights);
  if (!rights) {
    session.console.note("wmi: " + rights.error().text());
    return kUsage;
  }
  auto who = Trustees(arguments.accounts, arguments.elsewhere).find(arguments.who);
  if (!who) return finish(session, who.error());
  return finish(session, change(session, arguments, {*std::move(who), *rights, arguments.deny, arguments.recursive}, add));
}

}  // namespace

int security_show(Session& session, const SecurityArguments& arguments) { return finish(session, show(session, arguments)); }
int security_grant(Session& session, const SecurityArguments& arguments) { return change_or_say(session, arguments, true); }
int security_revoke(Session& session, const SecurityArguments& arguments) { return change_or_say(session, arguments, false); }

}  // namespace cli
