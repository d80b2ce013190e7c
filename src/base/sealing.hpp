// A port: turns secrets into bytes that can be stored, and back. crypto::Sealer is the one implementation; the store
// needs no more.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace jeton::base {

/// Thread-safe.
class Sealing {
 public:
  /// `context` says what the value is and whose; opening asks for the same, so that a sealed value cannot be moved
  /// elsewhere.
  virtual std::string seal(std::string_view plain, std::string_view context) const = 0;
  /// kInternal when the value was damaged, sealed for another context, or under a key that is not at hand.
  virtual Result<Secret> open(std::string_view sealed, std::string_view context) const = 0;

 protected:
  ~Sealing() = default;
};

}  // namespace jeton::base
