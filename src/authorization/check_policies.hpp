// Answers many questions of the kind "may this system call that one" at once (arrowhead-authorization 5.13).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "authorization/authorizer.hpp"
#include "base/result.hpp"

namespace jeton::authorization {

/// An AccessRequest that owns its names. All are normalized.
struct AccessQuestion {
  std::string cloud;
  std::string provider;
  model::TargetType target_type = model::TargetType::kServiceDefinition;
  std::string target;
  std::string consumer;
  std::string scope;  ///< empty: none

  AccessRequest view() const { return {cloud, provider, target_type, target, consumer, scope}; }
  bool operator==(const AccessQuestion&) const = default;
};

/// Thread-safe. Answers are in the order of the questions; the first question that cannot be answered fails all.
class CheckPolicies {
 public:
  explicit CheckPolicies(const Authorizer& authorizer) : authorizer_(authorizer) {}

  /// Never blocks. nullopt: a consumer's metadata is not at hand; decide() on a worker then.
  std::optional<base::Result<std::vector<bool>>> decide_now(const std::vector<AccessQuestion>& questions) const;
  /// Fetches metadata when it must. May block.
  base::Result<std::vector<bool>> decide(const std::vector<AccessQuestion>& questions) const;

 private:
  const Authorizer& authorizer_;
};

}  // namespace jeton::authorization
