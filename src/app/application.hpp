// The composition root: builds every part in order, wires them by constructor, ends them in reverse.
#pragma once
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/config.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace jeton::app {

class Application {
 public:
  /// Opens the store, loads what is kept in memory, binds the listeners. Nothing is served before start(). A failure's
  /// message is for the operator: what is wrong and what to change.
  static base::Result<std::unique_ptr<Application>> create(const config::Config& config, const base::Clock& clock);
  ~Application();

  /// HOST:PORT of each listener as bound.
  const std::vector<std::string>& addresses() const;
  /// Of those addresses: "http" or "https".
  std::string_view scheme() const;
  /// Connects to the MQTT broker, if there is one; then serves; then begins the background tasks, the first of which
  /// tell the cloud where we are. A failure's message is for the operator. Ends early, as a failure, when `stop` is
  /// requested.
  base::Status start(const std::stop_token& stop);
  /// Reads the files of `http.tls` again, and says in the log what came of it. One thread at a time, not after stop().
  void reload();
  /// Shuts down in the written order, each step waiting for its end: not ready any more; event streams and long polls
  /// end; the ServiceRegistry is told (at most CloudMembership::kWithdrawTime); requests over MQTT are answered, those
  /// included that wait for another server, and the broker is left (at most kDrainGrace); listeners close and requests
  /// in hand finish (at most kDrainGrace); questions to other servers end; background tasks; the own login ends (at
  /// most CloudMembership::kLogOutTime); the features' own threads, such as those of providers; those who ask other
  /// servers; workers; the store, after what is queued is durable.
  void stop();

  static constexpr base::Duration kDrainGrace = std::chrono::seconds(5);

 private:
  struct Parts;
  explicit Application(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace jeton::app
