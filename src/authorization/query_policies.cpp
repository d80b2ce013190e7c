#include "authorization/query_policies.hpp"

#include <utility>

namespace jeton::authorization {

base::Result<store::Page<model::PolicySet>> QueryPolicies::operator()(const store::PolicyQuery& query) const {
  store::Page<model::PolicySet> page;
  const auto status = store_.read([&](const store::Snapshot& snapshot) -> base::Status {
    auto found = snapshot.policies().query(query);
    if (!found) return base::failure(std::move(found.error()));
    page = *std::move(found);
    return {};
  });
  if (!status) return base::failure(status.error());
  return page;
}

}  // namespace jeton::authorization
