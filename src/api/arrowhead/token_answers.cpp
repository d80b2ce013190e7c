#include "api/arrowhead/token_answers.hpp"

#include "base/strings.hpp"

namespace jeton::api::arrowhead {
namespace {

TokenAnswer token_answer(const model::AccessToken& token) {
  TokenAnswer answer{.token_type = token.kind,
                     .variant = token.variant,
                     .token = std::nullopt,
                     .token_reference = base::base64_encode(token.digest),
                     .requester = token.requester,
                     .consumer_cloud = token.cloud,
                     .consumer = token.subject,
                     .provider = token.audience,
                     .target_type = token.target_type,
                     .target = token.target,
                     .scope = std::nullopt,
                     .created_at = token.issued_at,
                     .usage_limit = token.usage_limit,
                     .usage_left = token.uses_left,
                     .expires_at = token.expires_at};
  if (!token.scope.empty()) answer.scope = token.scope;
  return answer;
}

}  // namespace

TokenGenerationAnswer generation_answer(const tokens::MintedToken& minted) {
  const model::AccessToken& token = minted.record;
  return {.token_type = token.kind,
          .target_type = token.target_type,
          .token = std::string(minted.text.reveal()),
          .usage_limit = token.usage_limit,
          .expires_at = token.expires_at};
}

TokenListAnswer generation_list_answer(const std::vector<tokens::MintedToken>& minted) {
  TokenListAnswer answer;
  answer.entries.reserve(minted.size());
  for (const tokens::MintedToken& token : minted) {
    answer.entries.push_back(token_answer(token.record));
    answer.entries.back().token = std::string(token.text.reveal());
  }
  answer.count = static_cast<std::int64_t>(minted.size());
  return answer;
}

TokenListAnswer token_list_answer(const std::vector<model::AccessToken>& page, std::int64_t count) {
  TokenListAnswer answer;
  answer.entries.reserve(page.size());
  for (const model::AccessToken& token : page) answer.entries.push_back(token_answer(token));
  answer.count = count;
  return answer;
}

TokenVerificationAnswer verified_answer(const tokens::IndexedToken& token) {
  TokenVerificationAnswer answer{.verified = true,
                                 .consumer_cloud = token.tuple.cloud,
                                 .consumer = token.tuple.consumer,
                                 .target_type = token.tuple.target_type,
                                 .target = token.tuple.target,
                                 .scope = std::nullopt};
  if (!token.tuple.scope.empty()) answer.scope = token.tuple.scope;
  return answer;
}

EncryptionKeyListAnswer key_list_answer(const tokens::RegisterEncryptionKeys::Keys& keys) {
  EncryptionKeyListAnswer answer;
  for (const auto& key : keys) {
    EncryptionKeyAnswer& entry = answer.entries.emplace_back();
    entry.system_name = key->system;
    entry.raw_key = key->key.reveal();
    entry.algorithm = key->algorithm;
    if (key->mode == model::CipherMode::kCbc) entry.key_additive = key_additive(*key);
    entry.created_at = key->created_at;
  }
  answer.count = static_cast<std::int64_t>(keys.size());
  return answer;
}

std::string key_additive(const model::EncryptionKey& key) {
  return base::base64_encode(base::as_bytes(key.initial_vector));
}

}  // namespace jeton::api::arrowhead
