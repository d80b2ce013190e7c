// Policy sets: one row each, the rules as JSON in it. At most one set per level and target.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/policy.hpp"
#include "store/page.hpp"
#include "store/sql.hpp"

namespace jeton::store {

/// What names a policy set to the outside: the parts of its instance id.
struct PolicyKey {
  model::PolicyLevel level = model::PolicyLevel::kProvider;
  model::PolicyTarget target;

  bool operator==(const PolicyKey&) const = default;
};

/// The sort fields of arrowhead-authorization 2.8. Names compare by bytes, types by their literals.
enum class PolicySort : std::uint8_t {
  kInstanceId,
  kId,
  kCreatedAt,
  kTargetType,
  kCloud,
  kProvider,
  kTarget,
  kCreatedBy
};

/// AND between the members, OR inside one. Empty: any.
struct PolicyQuery {
  std::optional<model::PolicyLevel> level;
  std::vector<std::string> providers;
  std::vector<PolicyKey> keys;
  std::vector<std::string> clouds;
  std::optional<model::TargetType> target_type;
  std::vector<std::string> targets;
  Slice<PolicySort> slice;
};

/// A set whose rules are still the text that is kept, which costs as much to read as all the rest: whoever has many can
/// have it done by several threads.
class StoredPolicy {
 public:
  StoredPolicy(model::PolicySet without_rules, std::string_view rules);
  /// kInternal, with its number, when the text is damaged.
  base::Result<model::PolicySet> read() &&;

 private:
  model::PolicySet set_;
  std::string rules_;  ///< with room for what the JSON reader needs behind it
};

class PolicyTable {
 public:
  explicit PolicyTable(Connection& connection) : connection_(connection) {}

  /// `policy.id` is the number of its event. kConflict when the level has a set for the target already; nothing changed
  /// then.
  base::Status insert(const model::PolicySet& policy);
  /// Empty: none. False when there is no such set.
  base::Result<bool> set_description(model::PolicyId id, std::string_view description);
  /// False when there is no such set.
  base::Result<bool> remove(model::PolicyId id);

  base::Result<std::optional<model::PolicySet>> find(model::PolicyLevel level, const model::PolicyTarget& target) const;
  base::Result<std::int64_t> count() const;
  /// All sets, by ascending id. `visit` must not use the store.
  base::Status scan(const std::function<void(StoredPolicy&&)>& visit) const;
  /// kInvalid when the query names too many values.
  base::Result<Page<model::PolicySet>> query(const PolicyQuery& query) const;

 private:
  Connection& connection_;
};

}  // namespace jeton::store
