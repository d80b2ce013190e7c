// Policies from the model to the wire (arrowhead-authorization 3.2, 3.4, 3.6). Pure.
#pragma once
#include <cstdint>
#include <vector>

#include "api/arrowhead/policy_payloads.hpp"
#include "authorization/check_policies.hpp"
#include "model/policy.hpp"

namespace jeton::api::arrowhead {

PolicyAnswer policy_answer(const model::PolicySet& set);
/// `count` is the number of all matches, on this page or not.
PolicyListAnswer policy_list_answer(const std::vector<model::PolicySet>& sets, std::int64_t count);
/// One entry a question, in their order, with the normalized names. `granted` has as many elements.
VerifyListAnswer verify_list_answer(const std::vector<authorization::AccessQuestion>& questions,
                                    const std::vector<bool>& granted);

}  // namespace jeton::api::arrowhead
