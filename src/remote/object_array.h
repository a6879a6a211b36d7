// ObjectArray (MS-WMI 2.2.14.x): rows with the class once, for IWbemWCOSmartEnum::Next and optimised IWbemObjectSink::Indicate.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/random.h"
#include "cim/object.h"
#include "cim/wmio.h"

namespace remote {

enum class PacketType : std::uint8_t { kIndicate = 0, kNext = 1 };

/// Which classes the other end has seen, by the GUIDs that were made up for them. One per smart enumerator or sink. Not thread-safe.
/// Bounded: over kMaxClasses the oldest is forgotten (its next instance brings the class again, under a new GUID).
class ClassIds {
 public:
  static constexpr std::size_t kMaxClasses = 4096;
  explicit ClassIds(base::Random& random) : random_(random) {}
  struct Id {
    base::Guid guid;
    bool is_new = false;
  };
  Id of(const cim::ClassPtr& cls);

 private:
  base::Random& random_;
  std::unordered_map<const cim::Class*, std::pair<cim::ClassPtr, base::Guid>> known_;
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
  std::string& out_;
  const std::size_t begin_;
  ClassIds& ids_;
  std::uint32_t rows_ = 0;
  // Of the last row, so that a run of one class asks `ids_` once.
  const cim::Class* last_class_ = nullptr;
  std::array<char, 16> last_guid_{};
};

/// What a reader has learnt: one per smart enumerator or sink. Not thread-safe. Bounded like ClassIds.
class ClassCache {
 public:
  explicit ClassCache(std::shared_ptr<cim::ClassInterner> interner) : interner_(std::move(interner)) {}
  struct Known {
    cim::ClassPtr cls;
  };
  std::shared_ptr<cim::ClassInterner> interner_;
  std::unordered_map<std::string, cim::ClassPtr> by_guid_;
};

/// Reads a packet into rows; every length is checked, every instance validated once. WBEM_E_INVALID_OBJECT with offset and reason;
/// WBEM_E_UNKNOWN_PACKET_TYPE, WBEM_E_MARSHAL_VERSION_MISMATCH, WBEM_E_MARSHAL_INVALID_SIGNATURE, WBEM_E_UNKNOWN_OBJECT_TYPE.
base::Result<cim::Batch> read_object_array(std::string_view octets, PacketType type, ClassCache& cache);

}  // namespace remote
