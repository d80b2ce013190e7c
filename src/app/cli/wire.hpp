// What the command line sends and reads (arrowhead-authorization 3). Enumerations stay texts: what a server of another
// release says is shown as it is.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json/types.hpp"

namespace jeton::cli {

inline constexpr std::string_view kDefaultCaller = "Sysop";

namespace wire {

struct Rule {
  std::string policy_type;
  std::optional<std::vector<std::string>> policy_list;
  std::optional<base::json::Raw> policy_metadata_requirement;

  bool operator==(const Rule&) const = default;
};

struct GrantRequest {
  std::optional<std::string> cloud;
  std::optional<std::string> provider;  ///< management level only
  std::string target_type;
  std::string target;
  std::optional<std::string> description;
  Rule default_policy;
  std::optional<base::json::Members<Rule>> scoped_policies;
};

struct PolicyEntry {
  std::string instance_id;
  std::string level;
  Rule default_policy;
  base::json::Members<Rule> scoped_policies;
  std::string created_by;
  std::optional<base::Instant> created_at;
};

struct Pagination {
  std::int64_t page = 0;
  std::int64_t size = 0;  ///< below 1: as many as the server gives at once
  std::string direction = "ASC";
  std::string sort_field;
};

struct PolicyQuery {
  Pagination pagination;
  std::string level;
  std::optional<std::vector<std::string>> providers;
  std::optional<std::vector<std::string>> cloud_identifiers;
  std::optional<std::vector<std::string>> target_names;
  std::optional<std::string> target_type;
};

struct VerifyRequest {
  std::string provider;
  std::string consumer;
  std::optional<std::string> cloud;
  std::string target_type;
  std::string target;
  std::optional<std::string> scope;
};

struct CheckedEntry {
  bool granted = false;
};
struct CheckAnswer {
  std::vector<CheckedEntry> entries;
};

struct GenerateRequest {
  std::string token_variant;
  std::string target_type;
  std::optional<std::string> consumer_cloud;  ///< this and the rest but provider, target and scope: management only
  std::optional<std::string> consumer;
  std::string provider;
  std::string target;
  std::optional<std::string> scope;
  std::optional<std::string> expires_at;
  std::optional<std::int64_t> usage_limit;
};

/// A generated token, or an entry of a query.
struct TokenEntry {
  std::string token_type;
  std::string token;
  std::string token_reference;
  std::string requester;
  std::string consumer_cloud;
  std::string consumer;
  std::string provider;
  std::string target_type;
  std::string target;
  std::string scope;
  std::optional<base::Instant> created_at;
  std::optional<std::int64_t> usage_limit;
  std::optional<std::int64_t> usage_left;
  std::optional<base::Instant> expires_at;
};
struct TokenList {
  std::vector<TokenEntry> entries;
};

struct VerifiedToken {
  bool verified = false;
  std::string consumer_cloud;
  std::string consumer;
  std::string target_type;
  std::string target;
  std::string scope;
};

struct TokenQuery {
  Pagination pagination;
  std::optional<std::string> requester;
  std::optional<std::string> token_type;
  std::optional<std::string> consumer_cloud;
  std::optional<std::string> consumer;
  std::optional<std::string> provider;
  std::optional<std::string> target_type;
  std::optional<std::string> target;
};

/// One page of a query; the entries are carried as they came.
struct ListAnswer {
  std::vector<base::json::Raw> entries;
  std::int64_t count = 0;
};

/// The three shapes of errors: Arrowhead's, MessageQueue's, and the problem details of both.
struct ErrorMessage {
  std::string error_message;
  std::string message;
  std::string detail;
};

/// The data of one frame of GET /events.
struct EventData {
  std::optional<base::Instant> at;
  std::string kind;
  std::string actor;
  base::json::Raw body;
};

/// The data of its frame `error`.
struct StreamFailure {
  std::string reason;
};

BOOST_DESCRIBE_STRUCT(Rule, (), (policy_type, policy_list, policy_metadata_requirement))
BOOST_DESCRIBE_STRUCT(GrantRequest, (),
                      (cloud, provider, target_type, target, description, default_policy, scoped_policies))
BOOST_DESCRIBE_STRUCT(PolicyEntry, (), (instance_id, level, default_policy, scoped_policies, created_by, created_at))
BOOST_DESCRIBE_STRUCT(Pagination, (), (page, size, direction, sort_field))
BOOST_DESCRIBE_STRUCT(PolicyQuery, (), (pagination, level, providers, cloud_identifiers, target_names, target_type))
BOOST_DESCRIBE_STRUCT(VerifyRequest, (), (provider, consumer, cloud, target_type, target, scope))
BOOST_DESCRIBE_STRUCT(CheckedEntry, (), (granted))
BOOST_DESCRIBE_STRUCT(CheckAnswer, (), (entries))
BOOST_DESCRIBE_STRUCT(GenerateRequest, (),
                      (token_variant, target_type, consumer_cloud, consumer, provider, target, scope, expires_at,
                       usage_limit))
BOOST_DESCRIBE_STRUCT(TokenEntry, (),
                      (token_type, token, token_reference, requester, consumer_cloud, consumer, provider, target_type,
                       target, scope, created_at, usage_limit, usage_left, expires_at))
BOOST_DESCRIBE_STRUCT(TokenList, (), (entries))
BOOST_DESCRIBE_STRUCT(VerifiedToken, (), (verified, consumer_cloud, consumer, target_type, target, scope))
BOOST_DESCRIBE_STRUCT(TokenQuery, (),
                      (pagination, requester, token_type, consumer_cloud, consumer, provider, target_type, target))
BOOST_DESCRIBE_STRUCT(ListAnswer, (), (entries, count))
BOOST_DESCRIBE_STRUCT(ErrorMessage, (), (error_message, message, detail))
BOOST_DESCRIBE_STRUCT(EventData, (), (at, kind, actor, body))
BOOST_DESCRIBE_STRUCT(StreamFailure, (), (reason))

}  // namespace wire
}  // namespace jeton::cli
