// The key a provider registered so that self-contained tokens reach it encrypted (arrowhead-authorization 5.8, 8.7).
#pragma once
#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "base/enum_text.hpp"
#include "base/secret.hpp"

namespace jeton::model {

enum class CipherMode : std::uint8_t { kEcb = 1, kCbc = 2 };

struct EncryptionKey {
  std::string system;  ///< normalized name of the provider
  base::Secret key;    ///< the registered bytes, any length from 16
  CipherMode mode = CipherMode::kEcb;
  std::string algorithm;       ///< as the client spelled it, trimmed
  std::string initial_vector;  ///< kCbc: the 16 bytes handed out at registration; empty otherwise
  base::Instant created_at;
};

}  // namespace jeton::model

namespace jeton::base {
template <>
struct EnumText<model::CipherMode> {
  static constexpr auto kRows = enum_rows<model::CipherMode>(
      {{model::CipherMode::kEcb, "AES/ECB/PKCS5Padding"}, {model::CipherMode::kCbc, "AES/CBC/PKCS5Padding"}});
};
}  // namespace jeton::base
