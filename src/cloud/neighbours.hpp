// Asks the systems of the local cloud by service and operation, wherever they are.
#pragma once
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "cloud/discovery.hpp"
#include "cloud/exchange.hpp"

namespace jeton::cloud {

/// Thread-safe.
class Neighbours {
 public:
  struct Question {
    std::string_view neighbour;  ///< as figures name it
    std::string_view provider;   ///< the system to ask; empty: whichever offers the service
    std::string_view service;
    std::string_view operation;
    std::vector<std::string_view> arguments;  ///< path parameters
    std::string query;
    std::string body;
    bool repeatable = false;  ///< harmless to send twice though its method does not say so
    Patience patience;        ///< with finding the service and sending
  };

  /// Both outlive it.
  Neighbours(Discovery& discovery, Exchange& exchange) : discovery_(discovery), exchange_(exchange) {}

  /// The body of a 2xx answer. kNotFound when nobody offers the service; else as Exchange::send. May block. Whoever
  /// cannot use the answer says so to doubt().
  base::Result<std::string> ask(const Question& question);
  /// The same for whom it matters who says so: Trouble::own_word is that of the system that offers the service.
  std::expected<std::string, Trouble> put(const Question& question);
  /// What was answered is not what the contract says: somebody else may listen where the service was.
  void doubt(std::string_view service) { discovery_.doubt(service); }

  /// Whether the last question to it was in vain. `neighbour` as figures name it.
  bool is_away(std::string_view neighbour) const { return exchange_.is_away(neighbour); }
  const OutgoingCredentials& credentials() const { return exchange_.credentials(); }

 private:
  Discovery& discovery_;
  Exchange& exchange_;
};

}  // namespace jeton::cloud
