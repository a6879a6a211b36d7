// Random octets behind an interface.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace base {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(char* out, std::size_t size) = 0;
  std::uint64_t next() {
    char octets[8];
    fill(octets, sizeof octets);
    std::uint64_t value;
    std::memcpy(&value, octets, sizeof value);
    return value;
  }
};

/// The kernel's generator, fit for keys. Thread-safe.
class SystemRandom final : public Random {
 public:
  void fill(char* out, std::size_t size) override;
};

/// The same sequence for the same seed; for tests. Not thread-safe.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(char* out, std::size_t size) override;

 private:
  std::uint64_t state_;
};

}  // namespace base
