// May this system call that one? The only header of this folder that other features include.
#pragma once
#include <memory>
#include <optional>
#include <string_view>

#include "authorization/consumer_metadata.hpp"
#include "authorization/policy_index.hpp"
#include "base/result.hpp"

namespace jeton::authorization {

/// All names normalized.
struct AccessRequest {
  std::string_view cloud;     ///< the consumer's
  std::string_view provider;  ///< whose service or event type it is
  model::TargetType target_type = model::TargetType::kServiceDefinition;
  std::string_view target;
  std::string_view consumer;
  std::string_view scope;  ///< empty: none
};

/// Decides from memory after arrowhead-authorization 6.5. Thread-safe.
class Authorizer {
 public:
  Authorizer(const PolicyIndex& policies, ConsumerMetadata& metadata) : policies_(policies), metadata_(metadata) {}

  /// Never blocks. nullopt: a metadata policy applies and the consumer's metadata is not at hand; decide() where it
  /// may block then. kInvalid when a metadata policy cannot be evaluated (unknown operator).
  std::optional<base::Result<Decision>> decide_now(const AccessRequest& request) const;

  /// The same, but fetches metadata when it must. May block up to the source's time-out.
  base::Result<Decision> decide(const AccessRequest& request) const;

 private:
  const PolicyIndex& policies_;
  ConsumerMetadata& metadata_;
};

}  // namespace jeton::authorization
