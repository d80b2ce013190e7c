// Keeps this server registered in the ServiceRegistry: at start, again when it was forgotten there, and not any more after
// it stopped (arrowhead-authorization 11.1 to 11.3, 11.7).
#pragma once
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "cloud/neighbours.hpp"
#include "cloud/self_description.hpp"

namespace jeton::cloud {

/// Thread-safe; keep() and withdraw() are for one thread.
class Registration {
 public:
  /// `neighbours` and `clock` outlive it.
  Registration(SelfDescription self, std::vector<OfferedService> services, Neighbours& neighbours,
               const base::Clock& clock);

  /// Registers the system and its services, in their order, what the registry still has of an earlier life first taken
  /// out. Once registered it only looks whether everything is there, and registers again when it is not. The error says
  /// why the registry cannot be told, or is not known to have us.
  base::Status keep(const std::stop_token& stop);
  /// Takes the services out again, all within `time_max`; what fails is logged.
  void withdraw(base::Duration time_max);

  /// Success while the registry has us, as far as the last keep() saw.
  base::Status health() const;

 private:
  base::Status register_all(const std::stop_token& stop);
  base::Status register_service(const OfferedService& service, const std::stop_token& stop);
  base::Result<bool> is_registered(const std::stop_token& stop);
  base::Status note(base::Status status);

  const SelfDescription self_;
  const std::vector<OfferedService> services_;
  Neighbours& neighbours_;
  const base::Clock& clock_;

  mutable std::mutex mutex_;  // guards the rest
  bool registered_ = false;
  std::map<std::string, std::string> instances_;  // service to the id that the registry gave it
  base::Status health_ = base::failure(base::unavailable("not registered yet"));
};

}  // namespace jeton::cloud
