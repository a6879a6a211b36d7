#include "rpc/ndr.h"

#include <fmt/format.h>

#include "base/utf.h"

namespace rpc {

base::Guid NdrReader::guid() {
  align(4);
  const std::string_view value = octets(16);
  return value.empty() ? base::Guid{} : base::Guid::from_octets(value);
}

std::uint32_t NdrReader::u32_in(std::uint32_t least, std::uint32_t most, std::string_view what) {
  const std::uint32_t value = u32();
  if (ok() && (value < least || value > most)) fail(fmt::format("{} is {}, allowed are {} to {}", what, value, least, most));
  return ok() ? value : least;
}

std::uint16_t NdrReader::enum16(std::uint16_t most, std::string_view what) {
  const std::uint16_t value = u16();
  if (ok() && value > most) fail(fmt::format("{} is {}, allowed are 0 to {}", what, value, most));
  return ok() ? value : std::uint16_t{0};
}

void NdrReader::union_tag32(std::uint32_t expected, std::string_view what) {
  const std::uint32_t tag = u32();
  if (ok() && tag != expected) fail(fmt::format("the tag of {} is {}, not {} as said before", what, tag, expected));
}

void NdrReader::union_tag16(std::uint16_t expected, std::string_view what) {
  const std::uint16_t tag = u16();
  if (ok() && tag != expected) fail(fmt::format("the tag of {} is {}, not {} as said before", what, tag, expected));
}

void NdrReader::reference(std::string_view what) {
  if (!pointer() && ok()) fail(fmt::format("the pointer to {} must not be null", what));
}

NdrReader::FullPointer NdrReader::full_pointer() {
  // C706 14.3.12.2: pointers with the same id are aliases; the referent stands after the first of them only.
  const std::uint32_t id = u32();
  if (id == 0 || !ok()) return {};
  if (std::ranges::find(full_ids_, id) != full_ids_.end()) return {id, false};
  if (full_ids_.size() >= 256) {
    fail("there are too many full pointers");
    return {};
  }
  full_ids_.push_back(id);
  return {id, true};
}

std::uint32_t NdrReader::conformance(std::size_t element_size, std::string_view what) {
  const std::uint32_t count = u32();
  if (!ok()) return 0;
  if (count > limits_.max_elements) {
    fail(fmt::format("{} claims {} elements, at most {} are allowed", what, count, limits_.max_elements));
    return 0;
  }
  // A conformant and varying array may be far from full, so its max_count says nothing about what follows: element_size 0.
  if (element_size != 0 && count > remaining() / element_size) {
    fail(fmt::format("{} claims {} elements, more than the octets that follow", what, count));
    return 0;
  }
  return count;
}

std::uint32_t NdrReader::variance(std::uint32_t max_count, std::size_t element_size, std::string_view what) {
  const std::uint32_t offset = u32();
  const std::uint32_t count = u32();
  if (!ok()) return 0;
  if (offset != 0 || count > max_count) {
    fail(fmt::format("{} has offset {} and {} elements of {}", what, offset, count, max_count));
    return 0;
  }
  if (element_size != 0 && count > remaining() / element_size) {
    fail(fmt::format("{} claims {} elements, more than the octets that follow", what, count));
    return 0;
  }
  return count;
}

std::string_view NdrReader::conformant_octets(std::string_view what, std::optional<std::uint32_t> expected) {
  const std::uint32_t count = conformance(1, what);
  if (ok() && expected && count != *expected) {
    fail(fmt::format("{} has {} octets, not {} as said elsewhere", what, count, *expected));
  }
  return ok() ? octets(count) : std::string_view{};
}

std::string_view NdrReader::string_octets(std::size_t unit, std::string_view what) {
  const std::uint32_t max_count = conformance(0, what);
  const std::uint32_t count = variance(max_count, unit, what);
  const std::string_view value = ok() ? octets(count * unit) : std::string_view{};
  if (!ok()) return {};
  // C706 14.3.5: the terminator is part of the string and its only NUL.
  const auto is_nul = [&](std::size_t i) { return value[i * unit] == '\0' && (unit == 1 || value[i * unit + 1] == '\0'); };
  for (std::size_t i = 0; i < count; ++i) {
    if (is_nul(i) != (i + 1 == count)) {
      fail(fmt::format("{} has its terminator at the wrong place", what));
      return {};
    }
  }
  if (count == 0) {
    fail(fmt::format("{} has no terminator", what));
    return {};
  }
  return value.substr(0, (count - 1) * unit);
}

std::string NdrReader::wide_string(std::string_view what) { return base::utf16le_to_utf8(string_octets(2, what)); }

std::string_view NdrReader::octet_string(std::string_view what) { return string_octets(1, what); }

void NdrReader::defer(std::function<void()> read) {
  if (++deferred_total_ > limits_.max_deferred) return fail("there are too many pointers");
  deferred_.push_back(std::move(read));
}

void NdrReader::run_deferred() {
  // A referent is a construct of its own: what it defers comes right after it.
  std::vector<std::function<void()>> mine;
  mine.swap(deferred_);
  for (const auto& read : mine) {
    if (!ok()) return;
    construct(read);
  }
}

void NdrReader::fail(std::string_view text) {
  if (error_.empty() && in_.ok()) error_ = fmt::format("{} (at octet {})", text, in_.position());
  in_.seek(in_.position() + in_.remaining());
  in_.skip(1);
}

base::Status NdrReader::status(std::string_view what) const {
  if (ok()) return {};
  return {RPC_X_BAD_STUB_DATA, fmt::format("{}: {}", what, error_.empty() ? "the octets end too early" : error_)};
}

void NdrWriter::guid(const base::Guid& value) {
  align(4);
  octets(value.to_octets());
}

bool NdrWriter::pointer(bool present) {
  u32(present ? next_referent_ : 0);
  if (present) next_referent_ += 4;
  return present;
}

void NdrWriter::conformant_octets(std::string_view value) {
  conformance(static_cast<std::uint32_t>(value.size()));
  octets(value);
}

void NdrWriter::wide_string(std::string_view utf8) {
  const std::string units = base::utf8_to_utf16le(utf8);
  const auto count = static_cast<std::uint32_t>(units.size() / 2 + 1);
  conformance(count);
  variance(count);
  octets(units);
  u16(0);
}

void NdrWriter::octet_string(std::string_view text) {
  const auto count = static_cast<std::uint32_t>(text.size() + 1);
  conformance(count);
  variance(count);
  octets(text);
  u8(0);
}

void NdrWriter::run_deferred() {
  std::vector<std::function<void()>> mine;
  mine.swap(deferred_);
  for (const auto& write : mine) construct(write);
}

TypeWriter::TypeWriter() {
  // 2.2.6.1: version 1, little-endian, length of this header, filler.
  base::ByteWriter out(octets_);
  out.u8(1);
  out.u8(0x10);
  out.u16(8);
  out.u32(0xCCCCCCCC);
}

void TypeWriter::append(std::string body) {
  // 2.2.6.2: the length counts the padding, not this header.
  body.resize((body.size() + 7) & ~std::size_t{7});
  base::ByteWriter out(octets_);
  out.u32(static_cast<std::uint32_t>(body.size()));
  out.u32(0);
  out.bytes(body);
}

base::Result<TypeReader> TypeReader::open(std::string_view octets) {
  TypeReader reader(octets);
  const std::uint8_t version = reader.in_.u8();
  const std::uint8_t endianness = reader.in_.u8();
  const std::uint16_t length = reader.in_.u16();
  reader.in_.skip(4);
  if (!reader.in_.ok() || version != 1 || endianness != 0x10 || length != 8) {
    return base::fail(RPC_X_BAD_STUB_DATA, "the octets do not begin with the header of type serialization 1, little-endian");
  }
  return reader;
}

base::Result<std::string_view> TypeReader::next() {
  const std::uint32_t length = in_.u32();
  in_.skip(4);
  if (!in_.ok() || length > in_.remaining()) {
    return base::fail(RPC_X_BAD_STUB_DATA, "a serialized object is longer than the octets that hold it");
  }
  const std::string_view body = in_.bytes(length);
  // The next private header is aligned to 8; a length that is no multiple of it is tolerated.
  const std::size_t padding = std::min((8 - (in_.position() & 7)) & 7, in_.remaining());
  in_.skip(padding);
  return body;
}

}  // namespace rpc
