#include "api/arrowhead/token_requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_set.hpp>
#include <span>
#include <utility>

#include "api/arrowhead/member_checks.hpp"
#include "api/arrowhead/requester.hpp"
#include "base/strings.hpp"
#include "base/time_text.hpp"

namespace jeton::api::arrowhead {
namespace {

using base::failure;
using base::invalid;
using base::Result;
using base::Status;
using model::Normalizer;
using model::TargetType;
using model::TokenKind;
using model::TokenVariant;
using store::AccessTokenSort;
using tokens::EncryptionKeyOrder;
using tokens::TokenOrder;

constexpr std::size_t kEncryptionKeyBytesMin = 16;
constexpr std::size_t kReferenceCharacters = 44;  // of 32 bytes in padded base64

// The first is the default. createdBy is the requester (Q5), createdAt may be asked for (Q6).
constexpr std::array<std::pair<std::string_view, AccessTokenSort>, 10> kSortFields = {
    {{"createdAt", AccessTokenSort::kCreatedAt},
     {"id", AccessTokenSort::kId},
     {"tokenType", AccessTokenSort::kTokenType},
     {"requester", AccessTokenSort::kRequester},
     {"consumerCloud", AccessTokenSort::kConsumerCloud},
     {"consumer", AccessTokenSort::kConsumer},
     {"provider", AccessTokenSort::kProvider},
     {"targetType", AccessTokenSort::kTargetType},
     {"target", AccessTokenSort::kTarget},
     {"createdBy", AccessTokenSort::kRequester}}};

Result<TargetType> target_type_or_service(const std::optional<std::string>& text, const Place& place = {}) {
  if (is_blank(text)) return TargetType::kServiceDefinition;
  return check_literal<TargetType>(*text, "targetType", place);
}

// Some literals name no token, or one that another system issues.
Status check_issued_here(TokenVariant variant, const Place& place) {
  const auto kind = model::kind_of(variant);
  if (kind && *kind != TokenKind::kTranslationBridge) return {};
  const std::string where = place.of("tokenVariant");
  return failure(
      invalid(fmt::format("{} is {}, of which no tokens are issued here", where, base::enum_text(variant)), where));
}

Status check_target_and_scope(const TokenOrder& order, const Place& place) {
  if (auto valid = model::validate_system(order.provider, place.of("provider")); !valid) return valid;
  if (auto valid = model::validate_target(order.target_type, order.target, place.of("target")); !valid) return valid;
  if (order.scope.empty()) return {};
  return model::validate_scope(order.scope, place.of("scope"));
}

// What the first phase of 5.14 finds out of an element.
struct RawOrder {
  TokenVariant variant{};
  TargetType target_type{};
  std::optional<base::Instant> expires_at;
};

Result<std::optional<base::Instant>> check_expiry(const std::optional<std::string>& text, base::Instant now,
                                                  const Place& place) {
  if (is_blank(text)) return std::nullopt;
  const std::string where = place.of("expiresAt");
  const auto at = base::parse_instant(base::trim(*text));
  if (!at) return failure(invalid(fmt::format("{}: {}", where, at.error().message), where));
  if (*at < now)
    return failure(invalid(
        fmt::format("{} is {}, which has passed; a later time would be right", where, base::format_instant(*at)),
        where));
  return *at;
}

Result<RawOrder> check_raw(const ManagementTokenGenerationRequest& request, base::Instant now, const Place& place) {
  const auto variant = require_literal<TokenVariant>(request.token_variant, "tokenVariant", place);
  if (!variant) return failure(variant.error());
  const auto type = target_type_or_service(request.target_type, place);
  if (!type) return failure(type.error());
  if (const auto there = require_text(request.consumer, "consumer", place); !there) return failure(there.error());
  if (const auto there = require_text(request.provider, "provider", place); !there) return failure(there.error());
  if (const auto there = require_text(request.target, "target", place); !there) return failure(there.error());
  const auto expiry = check_expiry(request.expires_at, now, place);
  if (!expiry) return failure(expiry.error());
  if (request.usage_limit && *request.usage_limit <= 0) {
    const std::string where = place.of("usageLimit");
    return failure(invalid(fmt::format("{} is {}; it must be 1 or more", where, *request.usage_limit), where));
  }
  return RawOrder{*variant, *type, *expiry};
}

Result<TokenOrder> normalized(const ManagementTokenGenerationRequest& request, const RawOrder& raw,
                              const Normalizer& names, const Place& place) {
  TokenOrder order{.variant = raw.variant,
                   .cloud = names.cloud_or_local(text_or_empty(request.consumer_cloud)),
                   .consumer = names.system(*request.consumer),
                   .provider = names.system(*request.provider),
                   .target_type = raw.target_type,
                   .target = names.target(raw.target_type, *request.target),
                   .scope = names.scope(text_or_empty(request.scope)),
                   .expires_at = raw.expires_at,
                   .usage_limit = request.usage_limit};
  if (const auto issued = check_issued_here(order.variant, place); !issued) return failure(issued.error());
  if (const auto valid = model::validate_cloud(order.cloud, place.of("consumerCloud")); !valid)
    return failure(valid.error());
  if (const auto valid = model::validate_system(order.consumer, place.of("consumer")); !valid)
    return failure(valid.error());
  if (const auto valid = check_target_and_scope(order, place); !valid) return failure(valid.error());
  return order;
}

std::optional<model::TokenDigest> digest_of(std::string_view reference) {
  model::TokenDigest digest;
  if (reference.size() != kReferenceCharacters) return std::nullopt;
  const auto bytes = base::base64_decode(reference);
  if (!bytes || bytes->size() != digest.size()) return std::nullopt;
  std::ranges::copy(*bytes, digest.begin());
  return digest;
}

// The part of 5.8 behind the presence of the key, of which 5.17 has its own order.
std::expected<EncryptionKeyOrder, KeyRefusal> take_key(std::string system, const std::string& key,
                                                       const std::optional<std::string>& algorithm,
                                                       const Place& place) {
  EncryptionKeyOrder order{
      .system = std::move(system), .key = base::Secret(key), .mode = model::CipherMode::kEcb, .algorithm = {}};
  if (is_blank(algorithm)) {
    order.algorithm = base::enum_text(order.mode);
  } else {
    const auto mode = check_literal<model::CipherMode>(*algorithm, "algorithm", place);
    if (!mode) return std::unexpected(KeyRefusal{mode.error()});
    order.mode = *mode;
    order.algorithm = base::trim(*algorithm);
  }
  if (key.size() < kEncryptionKeyBytesMin) {
    const std::string where = place.of("key");
    return std::unexpected(
        KeyRefusal{invalid(fmt::format("{} has {} bytes; {} or more are needed, and only 16, 24 or 32 can encrypt",
                                       where, key.size(), kEncryptionKeyBytesMin),
                           where),
                   false});
  }
  return order;
}

Status take_system_filter(const std::optional<std::string>& text, std::string_view member, const Normalizer& names,
                          std::optional<std::string>& out) {
  if (is_blank(text)) return {};
  out = names.system(*text);
  return model::validate_system(*out, member);
}

}  // namespace

Result<TokenOrder> check_generation(const TokenGenerationRequest& request, std::string_view caller,
                                    const Normalizer& names) {
  std::string buffer;
  const auto requester = check_requester(caller, names, buffer);
  if (!requester) return failure(requester.error());
  const auto variant = require_literal<TokenVariant>(request.token_variant, "tokenVariant");
  if (!variant) return failure(variant.error());
  if (const auto there = require_text(request.provider, "provider"); !there) return failure(there.error());
  const auto type = target_type_or_service(request.target_type);
  if (!type) return failure(type.error());
  if (const auto there = require_text(request.target, "target"); !there) return failure(there.error());
  TokenOrder order{.variant = *variant,
                   .cloud = std::string(model::kLocalCloud),
                   .consumer = std::string(*requester),
                   .provider = names.system(*request.provider),
                   .target_type = *type,
                   .target = names.target(*type, *request.target),
                   .scope = names.scope(text_or_empty(request.scope)),
                   .expires_at = std::nullopt,
                   .usage_limit = std::nullopt};
  if (const auto issued = check_issued_here(order.variant, {}); !issued) return failure(issued.error());
  if (const auto valid = check_target_and_scope(order, {}); !valid) return failure(valid.error());
  return order;
}

Result<TokenOrders> check_generations(const ManagementTokenGenerationListRequest& request, std::string_view caller,
                                      base::Instant now, const Normalizer& names) {
  std::string buffer;
  const auto requester = check_requester(caller, names, buffer);
  if (!requester) return failure(requester.error());
  if (const auto listed = require_list(request.list); !listed) return failure(listed.error());
  const auto& list = *request.list;
  std::vector<RawOrder> raw;
  raw.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto element = check_raw(*list[i], now, Place::item("list", i));
    if (!element) return failure(element.error());
    raw.push_back(*element);
  }
  TokenOrders out{.requester = std::string(*requester), .orders = {}};
  out.orders.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto order = normalized(*list[i], raw[i], names, Place::item("list", i));
    if (!order) return failure(std::move(order.error()));
    out.orders.push_back(*std::move(order));
  }
  return out;
}

Result<bool> check_unbound(const std::optional<std::string>& value) {
  const std::string_view text = value ? base::trim(*value) : std::string_view{};
  const auto is = [&](std::string_view word) { return base::equals_ignoring_case(text, word); };
  if (text.empty() || is("false") || is("off") || is("no") || is("0")) return false;
  if (is("true") || is("on") || is("yes") || is("1")) return true;
  return failure(invalid(fmt::format("unbound is {}; it must be true or false", base::shown(text)), "unbound"));
}

Result<TokenQuestion> check_verification(std::string_view token, std::string_view caller, const Normalizer& names,
                                         std::string& buffer) {
  const auto requester = check_requester(caller, names, buffer);
  if (!requester) return failure(requester.error());
  if (base::is_blank(token)) return failure(invalid("the token is blank", "token"));
  return TokenQuestion{*requester, base::trim(token)};
}

Result<store::AccessTokenQuery> check_token_query(const TokenQueryRequest& request, std::int64_t page_size_max,
                                                  const Normalizer& names) {
  const auto slice = slice_of<AccessTokenSort>(request.pagination, kSortFields, false, page_size_max);
  if (!slice) return failure(slice.error());
  store::AccessTokenQuery query;
  query.slice = *slice;
  if (!is_blank(request.token_type)) {
    const auto kind = check_literal<TokenKind>(*request.token_type, "tokenType");
    if (!kind) return failure(kind.error());
    query.kind = *kind;
  }
  if (!is_blank(request.target_type)) {
    const auto type = check_literal<TargetType>(*request.target_type, "targetType");
    if (!type) return failure(type.error());
    query.target_type = *type;
  }
  if (const auto taken = take_system_filter(request.requester, "requester", names, query.requester); !taken)
    return failure(taken.error());
  if (!is_blank(request.consumer_cloud)) {
    query.cloud = names.cloud(*request.consumer_cloud);
    if (const auto valid = model::validate_cloud(*query.cloud, "consumerCloud"); !valid) return failure(valid.error());
  }
  if (const auto taken = take_system_filter(request.consumer, "consumer", names, query.subject); !taken)
    return failure(taken.error());
  if (const auto taken = take_system_filter(request.provider, "provider", names, query.audience); !taken)
    return failure(taken.error());
  if (!is_blank(request.target)) {
    const TargetType type = query.target_type.value_or(TargetType::kServiceDefinition);
    query.target = names.target(type, *request.target);
    if (const auto valid = model::validate_target(type, *query.target, "target"); !valid) return failure(valid.error());
  }
  if (query.kind == TokenKind::kTranslationBridge) {
    return failure(invalid("tokenType is TRANSLATION_BRIDGE_TOKEN, of which no tokens are issued here", "tokenType"));
  }
  return query;
}

Result<std::vector<model::TokenDigest>> check_references(const std::vector<std::string>& references) {
  if (references.empty())
    return failure(invalid("tokenReferences is empty; at least one reference is required", "tokenReferences"));
  if (const auto checked = check_elements(references, "tokenReferences"); !checked) return failure(checked.error());
  std::vector<model::TokenDigest> digests;
  digests.reserve(references.size());
  for (const std::string& reference : references) {
    if (const auto digest = digest_of(reference)) digests.push_back(*digest);
  }
  return digests;
}

std::expected<EncryptionKeyOrder, KeyRefusal> check_key(const EncryptionKeyRequest& request, std::string_view caller,
                                                        const Normalizer& names) {
  std::string buffer;
  const auto requester = check_requester(caller, names, buffer);
  if (!requester) return std::unexpected(KeyRefusal{requester.error()});
  if (const auto there = require_text(request.key, "key"); !there) return std::unexpected(KeyRefusal{there.error()});
  return take_key(std::string(*requester), *request.key, request.algorithm, {});
}

std::expected<std::vector<EncryptionKeyOrder>, KeyRefusal> check_keys(const ManagementEncryptionKeyListRequest& request,
                                                                      const Normalizer& names) {
  if (const auto listed = require_list(request.list); !listed) return std::unexpected(KeyRefusal{listed.error()});
  const auto& list = *request.list;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Place place = Place::item("list", i);
    if (const auto there = require_text(list[i]->system_name, "systemName", place); !there)
      return std::unexpected(KeyRefusal{there.error()});
    if (const auto there = require_text(list[i]->key, "key", place); !there)
      return std::unexpected(KeyRefusal{there.error()});
  }
  std::vector<EncryptionKeyOrder> orders;
  orders.reserve(list.size());
  boost::unordered_flat_set<std::string> seen;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Place place = Place::item("list", i);
    const std::string where = place.of("systemName");
    std::string system = names.system(*list[i]->system_name);
    if (const auto valid = model::validate_system(system, where); !valid)
      return std::unexpected(KeyRefusal{valid.error()});
    if (!seen.insert(system).second) {
      return std::unexpected(
          KeyRefusal{invalid(fmt::format("{} repeats {}; each system may have one key", where, system), where)});
    }
    auto order = take_key(std::move(system), *list[i]->key, list[i]->algorithm, place);
    if (!order) return std::unexpected(std::move(order.error()));
    orders.push_back(*std::move(order));
  }
  return orders;
}

Result<std::vector<std::string>> check_key_owners(const std::vector<std::string>& system_names,
                                                  const Normalizer& names) {
  if (system_names.empty())
    return failure(invalid("systemNames is empty; at least one name is required", "systemNames"));
  if (const auto checked = check_elements(system_names, "systemNames"); !checked) return failure(checked.error());
  std::vector<std::string> systems;
  systems.reserve(system_names.size());
  for (const std::string& text : system_names) systems.push_back(names.system(text));
  for (const std::string& system : systems) {
    if (const auto valid = model::validate_system(system, "systemNames"); !valid) return failure(valid.error());
  }
  return systems;
}

}  // namespace jeton::api::arrowhead
