#include "manager/access.h"

#include <array>

#include <fmt/format.h>

namespace manager {

namespace {

using namespace cim::right;

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

}  // namespace

std::uint32_t granted_access(const Namespace& name_space, const cim::Caller& caller) {
  if (caller.administrator) return kAll;
  if (!name_space.descriptor.empty()) return 0;
  const std::uint32_t by_default = caller.remote ? kEnable | kMethodExecute | kWriteProvider : kAll;
  return by_default & caller.max_rights;
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
  caller.administrator = caller.uid && (*caller.uid == 0 || *caller.uid == access.owner);
  caller.max_rights = (access.may_read ? kReaderRights : 0) | (access.may_write ? kWriterRights : 0);
  if (caller.administrator) caller.max_rights = kAll;
  return caller;
}

}  // namespace manager
