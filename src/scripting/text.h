// Texts of automation: BSTR in C++. UTF-16, counted, shared until written; may hold NUL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace scripting {

/// One pointer; the empty text has none. Copies share; append() to a text that nobody shares grows in place (amortised O(1)).
/// Not thread-safe: texts belong to one thread like everything of automation; hand copies over with clone().
class Text {
 public:
  static constexpr std::size_t kMaxUnits = 0x3FFFFFFF;  // longer: std::bad_alloc [memory by doubling]

  Text() = default;
  Text(std::u16string_view units);  // NOLINT(google-explicit-constructor)
  static Text from_utf8(std::string_view text);
  Text(const Text& other) : buffer_(other.buffer_) { retain(); }
  Text(Text&& other) noexcept : buffer_(other.buffer_) { other.buffer_ = nullptr; }
  Text& operator=(const Text& other) {
    Text copy(other);
    std::swap(buffer_, copy.buffer_);
    return *this;
  }
  Text& operator=(Text&& other) noexcept {
    std::swap(buffer_, other.buffer_);
    return *this;
  }
  ~Text() { release(); }

  std::u16string_view view() const {
    return buffer_ == nullptr ? std::u16string_view() : std::u16string_view(buffer_->units(), buffer_->size);
  }
  std::size_t size() const { return buffer_ == nullptr ? 0 : buffer_->size; }
  bool empty() const { return size() == 0; }
  /// Lone surrogates become U+FFFD.
  std::string to_utf8() const;
  void append(std::u16string_view units);
  Text clone() const { return Text(view()); }

  bool operator==(const Text& other) const { return view() == other.view(); }

 private:
  friend class Variant;
  struct Buffer {
    std::uint32_t references;
    std::uint32_t size;
    std::uint32_t capacity;
    const char16_t* units() const { return reinterpret_cast<const char16_t*>(this + 1); }
    char16_t* units() { return reinterpret_cast<char16_t*>(this + 1); }
  };
  static Buffer* allocate(std::size_t capacity);
  static void free(Buffer* buffer);
  void retain() {
    if (buffer_ != nullptr) ++buffer_->references;
  }
  void release() {
    if (buffer_ != nullptr && --buffer_->references == 0) free(buffer_);
  }

  Buffer* buffer_ = nullptr;
};

}  // namespace scripting
