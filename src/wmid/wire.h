// What the messages between the daemon's processes are made of: little-endian numbers, and texts and octets with their length (u32).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/status.h"

namespace wmid {

class WireWriter : public base::ByteWriter {
 public:
  using ByteWriter::ByteWriter;
  void text(std::string_view value) {
    u32(static_cast<std::uint32_t>(value.size()));
    bytes(value);
  }
  void boolean(bool value) { u8(value ? 1 : 0); }
  void optional_text(const std::optional<std::string>& value) {
    boolean(value.has_value());
    if (value) text(*value);
  }
  void status(const base::Status& value) {
    u32(static_cast<std::uint32_t>(value.code()));
    text(value.text());
  }
};

/// As ByteReader: what does not fit makes ok() false for good.
class WireReader : public base::ByteReader {
 public:
  using ByteReader::ByteReader;
  std::string_view text(std::size_t most = SIZE_MAX) {
    const std::uint32_t size = u32();
    return size > most ? refuse() : bytes(size);
  }
  bool boolean() {
    const std::uint8_t value = u8();
    if (value > 1) refuse();
    return value == 1;
  }
  std::optional<std::string> optional_text(std::size_t most = SIZE_MAX) {
    if (!boolean()) return std::nullopt;
    return std::string(text(most));
  }
  base::Status status() {
    const base::Hresult code{u32()};
    return {code, std::string(text())};
  }
  bool whole() const { return ok() && at_end(); }

 protected:
  std::string_view refuse() { return bytes(remaining() + 1); }
};

}  // namespace wmid
