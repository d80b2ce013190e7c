// A sealer with a key of the tests' own.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "crypto/aead.hpp"

namespace jeton::testing {

inline crypto::Sealer test_sealer() {
  std::map<std::uint32_t, base::Secret> keys;
  keys.emplace(1, base::Secret(std::string(crypto::Sealer::kKeyBytes, 'k')));
  return crypto::Sealer::create(std::move(keys), 1).value();
}

}  // namespace jeton::testing
