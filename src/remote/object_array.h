// ObjectArray (MS-WMI 2.2.14): rows with the class once, for IWbemWCOSmartEnum::Next and optimised IWbemObjectSink::Indicate.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/guid.h"
#include "base/random.h"
#include "cim/object.h"
#include "cim/wmio.h"

namespace remote {
using namespace base::codes;

enum class PacketType : std::uint8_t { kIndicate = 0, kNext = 1 };

/// Which classes the other end has seen, by the GUIDs that were made up for them. One per smart enumerator (and proxy GUID) or sink.
/// Not thread-safe. Bounded: over kMaxClasses the oldest is forgotten (its next instance brings the class again, under a new GUID).
class ClassIds {
 public:
  static constexpr std::size_t kMaxClasses = 4096;
  explicit ClassIds(base::Random& random) : random_(random) {}
  /// The other end knows nothing (more): after a packet that did not reach it.
  void clear();
  std::size_t size() const { return known_.size(); }

 private:
  friend class ObjectArrayWriter;
  struct Known {
    cim::ClassPtr cls;
    std::array<char, 16> guid{};
    /// What stands before the instance part of a known class, sizes left open: without and with decoration; made when needed.
    std::array<std::string, 2> heads;
  };
  Known& of(const cim::ClassPtr& cls, bool& is_new);

  base::Random& random_;
  std::unordered_map<const cim::Class*, Known> known_;
  std::deque<const cim::Class*> order_;
};

/// Appends rows to one packet. The hot path of every enumeration: a row of a known class costs one copy of its octets.
class ObjectArrayWriter {
 public:
  /// `out` gets the packet at its end.
  ObjectArrayWriter(std::string& out, PacketType type, ClassIds& ids);
  void add(const cim::Batch& batch, std::size_t row);
  std::size_t rows() const { return rows_; }
  std::size_t octets() const { return out_.size() - begin_; }
  /// Fills in the lengths. Exactly once, last.
  void finish();

 private:
  void add_class(const cim::ClassPtr& cls);
  void add_first(ClassIds::Known& known, bool decorated, std::span<const std::uint8_t> instance);

  std::string& out_;
  const std::size_t begin_;
  ClassIds& ids_;
  std::uint32_t rows_ = 0;
  ClassIds::Known* last_ = nullptr;  // of the last row, so that a run of one class asks `ids_` once
};

/// What a reader has learnt: one per smart enumerator or sink. Not thread-safe. Bounded: over kMaxClasses the oldest is forgotten.
class ClassCache {
 public:
  static constexpr std::size_t kMaxClasses = 16'384;
  /// Null: an interner of its own.
  explicit ClassCache(std::shared_ptr<cim::ClassInterner> interner = nullptr);
  cim::ClassInterner* interner() const { return interner_.get(); }

 private:
  friend class ObjectArrayReader;
  struct Known {
    cim::ClassPtr cls;
    std::string head;  // flags and decoration of the last instance, which `cls` has
  };
  Known* find(std::string_view guid);
  Known& put(std::string_view guid, Known known);

  std::shared_ptr<cim::ClassInterner> interner_;
  std::unordered_map<std::string, Known> by_guid_;
  std::deque<std::string> order_;
};

/// Reads a packet into rows; every length is checked, every instance validated once. WBEM_E_INVALID_OBJECT with offset and reason;
/// WBEM_E_UNKNOWN_PACKET_TYPE, WBEM_E_MARSHAL_VERSION_MISMATCH, WBEM_E_MARSHAL_INVALID_SIGNATURE, WBEM_E_UNKNOWN_OBJECT_TYPE.
base::Result<cim::Batch> read_object_array(std::string_view octets, PacketType type, ClassCache& cache);

}  // namespace remote
