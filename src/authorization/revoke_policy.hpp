// A provider takes one of its policy sets back (arrowhead-authorization 5.2).
#pragma once
#include <functional>
#include <string>

#include "authorization/instance_id_rules.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/still_wanted.hpp"
#include "store/store.hpp"

namespace jeton::authorization {

struct Revocation {
  InstanceId id;
  std::string caller;  ///< normalized system name

  bool operator==(const Revocation&) const = default;
};

/// Thread-safe.
class RevokePolicy {
 public:
  using Done = std::move_only_function<void(base::Result<bool>)>;

  explicit RevokePolicy(store::Store& store) : store_(store) {}

  /// Answers whether there was such a set on provider level; management-level sets are never found. kForbidden when the
  /// id belongs to another system. Tokens issued under the set live on. `done` is called once, after the commit, on the
  /// commit thread; or at once when there is nothing to write.
  void operator()(Revocation revocation, base::Instant now, store::StillWanted still_wanted, Done done) const;

 private:
  store::Store& store_;
};

}  // namespace jeton::authorization
