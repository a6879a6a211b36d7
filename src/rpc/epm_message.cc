// Towers and the stubs of ept_lookup and ept_map.
#include <algorithm>

#include "base/bytes.h"
#include "rpc/epm.h"
#include "rpc/ndr.h"

namespace rpc::epm {
namespace {

constexpr std::uint8_t kUuidFloor = 0x0D;
constexpr std::uint8_t kConnectionOriented = 0x0B;
constexpr std::uint8_t kTcp = 0x07;
constexpr std::uint8_t kIp = 0x09;
constexpr std::size_t kMaxTower = 2000;   // MS-RPCE 2.2.1.2.2
constexpr std::uint32_t kMaxCount = 500;  // 2.2.1.2.4
constexpr std::size_t kAnnotationSize = 64;

struct Floor {
  std::string_view left;  // with the protocol identifier
  std::string_view right;
  std::uint8_t protocol() const { return left.empty() ? 0 : static_cast<std::uint8_t>(left[0]); }
};

std::optional<SyntaxId> syntax_of(const Floor& floor) {
  if (floor.protocol() != kUuidFloor || floor.left.size() != 19 || floor.right.size() != 2) return {};
  return SyntaxId{base::Guid::from_octets(floor.left.substr(1, 16)), base::load_le<std::uint16_t>(floor.left, 17),
                  base::load_le<std::uint16_t>(floor.right, 0)};
}

void write_floor(base::ByteWriter& out, std::string_view left, std::string_view right) {
  out.u16(static_cast<std::uint16_t>(left.size()));
  out.bytes(left);
  out.u16(static_cast<std::uint16_t>(right.size()));
  out.bytes(right);
}

void write_syntax(base::ByteWriter& out, const SyntaxId& syntax) {
  std::string left(1, static_cast<char>(kUuidFloor));
  left += syntax.uuid.to_octets();
  left += static_cast<char>(syntax.major & 0xFF);
  left += static_cast<char>(syntax.major >> 8);
  write_floor(out, left, std::string{static_cast<char>(syntax.minor & 0xFF), static_cast<char>(syntax.minor >> 8)});
}

Handle read_handle(NdrReader& in) {
  in.align(4);
  Handle out{};
  std::ranges::copy(in.octets(out.size()), out.begin());
  return out;
}

void write_handle(NdrWriter& out, const Handle& handle) {
  out.align(4);
  out.octets({handle.data(), handle.size()});
}

/// twr_t: a conformant structure, so its max_count stands before it.
std::string_view read_twr(NdrReader& in) {
  const std::uint32_t max_count = in.conformance(1, "tower_octet_string");
  const std::uint32_t length = in.u32_in(0, kMaxTower, "tower_length");
  if (in.ok() && length != max_count) in.fail("tower_length is not the size of tower_octet_string");
  return in.ok() ? in.octets(length) : std::string_view{};
}

void write_twr(NdrWriter& out, std::string_view octets) {
  out.conformance(static_cast<std::uint32_t>(octets.size()));
  out.u32(static_cast<std::uint32_t>(octets.size()));
  out.octets(octets);
}

std::optional<base::Guid> read_object(NdrReader& in) { return in.full_pointer().is_new ? std::optional(in.guid()) : std::nullopt; }

void write_object(NdrWriter& out, const std::optional<base::Guid>& object) {
  if (out.pointer(object.has_value())) out.guid(*object);
}

/// char annotation[64] as a varying string.
std::string read_annotation(NdrReader& in) {
  const std::uint32_t count = in.variance(kAnnotationSize, 1, "annotation");
  const std::string_view text = in.octets(count);
  return std::string(text.substr(0, text.find('\0')));
}

void write_annotation(NdrWriter& out, std::string_view annotation) {
  const std::string_view text = annotation.substr(0, kAnnotationSize - 1);
  out.variance(static_cast<std::uint32_t>(text.size() + 1));
  out.octets(text);
  out.u8(0);
}

}  // namespace

const SyntaxId kInterface{*base::Guid::parse("e1af8308-5d1f-11c9-91a4-08002b14a0fa"), 3, 0};

std::optional<Tower> parse_tower(std::string_view octets) {
  base::ByteReader in(octets);
  const std::uint16_t count = in.u16();
  if (count != 5) return {};  // a sixth floor is one of other sequences
  std::array<Floor, 5> floors;
  for (Floor& floor : floors) {
    floor.left = in.bytes(in.u16());
    floor.right = in.bytes(in.u16());
  }
  if (!in.ok()) return {};
  const auto interface = syntax_of(floors[0]);
  const auto transfer = syntax_of(floors[1]);
  if (!interface || !transfer || floors[2].protocol() != kConnectionOriented) return {};
  if (floors[3].protocol() != kTcp || floors[3].right.size() != 2) return {};
  if (floors[4].protocol() != kIp || floors[4].right.size() != 4) return {};
  Tower out{*interface, *transfer, 0, {}};
  // Ports and addresses are in network order.
  const auto port = base::load_le<std::uint16_t>(floors[3].right, 0);
  out.port = static_cast<std::uint16_t>(port << 8 | port >> 8);
  std::ranges::transform(floors[4].right, out.address.begin(), [](char octet) { return static_cast<std::uint8_t>(octet); });
  return out;
}

std::string tower_octets(const Tower& tower) {
  std::string octets;
  base::ByteWriter out(octets);
  out.u16(5);
  write_syntax(out, tower.interface);
  write_syntax(out, tower.transfer);
  write_floor(out, {"\x0B", 1}, {"\0\0", 2});
  write_floor(out, {"\x07", 1}, std::string{static_cast<char>(tower.port >> 8), static_cast<char>(tower.port & 0xFF)});
  write_floor(out, {"\x09", 1}, std::string(tower.address.begin(), tower.address.end()));
  return octets;
}

std::string write_lookup_request(const LookupRequest& request) {
  std::string stub;
  NdrWriter out(stub);
  out.u32(request.inquiry);
  write_object(out, request.object);
  if (out.pointer(request.interface.has_value())) {
    out.guid(request.interface->uuid);
    out.u16(request.interface->major);
    out.u16(request.interface->minor);
  }
  out.u32(request.version_option);
  write_handle(out, request.handle);
  out.u32(request.max_entries);
  return stub;
}

base::Result<LookupRequest> read_lookup_request(std::string_view stub) {
  NdrReader in(stub);
  LookupRequest out;
  out.inquiry = in.u32();
  out.object = read_object(in);
  if (in.full_pointer().is_new) {
    SyntaxId& interface = out.interface.emplace();
    interface.uuid = in.guid();
    interface.major = in.u16();
    interface.minor = in.u16();
  }
  out.version_option = in.u32();
  out.handle = read_handle(in);
  out.max_entries = in.u32_in(0, kMaxCount, "max_ents");
  TRY(in.status("ept_lookup"));
  return out;
}

std::string write_lookup_reply(const LookupReply& reply, std::uint32_t max_entries) {
  std::string stub;
  NdrWriter out(stub);
  const auto count = static_cast<std::uint32_t>(reply.entries.size());
  write_handle(out, reply.handle);
  out.u32(count);
  out.construct([&] {
    out.conformance(max_entries);
    out.variance(count);
    for (const Entry& entry : reply.entries) {
      out.guid(entry.object.value_or(base::Guid{}));
      out.pointer();
      out.defer([&] { write_twr(out, tower_octets(entry.tower)); });
      write_annotation(out, entry.annotation);
    }
  });
  out.u32(reply.status);
  return stub;
}

base::Result<LookupReply> read_lookup_reply(std::string_view stub) {
  NdrReader in(stub);
  LookupReply out;
  out.handle = read_handle(in);
  const std::uint32_t said = in.u32_in(0, kMaxCount, "num_ents");
  std::vector<std::string_view> towers;
  in.construct([&] {
    const std::uint32_t max_count = in.conformance(0, "entries");
    const std::uint32_t count = in.variance(max_count, 28, "entries");
    if (in.ok() && count != said) in.fail("num_ents is not the number of entries");
    towers.resize(in.ok() ? count : 0);
    for (std::size_t i = 0; i < towers.size() && in.ok(); ++i) {
      Entry& entry = out.entries.emplace_back();
      entry.object = in.guid();
      if (entry.object->is_nil()) entry.object.reset();
      if (in.full_pointer().is_new) in.defer([&, i] { towers[i] = read_twr(in); });
      entry.annotation = read_annotation(in);
      in.align(4);
    }
  });
  out.status = in.u32();
  TRY(in.status("the answer to ept_lookup"));
  std::vector<Entry> known;
  for (std::size_t i = 0; i < towers.size(); ++i) {
    if (const auto tower = parse_tower(towers[i])) {
      out.entries[i].tower = *tower;
      known.push_back(std::move(out.entries[i]));
    }
  }
  out.entries = std::move(known);
  return out;
}

std::string write_map_request(const MapRequest& request) {
  std::string stub;
  NdrWriter out(stub);
  write_object(out, request.object);
  if (out.pointer(request.tower.has_value())) write_twr(out, *request.tower);
  write_handle(out, request.handle);
  out.u32(request.max_towers);
  return stub;
}

base::Result<MapRequest> read_map_request(std::string_view stub) {
  NdrReader in(stub);
  MapRequest out;
  out.object = read_object(in);
  if (in.full_pointer().is_new) out.tower = std::string(read_twr(in));
  out.handle = read_handle(in);
  out.max_towers = in.u32_in(0, kMaxCount, "max_towers");
  TRY(in.status("ept_map"));
  return out;
}

std::string write_map_reply(const MapReply& reply, std::uint32_t max_towers) {
  std::string stub;
  NdrWriter out(stub);
  const auto count = static_cast<std::uint32_t>(reply.towers.size());
  write_handle(out, reply.handle);
  out.u32(count);
  out.construct([&] {
    out.conformance(max_towers);
    out.variance(count);
    for (const Tower& tower : reply.towers) {
      out.pointer();
      out.defer([&] { write_twr(out, tower_octets(tower)); });
    }
  });
  out.u32(reply.status);
  return stub;
}

base::Result<MapReply> read_map_reply(std::string_view stub) {
  NdrReader in(stub);
  MapReply out;
  out.handle = read_handle(in);
  const std::uint32_t said = in.u32_in(0, kMaxCount, "num_towers");
  in.construct([&] {
    const std::uint32_t max_count = in.conformance(0, "ITowers");
    const std::uint32_t count = in.variance(max_count, 4, "ITowers");
    if (in.ok() && count != said) in.fail("num_towers is not the number of towers");
    for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
      if (!in.full_pointer().is_new) continue;
      in.defer([&] {
        if (const auto tower = parse_tower(read_twr(in))) out.towers.push_back(*tower);
      });
    }
  });
  out.status = in.u32();
  TRY(in.status("the answer to ept_map"));
  return out;
}

}  // namespace rpc::epm
