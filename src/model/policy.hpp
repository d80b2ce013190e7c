// Authorization policies: who may use which service or event type of which provider (arrowhead-authorization 6.1).
#pragma once
#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/enum_text.hpp"
#include "base/id.hpp"

namespace jeton::model {

using PolicyId = base::Id<struct PolicyIdTag>;

/// A management-level policy set hides a provider-level one for the same target completely.
enum class PolicyLevel : std::uint8_t { kManagement = 1, kProvider = 2 };
enum class TargetType : std::uint8_t { kServiceDefinition = 1, kEventType = 2 };
enum class PolicyType : std::uint8_t { kAll = 1, kWhitelist = 2, kBlacklist = 3, kSystemMetadata = 4 };

/// The cloud that means "ours", and the scope under which the default policy is kept.
inline constexpr std::string_view kLocalCloud = "LOCAL";
inline constexpr std::string_view kDefaultScope = "*";

/// One rule: its type decides which of the other two members means something.
struct Policy {
  PolicyType type = PolicyType::kAll;
  std::vector<std::string> systems;  ///< kWhitelist, kBlacklist: normalized names, sorted, without duplicates
  std::string requirement;           ///< kSystemMetadata: a JSON object as granted, compact text

  bool operator==(const Policy&) const = default;
};

struct ScopedPolicy {
  std::string scope;
  Policy policy;

  bool operator==(const ScopedPolicy&) const = default;
};

/// What a policy set protects. Unique per level.
struct PolicyTarget {
  std::string cloud;     ///< the consumers' cloud: kLocalCloud or "Cloud|Organization"
  std::string provider;  ///< normalized system name
  TargetType target_type = TargetType::kServiceDefinition;
  std::string target;  ///< normalized service definition or event type name

  bool operator==(const PolicyTarget&) const = default;
};

/// All rules for one target on one level. All names are normalized.
struct PolicySet {
  PolicyId id;
  PolicyLevel level = PolicyLevel::kProvider;
  PolicyTarget target;
  std::string description;  ///< empty: none
  Policy default_policy;
  std::vector<ScopedPolicy> scoped;  ///< sorted by scope; never kDefaultScope
  std::string created_by;
  base::Instant created_at;

  bool operator==(const PolicySet&) const = default;
};

/// "PR|LOCAL|PumpStation|SERVICE_DEF|flowRate" (2.5).
std::string instance_id(PolicyLevel level, const PolicyTarget& target);
inline std::string instance_id(const PolicySet& set) {
  return instance_id(set.level, set.target);
}

BOOST_DESCRIBE_STRUCT(Policy, (), (type, systems, requirement))
BOOST_DESCRIBE_STRUCT(ScopedPolicy, (), (scope, policy))
BOOST_DESCRIBE_STRUCT(PolicyTarget, (), (cloud, provider, target_type, target))
BOOST_DESCRIBE_STRUCT(PolicySet, (), (id, level, target, description, default_policy, scoped, created_by, created_at))

}  // namespace jeton::model

namespace jeton::base {
template <>
struct EnumText<model::PolicyLevel> {
  static constexpr auto kRows = enum_rows<model::PolicyLevel>(
      {{model::PolicyLevel::kManagement, "MGMT"}, {model::PolicyLevel::kProvider, "PROVIDER"}});
};
template <>
struct EnumText<model::TargetType> {
  static constexpr auto kRows = enum_rows<model::TargetType>(
      {{model::TargetType::kServiceDefinition, "SERVICE_DEF"}, {model::TargetType::kEventType, "EVENT_TYPE"}});
};
template <>
struct EnumText<model::PolicyType> {
  static constexpr auto kRows = enum_rows<model::PolicyType>({{model::PolicyType::kAll, "ALL"},
                                                              {model::PolicyType::kWhitelist, "WHITELIST"},
                                                              {model::PolicyType::kBlacklist, "BLACKLIST"},
                                                              {model::PolicyType::kSystemMetadata, "SYS_METADATA"}});
};
}  // namespace jeton::base
