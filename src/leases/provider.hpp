// The port to an external service whose credentials are leased (token-lease 2.6): one folder a type under providers/,
// made by name in providers/registry.hpp. Nothing here knows of records, retries or owners; whoever calls does.
#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json/types.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "model/lease.hpp"

namespace jeton::leases {

/// Why a call to a provider did not do what it was asked. What matters is what is left behind, and whether the provider
/// or this one credential is in trouble.
enum class Trouble : std::uint8_t {
  kUnreachable,  ///< nothing was done: no connection, or it ended before the request was sent. The provider is away
  kDenied,       ///< nothing was done: the manager's own account is refused (401, 28xxx). The provider is of no use
  kBusy,         ///< nothing was done: it says so and wants to be asked later (429, 503 of the service itself)
  kAmbiguous,    ///< it may have been done, now or later: time-out, reset after sending, 408, 499, 500, 502, 504
  kRejected,     ///< nothing was done, and repeating it unchanged cannot help
};
/// Whether it says something about the provider as a whole, and nothing about the credential.
constexpr bool is_of_provider(Trouble trouble) {
  return trouble == Trouble::kUnreachable || trouble == Trouble::kDenied;
}

struct Problem {
  Trouble trouble = Trouble::kRejected;
  std::string message;                        ///< for people; no secret, at most 240 bytes
  std::optional<base::Duration> retry_after;  ///< what the provider asked for

  bool operator==(const Problem&) const = default;
};

struct Traits {
  bool assigns_ids = false;     ///< the provider chooses the id (class B); else it is the label (class A)
  bool gives_secret = false;    ///< the provider makes the secret; else ours is used
  bool ends_by_itself = false;  ///< new logins are refused from expiry on, whether or not we revoke
  bool ends_sessions = false;   ///< open sessions end at revocation
  std::size_t batch_max = 1;    ///< handles in one call of revoke()
  std::size_t label_bytes_max = 63;
};

/// A credential to be made.
struct NewCredential {
  std::string_view label;   ///< `lt_<tag>_<random>`, [a-z0-9_] only
  std::string_view lease;   ///< its lease's name
  std::string_view secret;  ///< made by us, [A-Za-z0-9_-], at least 128 bits; for types without gives_secret
  std::string_view owner;
  std::string_view role;  ///< empty: none
  base::Instant expires_at;
  const base::json::Object& options;  ///< of the request, without `ttl`
};

/// What the provider made.
struct Credential {
  std::string external_id;
  base::Secret value;  ///< the secret to hand over
  std::string issued;  ///< the provider's own time as it wrote it; empty: none. Information only (token-lease 5.9)
};

/// One credential that the provider has and that bears our mark.
struct Found {
  model::LeaseHandle handle;
  /// Of an earlier manager (token-lease 3.7), only where taking over is switched on.
  struct Earlier {
    std::string owner;
    base::Instant expires_at;
  };
  std::optional<Earlier> earlier;
};

/// Thread-safe; calls block, and end soon after `deadline`. Every text that comes from a request or from the service is
/// quoted or refused, never pasted.
class Provider {
 public:
  template <class T>
  using Outcome = std::expected<T, Problem>;
  using Make = std::move_only_function<Outcome<Credential>(base::Tick deadline)>;

  struct Prepared {
    model::LeaseHandle handle;  ///< written down before `make` is called
    Make make;                  ///< calls the service; once
  };

  virtual ~Provider() = default;

  virtual Traits traits() const = 0;
  /// Checks role and options, and works out everything that can be known beforehand. Local and quick. kInvalid when the
  /// request cannot be served, naming the option and what would be right.
  virtual base::Result<Prepared> prepare(const NewCredential& wanted) const = 0;
  /// Tells the service of a new end, where it keeps one. Success too when there is nothing to tell.
  virtual Outcome<void> renew(const model::LeaseHandle& handle, base::Instant expires_at, base::Tick deadline) = 0;
  /// Takes back 1 to traits().batch_max credentials; one answer each, in order. Success: it does not work (any more),
  /// also when it never existed. Idempotent, harmless at any time, also beside other calls. A handle without external
  /// id is found by its label.
  virtual std::vector<Outcome<void>> revoke(std::span<const model::LeaseHandle> handles, base::Tick deadline) = 0;
  /// Whether the service still has it. Only a sure answer is one.
  virtual Outcome<bool> exists(const model::LeaseHandle& handle, base::Tick deadline) = 0;
  /// Everything with our mark, `lt_<tag>_` in the label; `tag` is this installation's.
  virtual Outcome<std::vector<Found>> list(std::string_view tag, base::Tick deadline) = 0;
  /// Whether the service answers and the manager's account is good. Cheap.
  virtual Outcome<void> check(base::Tick deadline) = 0;
};

/// Time until the deadline, never negative.
inline base::Duration time_left(base::Tick deadline, base::Tick now) {
  return deadline > now ? deadline - now : base::Duration::zero();
}

}  // namespace jeton::leases
