// Policy sets as tests write them down.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "model/policy.hpp"

namespace jeton::authorization::samples {

inline model::Policy everyone() {
  return {.type = model::PolicyType::kAll};
}
inline model::Policy whitelist(std::vector<std::string> systems) {
  return {.type = model::PolicyType::kWhitelist, .systems = std::move(systems)};
}
inline model::Policy blacklist(std::vector<std::string> systems) {
  return {.type = model::PolicyType::kBlacklist, .systems = std::move(systems)};
}
inline model::Policy metadata(std::string requirement) {
  return {.type = model::PolicyType::kSystemMetadata, .requirement = std::move(requirement)};
}

inline model::PolicyTarget target(std::string name = "flowRate") {
  return {.cloud = "LOCAL",
          .provider = "PumpStation",
          .target_type = model::TargetType::kServiceDefinition,
          .target = std::move(name)};
}

inline model::PolicySet set(model::PolicyLevel level, model::Policy default_policy,
                            std::vector<model::ScopedPolicy> scoped = {}) {
  return {.id = model::PolicyId{level == model::PolicyLevel::kManagement ? 1 : 2},
          .level = level,
          .target = target(),
          .default_policy = std::move(default_policy),
          .scoped = std::move(scoped)};
}

}  // namespace jeton::authorization::samples
