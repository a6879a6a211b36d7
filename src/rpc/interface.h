// What a server offers: interfaces with their rules, and one call of a client.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "rpc/pdu.h"
#include "security/auth.h"

namespace rpc {

/// A call as it arrived. Move-only: the stub is foreign octets, whole and verified.
struct IncomingCall {
  std::uint64_t serial = 0;  // names the call on its connection
  SyntaxId interface;        // of the presentation context; objects are addressed by `object` (MS-DCOM)
  std::uint16_t opnum = 0;
  std::optional<base::Guid> object;
  std::string stub;
  security::Level level = security::Level::kNone;
  std::shared_ptr<const security::Peer> peer;  // nullptr at kNone
  std::uint32_t association = 0;               // scope of context handles (MS-RPCE 3.3.1.4.1)
};

class Call;

/// One interface. Handlers are called on network threads, several at once, and must not block.
struct Interface {
  SyntaxId id;
  std::uint32_t opnums = 0x10000;                        // requests at or above: fault::kOpnumRange
  security::Level least_level = security::Level::kNone;  // requests below: the next field
  std::uint32_t below_level = fault::kAccessDenied;
  std::function<void(std::shared_ptr<Call>)> handler;
};

/// The registered interfaces. Thread-safe. Connections keep what they negotiated until they end.
class InterfaceTable {
 public:
  /// Replaces an interface with the same UUID and major version.
  void add(Interface interface);
  void remove(const SyntaxId& id);
  /// C706 6.1.3.2 (compatibility): the same UUID and major version, a minor version not above that of the interface.
  std::shared_ptr<const Interface> find(const SyntaxId& id) const;
  std::size_t size() const;
  std::vector<SyntaxId> list() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<const Interface>> interfaces_;
};

/// Association groups (MS-RPCE 3.3.1.5.7). Thread-safe.
class AssociationTable {
 public:
  /// A new group for id 0, else that of the id if it was made from the same address; 0 for failure.
  std::uint32_t join(std::uint32_t id, const std::string& peer_address);
  /// The connection has ended. `on_end` of set_on_end() is called when it was the last one.
  void leave(std::uint32_t id);
  /// For the rundown of context handles; called without a lock held.
  void set_on_end(std::function<void(std::uint32_t)> on_end);
  std::size_t size() const;

 private:
  struct Group {
    std::string peer_address;
    std::size_t connections = 0;
  };
  mutable std::mutex mutex_;
  std::unordered_map<std::uint32_t, Group> groups_;
  std::function<void(std::uint32_t)> on_end_;
  std::uint32_t last_ = 0x00010000;
};

}  // namespace rpc
