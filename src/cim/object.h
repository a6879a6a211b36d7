// A class or an instance (IWbemClassObject), batches of them, and what can be asked of either.
#pragma once

#include <deque>
#include <variant>

#include "cim/instance.h"

namespace cim {

/// Immutable; thread-safe; cheap to copy.
class Object {
 public:
  Object(ClassPtr cls) : v_(std::move(cls)) {}  // NOLINT(google-explicit-constructor)
  Object(Instance i) : v_(std::move(i)) {}      // NOLINT(google-explicit-constructor)
  bool is_class() const { return v_.index() == 0; }
  /// The class itself, or the instance's class.
  const ClassPtr& cls() const;
  const Instance& instance() const { return std::get<Instance>(v_); }
  const Instance* as_instance() const { return std::get_if<Instance>(&v_); }
  /// Property or system property by name; WBEM_E_NOT_FOUND.
  base::Result<Value> get(std::string_view name) const;
  /// Full path \\SERVER\ns:rel, empty when there is none.
  std::string path() const;
  std::string relative_path() const;

 private:
  std::variant<ClassPtr, Instance> v_;
};

/// Names of the system properties in WMI's order (__GENUS, __CLASS, __SUPERCLASS ...).
std::span<const std::string_view> system_property_names();

/// IWbemClassObject::CompareTo: flags of WBEM_COMPARISON_FLAG (0x2 ignore object source, 0x1 qualifiers, 0x4 default values,
/// 0x8 class, 0x10 case, 0x20 flavor; 0 = everything).
/// Returns WBEM_S_SAME or WBEM_S_DIFFERENT; WBEM_E_INVALID_PARAMETER for other flag bits.
base::Hresult compare(const Object& a, const Object& b, std::uint32_t flags);

/// Rows of results: one slab and one reference count; a row is a class, or a class and a place in the slab.
class Batch {
 public:
  std::size_t size() const { return content_ ? content_->rows.size() : 0; }
  bool empty() const { return size() == 0; }
  /// Memory of the rows' octets, for those who bound queues.
  std::size_t octets() const { return content_ ? content_->slab.size() : 0; }
  bool is_class(std::size_t i) const { return content_->rows[i].length == 0; }
  const ClassPtr& cls(std::size_t i) const {
    const std::uint32_t number = content_->rows[i].cls;
    return number == 0 ? content_->first_class : content_->more_classes[number - 1];
  }
  InstanceView view(std::size_t i) const;
  /// The octets of a row's instance part as they were added; empty for a class.
  std::span<const std::uint8_t> row_octets(std::size_t i) const {
    const Row& row = content_->rows[i];
    return {reinterpret_cast<const std::uint8_t*>(content_->slab.data()) + row.offset, row.length};
  }
  /// Instances carry their class's server and namespace (where that has them).
  bool decorated() const { return decorated_; }
  /// Owning: shares the slab.
  Object object(std::size_t i) const;

 private:
  friend class BatchBuilder;
  struct Row {
    std::uint32_t cls = 0;
    std::uint32_t offset = 0;
    std::uint32_t length = 0;  // 0: the class itself
  };
  /// One allocation for what all rows share; most batches have one class.
  struct Content {
    std::string slab;
    ClassPtr first_class;
    std::vector<ClassPtr> more_classes;
    std::vector<Row> rows;
  };
  std::shared_ptr<const Content> content_;
  bool decorated_ = true;
};

class BatchBuilder {
 public:
  /// Copies the octets into the slab. The class is compared by pointer with the previous row's.
  void add(const ClassPtr& cls, std::span<const std::uint8_t> octets);
  void add(const Object& object);
  void set_decorated(bool decorated) { decorated_ = decorated; }
  /// Makes room for what is known to come.
  void reserve(std::size_t rows, std::size_t octets);
  std::size_t size() const { return content_ ? content_->rows.size() : 0; }
  std::size_t octets() const { return content_ ? content_->slab.size() : 0; }
  /// Hands over the rows and starts anew.
  Batch take();

 private:
  std::shared_ptr<Batch::Content> content_;
  bool decorated_ = true;
};

/// A batch of one.
Batch batch_of(const Object& object);

}  // namespace cim
