#include "api/arrowhead/policy_answers.hpp"

namespace jeton::api::arrowhead {
namespace {

PolicyBody body_of(const model::Policy& policy) {
  PolicyBody body{.policy_type = policy.type, .policy_list = {}, .policy_metadata_requirement = {}};
  switch (policy.type) {
    case model::PolicyType::kAll:
      break;
    case model::PolicyType::kWhitelist:
    case model::PolicyType::kBlacklist:
      body.policy_list = policy.systems;
      break;
    case model::PolicyType::kSystemMetadata:
      body.policy_metadata_requirement = base::json::Raw{policy.requirement};
      break;
  }
  return body;
}

}  // namespace

PolicyAnswer policy_answer(const model::PolicySet& set) {
  PolicyAnswer answer{.instance_id = model::instance_id(set),
                      .level = set.level,
                      .cloud = set.target.cloud,
                      .provider = set.target.provider,
                      .target_type = set.target.target_type,
                      .target = set.target.target,
                      .description = {},
                      .default_policy = body_of(set.default_policy),
                      .scoped_policies = {},
                      .created_by = set.created_by,
                      .created_at = set.created_at};
  if (!set.description.empty()) answer.description = set.description;
  if (!set.scoped.empty()) {
    auto& scoped = answer.scoped_policies.emplace();
    for (const auto& [scope, policy] : set.scoped) scoped.emplace_back(scope, body_of(policy));
  }
  return answer;
}

PolicyListAnswer policy_list_answer(const std::vector<model::PolicySet>& sets, std::int64_t count) {
  PolicyListAnswer answer{.entries = {}, .count = count};
  answer.entries.reserve(sets.size());
  for (const model::PolicySet& set : sets) answer.entries.push_back(policy_answer(set));
  return answer;
}

VerifyListAnswer verify_list_answer(const std::vector<authorization::AccessQuestion>& questions,
                                    const std::vector<bool>& granted) {
  VerifyListAnswer answer{.entries = {}, .count = static_cast<std::int64_t>(questions.size())};
  answer.entries.reserve(questions.size());
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const authorization::AccessQuestion& question = questions[i];
    VerifyAnswer& entry = answer.entries.emplace_back(VerifyAnswer{.provider = question.provider,
                                                                   .consumer = question.consumer,
                                                                   .cloud = question.cloud,
                                                                   .target_type = question.target_type,
                                                                   .target = question.target,
                                                                   .scope = {},
                                                                   .granted = granted[i]});
    if (!question.scope.empty()) entry.scope = question.scope;
  }
  return answer;
}

}  // namespace jeton::api::arrowhead
