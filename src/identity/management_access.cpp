#include "identity/management_access.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.hpp"

namespace jeton::identity {

ManagementAccess::ManagementAccess(const ManagementSettings& settings, std::string own_name,
                                   const model::Normalizer& normalizer, const authorization::Authorizer& authorizer)
    : filter_(settings.filter),
      policy_(settings.policy),
      own_name_(std::move(own_name)),
      normalizer_(normalizer),
      authorizer_(authorizer) {
  for (const std::string& name : settings.whitelist) whitelist_.push_back(normalizer_.system(name));
  std::ranges::sort(whitelist_);
}

std::optional<base::Status> ManagementAccess::admit_now(const Caller& caller, std::string_view service,
                                                        std::string_view operation) const {
  if (is_admitted_by_name(caller)) return base::Status{};
  if (!policies_decide(operation)) return refuse(caller);
  const std::string consumer = normalizer_.system(caller.name);
  const auto decision = authorizer_.decide_now(question(consumer, service, operation));
  if (!decision) return std::nullopt;
  return conclude(caller, *decision);
}

base::Status ManagementAccess::admit(const Caller& caller, std::string_view service, std::string_view operation) const {
  if (is_admitted_by_name(caller)) return {};
  if (!policies_decide(operation)) return refuse(caller);
  const std::string consumer = normalizer_.system(caller.name);
  return conclude(caller, authorizer_.decide(question(consumer, service, operation)));
}

bool ManagementAccess::is_admitted_by_name(const Caller& caller) const {
  return !filter_ || caller.sysop || (policy_ != ManagementPolicy::kSysopOnly && is_whitelisted(caller.name));
}

bool ManagementAccess::policies_decide(std::string_view operation) const {
  return policy_ == ManagementPolicy::kAuthorization && !operation.empty();
}

authorization::AccessRequest ManagementAccess::question(std::string_view consumer, std::string_view service,
                                                        std::string_view operation) const {
  return {.cloud = model::kLocalCloud,
          .provider = own_name_,
          .target_type = model::TargetType::kServiceDefinition,
          .target = service,
          .consumer = consumer,
          .scope = operation};
}

base::Status ManagementAccess::conclude(const Caller& caller,
                                        const base::Result<authorization::Decision>& decision) const {
  if (!decision) return base::failure(decision.error());
  return decision->granted ? base::Status{} : refuse(caller);
}

base::Status ManagementAccess::refuse(const Caller& caller) const {
  return base::failure(base::forbidden(fmt::format("{} may not use management operations under the policy {}",
                                                   base::shown(caller.name), base::enum_text(policy_))));
}

bool ManagementAccess::is_whitelisted(std::string_view name) const {
  return std::ranges::binary_search(whitelist_, normalizer_.system(name));
}

}  // namespace jeton::identity
