// One namespace of a machine, as logged in to: the IWbemServices proxy, and how to get it again.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "dcom/client.h"

namespace remote {

class MachineCore;

/// Thread-safe.
class ClientSession : public std::enable_shared_from_this<ClientSession> {
 public:
  ClientSession(std::shared_ptr<MachineCore> core, std::string name_space, std::vector<std::string> locales)
      : core_(std::move(core)), name_space_(std::move(name_space)), locales_(std::move(locales)) {}

  MachineCore& core() const { return *core_; }
  const std::shared_ptr<MachineCore>& shared_core() const { return core_; }
  const std::string& name_space() const { return name_space_; }
  const std::vector<std::string>& locales() const { return locales_; }  // as asked for; may be empty

  /// Takes over a fresh proxy.
  void adopt(dcom::ProxyPtr proxy);
  /// Null when there is none, or its connection has ended.
  dcom::ProxyPtr current() const;
  /// The proxy; logs in again when the connection has ended (once). Waits; not on a network thread.
  base::Result<dcom::ProxyPtr> proxy();
  /// The server does not know `proxy` any more: the next call logs in again.
  void forget(const dcom::Proxy* proxy);

 private:
  void lost(const dcom::Proxy* proxy, const base::Status& reason);

  const std::shared_ptr<MachineCore> core_;
  const std::string name_space_;
  const std::vector<std::string> locales_;
  std::mutex login_mutex_;  // one login at a time
  mutable std::mutex mutex_;
  dcom::ProxyPtr proxy_;
};
using ClientSessionPtr = std::shared_ptr<ClientSession>;

}  // namespace remote
