// Policies on the wire, requests and answers, members in the order of arrowhead-authorization 3. Absent and null are
// the same.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/arrowhead/paging.hpp"
#include "base/clock.hpp"
#include "base/json/types.hpp"
#include "model/policy.hpp"

namespace jeton::api::arrowhead {

using TextList = std::vector<std::string>;

struct PolicyRequest {
  std::optional<std::string> policy_type;
  std::optional<TextList> policy_list;
  std::optional<base::json::Members<base::json::Raw>> policy_metadata_requirement;  ///< carried, not understood

  bool operator==(const PolicyRequest&) const = default;
};

struct GrantRequest {
  std::optional<std::string> cloud;
  std::optional<std::string> target_type;
  std::optional<std::string> target;
  std::optional<std::string> description;
  std::optional<PolicyRequest> default_policy;
  std::optional<base::json::Members<std::optional<PolicyRequest>>> scoped_policies;
};

struct ManagementGrantRequest : GrantRequest {
  std::optional<std::string> provider;
};

struct ManagementGrantListRequest {
  std::optional<std::vector<std::optional<ManagementGrantRequest>>> list;
};

struct LookupRequest {
  std::optional<TextList> instance_ids;
  std::optional<TextList> cloud_identifiers;
  std::optional<TextList> target_names;
  std::optional<std::string> target_type;
};

struct QueryRequest {
  std::optional<Pagination> pagination;
  std::optional<std::string> level;
  std::optional<TextList> providers;
  std::optional<TextList> instance_ids;
  std::optional<TextList> cloud_identifiers;
  std::optional<TextList> target_names;
  std::optional<std::string> target_type;
};

/// Its texts are views into what was read (base/json/reader.hpp): verifying a policy is the hottest request there is.
struct VerifyRequest {
  std::optional<std::string_view> provider;
  std::optional<std::string_view> consumer;
  std::optional<std::string_view> cloud;
  std::optional<std::string_view> target_type;
  std::optional<std::string_view> target;
  std::optional<std::string_view> scope;
};

struct VerifyListRequest {
  std::optional<std::vector<std::optional<VerifyRequest>>> list;
};

struct PolicyBody {
  model::PolicyType policy_type = model::PolicyType::kAll;
  std::optional<TextList> policy_list;
  std::optional<base::json::Raw> policy_metadata_requirement;

  bool operator==(const PolicyBody&) const = default;
};

struct PolicyAnswer {
  std::string instance_id;
  model::PolicyLevel level = model::PolicyLevel::kProvider;
  std::string cloud;
  std::string provider;
  model::TargetType target_type = model::TargetType::kServiceDefinition;
  std::string target;
  std::optional<std::string> description;
  PolicyBody default_policy;
  std::optional<base::json::Members<PolicyBody>> scoped_policies;
  std::string created_by;
  base::Instant created_at;
};

struct PolicyListAnswer {
  std::vector<PolicyAnswer> entries;
  std::int64_t count = 0;
};

struct VerifyAnswer {
  std::string provider;
  std::string consumer;
  std::string cloud;
  model::TargetType target_type = model::TargetType::kServiceDefinition;
  std::string target;
  std::optional<std::string> scope;
  bool granted = false;
};

struct VerifyListAnswer {
  std::vector<VerifyAnswer> entries;
  std::int64_t count = 0;
};

BOOST_DESCRIBE_STRUCT(PolicyRequest, (), (policy_type, policy_list, policy_metadata_requirement))
BOOST_DESCRIBE_STRUCT(GrantRequest, (), (cloud, target_type, target, description, default_policy, scoped_policies))
BOOST_DESCRIBE_STRUCT(ManagementGrantRequest, (GrantRequest), (provider))
BOOST_DESCRIBE_STRUCT(ManagementGrantListRequest, (), (list))
BOOST_DESCRIBE_STRUCT(LookupRequest, (), (instance_ids, cloud_identifiers, target_names, target_type))
BOOST_DESCRIBE_STRUCT(QueryRequest, (),
                      (pagination, level, providers, instance_ids, cloud_identifiers, target_names, target_type))
BOOST_DESCRIBE_STRUCT(VerifyRequest, (), (provider, consumer, cloud, target_type, target, scope))
BOOST_DESCRIBE_STRUCT(VerifyListRequest, (), (list))
BOOST_DESCRIBE_STRUCT(PolicyBody, (), (policy_type, policy_list, policy_metadata_requirement))
BOOST_DESCRIBE_STRUCT(PolicyAnswer, (),
                      (instance_id, level, cloud, provider, target_type, target, description, default_policy,
                       scoped_policies, created_by, created_at))
BOOST_DESCRIBE_STRUCT(PolicyListAnswer, (), (entries, count))
BOOST_DESCRIBE_STRUCT(VerifyAnswer, (), (provider, consumer, cloud, target_type, target, scope, granted))
BOOST_DESCRIBE_STRUCT(VerifyListAnswer, (), (entries, count))

}  // namespace jeton::api::arrowhead
