// Who is kept out, whoever it proves to be (arrowhead-authorization 9.5). A port.
#pragma once
#include <optional>

#include "base/result.hpp"
#include "identity/caller.hpp"

namespace jeton::identity {

/// Thread-safe. Success admits; an error is passed on to the caller as it is.
class Blacklist {
 public:
  virtual ~Blacklist() = default;
  /// From memory; nullopt: admit() has to ask. Never blocks.
  virtual std::optional<base::Status> admit_now(const Caller& caller) const = 0;
  /// Asks if need be. May block up to the time-outs of whom it asks.
  virtual base::Status admit(const Caller& caller) const = 0;
};

/// For a server that keeps nobody out.
class NoBlacklist final : public Blacklist {
 public:
  std::optional<base::Status> admit_now(const Caller& /*caller*/) const override { return base::Status{}; }
  base::Status admit(const Caller& /*caller*/) const override { return {}; }
};

}  // namespace jeton::identity
