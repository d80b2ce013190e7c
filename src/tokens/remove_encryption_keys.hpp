// Providers' encryption keys are withdrawn, by themselves or by an operator (arrowhead-authorization 5.9, 5.18).
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/store.hpp"
#include "tokens/token_order.hpp"

namespace jeton::tokens {

/// Thread-safe.
class RemoveEncryptionKeys {
 public:
  /// How many there were.
  using Done = std::move_only_function<void(base::Result<std::size_t>)>;

  explicit RemoveEncryptionKeys(store::Store& store) : store_(store) {}

  /// Systems without a key are passed over. `done` runs on the commit thread, or on the caller's when the store
  /// refuses.
  void operator()(std::vector<std::string> systems, std::string caller, base::Instant now,
                  store::StillWanted still_wanted, Done done);

 private:
  store::Store& store_;
};

}  // namespace jeton::tokens
