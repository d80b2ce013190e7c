#include "authorization/policy_rules.hpp"

#include <algorithm>
#include <utility>

namespace jeton::authorization {
namespace {

using base::failure;
using base::Result;
using base::json::Value;
using model::Policy;
using model::PolicySet;
using model::PolicyType;

// Half-open range of positions: what 6.4 calls relevant.
struct Relevant {
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct Verdict {
  bool granted = false;
  Reason reason = Reason::kNoPolicy;
};

void sort_systems(Policy& policy) {
  if (std::ranges::is_sorted(policy.systems)) return;
  std::ranges::sort(policy.systems);
}

Relevant relevant_policies(const CompiledPolicySet& set, std::string_view scope) {
  if (scope.empty()) return {.begin = 0, .end = set.size()};
  const std::size_t position = set.position_of(scope);
  return {.begin = position, .end = position + 1};
}

bool is_about_metadata(const CompiledPolicySet& set, Relevant range) {
  for (std::size_t i = range.begin; i < range.end; ++i) {
    if (set.policy(i).type == PolicyType::kSystemMetadata) return true;
  }
  return false;
}

Result<Verdict> judge_metadata(const Result<MetadataRequirement>& requirement, const Value* metadata) {
  if (!requirement) return failure(requirement.error());
  static const Value kNone;
  const Value& known = metadata != nullptr ? *metadata : kNone;
  const auto admitted = requirement->admits(known);
  if (!admitted) return failure(admitted.error());
  if (*admitted) return Verdict{.granted = true, .reason = Reason::kMetadataMatched};
  const auto* members = known.as<base::json::Object>();
  const bool missing = members == nullptr || members->empty();
  return Verdict{.granted = false, .reason = missing ? Reason::kMetadataMissing : Reason::kMetadataMismatched};
}

Result<Verdict> judge(const CompiledPolicySet& set, std::size_t position, std::string_view consumer,
                      const Value* metadata) {
  const Policy& policy = set.policy(position);
  switch (policy.type) {
    case PolicyType::kAll:
      return Verdict{.granted = true, .reason = Reason::kEveryone};
    case PolicyType::kWhitelist:
    case PolicyType::kBlacklist: {
      const bool listed = std::ranges::binary_search(policy.systems, consumer, std::less<>{});
      return Verdict{.granted = listed == (policy.type == PolicyType::kWhitelist),
                     .reason = listed ? Reason::kListed : Reason::kNotListed};
    }
    case PolicyType::kSystemMetadata:
      return judge_metadata(set.requirement(position), metadata);
  }
  return Verdict{};  // a type of a later release: denied
}

Result<Decision> decide_by(const CompiledPolicySet& set, std::string_view consumer, std::string_view scope,
                           KnownMetadata metadata) {
  const Relevant range = relevant_policies(set, scope);
  Decision decision{.policy = set.set().id, .level = set.set().level, .scope = std::string(set.scope(range.begin))};
  if (!metadata.fetched && is_about_metadata(set, range)) {
    decision.reason = Reason::kNeedsMetadata;
    return decision;
  }
  for (std::size_t i = range.begin; i < range.end; ++i) {
    const auto verdict = judge(set, i, consumer, metadata.value);
    if (!verdict) return failure(verdict.error());
    if (i == range.begin || !verdict->granted) {
      decision.granted = verdict->granted;
      decision.reason = verdict->reason;
    }
    if (!verdict->granted) {
      decision.scope = set.scope(i);
      break;
    }
  }
  return decision;
}

bool same_requirement(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const auto left = base::json::parse(a);
  const auto right = base::json::parse(b);
  return left && right && *left == *right;
}

std::vector<std::string_view> as_set(const std::vector<std::string>& systems) {
  std::vector<std::string_view> out(systems.begin(), systems.end());
  std::ranges::sort(out);
  const auto rest = std::ranges::unique(out);
  out.erase(rest.begin(), rest.end());
  return out;
}

}  // namespace

CompiledPolicySet::CompiledPolicySet(PolicySet set) : set_(std::move(set)) {
  sort_systems(set_.default_policy);
  for (auto& [scope, policy] : set_.scoped) sort_systems(policy);
  if (!is_about_metadata(*this, {.begin = 0, .end = size()})) return;
  requirements_.resize(size());
  for (std::size_t i = 0; i < size(); ++i) {
    if (policy(i).type != PolicyType::kSystemMetadata) continue;
    requirements_[i] =
        std::make_unique<const Result<MetadataRequirement>>(MetadataRequirement::compile(policy(i).requirement));
  }
}

const Policy& CompiledPolicySet::policy(std::size_t position) const {
  return position == 0 ? set_.default_policy : set_.scoped[position - 1].policy;
}

std::string_view CompiledPolicySet::scope(std::size_t position) const {
  return position == 0 ? model::kDefaultScope : std::string_view(set_.scoped[position - 1].scope);
}

std::size_t CompiledPolicySet::position_of(std::string_view scope) const {
  const auto found = std::ranges::find(set_.scoped, scope, &model::ScopedPolicy::scope);
  if (found == set_.scoped.end()) return 0;
  return static_cast<std::size_t>(found - set_.scoped.begin()) + 1;
}

Result<Decision> decide(const CompiledPolicySet* management, const CompiledPolicySet* provider,
                        std::string_view consumer, std::string_view scope, KnownMetadata metadata) {
  if (management != nullptr) return decide_by(*management, consumer, scope, metadata);
  if (provider != nullptr) return decide_by(*provider, consumer, scope, metadata);
  return Decision{};
}

bool same_details(const Policy& a, const Policy& b) {
  if (a.type != b.type) return false;
  switch (a.type) {
    case PolicyType::kAll:
      return true;
    case PolicyType::kWhitelist:
    case PolicyType::kBlacklist:
      return as_set(a.systems) == as_set(b.systems);
    case PolicyType::kSystemMetadata:
      return same_requirement(a.requirement, b.requirement);
  }
  return false;
}

bool same_details(const PolicySet& a, const PolicySet& b) {
  if (a.scoped.size() != b.scoped.size() || !same_details(a.default_policy, b.default_policy)) return false;
  return std::ranges::all_of(a.scoped, [&](const model::ScopedPolicy& mine) {
    const auto found = std::ranges::find(b.scoped, mine.scope, &model::ScopedPolicy::scope);
    return found != b.scoped.end() && same_details(mine.policy, found->policy);
  });
}

}  // namespace jeton::authorization
