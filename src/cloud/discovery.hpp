// Finds the services of the local cloud: asked of the ServiceRegistry, else of an orchestrator, and kept until a
// service is not where it was (arrowhead-authorization 11.4).
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/answer_memory.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "cloud/exchange.hpp"
#include "cloud/place.hpp"

namespace jeton::cloud {

/// Thread-safe.
class Discovery {
 public:
  struct Settings {
    std::string registry;  ///< origin of the ServiceRegistry; empty: only what is fixed is found
    /// Services that need not be looked for, by name.
    std::vector<std::pair<std::string, Place>> fixed;
  };
  using Found = std::shared_ptr<const Place>;

  /// Both outlive it.
  Discovery(Settings settings, Exchange& exchange, const base::Clock& clock);

  /// Where a service is. `provider` empty: any. From memory when it is known, else it asks, and may block. While nobody
  /// can be asked the last place known is the answer. kNotFound: nobody offers it; kExternal: nobody could be asked.
  base::Result<Found> find(std::string_view service, std::string_view provider, const Patience& patience = {});
  /// The service did not answer there, or not as it should: the next find() asks whether it moved. No place: wherever
  /// it is known to be.
  void doubt(std::string_view service, const Found& place = nullptr);

  /// How often a place was not asked for: too many others were waiting for theirs.
  std::uint64_t unasked() const { return answers_.unanswered(); }

  static constexpr std::string_view kServiceDiscovery = "serviceDiscovery";
  static constexpr std::string_view kSystemDiscovery = "systemDiscovery";
  /// Looked for without credentials: the registry answers that to anybody, for it is needed to get an identity token,
  /// and one that has ended must not stand in the way of the next (arrowhead-authorization 9.4, 11.6).
  static constexpr std::string_view kIdentity = "identity";

 private:
  using Answer = base::Result<Found>;
  struct Known {
    Found place;
    bool doubtful = false;
  };

  Answer look(std::string_view service, std::string_view provider, const Patience& patience);
  Answer ask_registry(std::string_view service, std::string_view provider, const Patience& patience);
  Answer ask_orchestrator(std::string_view orchestrator, std::string_view service, std::string_view provider,
                          const Patience& patience);

  const Settings settings_;
  const std::string scheme_;  // of the cloud: that of its registry
  Exchange& exchange_;
  const base::Clock& clock_;
  base::AnswerMemory<Answer> answers_;  // so that a service that is away is not looked for by every request
  std::mutex mutex_;                    // guards known_
  std::map<std::string, Known, std::less<>> known_;  // as many as there are services that the program names
};

}  // namespace jeton::cloud
