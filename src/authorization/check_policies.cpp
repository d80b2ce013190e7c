#include "authorization/check_policies.hpp"

namespace jeton::authorization {

std::optional<base::Result<std::vector<bool>>> CheckPolicies::decide_now(
    const std::vector<AccessQuestion>& questions) const {
  std::vector<bool> granted;
  granted.reserve(questions.size());
  for (const AccessQuestion& question : questions) {
    const auto decision = authorizer_.decide_now(question.view());
    if (!decision) return std::nullopt;
    if (!*decision) return base::failure(decision->error());
    granted.push_back((*decision)->granted);
  }
  return granted;
}

base::Result<std::vector<bool>> CheckPolicies::decide(const std::vector<AccessQuestion>& questions) const {
  std::vector<bool> granted;
  granted.reserve(questions.size());
  for (const AccessQuestion& question : questions) {
    const auto decision = authorizer_.decide(question.view());
    if (!decision) return base::failure(decision.error());
    granted.push_back(decision->granted);
  }
  return granted;
}

}  // namespace jeton::authorization
