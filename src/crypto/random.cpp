#include "crypto/random.hpp"

#include <openssl/rand.h>

#include <cstring>

#include "crypto/openssl_error.hpp"

namespace jeton::crypto {
namespace {

/// Draws past the size of the pool go to the generator directly, in pieces that its `int` lengths can name.
constexpr std::size_t kPieceBytes = 1024 * 1024;

void generate(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const auto piece = out.first(std::min(out.size(), kPieceBytes));
    require(RAND_bytes(piece.data(), static_cast<int>(piece.size())) == 1, "draw random bytes");
    out = out.subspan(piece.size());
  }
}

}  // namespace

RandomPool::~RandomPool() {
  explicit_bzero(bytes_.data(), bytes_.size());
}

void RandomPool::fill(std::span<std::uint8_t> out) {
  if (out.size() >= kPoolBytes) {
    generate(out);
    return;
  }
  while (!out.empty()) {
    if (used_ == kPoolBytes) {
      generate(bytes_);
      used_ = 0;
    }
    const std::size_t count = std::min(out.size(), kPoolBytes - used_);
    std::memcpy(out.data(), bytes_.data() + used_, count);
    explicit_bzero(bytes_.data() + used_, count);
    used_ += count;
    out = out.subspan(count);
  }
}

void fill_random(std::span<std::uint8_t> out) {
  thread_local RandomPool pool;
  pool.fill(out);
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  fill_random({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  return bytes;
}

}  // namespace jeton::crypto
