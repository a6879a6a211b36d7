// VARIANT in C++ (MS-OAUT 2.2.29): the values of automation.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "scripting/text.h"

namespace scripting {
using namespace base::codes;

class Dispatch;
class Variant;

/// VARENUM.
enum class VarType : std::uint16_t {
  kEmpty = 0,
  kNull = 1,
  kInt16 = 2,
  kInt32 = 3,
  kFloat = 4,
  kDouble = 5,
  kCurrency = 6,
  kDate = 7,
  kString = 8,
  kDispatch = 9,
  kError = 10,
  kBoolean = 11,
  kVariant = 12,
  kUnknown = 13,
  kDecimal = 14,
  kInt8 = 16,
  kByte = 17,
  kUInt16 = 18,
  kUInt32 = 19,
  kInt64 = 20,
  kUInt64 = 21,
};
inline constexpr std::uint16_t kArrayBit = 0x2000;
inline constexpr std::uint16_t kByRefBit = 0x4000;

/// DISP_E_PARAMNOTFOUND in a kError: an argument that was left out.
inline constexpr std::int32_t kMissing = static_cast<std::int32_t>(0x80020004);

/// Octets of texts, arrays and script objects that live on this thread, for limits.
std::size_t live_octets();
/// Adds to live_octets().
void account(std::ptrdiff_t octets);

/// Reference counts of automation objects and arrays; one thread. Made with a count of zero and held by Ref.
class Counted {
 public:
  Counted() = default;
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  virtual ~Counted() = default;
  void retain() { ++references_; }
  void release() {
    if (--references_ == 0) last_release();
  }
  std::uint32_t references() const { return references_; }

 protected:
  /// Deletes; an object that runs code at its end (Class_Terminate) does so first, and lives on if that took a new reference.
  /// Chains of objects that hold each other end one after the other, never nested deeper than a fixed bound: what is deeper waits, and
  /// its last_release() is called later on.
  virtual void last_release();
  /// For an override that runs code: true when this object has to wait; last_release() is called again.
  bool must_wait();
  /// Counts one level of nesting while code runs at an object's end; what waits goes on when the outermost ends.
  struct Ending {
    Ending();
    ~Ending();
  };

 private:
  std::uint32_t references_ = 0;
};

template <class T>
class Ref {
 public:
  Ref() = default;
  Ref(std::nullptr_t) {}                          // NOLINT(google-explicit-constructor)
  Ref(T* object) : object_(object) { retain(); }  // NOLINT(google-explicit-constructor)
  Ref(const Ref& other) : object_(other.object_) { retain(); }
  template <class U>
    requires std::is_convertible_v<U*, T*>
  Ref(const Ref<U>& other) : object_(other.get()) {  // NOLINT(google-explicit-constructor)
    retain();
  }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_ != nullptr) object_->release();
  }
  T* get() const { return object_; }
  T* operator->() const { return object_; }
  T& operator*() const { return *object_; }
  explicit operator bool() const { return object_ != nullptr; }
  bool operator==(const Ref& other) const { return object_ == other.object_; }
  /// Gives the reference away without releasing it.
  T* detach() { return std::exchange(object_, nullptr); }

 private:
  void retain() {
    if (object_ != nullptr) object_->retain();
  }
  T* object_ = nullptr;
};
template <class T, class... A>
Ref<T> make(A&&... arguments) {
  return Ref<T>(new T(std::forward<A>(arguments)...));
}

/// SAFEARRAY: up to 60 dimensions, elements of one type (kVariant: of any). Element 0 of the first dimension varies fastest.
class Array final : public Counted {
 public:
  struct Bound {
    std::int32_t lower = 0;
    std::uint32_t count = 0;
    bool operator==(const Bound&) const = default;
  };
  static constexpr std::size_t kMaxElements = 1U << 27;
  /// nullptr over kMaxElements or 60 dimensions. No dimensions: an array that was never dimensioned.
  static Ref<Array> create(VarType element, std::vector<Bound> bounds);
  /// One dimension from 0.
  static Ref<Array> of(VarType element, std::vector<Variant> items);

  VarType element() const { return element_; }
  const std::vector<Bound>& bounds() const { return bounds_; }
  std::vector<Variant>& items() { return items_; }
  const std::vector<Variant>& items() const { return items_; }
  /// The element at the indices, one for each dimension; null outside of the bounds.
  Variant* at(const std::int32_t* indices, std::size_t count);
  /// Another upper bound of the last dimension; what fits is kept. False over kMaxElements.
  bool resize_last(std::int32_t upper);
  /// With copies of the arrays in it.
  Ref<Array> copy() const;
  ~Array() override;
  bool fixed = false;       // Dim a(3): cannot be resized
  std::uint32_t locks = 0;  // For Each is at work

 private:
  Ref<Array> shallow_copy() const;

  VarType element_ = VarType::kVariant;
  std::vector<Bound> bounds_;
  std::vector<Variant> items_;
};

/// 16 octets. Copies share texts and arrays; a language that gives arrays value semantics calls Array::copy(). Not thread-safe.
class Variant {
 public:
  Variant() = default;
  Variant(const Variant& other) : type_(other.type_), v_(other.v_) {
    if (owns()) share();
  }
  Variant(Variant&& other) noexcept : type_(other.type_), v_(other.v_) { other.type_ = 0; }
  Variant& operator=(const Variant& other) {
    Variant copy(other);
    swap(copy);
    return *this;
  }
  Variant& operator=(Variant&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Variant() {
    if (owns()) destroy();
  }
  void swap(Variant& other) noexcept {
    std::swap(type_, other.type_);
    std::swap(v_, other.v_);
  }

  static Variant null() { return Variant(VarType::kNull); }
  static Variant boolean(bool value) {
    Variant made(VarType::kBoolean);
    made.v_.i16 = static_cast<std::int16_t>(value ? -1 : 0);
    return made;
  }
  static Variant int16(std::int16_t value) {
    Variant made(VarType::kInt16);
    made.v_.i16 = value;
    return made;
  }
  static Variant int32(std::int32_t value) {
    Variant made(VarType::kInt32);
    made.v_.i32 = value;
    return made;
  }
  static Variant byte(std::uint8_t value) {
    Variant made(VarType::kByte);
    made.v_.u8 = value;
    return made;
  }
  static Variant single(float value) {
    Variant made(VarType::kFloat);
    made.v_.f32 = value;
    return made;
  }
  static Variant real(double value) {
    Variant made(VarType::kDouble);
    made.v_.f64 = value;
    return made;
  }
  /// Ten-thousandths.
  static Variant currency(std::int64_t scaled) {
    Variant made(VarType::kCurrency);
    made.v_.i64 = scaled;
    return made;
  }
  /// Days since 1899-12-30, the fraction is the time of day (always counted forward from midnight, MS-OAUT 2.2.25).
  static Variant date(double days) {
    Variant made(VarType::kDate);
    made.v_.f64 = days;
    return made;
  }
  static Variant text(Text value);
  static Variant utf8(std::string_view value) { return text(Text::from_utf8(value)); }
  /// Nothing for a null object.
  static Variant object(Ref<Dispatch> value);
  static Variant array(Ref<Array> value);
  static Variant error(std::int32_t code) {
    Variant made(VarType::kError);
    made.v_.i32 = code;
    return made;
  }
  static Variant missing() { return error(kMissing); }
  /// VT_BYREF|VT_VARIANT: `target` outlives it.
  static Variant reference(Variant* target) {
    Variant made;
    made.type_ = kByRefBit | static_cast<std::uint16_t>(VarType::kVariant);
    made.v_.reference = target;
    return made;
  }
  /// Other integers (kInt8, kUInt16 ... kUInt64), as they come from callers in C++.
  static Variant integer(VarType type, std::int64_t value);

  /// The raw vt: type, kArrayBit, kByRefBit.
  std::uint16_t vt() const { return type_; }
  VarType type() const { return static_cast<VarType>(type_ & 0xFFF); }
  bool is(VarType type) const { return type_ == static_cast<std::uint16_t>(type); }
  bool is_array() const { return (type_ & kArrayBit) != 0; }
  bool is_reference() const { return (type_ & kByRefBit) != 0; }
  bool is_missing() const { return is(VarType::kError) && v_.i32 == kMissing; }
  /// What a reference refers to, else this.
  Variant& target() { return is_reference() ? *v_.reference : *this; }
  const Variant& target() const { return is_reference() ? *v_.reference : *this; }

  // Contents; the type must be that one.
  bool as_boolean() const { return v_.i16 != 0; }
  std::int16_t as_int16() const { return v_.i16; }
  std::int32_t as_int32() const { return v_.i32; }
  std::uint8_t as_byte() const { return v_.u8; }
  float as_single() const { return v_.f32; }
  double as_real() const { return v_.f64; }  // kDate too
  std::int64_t as_currency() const { return v_.i64; }
  std::int64_t as_integer() const { return v_.i64; }  // those made by integer()
  const Text& as_text() const { return *reinterpret_cast<const Text*>(&v_.text); }
  Text& as_text() { return *reinterpret_cast<Text*>(&v_.text); }
  Dispatch* as_object() const { return v_.object; }
  Array* as_array() const { return v_.array; }
  std::int32_t as_error() const { return v_.i32; }

 private:
  explicit Variant(VarType type) : type_(static_cast<std::uint16_t>(type)) {}
  bool owns() const {
    return (type_ & kByRefBit) == 0 &&
           (is_array() || type_ == static_cast<std::uint16_t>(VarType::kString) || type_ == static_cast<std::uint16_t>(VarType::kDispatch));
  }
  void destroy();
  void share();

  std::uint16_t type_ = 0;
  union Content {
    std::int16_t i16;
    std::int32_t i32;
    std::int64_t i64;
    std::uint8_t u8;
    float f32;
    double f64;
    void* text;  // storage of a Text
    Dispatch* object;
    Array* array;
    Variant* reference;
  } v_{};
};
static_assert(sizeof(Variant) == 16);

}  // namespace scripting
