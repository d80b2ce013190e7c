// The own login at the Authentication system, for the authentication policy `outsourced`
// (arrowhead-authorization 11.6).
#pragma once
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "cloud/neighbours.hpp"

namespace jeton::cloud {

/// Whether a token that ends at `expires` has to be replaced now, when it is looked after every `interval`. Pure.
bool is_login_due(std::optional<base::Instant> expires, base::Instant now, base::Duration interval);

/// Thread-safe; step() is for one thread.
class Login {
 public:
  struct Settings {
    std::vector<std::pair<std::string, base::Secret>> credentials;  ///< members of the request's `credentials`
    base::Duration interval = std::chrono::seconds{10};             ///< between two calls of step()
  };
  /// All outlive it.
  Login(Settings settings, Neighbours& neighbours, OutgoingCredentials& credentials, const base::Clock& clock);

  /// Logs in when that is due, when a neighbour refused the token in use, and while the Authentication system is away,
  /// so that its return is noticed. The error says why it failed; the next call tries again, unless the Authentication
  /// system itself refused the credentials: then nothing is asked any more.
  base::Status step(const std::stop_token& stop);
  bool has_given_up() const;
  /// Success while a token is in use that has not ended, and the Authentication system answers.
  base::Status health() const;
  /// Gives the token back. Takes at most `time_max`, finding the Authentication system included.
  base::Status log_out(base::Duration time_max);

 private:
  std::string body() const;
  bool is_due() const;
  base::Status fail(const Trouble& trouble);

  const Settings settings_;
  Neighbours& neighbours_;
  OutgoingCredentials& credentials_;
  const base::Clock& clock_;

  mutable std::mutex mutex_;  // guards the rest
  bool logged_in_ = false;
  bool given_up_ = false;
  std::optional<base::Instant> expires_;     // none: the token has no end
  std::optional<base::ErrorCode> troubled_;  // as the log was told
  std::string trouble_ = "the own login has not been made yet";
};

}  // namespace jeton::cloud
