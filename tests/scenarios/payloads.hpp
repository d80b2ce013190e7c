// What the actions of a story are on the wire of the Arrowhead contract.
#pragma once
#include <string>

#include "api/arrowhead/error_message.hpp"
#include "api/arrowhead/policy_payloads.hpp"
#include "base/error.hpp"
#include "scenarios/scenario.hpp"

namespace jeton::scenarios {

/// A policy set whose default rule, or whose only scoped rule beside an open default, lists the consumers.
inline api::arrowhead::ManagementGrantRequest grant_request(const Speaker::Grant& grant) {
  api::arrowhead::PolicyRequest rule{.policy_type = "ALL", .policy_list = {}, .policy_metadata_requirement = {}};
  const api::arrowhead::PolicyRequest everybody = rule;
  if (!grant.consumers.empty()) {
    rule.policy_type = "WHITELIST";
    rule.policy_list = grant.consumers;
  }
  api::arrowhead::ManagementGrantRequest request;
  request.target_type = "SERVICE_DEF";
  request.target = grant.target;
  request.provider = grant.provider;
  request.default_policy = grant.scope.empty() ? rule : everybody;
  if (!grant.scope.empty()) request.scoped_policies.emplace().emplace_back(grant.scope, rule);
  return request;
}

/// An error's word, by the status that the contract's table gives it.
inline std::string outcome_of_status(int status) {
  switch (status) {
    case 400:
      return "invalid";
    case 401:
      return "unauthenticated";
    case 403:
      return "forbidden";
    case 404:
      return "not found";
    default:
      return "status " + std::to_string(status);
  }
}
inline std::string outcome_of(const base::Error& error) {
  return outcome_of_status(api::arrowhead::error_kind(error.code).status);
}

}  // namespace jeton::scenarios
