#include "scripting/text.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/utf.h"
#include "scripting/variant.h"

namespace scripting {
namespace {

thread_local std::size_t octets_alive = 0;

std::size_t octets_of(std::size_t capacity) { return capacity * sizeof(char16_t); }

}  // namespace

std::size_t live_octets() { return octets_alive; }
void account(std::ptrdiff_t octets) { octets_alive += static_cast<std::size_t>(octets); }

Text::Buffer* Text::allocate(std::size_t capacity) {
  if (capacity > kMaxUnits) throw std::bad_alloc();
  void* memory = std::malloc(sizeof(Buffer) + octets_of(capacity));
  if (memory == nullptr) throw std::bad_alloc();
  octets_alive += octets_of(capacity) + sizeof(Buffer);
  return new (memory) Buffer{1, 0, static_cast<std::uint32_t>(capacity)};
}

void Text::free(Buffer* buffer) {
  octets_alive -= octets_of(buffer->capacity) + sizeof(Buffer);
  std::free(buffer);
}

Text::Text(std::u16string_view units) {
  if (units.empty()) return;
  buffer_ = allocate(units.size());
  std::memcpy(buffer_->units(), units.data(), octets_of(units.size()));
  buffer_->size = static_cast<std::uint32_t>(units.size());
}

Text Text::from_utf8(std::string_view text) { return Text(base::utf8_to_utf16(text)); }

std::string Text::to_utf8() const {
  std::u16string units(view());
  for (std::size_t i = 0; i < units.size(); ++i) {
    const bool high = units[i] >= 0xD800 && units[i] < 0xDC00;
    if (high && i + 1 < units.size() && units[i + 1] >= 0xDC00 && units[i + 1] < 0xE000) {
      ++i;
    } else if (high || (units[i] >= 0xDC00 && units[i] < 0xE000)) {
      units[i] = 0xFFFD;
    }
  }
  return base::utf16_to_utf8(units);
}

void Text::append(std::u16string_view units) {
  if (units.empty()) return;
  const std::size_t old_size = size();
  const std::size_t new_size = old_size + units.size();
  if (buffer_ == nullptr || buffer_->references != 1 || new_size > buffer_->capacity) {
    std::size_t capacity = new_size;
    if (buffer_ != nullptr && buffer_->references == 1) capacity = std::min(kMaxUnits, std::max(new_size, old_size * 2));
    Text grown;
    grown.buffer_ = allocate(std::max(new_size, capacity));
    if (old_size > 0) std::memcpy(grown.buffer_->units(), view().data(), octets_of(old_size));
    std::memcpy(grown.buffer_->units() + old_size, units.data(), octets_of(units.size()));  // before this is freed: units may be in it
    grown.buffer_->size = static_cast<std::uint32_t>(new_size);
    *this = std::move(grown);
    return;
  }
  std::memcpy(buffer_->units() + old_size, units.data(), octets_of(units.size()));
  buffer_->size = static_cast<std::uint32_t>(new_size);
}

}  // namespace scripting
