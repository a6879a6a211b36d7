#include "rpc/epm.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "rpc/ndr.h"

namespace rpc::epm {
namespace {

std::array<std::uint8_t, 4> ipv4_of(const std::string& address) {
  std::array<std::uint8_t, 4> out{};
  if (::inet_pton(AF_INET, address.c_str(), out.data()) != 1) out = {};
  return out;
}

constexpr std::uint32_t kBehindTheLast = 0xFFFFFFFF;  // a cursor

/// MS-RPCE 2.2.1.2.4, vers_option.
bool version_fits(std::uint32_t option, const SyntaxId& asked, const SyntaxId& have) {
  switch (option) {
    case 1: return true;
    case 2: return have.major == asked.major && have.minor >= asked.minor;
    case 3: return have.major == asked.major && have.minor == asked.minor;
    case 4: return have.major == asked.major;
    case 5: return have.major < asked.major || (have.major == asked.major && have.minor <= asked.minor);
    default: return false;
  }
}

}  // namespace

EndpointMap::EndpointMap(base::Random& random) { random.fill(secret_.data(), secret_.size()); }

void EndpointMap::add(const SyntaxId& interface, std::uint16_t port, std::string annotation) {
  const std::lock_guard lock(mutex_);
  registered_.push_back({interface, port, std::move(annotation)});
}

void EndpointMap::remove(const SyntaxId& interface, std::uint16_t port) {
  const std::lock_guard lock(mutex_);
  std::erase_if(registered_, [&](const Registered& entry) { return entry.interface == interface && entry.port == port; });
}

Interface EndpointMap::interface() {
  Interface out;
  out.id = kInterface;
  out.opnums = 7;
  out.handler = [this](const std::shared_ptr<Call>& call) {
    const auto stub = answer(call->opnum(), call->stub(), call->ends().local.address);
    stub ? call->respond(*stub) : call->fault(stub.error());
  };
  return out;
}

std::expected<std::string, std::uint32_t> EndpointMap::answer(std::uint16_t opnum, std::string_view stub, const std::string& local) const {
  switch (opnum) {
    case kLookup: return lookup(stub, local);
    case kMap: return map(stub, local);
    case kFreeHandle: return free_handle(stub);
    // MS-RPCE 2.2.1.2.6-10: the others are not supported remotely.
    default: return std::unexpected(fault::kAccessDenied);
  }
}

Handle EndpointMap::handle_of(std::uint32_t cursor) const {
  Handle out{};
  std::ranges::copy(secret_, out.begin() + 4);
  std::memcpy(out.data() + 12, &cursor, sizeof cursor);
  return out;
}

std::optional<std::uint32_t> EndpointMap::cursor_of(const Handle& handle) const {
  if (handle == Handle{}) return 0;
  std::uint32_t cursor = 0;
  std::memcpy(&cursor, handle.data() + 12, sizeof cursor);
  return handle == handle_of(cursor) ? std::optional(cursor) : std::nullopt;
}

std::vector<EndpointMap::Registered> EndpointMap::select(const Matches& matches, std::uint32_t cursor, std::uint32_t most,
                                                         Handle& next) const {
  const std::lock_guard lock(mutex_);
  std::vector<Registered> out;
  next = {};
  for (std::size_t at = cursor; at < registered_.size(); ++at) {
    if (!matches(registered_[at])) continue;
    if (out.size() == most) {
      next = handle_of(static_cast<std::uint32_t>(at));
      break;
    }
    out.push_back(registered_[at]);
  }
  return out;
}

std::expected<std::string, std::uint32_t> EndpointMap::lookup(std::string_view stub, const std::string& local) const {
  const auto request = read_lookup_request(stub);
  if (!request) return std::unexpected(fault::kBadStubData);
  const auto cursor = cursor_of(request->handle);
  if (!cursor) return std::unexpected(fault::kContextMismatch);
  LookupReply reply;
  const bool by_interface = (request->inquiry & LookupRequest::kByInterface) != 0;
  const bool by_object = (request->inquiry & LookupRequest::kByObject) != 0;
  if (request->inquiry > LookupRequest::kByBoth || (by_interface && !request->interface)) {
    reply.status = kCannotPerform;
    return write_lookup_reply(reply, request->max_entries);
  }
  // Nothing here is registered for an object, so only the nil one matches.
  const bool none = by_object && request->object && !request->object->is_nil();
  const auto matches = [&](const Registered& entry) {
    if (none) return false;
    if (!by_interface) return true;
    return entry.interface.uuid == request->interface->uuid && version_fits(request->version_option, *request->interface, entry.interface);
  };
  const std::vector<Registered> found = select(matches, *cursor, request->max_entries, reply.handle);
  // There are clients that ask on until the status says that there is no more, whatever the handle is.
  if (!found.empty() && found.size() == request->max_entries && reply.handle == Handle{}) reply.handle = handle_of(kBehindTheLast);
  for (const Registered& entry : found) {
    reply.entries.push_back({std::nullopt, {entry.interface, kNdr, entry.port, ipv4_of(local)}, entry.annotation});
  }
  if (reply.entries.empty() && reply.handle == Handle{}) reply.status = kNotRegistered;
  return write_lookup_reply(reply, request->max_entries);
}

std::expected<std::string, std::uint32_t> EndpointMap::map(std::string_view stub, const std::string& local) const {
  const auto request = read_map_request(stub);
  if (!request) return std::unexpected(fault::kBadStubData);
  const auto cursor = cursor_of(request->handle);
  if (!cursor) return std::unexpected(fault::kContextMismatch);
  MapReply reply;
  // 2.2.1.2.5: what is registered without an object matches every object. 3.1.3.5.3: the address asked for means nothing.
  const auto asked = request->tower ? parse_tower(*request->tower) : std::nullopt;
  const auto matches = [&](const Registered& entry) {
    return asked && asked->transfer == kNdr && entry.interface.uuid == asked->interface.uuid &&
           version_fits(2, asked->interface, entry.interface);
  };
  for (const Registered& entry : select(matches, *cursor, request->max_towers, reply.handle)) {
    reply.towers.push_back({entry.interface, kNdr, entry.port, ipv4_of(local)});
  }
  if (reply.towers.empty() && reply.handle == Handle{}) reply.status = kNotRegistered;
  return write_map_reply(reply, request->max_towers);
}

std::expected<std::string, std::uint32_t> EndpointMap::free_handle(std::string_view stub) const {
  // 2.2.1.2.8: null handle and status 0. Nothing is held for a handle.
  if (stub.size() < sizeof(Handle)) return std::unexpected(fault::kBadStubData);
  Handle handle;
  std::ranges::copy(stub.substr(0, handle.size()), handle.begin());
  if (!cursor_of(handle)) return std::unexpected(fault::kContextMismatch);
  return std::string(sizeof(Handle) + 4, '\0');
}

void find_port(Client& client, const SyntaxId& interface, std::chrono::milliseconds timeout,
               std::function<void(base::Result<std::uint16_t>)> done) {
  MapRequest request;
  request.object = base::Guid{};
  request.tower = tower_octets({interface, kNdr, 0, {}});
  const auto finish = [interface, done = std::move(done)](const Reply& reply) {
    if (!reply.status.ok()) return done(base::fail(reply.status));
    const auto found = read_map_reply(reply.stub);
    if (!found) return done(base::fail(found.error()));
    const auto tower = std::ranges::find(found->towers, interface.uuid, [](const Tower& entry) { return entry.interface.uuid; });
    if (found->status != 0 || tower == found->towers.end()) {
      return done(base::fail(RPC_S_UNKNOWN_IF, fmt::format("the endpoint mapper does not know interface {} on TCP (status 0x{:08X})",
                                                           interface.to_string(), found->status)));
    }
    done(tower->port);
  };
  client.call({kInterface, 0, kMap, {}}, write_map_request(request), timeout, finish);
}

}  // namespace rpc::epm
