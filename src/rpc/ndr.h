// NDR 2.0, little-endian (C706 chapter 14, MS-RPCE 2.2.4): a reader and a writer of stub octets. One object has one alignment base, its
// start. Not thread-safe.
//
// Pointers inside a structure or array are written as referent ids where they stand; what they point to follows the whole outermost
// construct, in the order of the pointers (C706 14.3.12.3). So: construct(flat part), and within it defer(what a pointer points to).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/bytes.h"
#include "base/guid.h"
#include "base/status.h"
#include "rpc/codes.h"

namespace rpc {

/// What foreign octets may ask for.
struct NdrLimits {
  std::size_t max_elements = 4U << 20;  // of one array: a count that promises more than a request can hold
  std::size_t max_deferred = 1U << 16;  // pointers that wait for their referents: memory per octet received
  unsigned max_depth = 16;              // referents within referents: the stack, by a list that points to itself
};

/// Reads forward. After the first error every read gives zero or nothing and status() tells what was wrong and where. Views point into
/// the octets given.
class NdrReader {
 public:
  explicit NdrReader(std::string_view octets, NdrLimits limits = {}) : in_(octets), limits_(limits) {}

  // Primitives, each aligned to its size.
  std::uint8_t u8() { return in_.u8(); }
  std::uint16_t u16() { return aligned<std::uint16_t>(); }
  std::uint32_t u32() { return aligned<std::uint32_t>(); }
  std::uint64_t u64() { return aligned<std::uint64_t>(); }
  std::int32_t i32() { return static_cast<std::int32_t>(u32()); }
  std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
  double f64() { return std::bit_cast<double>(u64()); }
  base::Guid guid();
  void align(std::size_t alignment) { in_.align(alignment); }
  std::string_view octets(std::size_t count) { return in_.bytes(count); }

  /// An integer with a range: fails outside of it (MS-RPCE 2.2.4.14).
  std::uint32_t u32_in(std::uint32_t least, std::uint32_t most, std::string_view what);
  /// enum is 16 bits, [v1_enum] 32 (MS-RPCE 2.2.4.6).
  std::uint16_t enum16(std::uint16_t most, std::string_view what);
  std::uint32_t enum32(std::uint32_t most, std::string_view what) { return u32_in(0, most, what); }
  /// The discriminant of a non-encapsulated union stands again before the arm and must be the value of its switch_is.
  void union_tag32(std::uint32_t expected, std::string_view what);
  void union_tag16(std::uint16_t expected, std::string_view what);

  /// A [unique] pointer: whether it points to something.
  bool pointer() { return u32() != 0; }
  /// A [ref] pointer inside a construct has an id too, which must not be zero.
  void reference(std::string_view what);
  /// A [ptr] pointer. `is_new`: the referent follows; else it is that of an earlier pointer with the same id, or null (id 0).
  struct FullPointer {
    std::uint32_t id = 0;
    bool is_new = false;
  };
  FullPointer full_pointer();

  /// max_count of a conformant array or string whose elements have at least `element_size` octets on the wire.
  std::uint32_t conformance(std::size_t element_size, std::string_view what);
  /// offset and actual_count of a varying array; the offset must be 0, as nothing here uses another one.
  std::uint32_t variance(std::uint32_t max_count, std::size_t element_size, std::string_view what);

  /// A conformant array of octets whose size another parameter gave, or of any size.
  std::string_view conformant_octets(std::string_view what, std::optional<std::uint32_t> expected = {});
  /// [string] of UTF-16 or octets with its terminator (which the result does not have); as UTF-8 or as it is.
  std::string wide_string(std::string_view what);
  std::string_view octet_string(std::string_view what);

  /// Runs `flat`, then what it deferred, depth first.
  template <class F>
  void construct(F&& flat) {
    if (depth_ >= limits_.max_depth) return fail("nests too deeply");
    ++depth_;
    std::vector<std::function<void()>> outer;
    outer.swap(deferred_);
    flat();
    run_deferred();
    outer.swap(deferred_);
    --depth_;
  }
  /// Only within construct(): reads a referent later.
  void defer(std::function<void()> read);

  /// Makes every later read fail; the first text stays.
  void fail(std::string_view text);

  bool ok() const { return error_.empty() && in_.ok(); }
  std::size_t position() const { return in_.position(); }
  std::size_t remaining() const { return in_.remaining(); }
  /// Success or RPC_X_BAD_STUB_DATA (MS-RPCE 3.1.3.5.2) with `what` and the reason.
  base::Status status(std::string_view what) const;

 private:
  template <class T>
  T aligned() {
    in_.align(sizeof(T));
    if constexpr (sizeof(T) == 2) return in_.u16();
    if constexpr (sizeof(T) == 4) return in_.u32();
    if constexpr (sizeof(T) == 8) return in_.u64();
  }
  void run_deferred();
  std::string_view string_octets(std::size_t unit, std::string_view what);

  base::ByteReader in_;
  NdrLimits limits_;
  std::string error_;
  unsigned depth_ = 0;
  std::size_t deferred_total_ = 0;
  std::vector<std::function<void()>> deferred_;
  std::vector<std::uint32_t> full_ids_;
};

/// Appends to a string that it does not own; the alignment base is the size that the string had at the start.
class NdrWriter {
 public:
  explicit NdrWriter(std::string& out) : out_(out) {}

  void u8(std::uint8_t value) { out_.u8(value); }
  void u16(std::uint16_t value) { out_.align(2), out_.u16(value); }
  void u32(std::uint32_t value) { out_.align(4), out_.u32(value); }
  void u64(std::uint64_t value) { out_.align(8), out_.u64(value); }
  void i32(std::int32_t value) { u32(static_cast<std::uint32_t>(value)); }
  void i64(std::int64_t value) { u64(static_cast<std::uint64_t>(value)); }
  void f64(double value) { u64(std::bit_cast<std::uint64_t>(value)); }
  void hresult(base::Hresult code) { u32(static_cast<std::uint32_t>(code)); }
  void guid(const base::Guid& value);
  void align(std::size_t alignment) { out_.align(alignment); }
  void octets(std::string_view value) { out_.bytes(value); }
  void enum16(std::uint16_t value) { u16(value); }
  void enum32(std::uint32_t value) { u32(value); }

  /// A referent id that was not used before, or null. Returns `present`.
  bool pointer(bool present = true);

  void conformance(std::uint32_t max_count) { u32(max_count); }
  void variance(std::uint32_t actual_count) { u32(0), u32(actual_count); }
  void conformant_octets(std::string_view value);
  /// [string] with a terminator; the text must have no NUL.
  void wide_string(std::string_view utf8);
  void octet_string(std::string_view text);

  template <class F>
  void construct(F&& flat) {
    std::vector<std::function<void()>> outer;
    outer.swap(deferred_);
    flat();
    run_deferred();
    outer.swap(deferred_);
  }
  void defer(std::function<void()> write) { deferred_.push_back(std::move(write)); }

  std::size_t position() const { return out_.position(); }
  void patch_u32(std::size_t position, std::uint32_t value) { out_.patch_u32(position, value); }

 private:
  void run_deferred();

  base::ByteWriter out_;
  std::uint32_t next_referent_ = 0x00020000;
  std::vector<std::function<void()>> deferred_;
};

// Type serialization version 1 (MS-RPCE 2.2.6): constructed types outside of a call.

/// The common header, then per object a private header and its octets, padded to a multiple of 8.
class TypeWriter {
 public:
  TypeWriter();
  /// Appends one top-level object that `write(NdrWriter&)` makes.
  template <class F>
  void object(F&& write) {
    std::string body;
    NdrWriter out(body);
    write(out);
    append(std::move(body));
  }
  const std::string& octets() const { return octets_; }
  std::string take() { return std::move(octets_); }

 private:
  void append(std::string body);
  std::string octets_;
};

/// The objects of a stream in their order.
class TypeReader {
 public:
  /// RPC_X_BAD_STUB_DATA for another version, big-endian octets or a short header.
  static base::Result<TypeReader> open(std::string_view octets);
  /// The octets of the next object, with their padding, for an NdrReader. RPC_X_BAD_STUB_DATA when there is none that is whole.
  base::Result<std::string_view> next();
  bool at_end() const { return in_.at_end(); }

 private:
  explicit TypeReader(std::string_view octets) : in_(octets) {}
  base::ByteReader in_;
};

}  // namespace rpc
