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

base::Status ManagementAccess::admit(const Caller& caller, std::string_view service, std::string_view operation) const {
  if (!filter_ || caller.sysop) return {};
  if (policy_ != ManagementPolicy::kSysopOnly && is_whitelisted(caller.name)) return {};
  if (policy_ == ManagementPolicy::kAuthorization && !operation.empty()) {
    const std::string consumer = normalizer_.system(caller.name);
    const auto decision = authorizer_.decide_now({.cloud = model::kLocalCloud,
                                                  .provider = own_name_,
                                                  .target_type = model::TargetType::kServiceDefinition,
                                                  .target = service,
                                                  .consumer = consumer,
                                                  .scope = operation});
    if (!decision) return base::failure(base::unavailable("the caller's metadata has to be fetched first; try again"));
    if (!*decision) return base::failure(decision->error());
    if ((*decision)->granted) return {};
  }
  return base::failure(base::forbidden(fmt::format("{} may not use management operations under the policy {}",
                                                   base::shown(caller.name), base::enum_text(policy_))));
}

bool ManagementAccess::is_whitelisted(std::string_view name) const {
  return std::ranges::binary_search(whitelist_, normalizer_.system(name));
}

}  // namespace jeton::identity
