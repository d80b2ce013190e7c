#include "api/arrowhead/grant_requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/arrowhead/member_checks.hpp"
#include "api/arrowhead/requester.hpp"
#include "base/json/writer.hpp"
#include "base/limits.hpp"
#include "base/strings.hpp"

namespace jeton::api::arrowhead {
namespace {

using base::failure;
using base::invalid;
using base::Result;
using base::Status;
using base::limits::kDescriptionCharactersMax;
using model::Normalizer;
using model::PolicyType;

bool takes_list(PolicyType type) {
  return type == PolicyType::kWhitelist || type == PolicyType::kBlacklist;
}

Status check_raw_policy(const PolicyRequest& policy, const Place& place) {
  const auto type = require_literal<PolicyType>(policy.policy_type, "policyType", place);
  if (!type) return failure(type.error());
  if (takes_list(*type)) {
    if (!policy.policy_list || policy.policy_list->empty()) {
      const std::string where = place.of("policyList");
      return failure(invalid(
          fmt::format("{} is missing or empty; {} needs the names of systems", where, base::enum_text(*type)), where));
    }
    return check_elements(policy.policy_list, "policyList", place);
  }
  if (*type == PolicyType::kSystemMetadata &&
      (!policy.policy_metadata_requirement || policy.policy_metadata_requirement->empty())) {
    const std::string where = place.of("policyMetadataRequirement");
    return failure(
        invalid(fmt::format("{} is missing or empty; SYS_METADATA needs an object with conditions", where), where));
  }
  return {};
}

// Characters of UTF-8: the bytes that do not go on with one.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

Status check_description(const std::optional<std::string>& description, const Place& place) {
  if (!description || characters(*description) <= kDescriptionCharactersMax) return {};
  const std::string where = place.of("description");
  return failure(invalid(fmt::format("{} has {} characters; at most {} are allowed", where, characters(*description),
                                     kDescriptionCharactersMax),
                         where));
}

Status check_raw_scopes(const GrantRequest& request, bool blank_scope_allowed, const Place& place) {
  if (!request.scoped_policies) return {};
  for (const auto& [scope, policy] : *request.scoped_policies) {
    const std::string where = place.of("scopedPolicies");
    if (!blank_scope_allowed && base::is_blank(scope)) {
      return failure(
          invalid(fmt::format("{} has a blank scope; every policy in it needs the name of its scope", where), where));
    }
    const Place inner = Place::member(Place::member(place, "scopedPolicies"), scope);
    if (!policy)
      return failure(invalid(fmt::format("{}.{} is null; a policy is required", where, base::shown(scope)), where));
    if (const auto checked = check_raw_policy(*policy, inner); !checked) return checked;
  }
  return {};
}

Status check_raw(const GrantRequest& request, bool blank_scope_allowed, const Place& place) {
  const auto type = require_literal<model::TargetType>(request.target_type, "targetType", place);
  if (!type) return failure(type.error());
  if (const auto checked = require_text(request.target, "target", place); !checked) return checked;
  if (!request.default_policy) return failure(missing(place.of("defaultPolicy")));
  if (const auto checked = check_raw_policy(*request.default_policy, Place::member(place, "defaultPolicy")); !checked)
    return checked;
  if (const auto checked = check_raw_scopes(request, blank_scope_allowed, place); !checked) return checked;
  return check_description(request.description, place);
}

// Members that the type has no use for are dropped.
model::Policy normalized(const PolicyRequest& request, const Normalizer& names) {
  model::Policy policy{.type = *literal<PolicyType>(*request.policy_type), .systems = {}, .requirement = {}};
  if (takes_list(policy.type)) {
    for (const std::string& system : *request.policy_list) policy.systems.push_back(names.system(system));
    std::ranges::sort(policy.systems);
    const auto rest = std::ranges::unique(policy.systems);
    policy.systems.erase(rest.begin(), rest.end());
  } else if (policy.type == PolicyType::kSystemMetadata) {
    policy.requirement = base::json::write(*request.policy_metadata_requirement);
  }
  return policy;
}

std::vector<model::ScopedPolicy> normalized_scopes(const GrantRequest& request, const Normalizer& names) {
  std::map<std::string, model::Policy> by_scope;
  if (request.scoped_policies) {
    for (const auto& [scope, policy] : *request.scoped_policies)
      by_scope.insert_or_assign(names.scope(scope), normalized(*policy, names));
  }
  by_scope.erase("");
  by_scope.erase(std::string(model::kDefaultScope));
  std::vector<model::ScopedPolicy> scoped;
  scoped.reserve(by_scope.size());
  for (auto& [scope, policy] : by_scope) scoped.push_back({scope, std::move(policy)});
  return scoped;
}

model::PolicySet normalized(const GrantRequest& request, model::PolicyLevel level, std::string_view provider,
                            std::string_view caller, const Normalizer& names) {
  model::PolicySet set;
  set.level = level;
  set.target.cloud = names.cloud_or_local(text_or_empty(request.cloud));
  set.target.provider = names.system(provider);
  set.target.target_type = *literal<model::TargetType>(*request.target_type);
  set.target.target = names.target(set.target.target_type, *request.target);
  if (!is_blank(request.description)) set.description = *request.description;
  set.default_policy = normalized(*request.default_policy, names);
  set.scoped = normalized_scopes(request, names);
  set.created_by = caller;
  return set;
}

Status check_systems(const model::Policy& policy, const Place& place) {
  for (const std::string& system : policy.systems) {
    if (const auto valid = model::validate_system(system, place.of("policyList")); !valid) return valid;
  }
  return {};
}

Status check_names(const model::PolicySet& set, const Place& place) {
  const model::PolicyTarget& target = set.target;
  if (const auto valid = model::validate_cloud(target.cloud, place.of("cloud")); !valid) return valid;
  if (const auto valid = model::validate_system(target.provider, place.of("provider")); !valid) return valid;
  if (const auto valid = model::validate_target(target.target_type, target.target, place.of("target")); !valid)
    return valid;
  if (const auto valid = check_systems(set.default_policy, Place::member(place, "defaultPolicy")); !valid) return valid;
  for (const auto& [scope, policy] : set.scoped) {
    const Place scopes = Place::member(place, "scopedPolicies");
    if (const auto valid = model::validate_scope(scope, scopes.of(scope)); !valid) return valid;
    if (const auto valid = check_systems(policy, Place::member(scopes, scope)); !valid) return valid;
  }
  return {};
}

}  // namespace

Result<model::PolicySet> check_grant(const GrantRequest& request, std::string_view caller, const Normalizer& names) {
  std::string buffer;
  const auto requester = check_requester(caller, names, buffer);
  if (!requester) return failure(requester.error());
  if (const auto checked = check_raw(request, true, {}); !checked) return failure(checked.error());
  model::PolicySet set = normalized(request, model::PolicyLevel::kProvider, *requester, *requester, names);
  if (const auto valid = check_names(set, {}); !valid) return failure(valid.error());
  return set;
}

Result<std::vector<model::PolicySet>> check_grants(const ManagementGrantListRequest& request, std::string_view caller,
                                                   const Normalizer& names) {
  std::string buffer;
  const auto requester = check_requester(caller, names, buffer);
  if (!requester) return failure(requester.error());
  if (const auto checked = require_list(request.list); !checked) return failure(checked.error());
  const auto& list = *request.list;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Place place = Place::item("list", i);
    if (const auto checked = require_text(list[i]->provider, "provider", place); !checked)
      return failure(checked.error());
    if (const auto checked = check_raw(*list[i], false, place); !checked) return failure(checked.error());
  }
  std::vector<model::PolicySet> sets;
  sets.reserve(list.size());
  for (const auto& item : list) {
    sets.push_back(normalized(*item, model::PolicyLevel::kManagement, *item->provider, *requester, names));
  }
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (const auto valid = check_names(sets[i], Place::item("list", i)); !valid) return failure(valid.error());
  }
  return sets;
}

}  // namespace jeton::api::arrowhead
