#include "store/access_token_table.hpp"

#include <algorithm>

#include "store/filter.hpp"

namespace jeton::store {
namespace {

constexpr Sql kInsert(
    "INSERT INTO access_token (id, digest, kind, variant, subject, audience, scope, target_type, target, cloud, "
    "requester, issued_at, "
    "expires_at, usage_limit, uses_left) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)");
constexpr Sql kRemove("DELETE FROM access_token WHERE id = $1");
constexpr Sql kUseOnce(
    "UPDATE access_token SET uses_left = uses_left - 1 WHERE id = $1 AND uses_left > 0 RETURNING uses_left");
constexpr std::string_view kColumns =
    "SELECT id, digest, kind, variant, subject, audience, scope, target_type, target, cloud, requester, issued_at, "
    "expires_at, "
    "usage_limit, uses_left FROM access_token";
constexpr Sql kFind(
    "SELECT id, digest, kind, variant, subject, audience, scope, target_type, target, cloud, requester, issued_at, "
    "expires_at, "
    "usage_limit, uses_left FROM access_token WHERE id = $1");
constexpr Sql kScan(
    "SELECT id, digest, kind, variant, subject, audience, scope, target_type, target, cloud, requester, issued_at, "
    "expires_at, "
    "usage_limit, uses_left FROM access_token ORDER BY id");

// Sorted as the texts that clients see, whatever the numbers are.
constexpr std::string_view kTargetTypeText = "CASE target_type WHEN 1 THEN 'SERVICE_DEF' ELSE 'EVENT_TYPE' END";
constexpr std::string_view kKindText =
    "CASE kind WHEN 1 THEN 'TIME_LIMITED_TOKEN' WHEN 2 THEN 'USAGE_LIMITED_TOKEN' WHEN 3 THEN 'SELF_CONTAINED_TOKEN' "
    "ELSE 'TRANSLATION_BRIDGE_TOKEN' END";
static_assert(base::enum_text(model::TokenKind{1}) == "TIME_LIMITED_TOKEN" &&
              base::enum_text(model::TokenKind{2}) == "USAGE_LIMITED_TOKEN" &&
              base::enum_text(model::TokenKind{3}) == "SELF_CONTAINED_TOKEN" &&
              base::enum_text(model::TokenKind{4}) == "TRANSLATION_BRIDGE_TOKEN");

std::string_view column_of(AccessTokenSort sort) {
  switch (sort) {
    case AccessTokenSort::kCreatedAt:
      return "issued_at";
    case AccessTokenSort::kId:
      return "id";
    case AccessTokenSort::kTokenType:
      return kKindText;
    case AccessTokenSort::kRequester:
      return "requester";
    case AccessTokenSort::kConsumerCloud:
      return "cloud";
    case AccessTokenSort::kConsumer:
      return "subject";
    case AccessTokenSort::kProvider:
      return "audience";
    case AccessTokenSort::kTargetType:
      return kTargetTypeText;
    case AccessTokenSort::kTarget:
      return "target";
  }
  return "id";
}

std::optional<std::int64_t> number_or_none(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.integer(column);
}

base::Result<AccessTokenRow> read_row(const Row& row) {
  AccessTokenRow out{.id = {row.integer(0)},
                     .kind = static_cast<model::TokenKind>(row.integer(2)),
                     .variant = static_cast<model::TokenVariant>(row.integer(3)),
                     .subject = row.text(4),
                     .audience = row.text(5),
                     .scope = row.text(6),
                     .target_type = static_cast<model::TargetType>(row.integer(7)),
                     .target = row.text(8),
                     .cloud = row.text(9),
                     .requester = row.text(10),
                     .issued_at = row.instant(11),
                     .usage_limit = number_or_none(row, 13),
                     .uses_left = number_or_none(row, 14)};
  if (!row.is_null(12)) out.expires_at = row.instant(12);
  const std::string_view digest = row.blob(1);
  if (digest.size() != out.digest.size()) {
    return base::failure(base::internal("token " + std::to_string(out.id.value) + " in the database has a digest of " +
                                        std::to_string(digest.size()) + " bytes instead of " +
                                        std::to_string(out.digest.size())));
  }
  std::copy(digest.begin(), digest.end(), out.digest.begin());
  return out;
}

/// Reads rows of kColumns, and hands them on.
template <class Visit>
RowVisitor each_row(Visit& visit) {
  return [&visit](const Row& row) -> base::Status {
    const auto token = read_row(row);
    if (!token) return base::failure(token.error());
    visit(*token);
    return {};
  };
}

Filter filter_of(const AccessTokenQuery& query) {
  Filter filter;
  const auto equals = [&](std::string_view column, const auto& wanted) {
    if (wanted) filter.equals(column, value_of(*wanted));
  };
  equals("requester", query.requester);
  equals("kind", query.kind);
  equals("cloud", query.cloud);
  equals("subject", query.subject);
  equals("audience", query.audience);
  equals("target_type", query.target_type);
  equals("target", query.target);
  return filter;
}

}  // namespace

model::AccessToken AccessTokenRow::token() const {
  model::AccessToken out;
  out.id = id;
  out.digest = digest;
  out.kind = kind;
  out.subject = subject;
  out.audience = audience;
  out.scope = scope;
  out.issued_at = issued_at;
  out.expires_at = expires_at;
  out.variant = variant;
  out.requester = requester;
  out.cloud = cloud;
  out.target_type = target_type;
  out.target = target;
  out.usage_limit = usage_limit;
  out.uses_left = uses_left;
  return out;
}

base::Status AccessTokenTable::insert(const model::AccessToken& token) {
  return connection_.execute(
      kInsert,
      {value_of(token.id), blob_of(token.digest), value_of(token.kind), value_of(token.variant),
       value_of(token.subject), value_of(token.audience), text_or_null(token.scope), value_of(token.target_type),
       value_of(token.target), value_of(token.cloud), value_of(token.requester), value_of(token.issued_at),
       value_of(token.expires_at), value_of(token.usage_limit), value_of(token.uses_left)});
}

base::Result<std::int64_t> AccessTokenTable::remove(std::span<const model::TokenId> ids) {
  std::int64_t removed = 0;
  for (const model::TokenId id : ids) {
    const auto changed = connection_.change(kRemove, {value_of(id)});
    if (!changed) return changed;
    removed += *changed;
  }
  return removed;
}

base::Result<std::optional<std::int64_t>> AccessTokenTable::use_once(model::TokenId id) {
  std::optional<std::int64_t> left;
  const auto changed = connection_.change(kUseOnce, {value_of(id)}, [&](const Row& row) -> base::Status {
    left = row.integer(0);
    return {};
  });
  if (!changed) return base::failure(changed.error());
  return left;
}

base::Result<std::optional<model::AccessToken>> AccessTokenTable::find(model::TokenId id) const {
  std::optional<model::AccessToken> found;
  auto keep = [&](const AccessTokenRow& row) { found = row.token(); };
  if (const auto status = connection_.query(kFind, {value_of(id)}, each_row(keep)); !status)
    return base::failure(status.error());
  return found;
}

base::Status AccessTokenTable::scan(const std::function<void(const AccessTokenRow&)>& visit) const {
  return connection_.query(kScan, {}, each_row(visit));
}

base::Result<Page<model::AccessToken>> AccessTokenTable::query(const AccessTokenQuery& query) const {
  const Filter filter = filter_of(query);
  Page<model::AccessToken> page;
  const auto count = [&](const Row& row) -> base::Status {
    page.total = row.integer(0);
    return {};
  };
  if (const auto status =
          connection_.query_once("SELECT COUNT(*) FROM access_token" + filter.where(), filter.values(), count);
      !status) {
    return base::failure(status.error());
  }
  auto keep = [&](const AccessTokenRow& row) { page.rows.push_back(row.token()); };
  const auto& slice = query.slice;
  const std::string text = std::string(kColumns) + filter.where() +
                           order_and_limit(column_of(slice.sort), slice.descending, slice.limit, slice.offset);
  if (const auto status = connection_.query_once(text, filter.values(), each_row(keep)); !status)
    return base::failure(status.error());
  return page;
}

}  // namespace jeton::store
