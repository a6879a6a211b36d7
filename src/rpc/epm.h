// The endpoint mapper (C706 appendices L and O, MS-RPCE 2.2.1.2): towers, the interface's messages, its server and its client.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "rpc/client.h"
#include "rpc/interface.h"

namespace rpc::epm {

extern const SyntaxId kInterface;  // 3.0

inline constexpr std::uint16_t kLookup = 2;
inline constexpr std::uint16_t kMap = 3;
inline constexpr std::uint16_t kFreeHandle = 4;

inline constexpr std::uint32_t kNotRegistered = 0x16C9A0D6;
inline constexpr std::uint32_t kCannotPerform = 0x000006D8;

/// A tower of ncacn_ip_tcp: five floors.
struct Tower {
  SyntaxId interface;
  SyntaxId transfer = kNdr;
  std::uint16_t port = 0;
  std::array<std::uint8_t, 4> address{};  // IPv4; zero when it is none

  bool operator==(const Tower&) const = default;
};

/// Appendix L. nullopt for malformed octets, other protocol sequences, and more than six floors (3.1.3.5.3).
std::optional<Tower> parse_tower(std::string_view octets);
std::string tower_octets(const Tower& tower);

/// A context handle; all zero is none.
using Handle = std::array<char, 20>;

struct Entry {
  std::optional<base::Guid> object;  // nil for none
  Tower tower;
  std::string annotation;  // at most 63 octets

  bool operator==(const Entry&) const = default;
};

struct LookupRequest {
  enum : std::uint32_t { kAll = 0, kByInterface = 1, kByObject = 2, kByBoth = 3 };
  std::uint32_t inquiry = kAll;
  std::optional<base::Guid> object;
  std::optional<SyntaxId> interface;
  std::uint32_t version_option = 1;  // 1 all, 2 compatible, 3 exact, 4 major only, 5 up to
  Handle handle{};
  std::uint32_t max_entries = 500;
};
struct LookupReply {
  Handle handle{};
  std::vector<Entry> entries;
  std::uint32_t status = 0;
};
struct MapRequest {
  std::optional<base::Guid> object;
  std::optional<std::string> tower;  // octets: a server looks at them after it has read the message
  Handle handle{};
  std::uint32_t max_towers = 4;
};
struct MapReply {
  Handle handle{};
  std::vector<Tower> towers;
  std::uint32_t status = 0;
};

// Stubs; reading gives RPC_X_BAD_STUB_DATA for what breaks the format. Towers of other protocol sequences are left out of replies.
std::string write_lookup_request(const LookupRequest& request);
std::string write_lookup_reply(const LookupReply& reply, std::uint32_t max_entries);
std::string write_map_request(const MapRequest& request);
std::string write_map_reply(const MapReply& reply, std::uint32_t max_towers);
base::Result<LookupRequest> read_lookup_request(std::string_view stub);
base::Result<LookupReply> read_lookup_reply(std::string_view stub);
base::Result<MapRequest> read_map_request(std::string_view stub);
base::Result<MapReply> read_map_reply(std::string_view stub);

/// What is registered, and the interface over it. Thread-safe.
class EndpointMap {
 public:
  explicit EndpointMap(base::Random& random);

  void add(const SyntaxId& interface, std::uint16_t port, std::string annotation);
  void remove(const SyntaxId& interface, std::uint16_t port);

  /// To be added to a server's table; the map outlives the server.
  Interface interface();

  /// The answer to one call: a stub, or the status of a fault. `local` is the address that the client reached, which is the one told.
  std::expected<std::string, std::uint32_t> answer(std::uint16_t opnum, std::string_view stub, const std::string& local) const;

 private:
  struct Registered {
    SyntaxId interface;
    std::uint16_t port = 0;
    std::string annotation;
  };
  using Matches = std::function<bool(const Registered&)>;

  std::expected<std::string, std::uint32_t> lookup(std::string_view stub, const std::string& local) const;
  std::expected<std::string, std::uint32_t> map(std::string_view stub, const std::string& local) const;
  std::expected<std::string, std::uint32_t> free_handle(std::string_view stub) const;
  std::optional<std::uint32_t> cursor_of(const Handle& handle) const;
  Handle handle_of(std::uint32_t cursor) const;
  std::vector<Registered> select(const Matches& matches, std::uint32_t cursor, std::uint32_t most, Handle& next) const;

  std::array<char, 8> secret_;  // of handles: they hold a cursor and need no memory here
  mutable std::mutex mutex_;
  std::vector<Registered> registered_;
};

/// The port of an interface, by ept_map on a connection that accepts kInterface. RPC_S_UNKNOWN_IF when it is not registered.
void find_port(Client& client, const SyntaxId& interface, std::chrono::milliseconds timeout,
               std::function<void(base::Result<std::uint16_t>)> done);

}  // namespace rpc::epm
