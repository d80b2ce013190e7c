// Random bytes for tokens, nonces and keys, from OpenSSL's generator.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace jeton::crypto {

/// Fills `out` with random bytes fit for secrets. Thread-safe. Throws std::runtime_error when the machine has no
/// entropy.
void fill_random(std::span<std::uint8_t> out);

/// `count` random bytes.
std::string random_bytes(std::size_t count);

/// A stock of random bytes: one call of the generator serves many small draws. A byte is handed out once, and wiped
/// from the stock as it goes, so that memory read later does not tell tokens issued earlier. Not thread-safe:
/// fill_random keeps one per thread. A process that forks and draws on both sides would draw the same bytes twice; this
/// server does not fork.
class RandomPool {
 public:
  static constexpr std::size_t kPoolBytes = 4096;

  RandomPool() = default;
  RandomPool(const RandomPool&) = delete;
  RandomPool& operator=(const RandomPool&) = delete;
  ~RandomPool();

  void fill(std::span<std::uint8_t> out);

  /// The part of the stock that was handed out: zeros.
  std::span<const std::uint8_t> spent() const { return std::span(bytes_).first(used_); }

 private:
  std::array<std::uint8_t, kPoolBytes> bytes_{};
  std::size_t used_ = kPoolBytes;
};

}  // namespace jeton::crypto
