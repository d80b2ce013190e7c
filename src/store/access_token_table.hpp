// Access tokens. Appended by ascending id and never looked up by anything else on a hot path: there is no secondary
// index.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/token.hpp"
#include "store/page.hpp"
#include "store/sql.hpp"

namespace jeton::store {

/// A row as it lies in the database: texts are views that live until the visitor returns.
struct AccessTokenRow {
  model::TokenId id;
  model::TokenDigest digest{};
  model::TokenKind kind{};
  model::TokenVariant variant{};
  std::string_view subject;
  std::string_view audience;
  std::string_view scope;
  model::TargetType target_type{};
  std::string_view target;
  std::string_view cloud;
  std::string_view requester;
  base::Instant issued_at;
  std::optional<base::Instant> expires_at;
  std::optional<std::int64_t> usage_limit;
  std::optional<std::int64_t> uses_left;

  model::AccessToken token() const;
};

/// The sort fields of arrowhead-authorization 2.8; createdBy is the requester. Names compare by bytes, types by their
/// literals.
enum class AccessTokenSort : std::uint8_t {
  kCreatedAt,
  kId,
  kTokenType,
  kRequester,
  kConsumerCloud,
  kConsumer,
  kProvider,
  kTargetType,
  kTarget,
};

/// Joined by AND; absent: any.
struct AccessTokenQuery {
  std::optional<std::string> requester;
  std::optional<model::TokenKind> kind;
  std::optional<std::string> cloud;
  std::optional<std::string> subject;
  std::optional<std::string> audience;
  std::optional<model::TargetType> target_type;
  std::optional<std::string> target;
  Slice<AccessTokenSort> slice;
};

class AccessTokenTable {
 public:
  explicit AccessTokenTable(Connection& connection) : connection_(connection) {}

  /// `token.id` is the number of its event. A failure is the database's; the body fails with it even if it ignores it.
  base::Status insert(const model::AccessToken& token);
  /// The number of those that were there.
  base::Result<std::int64_t> remove(std::span<const model::TokenId> ids);
  /// Takes one use in one step: the uses left afterwards, or nothing when there is no such token, it is not limited by
  /// uses or none is left.
  base::Result<std::optional<std::int64_t>> use_once(model::TokenId id);

  base::Result<std::optional<model::AccessToken>> find(model::TokenId id) const;
  /// All tokens, by ascending id. `visit` must not use the store.
  base::Status scan(const std::function<void(const AccessTokenRow&)>& visit) const;
  base::Result<Page<model::AccessToken>> query(const AccessTokenQuery& query) const;

 private:
  Connection& connection_;
};

}  // namespace jeton::store
