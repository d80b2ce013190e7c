#include "leases/lease_access.hpp"

#include <fmt/format.h>

#include "base/strings.hpp"

namespace jeton::leases {
namespace {

base::Status conclude(const base::Result<authorization::Decision>& decision, std::string_view owner,
                      std::string_view target, std::string_view role) {
  if (!decision) return base::failure(decision.error());
  if (decision->granted) return {};
  return base::failure(
      base::forbidden(fmt::format("{} may not lease this{}{}; a policy for {} that grants it would allow it",
                                  owner.empty() ? std::string("a caller without a name") : base::shown(owner),
                                  role.empty() ? "" : " as ", role, target)));
}

}  // namespace

std::string policy_target(std::string_view provider) {
  std::string target = "lease";
  bool capital = true;
  for (const char c : provider) {
    if (c == '-') {
      capital = true;
      continue;
    }
    target += capital && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    capital = false;
  }
  return target;
}

std::optional<base::Status> LeaseAccess::check_now(std::string_view owner, std::string_view provider,
                                                   std::string_view role) const {
  const std::string target = policy_target(provider);
  const std::string consumer = names_.system(owner);
  const std::string scope = scope_of(role);
  const auto decision = authorizer_.decide_now(question(target, consumer, scope));
  if (!decision) return std::nullopt;
  return conclude(*decision, owner, target, role);
}

base::Status LeaseAccess::check(std::string_view owner, std::string_view provider, std::string_view role) const {
  const std::string target = policy_target(provider);
  const std::string consumer = names_.system(owner);
  const std::string scope = scope_of(role);
  return conclude(authorizer_.decide(question(target, consumer, scope)), owner, target, role);
}

// Whoever asks without a role is not asked about all roles that there are.
std::string LeaseAccess::scope_of(std::string_view role) const {
  return role.empty() ? std::string(model::kDefaultScope) : names_.scope(role);
}

authorization::AccessRequest LeaseAccess::question(std::string_view target, std::string_view consumer,
                                                   std::string_view scope) const {
  return {.cloud = model::kLocalCloud,
          .provider = own_name_,
          .target_type = model::TargetType::kServiceDefinition,
          .target = target,
          .consumer = consumer,
          .scope = scope};
}

}  // namespace jeton::leases
