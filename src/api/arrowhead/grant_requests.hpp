// Grants, from payload to what is to be stored (arrowhead-authorization 5.1, 5.10): first raw checks of the whole
// payload, then normalization of the whole, then the names. Pure.
#pragma once
#include <string_view>
#include <vector>

#include "api/arrowhead/policy_payloads.hpp"
#include "base/result.hpp"
#include "model/names.hpp"
#include "model/policy.hpp"

namespace jeton::api::arrowhead {

/// A provider's own policy set: normalized, without id and time. `caller` becomes provider and creator. The default
/// policy takes the place of a scoped one whose scope is blank or `*`; of scopes that normalize to the same text the
/// last counts. kInvalid otherwise.
base::Result<model::PolicySet> check_grant(const GrantRequest& request, std::string_view caller,
                                           const model::Normalizer& names);

/// The same for management-level sets, in the order of the request. Here a blank scope is kInvalid.
base::Result<std::vector<model::PolicySet>> check_grants(const ManagementGrantListRequest& request,
                                                         std::string_view caller, const model::Normalizer& names);

}  // namespace jeton::api::arrowhead
