// Requests about policies that exist, from payload to command, in the contract's order of validation
// (arrowhead-authorization 5.2 to 5.4, 5.11 to 5.13). Pure.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/arrowhead/policy_payloads.hpp"
#include "authorization/authorizer.hpp"
#include "authorization/check_policies.hpp"
#include "authorization/instance_id_rules.hpp"
#include "authorization/revoke_policy.hpp"
#include "base/result.hpp"
#include "model/names.hpp"
#include "store/policy_table.hpp"

namespace jeton::api::arrowhead {

base::Result<authorization::Revocation> check_revoke(std::string_view instance_id, std::string_view caller,
                                                     const model::Normalizer& names);

/// Management: ids of both levels, whoever they belong to. kInvalid when there are none.
base::Result<std::vector<authorization::InstanceId>> check_revocations(const TextList& instance_ids,
                                                                       const model::Normalizer& names);

/// All of the caller's own sets that match, by instance id.
base::Result<store::PolicyQuery> check_lookup(const LookupRequest& request, std::string_view caller,
                                              const model::Normalizer& names);

/// Management.
base::Result<store::PolicyQuery> check_query(const QueryRequest& request, std::int64_t page_size_max,
                                             const model::Normalizer& names);

/// Where names go that are not normalized already; reused from request to request, so that nothing is allocated.
struct NameBuffers {
  std::string requester;
  std::string cloud;
  std::string provider;
  std::string target;
  std::string consumer;
  std::string scope;
};

/// The question with the blanks filled in: views into the request, the caller's name and the buffers. kForbidden when
/// the caller is neither the provider nor the consumer, which is seen before the names are checked.
base::Result<authorization::AccessRequest> check_verify(const VerifyRequest& request, std::string_view caller,
                                                        const model::Normalizer& names, NameBuffers& buffers);

/// Management: about anybody, nothing is filled in but the cloud.
base::Result<std::vector<authorization::AccessQuestion>> check_questions(const VerifyListRequest& request,
                                                                         const model::Normalizer& names);

}  // namespace jeton::api::arrowhead
