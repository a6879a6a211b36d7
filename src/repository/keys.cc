#include "repository/keys.h"

#include <fmt/format.h>

#include <cstring>

#include "base/bytes.h"
#include "base/hash.h"

namespace repository {
namespace {

constexpr std::size_t kLongPrefix = 200;
constexpr char kLongMark = '\xFF';

void put_big_endian(std::uint64_t value, std::size_t count, std::uint8_t* to) {
  for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<std::uint8_t>(value >> (8 * (count - 1 - i)));
}

}  // namespace

Hash128 hash128(std::string_view octets) {
  const base::Hash128 hash = base::hash128(octets);
  Hash128 out;
  put_big_endian(hash.high, 8, out.octets.data());
  put_big_endian(hash.low, 8, out.octets.data() + 8);
  return out;
}

void append_name_key(std::string_view name, std::string& out) {
  if (name.size() <= kPlainName) {
    out.append(name);
    return;
  }
  const Hash128 hash = hash128(name);
  out.append(name.substr(0, kLongPrefix));
  out.push_back(kLongMark);
  out.append(reinterpret_cast<const char*>(hash.octets.data()), hash.octets.size());
}

void append_id(std::uint32_t id, std::string& out) {
  std::uint8_t octets[4];
  put_big_endian(id, 4, octets);
  out.append(reinterpret_cast<const char*>(octets), 4);
}

std::uint32_t id_at(std::string_view key) {
  std::uint32_t id;
  std::memcpy(&id, key.data(), 4);
  return __builtin_bswap32(id);
}

std::string id_key(std::uint32_t id) {
  std::string out;
  append_id(id, out);
  return out;
}

std::string scoped_key(std::uint32_t scope, std::string_view name) {
  std::string out;
  append_id(scope, out);
  append_name_key(name, out);
  return out;
}

std::string hierarchy_prefix(NamespaceId name_space, std::string_view folded_parent) {
  std::string out;
  append_id(name_space, out);
  out.push_back(0);
  append_name_key(folded_parent, out);
  out[4] = static_cast<char>(out.size() - 5);
  return out;
}

std::string hierarchy_key(NamespaceId name_space, std::string_view folded_parent, std::string_view folded_child) {
  std::string out = hierarchy_prefix(name_space, folded_parent);
  append_name_key(folded_child, out);
  return out;
}

InstanceKey instance_key(const InstanceId& id) {
  InstanceKey key;
  const std::uint32_t swapped = __builtin_bswap32(id.class_id);
  std::memcpy(key.data(), &swapped, 4);
  std::memcpy(key.data() + 4, id.key.octets.data(), 16);
  return key;
}

InstanceId instance_id(std::string_view key) {
  InstanceId id{.class_id = id_at(key), .key = {}};
  std::memcpy(id.key.octets.data(), key.data() + 4, 16);
  return id;
}

std::string reference_key(const Hash128& target, const InstanceId& id) {
  std::string out(reinterpret_cast<const char*>(target.octets.data()), target.octets.size());
  out.append(view(instance_key(id)));
  return out;
}

Hash128 InstanceValue::reference(std::size_t index) const {
  Hash128 hash;
  std::memcpy(hash.octets.data(), references.data() + 16 * index, 16);
  return hash;
}

std::optional<InstanceValue> parse_instance(std::string_view value) {
  if (value.size() < kInstanceHead) return std::nullopt;
  const std::size_t key_size = base::load_le<std::uint16_t>(value, 0);
  const std::size_t references_size = std::size_t{16} * base::load_le<std::uint16_t>(value, 2);
  if (value.size() - kInstanceHead < key_size + references_size) return std::nullopt;
  InstanceValue out;
  out.key = {value.data() + kInstanceHead, key_size};
  out.references = {value.data() + kInstanceHead + key_size, references_size};
  const std::size_t head = kInstanceHead + key_size + references_size;
  out.octets = {reinterpret_cast<const std::uint8_t*>(value.data()) + head, value.size() - head};
  return out;
}

std::string encode_namespace(const NamespaceRecord& record) {
  std::string out;
  base::ByteWriter writer(out);
  writer.u32(record.parent);
  writer.u16(static_cast<std::uint16_t>(record.folded_path.size()));
  writer.u16(static_cast<std::uint16_t>(record.path.size()));
  writer.bytes(record.folded_path);
  writer.bytes(record.path);
  writer.bytes(text_of(record.security_descriptor));
  return out;
}

std::optional<NamespaceRecord> parse_namespace(NamespaceId id, std::string_view value) {
  base::ByteReader reader(value);
  NamespaceRecord record;
  record.id = id;
  record.parent = reader.u32();
  const std::size_t folded_size = reader.u16();
  const std::size_t path_size = reader.u16();
  record.folded_path = reader.bytes(folded_size);
  record.path = reader.bytes(path_size);
  if (!reader.ok()) return std::nullopt;
  record.security_descriptor = octets_of(reader.rest());
  return record;
}

std::string encode_class(const ClassRecord& record) {
  std::string out;
  base::ByteWriter writer(out);
  writer.u32(record.id);
  writer.u16(static_cast<std::uint16_t>(record.name.size()));
  writer.u16(static_cast<std::uint16_t>(record.parent.size()));
  writer.bytes(record.name);
  writer.bytes(record.parent);
  writer.bytes(text_of(record.octets));
  return out;
}

std::optional<ClassRecord> parse_class(NamespaceId name_space, std::string_view value) {
  base::ByteReader reader(value);
  ClassRecord record;
  record.name_space = name_space;
  record.id = reader.u32();
  const std::size_t name_size = reader.u16();
  const std::size_t parent_size = reader.u16();
  record.name = reader.bytes(name_size);
  record.parent = reader.bytes(parent_size);
  if (!reader.ok()) return std::nullopt;
  record.octets = octets_of(reader.rest());
  return record;
}

std::string encode_format() {
  std::string out;
  base::ByteWriter writer(out);
  writer.u32(kFormatVersion);
  writer.bytes(kFormatMagic);
  return out;
}

base::Status check_format(std::string_view value) {
  base::ByteReader reader(value);
  const std::uint32_t version = reader.u32();
  if (reader.rest() != kFormatMagic) {
    return {WBEM_E_CRITICAL_ERROR, "table meta, record \"format\": not the mark of an OpenWMI repository"};
  }
  if (version != kFormatVersion) {
    return {WBEM_E_DATABASE_VER_MISMATCH,
            fmt::format("table meta, record \"format\": format version {}, this program reads version {}", version, kFormatVersion)};
  }
  return {};
}

}  // namespace repository
