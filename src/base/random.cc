#include "base/random.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace base {

void SystemRandom::fill(char* out, std::size_t size) {
  while (size != 0) {
    const ssize_t got = getrandom(out, size, 0);
    if (got < 0 && errno == EINTR) continue;
    // The call cannot fail otherwise for a valid buffer; going on with predictable octets would be worse than ending.
    if (got <= 0) std::abort();
    out += got;
    size -= static_cast<std::size_t>(got);
  }
}

void SeededRandom::fill(char* out, std::size_t size) {
  while (size != 0) {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t word = state_;
    word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9U;
    word = (word ^ word >> 27) * 0x94D049BB133111EBU;
    word ^= word >> 31;
    const std::size_t count = std::min(size, sizeof word);
    std::memcpy(out, &word, count);
    out += count;
    size -= count;
  }
}

}  // namespace base
