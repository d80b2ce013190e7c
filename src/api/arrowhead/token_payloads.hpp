// Tokens and encryption keys on the wire, requests and answers, members in the order of arrowhead-authorization 3.7
// and 3.8. Absent and null are the same.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/arrowhead/paging.hpp"
#include "base/clock.hpp"
#include "model/token.hpp"

namespace jeton::api::arrowhead {

struct TokenGenerationRequest {
  std::optional<std::string> token_variant;
  std::optional<std::string> provider;
  std::optional<std::string> target_type;
  std::optional<std::string> target;
  std::optional<std::string> scope;
};

struct ManagementTokenGenerationRequest {
  std::optional<std::string> token_variant;
  std::optional<std::string> target_type;
  std::optional<std::string> consumer_cloud;
  std::optional<std::string> consumer;
  std::optional<std::string> provider;
  std::optional<std::string> target;
  std::optional<std::string> scope;
  std::optional<std::string> expires_at;
  std::optional<std::int64_t> usage_limit;
};

struct ManagementTokenGenerationListRequest {
  std::optional<std::vector<std::optional<ManagementTokenGenerationRequest>>> list;
};

struct TokenQueryRequest {
  std::optional<Pagination> pagination;
  std::optional<std::string> requester;
  std::optional<std::string> token_type;
  std::optional<std::string> consumer_cloud;
  std::optional<std::string> consumer;
  std::optional<std::string> provider;
  std::optional<std::string> target_type;
  std::optional<std::string> target;
};

struct EncryptionKeyRequest {
  std::optional<std::string> key;
  std::optional<std::string> algorithm;
};

struct ManagementEncryptionKeyRequest {
  std::optional<std::string> system_name;
  std::optional<std::string> key;
  std::optional<std::string> algorithm;
};

struct ManagementEncryptionKeyListRequest {
  std::optional<std::vector<std::optional<ManagementEncryptionKeyRequest>>> list;
};

struct TokenGenerationAnswer {
  model::TokenKind token_type = model::TokenKind::kTimeLimited;
  model::TargetType target_type = model::TargetType::kServiceDefinition;
  std::string token;
  std::optional<std::int64_t> usage_limit;
  std::optional<base::Instant> expires_at;
};

/// Views into the index: verifying is the hottest request there is.
struct TokenVerificationAnswer {
  bool verified = false;
  std::optional<std::string_view> consumer_cloud;
  std::optional<std::string_view> consumer;
  std::optional<model::TargetType> target_type;
  std::optional<std::string_view> target;
  std::optional<std::string_view> scope;
};

struct TokenAnswer {
  model::TokenKind token_type = model::TokenKind::kTimeLimited;
  model::TokenVariant variant = model::TokenVariant::kTimeLimited;
  std::optional<std::string> token;
  std::string token_reference;
  std::string requester;
  std::string consumer_cloud;
  std::string consumer;
  std::string provider;
  model::TargetType target_type = model::TargetType::kServiceDefinition;
  std::string target;
  std::optional<std::string> scope;
  base::Instant created_at;
  std::optional<std::int64_t> usage_limit;
  std::optional<std::int64_t> usage_left;
  std::optional<base::Instant> expires_at;
};

struct TokenListAnswer {
  std::vector<TokenAnswer> entries;
  std::int64_t count = 0;
};

struct EncryptionKeyAnswer {
  std::string system_name;
  std::string raw_key;
  std::string algorithm;
  std::optional<std::string> key_additive;
  base::Instant created_at;
};

struct EncryptionKeyListAnswer {
  std::vector<EncryptionKeyAnswer> entries;
  std::int64_t count = 0;
};

BOOST_DESCRIBE_STRUCT(TokenGenerationRequest, (), (token_variant, provider, target_type, target, scope))
BOOST_DESCRIBE_STRUCT(ManagementTokenGenerationRequest, (),
                      (token_variant, target_type, consumer_cloud, consumer, provider, target, scope, expires_at,
                       usage_limit))
BOOST_DESCRIBE_STRUCT(ManagementTokenGenerationListRequest, (), (list))
BOOST_DESCRIBE_STRUCT(TokenQueryRequest, (),
                      (pagination, requester, token_type, consumer_cloud, consumer, provider, target_type, target))
BOOST_DESCRIBE_STRUCT(EncryptionKeyRequest, (), (key, algorithm))
BOOST_DESCRIBE_STRUCT(ManagementEncryptionKeyRequest, (), (system_name, key, algorithm))
BOOST_DESCRIBE_STRUCT(ManagementEncryptionKeyListRequest, (), (list))
BOOST_DESCRIBE_STRUCT(TokenGenerationAnswer, (), (token_type, target_type, token, usage_limit, expires_at))
BOOST_DESCRIBE_STRUCT(TokenVerificationAnswer, (), (verified, consumer_cloud, consumer, target_type, target, scope))
BOOST_DESCRIBE_STRUCT(TokenAnswer, (),
                      (token_type, variant, token, token_reference, requester, consumer_cloud, consumer, provider,
                       target_type, target, scope, created_at, usage_limit, usage_left, expires_at))
BOOST_DESCRIBE_STRUCT(TokenListAnswer, (), (entries, count))
BOOST_DESCRIBE_STRUCT(EncryptionKeyAnswer, (), (system_name, raw_key, algorithm, key_additive, created_at))
BOOST_DESCRIBE_STRUCT(EncryptionKeyListAnswer, (), (entries, count))

}  // namespace jeton::api::arrowhead
