// Providers' encryption keys, registered by themselves or by an operator (arrowhead-authorization 5.8, 5.17).
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "model/encryption_key.hpp"
#include "store/store.hpp"
#include "tokens/token_order.hpp"

namespace jeton::tokens {

struct EncryptionKeyOrder {
  std::string system;
  base::Secret key;  ///< 16 bytes or more; those that are not 16, 24 or 32 make generation fail later (Q11)
  model::CipherMode mode = model::CipherMode::kEcb;
  std::string algorithm;  ///< as the client spelled it
};

/// Thread-safe.
class RegisterEncryptionKeys {
 public:
  /// In the order of the orders. CBC keys have got a fresh initial vector.
  using Keys = std::vector<std::shared_ptr<const model::EncryptionKey>>;
  using Done = std::move_only_function<void(base::Result<Keys>)>;

  explicit RegisterEncryptionKeys(store::Store& store) : store_(store) {}

  /// In one write; a key replaces the one its system had, with its initial vector. `done` runs on the commit thread, or
  /// on the caller's when the store refuses.
  void operator()(std::vector<EncryptionKeyOrder> orders, std::string caller, base::Instant now,
                  store::StillWanted still_wanted, Done done);

 private:
  store::Store& store_;
};

}  // namespace jeton::tokens
