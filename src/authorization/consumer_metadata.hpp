// Where the metadata of consumers comes from, for policies that ask for it (arrowhead-authorization 6.6). A port.
#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <string_view>

#include "base/json/types.hpp"

namespace jeton::authorization {

/// Thread-safe. "No metadata" (an unknown system, a failed look-up) is a null pointer and makes non-empty requirements
/// fail: the source fails closed and reports its troubles itself.
class ConsumerMetadata {
 public:
  using Found = std::shared_ptr<const base::json::Value>;
  virtual ~ConsumerMetadata() = default;
  /// What is known without waiting; nullopt: fetch() has to ask.
  virtual std::optional<Found> at_hand(std::string_view system) = 0;
  /// Asks if need be. May block up to the source's time-out.
  virtual Found fetch(std::string_view system) = 0;
};

/// For a server without a ServiceRegistry: nobody has metadata, which the log says once.
class NoConsumerMetadata final : public ConsumerMetadata {
 public:
  std::optional<Found> at_hand(std::string_view system) override { return fetch(system); }
  Found fetch(std::string_view system) override;

 private:
  std::atomic<bool> told_{false};
};

}  // namespace jeton::authorization
