#include "store/policy_table.hpp"

#include <boost/describe/class.hpp>
#include <utility>

#include "base/json/reader.hpp"
#include "base/json/writer.hpp"
#include "base/limits.hpp"
#include "store/filter.hpp"

namespace jeton::store {
namespace {

/// The part of a set that is kept as JSON.
struct Rules {
  model::Policy default_policy;
  std::vector<model::ScopedPolicy> scoped;
};
BOOST_DESCRIBE_STRUCT(Rules, (), (default_policy, scoped))

constexpr Sql kInsert(
    "INSERT INTO policy (id, level, cloud, provider, target_type, target, description, policies, created_by, "
    "created_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
    "ON CONFLICT (provider, target, target_type, cloud, level) DO NOTHING");
constexpr Sql kSetDescription("UPDATE policy SET description = $1 WHERE id = $2");
constexpr Sql kRemove("DELETE FROM policy WHERE id = $1");
constexpr std::string_view kColumns =
    "SELECT id, level, cloud, provider, target_type, target, description, policies, created_by, created_at FROM policy";
constexpr Sql kFind(
    "SELECT id, level, cloud, provider, target_type, target, description, policies, created_by, created_at FROM policy "
    "WHERE provider = $1 AND target = $2 AND target_type = $3 AND cloud = $4 AND level = $5");
constexpr Sql kCount("SELECT COUNT(*) FROM policy");
constexpr Sql kScan(
    "SELECT id, level, cloud, provider, target_type, target, description, policies, created_by, created_at FROM policy "
    "ORDER BY id");

// Sorted as the texts that clients see, whatever the numbers are.
constexpr std::string_view kTargetTypeText = "CASE target_type WHEN 1 THEN 'SERVICE_DEF' ELSE 'EVENT_TYPE' END";
constexpr std::string_view kInstanceIdText =
    "CASE level WHEN 1 THEN 'MGMT' ELSE 'PR' END || '|' || cloud || '|' || provider || '|' || "
    "CASE target_type WHEN 1 THEN 'SERVICE_DEF' ELSE 'EVENT_TYPE' END || '|' || target";
static_assert(base::enum_text(model::TargetType::kServiceDefinition) == "SERVICE_DEF" &&
              base::enum_text(model::TargetType::kEventType) == "EVENT_TYPE");

std::string_view column_of(PolicySort sort) {
  switch (sort) {
    case PolicySort::kInstanceId:
      return kInstanceIdText;
    case PolicySort::kId:
      return "id";
    case PolicySort::kCreatedAt:
      return "created_at";
    case PolicySort::kTargetType:
      return kTargetTypeText;
    case PolicySort::kCloud:
      return "cloud";
    case PolicySort::kProvider:
      return "provider";
    case PolicySort::kTarget:
      return "target";
    case PolicySort::kCreatedBy:
      return "created_by";
  }
  return "id";
}

StoredPolicy stored_of(const Row& row) {
  model::PolicySet set;
  set.id = {row.integer(0)};
  set.level = static_cast<model::PolicyLevel>(row.integer(1));
  set.target.cloud = row.text(2);
  set.target.provider = row.text(3);
  set.target.target_type = static_cast<model::TargetType>(row.integer(4));
  set.target.target = row.text(5);
  set.description = row.text(6);
  set.created_by = row.text(8);
  set.created_at = row.instant(9);
  return {std::move(set), row.text(7)};
}

/// Reads rows of kColumns, and hands them on.
template <class Visit>
RowVisitor each_policy(Visit& visit) {
  return [&visit](const Row& row) -> base::Status {
    auto policy = stored_of(row).read();
    if (!policy) return base::failure(policy.error());
    visit(std::move(*policy));
    return {};
  };
}

Filter filter_of(const PolicyQuery& query) {
  Filter filter;
  if (query.level) filter.equals("level", value_of(*query.level));
  filter.any_of("provider", query.providers);
  filter.any_of("cloud", query.clouds);
  if (query.target_type) filter.equals("target_type", value_of(*query.target_type));
  filter.any_of("target", query.targets);
  std::vector<Value> keys;
  keys.reserve(query.keys.size() * 5);
  for (const PolicyKey& key : query.keys) {
    keys.insert(keys.end(), {value_of(key.level), value_of(key.target.cloud), value_of(key.target.provider),
                             value_of(key.target.target_type), value_of(key.target.target)});
  }
  filter.any_row_of("(level, cloud, provider, target_type, target)", 5, keys);
  return filter;
}

}  // namespace

StoredPolicy::StoredPolicy(model::PolicySet without_rules, std::string_view rules) : set_(std::move(without_rules)) {
  rules_.reserve(rules.size() + base::limits::kJsonPaddingBytes);
  rules_ = rules;
}

base::Result<model::PolicySet> StoredPolicy::read() && {
  auto rules = base::json::read<Rules>(rules_);
  if (!rules) {
    return base::failure(base::internal("the rules of policy " + std::to_string(set_.id.value) +
                                        " in the database cannot be read: " + rules.error().message));
  }
  set_.default_policy = std::move(rules->default_policy);
  set_.scoped = std::move(rules->scoped);
  return std::move(set_);
}

base::Status PolicyTable::insert(const model::PolicySet& policy) {
  const std::string rules = base::json::write(Rules{policy.default_policy, policy.scoped});
  const auto inserted =
      connection_.change(kInsert, {value_of(policy.id), value_of(policy.level), value_of(policy.target.cloud),
                                   value_of(policy.target.provider), value_of(policy.target.target_type),
                                   value_of(policy.target.target), text_or_null(policy.description), value_of(rules),
                                   value_of(policy.created_by), value_of(policy.created_at)});
  if (!inserted) return base::failure(inserted.error());
  if (*inserted == 0) {
    return base::failure(
        {base::ErrorCode::kConflict, "a policy " + model::instance_id(policy) + " exists already", {}});
  }
  return {};
}

base::Result<bool> PolicyTable::set_description(model::PolicyId id, std::string_view description) {
  return was_there(connection_.change(kSetDescription, {text_or_null(description), value_of(id)}));
}

base::Result<bool> PolicyTable::remove(model::PolicyId id) {
  return was_there(connection_.change(kRemove, {value_of(id)}));
}

base::Result<std::optional<model::PolicySet>> PolicyTable::find(model::PolicyLevel level,
                                                                const model::PolicyTarget& target) const {
  std::optional<model::PolicySet> found;
  auto keep = [&](model::PolicySet&& policy) { found = std::move(policy); };
  const base::Status status = connection_.query(kFind,
                                                {value_of(target.provider), value_of(target.target),
                                                 value_of(target.target_type), value_of(target.cloud), value_of(level)},
                                                each_policy(keep));
  if (!status) return base::failure(status.error());
  return found;
}

base::Result<std::int64_t> PolicyTable::count() const {
  std::int64_t count = 0;
  const auto status = connection_.query(kCount, {}, [&](const Row& row) -> base::Status {
    count = row.integer(0);
    return {};
  });
  if (!status) return base::failure(status.error());
  return count;
}

base::Status PolicyTable::scan(const std::function<void(StoredPolicy&&)>& visit) const {
  return connection_.query(kScan, {}, [&](const Row& row) -> base::Status {
    visit(stored_of(row));
    return {};
  });
}

base::Result<Page<model::PolicySet>> PolicyTable::query(const PolicyQuery& query) const {
  const Filter filter = filter_of(query);
  if (const base::Status status = filter.check(); !status) return base::failure(status.error());
  Page<model::PolicySet> page;
  const auto count = [&](const Row& row) -> base::Status {
    page.total = row.integer(0);
    return {};
  };
  if (const auto status =
          connection_.query_once("SELECT COUNT(*) FROM policy" + filter.where(), filter.values(), count);
      !status) {
    return base::failure(status.error());
  }
  auto keep = [&](model::PolicySet&& policy) { page.rows.push_back(std::move(policy)); };
  const auto& slice = query.slice;
  const std::string text = std::string(kColumns) + filter.where() +
                           order_and_limit(column_of(slice.sort), slice.descending, slice.limit, slice.offset);
  if (const auto status = connection_.query_once(text, filter.values(), each_policy(keep)); !status)
    return base::failure(status.error());
  return page;
}

}  // namespace jeton::store
