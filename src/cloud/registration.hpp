// Keeps this server registered in the ServiceRegistry: at start, again when it was forgotten there, and not any more
// after it stopped (arrowhead-authorization 11.1 to 11.3, 11.7).
#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "cloud/neighbours.hpp"
#include "cloud/self_description.hpp"

namespace jeton::cloud {

/// Thread-safe.
class Registration {
 public:
  /// `neighbours` and `clock` outlive it.
  Registration(SelfDescription self, std::vector<OfferedService> services, Neighbours& neighbours,
               const base::Clock& clock);

  /// Registers the system and its services, in their order, what the registry still has of an earlier life first taken
  /// out. Once registered it only looks whether everything is there, and registers again when it is not. A registry may
  /// hide services from us: those without unrestricted discovery that it does not show when it was just told of them
  /// are not expected to be shown. The error says why the registry cannot be told, or is not known to have us.
  base::Status keep(const std::stop_token& stop);
  /// Takes the services out again, once a keep() under way is through: whoever withdraws stops that one first. All of
  /// it takes `time_max` at the most, finding the registry included; what fails is logged. From then on keep() does
  /// nothing.
  void withdraw(base::Duration time_max);

  /// Success while the registry has us, as far as the last keep() saw, and answers.
  base::Status health() const;

 private:
  base::Status register_all(const std::stop_token& stop);
  base::Status register_service(const OfferedService& service, const std::stop_token& stop);
  base::Result<bool> is_registered(const std::stop_token& stop);
  std::set<std::string> expected_of(const std::set<std::string>& shown) const;
  base::Status note(base::Status status);

  const SelfDescription self_;
  const std::vector<OfferedService> services_;
  Neighbours& neighbours_;
  const base::Clock& clock_;

  std::timed_mutex telling_;  // held by whoever tells the registry something

  mutable std::mutex mutex_;  // guards the rest
  bool registered_ = false;
  bool withdrawn_ = false;
  std::map<std::string, std::string> instances_;   // service to the id that the registry gave it
  std::optional<std::set<std::string>> expected_;  // ids that every look must show; none: nobody has looked yet
  std::optional<base::ErrorCode> troubled_;        // as the log was told
  base::Status health_ = base::failure(base::unavailable("not registered yet"));
};

}  // namespace jeton::cloud
