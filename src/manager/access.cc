#include "manager/access.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "manager/run_as.h"
#include "security/descriptor.h"

namespace manager {

namespace {

using namespace cim::right;

static_assert(security::kNamespaceMapping.read == (kEnable | kReadControl));
static_assert(security::kNamespaceMapping.write == (kFullWrite | kPartialWrite | kWriteProvider));
static_assert(security::kNamespaceMapping.execute == kMethodExecute && security::kNamespaceMapping.all == kAll);

struct RightName {
  std::uint32_t bit;
  std::string_view name;
};
constexpr std::array kRightNames{
    RightName{kEnable, "Enable Account"},        RightName{kMethodExecute, "Execute Methods"},
    RightName{kFullWrite, "Full Write"},         RightName{kPartialWrite, "Partial Write"},
    RightName{kWriteProvider, "Provider Write"}, RightName{kRemoteEnable, "Remote Enable"},
    RightName{kSubscribe, "Subscribe"},          RightName{kPublish, "Publish"},
    RightName{kReadControl, "Read Security"},    RightName{kWriteDac, "Edit Security"},
};

constexpr std::uint32_t kReaderRights = kEnable | kMethodExecute | kSubscribe | kReadControl;
constexpr std::uint32_t kWriterRights = kFullWrite | kPartialWrite | kWriteProvider | kPublish;

std::vector<security::Sid> sids_of(const cim::Caller& caller) {
  std::vector<security::Sid> out;
  for (const std::string& text : caller.sids) {
    if (auto sid = security::Sid::parse(text)) out.push_back(*std::move(sid));
  }
  return out;
}

}  // namespace

std::uint32_t granted_access(const Namespace& name_space, const cim::Caller& caller) {
  if (caller.administrator) return kAll;
  const std::vector<security::Sid> sids = sids_of(caller);
  if (std::ranges::find(sids, security::well_known::administrators()) != sids.end()) return kAll;
  if (name_space.descriptor.empty() && caller.embedded && !caller.remote) return caller.max_rights;
  const auto descriptor = name_space.descriptor.empty()
                              ? base::Result<security::SecurityDescriptor>(security::default_namespace_descriptor())
                              : security::SecurityDescriptor::parse(name_space.descriptor);
  if (!descriptor) return 0;
  return security::granted_rights(*descriptor, sids, security::kNamespaceMapping) & kAll & caller.max_rights;
}

base::Status require_rights(std::uint32_t granted, std::uint32_t needed, const cim::Caller& caller, std::string_view name_space) {
  if (caller.remote) needed |= kRemoteEnable;
  const std::uint32_t missing = needed & ~granted;
  if (missing == 0) return {};
  std::string names;
  for (const RightName& right : kRightNames) {
    if ((missing & right.bit) == 0) continue;
    if (!names.empty()) names += ", ";
    names += right.name;
  }
  return {WBEM_E_ACCESS_DENIED,
          fmt::format("{} lacks on {}: {}", caller.account.empty() ? "the caller" : caller.account, name_space, names)};
}

cim::Caller local_caller(const repository::Access& access) {
  cim::Caller caller = cim::Caller::process_user();
  caller.embedded = true;
  caller.administrator = caller.uid && (*caller.uid == 0 || *caller.uid == access.owner);
  caller.max_rights = (access.may_read ? kReaderRights : 0) | (access.may_write ? kWriterRights : 0);
  if (caller.administrator) caller.max_rights = kAll;
  return caller;
}

cim::Caller network_caller(const security::Account& account) {
  cim::Caller caller;
  caller.account = account.name;
  caller.remote = true;
  caller.administrator = account.administrator;
  for (const security::Sid& sid : account.sids) caller.sids.push_back(sid.to_string());
  if (account.unix_user.empty()) return caller;
  caller.uid = security::SystemUnixNames().uid(account.unix_user);
  if (!caller.uid) return caller;
  const Identity login = login_identity(*caller.uid, std::nullopt);
  caller.gid = login.gid;
  for (const gid_t group : login.groups) {
    std::string sid = security::unix_group_sid(group).to_string();
    if (std::ranges::find(caller.sids, sid) == caller.sids.end()) caller.sids.push_back(std::move(sid));
  }
  return caller;
}

}  // namespace manager
