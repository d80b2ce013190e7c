// Who may lease from which provider with which role: the policy engine decides.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "authorization/authorizer.hpp"
#include "base/result.hpp"
#include "model/names.hpp"

namespace jeton::leases {

/// "leaseInflux" for the provider "influx", "leasePlantDb" for "plant-db": the service definition that policies name.
std::string policy_target(std::string_view provider);

/// Asks for provider = our own system name, target type SERVICE_DEF, target = policy_target(provider), scope = the
/// role; the default policy, when there is none. Thread-safe.
class LeaseAccess {
 public:
  LeaseAccess(std::string own_name, const model::Normalizer& names, const authorization::Authorizer& authorizer)
      : own_name_(std::move(own_name)), names_(names), authorizer_(authorizer) {}

  /// kForbidden, saying which policy would allow it. From memory; nullopt: the owner's metadata has to be asked for, by
  /// check(). Never blocks.
  std::optional<base::Status> check_now(std::string_view owner, std::string_view provider, std::string_view role) const;
  /// May block.
  base::Status check(std::string_view owner, std::string_view provider, std::string_view role) const;

 private:
  std::string scope_of(std::string_view role) const;
  authorization::AccessRequest question(std::string_view target, std::string_view consumer,
                                        std::string_view scope) const;

  const std::string own_name_;  // normalized
  const model::Normalizer& names_;
  const authorization::Authorizer& authorizer_;
};

}  // namespace jeton::leases
