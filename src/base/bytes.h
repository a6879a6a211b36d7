// Little-endian octets: a reader that never leaves its range and a writer that can patch what it wrote.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/status.h"

namespace base {

static_assert(std::endian::native == std::endian::little);

/// Reads forward through octets that it does not own. A read past the end returns zero (or an empty view) and makes ok()
/// false for good, so that a parser may check once after several reads.
class ByteReader {
 public:
  explicit ByteReader(std::string_view octets) : octets_(octets) {}

  std::uint8_t u8() { return read<std::uint8_t>(); }
  std::uint16_t u16() { return read<std::uint16_t>(); }
  std::uint32_t u32() { return read<std::uint32_t>(); }
  std::uint64_t u64() { return read<std::uint64_t>(); }
  std::int32_t i32() { return read<std::int32_t>(); }
  double f64() { return read<double>(); }

  /// The next `count` octets, in place.
  std::string_view bytes(std::size_t count) {
    if (count > remaining()) {
      ok_ = false;
      position_ = octets_.size();
      return {};
    }
    const std::string_view out = octets_.substr(position_, count);
    position_ += count;
    return out;
  }
  void skip(std::size_t count) { bytes(count); }

  /// Moves to an offset from the start; the end itself is allowed.
  void seek(std::size_t position) {
    if (position > octets_.size()) {
      ok_ = false;
      position = octets_.size();
    }
    position_ = position;
  }

  /// Skips padding up to a multiple of `alignment` (a power of two) from the start.
  void align(std::size_t alignment) { skip((alignment - (position_ & (alignment - 1))) & (alignment - 1)); }

  bool ok() const { return ok_; }
  std::size_t position() const { return position_; }
  std::size_t remaining() const { return octets_.size() - position_; }
  bool at_end() const { return position_ == octets_.size(); }
  std::string_view rest() const { return octets_.substr(position_); }

  /// Success, or `code` with a text that names what was read and where it ended.
  Status status(Hresult code, std::string_view what) const {
    if (ok_) return {};
    return Status(code, std::string(what) + " ends before its last field");
  }

 private:
  template <class T>
  T read() {
    T value{};
    const std::string_view from = bytes(sizeof value);
    if (!from.empty()) std::memcpy(&value, from.data(), sizeof value);
    return value;
  }

  std::string_view octets_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

/// Appends to a string that it does not own; offsets count from the size that the string had at the start.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out), start_(out.size()) {}

  void u8(std::uint8_t value) { put(value); }
  void u16(std::uint16_t value) { put(value); }
  void u32(std::uint32_t value) { put(value); }
  void u64(std::uint64_t value) { put(value); }
  void i32(std::int32_t value) { put(value); }
  void f64(double value) { put(value); }
  void bytes(std::string_view octets) { out_.append(octets); }
  void fill(std::size_t count, char octet = 0) { out_.append(count, octet); }
  void align(std::size_t alignment) { fill((alignment - (position() & (alignment - 1))) & (alignment - 1)); }

  std::size_t position() const { return out_.size() - start_; }

  /// Overwrites octets written before. Requires position + size of the value <= position().
  void patch_u16(std::size_t position, std::uint16_t value) { patch(position, value); }
  void patch_u32(std::size_t position, std::uint32_t value) { patch(position, value); }

 private:
  template <class T>
  void put(T value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  template <class T>
  void patch(std::size_t position, T value) {
    std::memcpy(out_.data() + start_ + position, &value, sizeof value);
  }

  std::string& out_;
  std::size_t start_;
};

/// A little-endian value at `offset`, without a check: for octets that were validated.
template <class T>
T load_le(std::string_view octets, std::size_t offset) {
  T value;
  std::memcpy(&value, octets.data() + offset, sizeof value);
  return value;
}

}  // namespace base
