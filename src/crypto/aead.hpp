// Sealing of secrets that must be given back: AES-256-GCM under a ring of keys, so that keys can be rotated (DESIGN
// section 4).
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/sealing.hpp"
#include "base/secret.hpp"

namespace jeton::crypto {

/// Seals under the current key, opens under any key of the ring. Unchanging after `create`; thread-safe.
///
/// A sealed value: version byte 1, key id (4 bytes, big-endian), random nonce (12), ciphertext, tag (16). The bytes
/// before the ciphertext and the context are authenticated with it. Random nonces bound one key to 2^32 sealings (NIST
/// SP 800-38D 8.3).
class Sealer final : public base::Sealing {
 public:
  static constexpr std::size_t kKeyBytes = 32;
  static constexpr std::size_t kOverheadBytes = 1 + 4 + 12 + 16;
  static constexpr std::size_t kPlainBytesMax = 16 * 1024 * 1024;

  /// kInvalid when a key has not 32 bytes or `current` is not in the ring.
  static base::Result<Sealer> create(std::map<std::uint32_t, base::Secret> keys, std::uint32_t current);

  /// `context` says what the value is and whose ("encryption-key:PumpStation"); opening asks for the same text, so that
  /// a sealed value cannot be moved to another row. Throws std::length_error past kPlainBytesMax.
  std::string seal(std::string_view plain, std::string_view context) const override;

  /// kInternal, with a message that tells the cases apart: too short, unknown version, unknown key id, damaged or
  /// sealed for another context. A value that was opened is exactly what was sealed.
  base::Result<base::Secret> open(std::string_view sealed, std::string_view context) const override;

  std::uint32_t current_key() const { return current_; }
  /// The key id a sealed value names, 0 when it is too short: for finding what to seal again after a rotation.
  static std::uint32_t key_id_of(std::string_view sealed);

 private:
  Sealer(std::map<std::uint32_t, base::Secret> keys, std::uint32_t current)
      : keys_(std::move(keys)), current_(current) {}
  std::string known_keys() const;

  std::map<std::uint32_t, base::Secret> keys_;
  std::uint32_t current_;
};

}  // namespace jeton::crypto
