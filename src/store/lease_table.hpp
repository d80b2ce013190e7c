// Leases, and how many there are. Secrets are sealed before they reach the database. What changes a lease names the
// record it read, so that it also holds when another node changed it meanwhile.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/enum_text.hpp"
#include "base/result.hpp"
#include "base/sealing.hpp"
#include "base/secret.hpp"
#include "model/lease.hpp"
#include "store/sql.hpp"

namespace jeton::store {

/// What a number of leases is counted for. The numbers are stored.
enum class LeaseCountKind : std::uint8_t { kTotal = 1, kProvider = 2, kRole = 3, kOwner = 4 };

struct LeaseCount {
  LeaseCountKind kind = LeaseCountKind::kTotal;
  std::string name;  ///< the provider; "provider/role"; the owner; empty for kTotal
  std::int64_t count = 0;

  bool operator==(const LeaseCount&) const = default;
};

/// AND between the members that are set. By ascending id; with a prefix and without an owner by name.
struct LeaseQuery {
  std::optional<std::string_view> owner;
  std::optional<std::string_view> provider;
  std::optional<std::string_view> prefix;  ///< of names; not empty
  std::vector<model::LeaseState> states;   ///< empty: any
  std::optional<base::Instant> living_at;  ///< of active ones only those that expire after it
  std::optional<base::Instant> due_at;     ///< only what is due by then, or was tried in vain, and has not ended
  std::optional<base::Instant> unreleased_due_at;  ///< only what is held: due by then, not ended, not released
  model::LeaseId after;                            ///< where a page before ended, by id
  std::string_view after_name;                     ///< the same by name
  model::LeaseId until;                            ///< 0: no end; the last one otherwise
  std::int64_t count_max = 0;

  bool by_name() const { return prefix && !owner; }
};

class LeaseTable {
 public:
  LeaseTable(Connection& connection, const base::Sealing& sealer) : connection_(connection), sealer_(sealer) {}

  /// `lease.id` is the number of its event. kConflict when its name, label or idempotency key is taken.
  base::Status insert(const model::Lease& lease);
  /// From the record that was read to `wanted`, all but id, name, owner, provider, role, label and idempotency key,
  /// which an ended lease gives free. False when it is another record meanwhile, or gone.
  base::Result<bool> change(const model::Lease& read, const model::Lease& wanted);
  /// Keeps its secret from here on; an empty one forgets it.
  base::Status set_secret(const model::Lease& lease, const base::Secret& value);
  base::Status remove(model::LeaseId id);
  /// Changes the number of every kind that the lease counts for by one, up or down.
  base::Status count_in(const model::Lease& lease) { return count(lease, 1); }
  base::Status count_out(const model::Lease& lease) { return count(lease, -1); }

  base::Result<std::optional<model::Lease>> find(model::LeaseId id) const;
  base::Result<std::optional<model::Lease>> find_by_name(std::string_view name) const;
  base::Result<std::optional<model::Lease>> find_by_label(std::string_view label) const;
  base::Result<std::optional<model::Lease>> find_by_key(std::string_view owner, std::string_view idempotency_key) const;
  /// Newest first, at most `count_max`; `provider` empty: of any.
  base::Result<std::vector<model::Lease>> find_by_external_id(std::string_view external_id, std::string_view provider,
                                                              std::int64_t count_max) const;
  /// kInternal when it cannot be opened with this master key. Empty: none is kept.
  base::Result<base::Secret> secret(const model::Lease& lease) const;
  base::Result<std::vector<model::Lease>> list(const LeaseQuery& query) const;
  base::Result<std::int64_t> count_of(const LeaseQuery& query) const;

  /// What is due at a provider by `now`, in this order. `held`: of what has not ended only the released.
  base::Result<std::vector<model::Lease>> due(std::string_view provider, base::Instant now, bool held,
                                              std::int64_t count_max) const;
  /// When the next one is due.
  base::Result<std::optional<base::Instant>> next_due(std::string_view provider, bool held) const;

  base::Result<std::int64_t> count_of(LeaseCountKind kind, std::string_view name) const;
  /// All that are above zero, by kind and name, at most `count_max`.
  base::Result<std::vector<LeaseCount>> counts(std::int64_t count_max) const;
  /// The earliest end of those that have ended and are not taken back, irrevocable ones aside.
  base::Result<std::optional<base::Instant>> oldest_to_take_back(std::string_view provider) const;
  /// How many living ones of a provider end by then; counts no further than `count_max`.
  base::Result<std::int64_t> ending_by(std::string_view provider, base::Instant until, std::int64_t count_max) const;
  /// Of leases of a provider that neither live undisturbed nor have ended: by state, those that occur.
  base::Result<std::vector<std::pair<model::LeaseState, std::int64_t>>> counts_in_work(std::string_view provider) const;

 private:
  base::Status count(const model::Lease& lease, std::int64_t by);
  base::Result<std::optional<model::Lease>> find_one(const Sql& sql, std::initializer_list<Value> values) const;

  Connection& connection_;
  const base::Sealing& sealer_;
};

}  // namespace jeton::store

template <>
struct jeton::base::EnumText<jeton::store::LeaseCountKind> {
  using enum store::LeaseCountKind;
  static constexpr auto kRows = enum_rows<store::LeaseCountKind>(
      {{kTotal, "total"}, {kProvider, "provider"}, {kRole, "role"}, {kOwner, "owner"}});
};
