// What an IWbemServices object knows of its client, and what all operations of a manager share.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "cim/caller.h"
#include "cim/services.h"
#include "manager/run_as.h"

namespace manager {

struct Core;
struct Namespace;

/// A namespace opened for one caller (MS-WMI 3.1.1: ClientPreferredLocales, NamespaceConnection, GrantedAccess). Immutable, shared by
/// its operations.
struct Connection {
  std::shared_ptr<Core> core;
  std::string name_space;  // as spelled when it was created
  std::vector<std::string> locales;
  std::shared_ptr<const cim::Caller> caller;
  std::uint32_t rights = 0;
  bool requires_encryption = false;
  Impersonation impersonation;  // of provider calls
  std::shared_ptr<const Namespace> opened;
  /// Generation of the schema in which `opened` was last seen to be the namespace.
  mutable std::atomic<std::uint64_t> seen{0};
};
using ConnectionPtr = std::shared_ptr<const Connection>;

/// The same client as far as cancellation goes.
bool same_caller(const cim::Caller& a, const cim::Caller& b);

}  // namespace manager
