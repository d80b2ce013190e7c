#include "store/lease_table.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "store/filter.hpp"

namespace jeton::store {
namespace {

using model::Lease;
using model::LeaseState;

// The columns of every look-up, in the order of lease_of().
#define JETON_LEASE_COLUMNS                                                                                           \
  "SELECT id, name, owner, provider, role, state, reason, label, external_id, handle, digest, issued, requested_at, " \
  "expires_at, hard_end, ttl, due_at, attempts, last_error, released, idempotency_key FROM lease"

constexpr std::string_view kSelect = JETON_LEASE_COLUMNS;
constexpr Sql kInsert(
    "INSERT INTO lease (id, name, owner, provider, role, state, reason, label, external_id, handle, digest, issued, "
    "requested_at, expires_at, hard_end, ttl, due_at, attempts, last_error, released, idempotency_key) VALUES ($1, $2, "
    "$3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) ON CONFLICT DO NOTHING");
constexpr Sql kChange(
    "UPDATE lease SET state = $1, reason = $2, external_id = $3, handle = $4, digest = $5, issued = $6, requested_at = "
    "$7, expires_at = $8, hard_end = $9, ttl = $10, due_at = $11, attempts = $12, last_error = $13, released = $14, "
    "idempotency_key = $15 WHERE id = $16 AND state = $17 AND expires_at = $18 AND attempts = $19");
constexpr Sql kSetSecret("UPDATE lease SET sealed_value = $1 WHERE id = $2");
constexpr Sql kRemove("DELETE FROM lease WHERE id = $1");
constexpr Sql kFind(JETON_LEASE_COLUMNS " WHERE id = $1");
constexpr Sql kFindByName(JETON_LEASE_COLUMNS " WHERE name = $1");
constexpr Sql kFindByLabel(JETON_LEASE_COLUMNS " WHERE label = $1");
constexpr Sql kFindByKey(JETON_LEASE_COLUMNS " WHERE owner = $1 AND idempotency_key = $2");
constexpr Sql kFindByExternalId(JETON_LEASE_COLUMNS
                                " WHERE external_id = $1 AND ($2 IS NULL OR provider = $2) ORDER BY id DESC LIMIT $3");
constexpr Sql kSecret("SELECT sealed_value FROM lease WHERE id = $1");
constexpr Sql kDue(JETON_LEASE_COLUMNS " WHERE provider = $1 AND due_at <= $2 ORDER BY due_at LIMIT $3");
constexpr Sql kDueHeld(
    JETON_LEASE_COLUMNS
    " WHERE provider = $1 AND due_at <= $2 AND (released = 1 OR state >= 6) ORDER BY due_at LIMIT $3");
constexpr Sql kEndingBy(
    "SELECT COUNT(*) FROM (SELECT 1 FROM lease WHERE provider = $1 AND due_at IS NOT NULL AND due_at <= $2 AND "
    "state = 3 LIMIT $3) AS ending");
constexpr Sql kNextDue("SELECT MIN(due_at) FROM lease WHERE provider = $1 AND due_at IS NOT NULL");
constexpr Sql kNextDueHeld(
    "SELECT MIN(due_at) FROM lease WHERE provider = $1 AND due_at IS NOT NULL AND (released = 1 OR state >= 6)");
constexpr Sql kCount(
    "INSERT INTO lease_count (kind, name, count) VALUES ($1, $2, $3) ON CONFLICT (kind, name) DO UPDATE SET count = "
    "lease_count.count + excluded.count");
constexpr Sql kDropCount("DELETE FROM lease_count WHERE kind = $1 AND name = $2 AND count = 0");
constexpr Sql kCountOf("SELECT count FROM lease_count WHERE kind = $1 AND name = $2");
constexpr Sql kCounts("SELECT kind, name, count FROM lease_count WHERE count > 0 ORDER BY kind, name LIMIT $1");
constexpr Sql kOldestToTakeBack(
    "SELECT MIN(expires_at) FROM lease WHERE provider = $1 AND state IN (1, 2, 4, 5) AND state IN (2, 4)");
constexpr Sql kCountsInWork(
    "SELECT state, COUNT(*) FROM lease WHERE provider = $1 AND state IN (1, 2, 4, 5) GROUP BY state ORDER BY state");

#undef JETON_LEASE_COLUMNS

static_assert(static_cast<int>(LeaseState::kRevoked) == 6 && model::is_ended(LeaseState::kRevoked) &&
              !model::is_ended(LeaseState::kIrrevocable));  // as kDueHeld and kNextDueHeld have it

// Binds a sealed secret to its row.
std::string context_of(const Lease& lease) {
  return "lease:" + lease.name;
}

std::int64_t number_of(base::Duration duration) {
  return duration.count();
}

Lease lease_of(const Row& row) {
  Lease lease;
  lease.id = {row.integer(0)};
  lease.name = row.text(1);
  lease.subject = row.text(2);
  lease.audience = row.text(3);
  lease.scope = row.text(4);
  lease.state = static_cast<LeaseState>(row.integer(5));
  lease.end = static_cast<model::LeaseEnd>(row.integer(6));
  lease.handle = {
      .label = std::string(row.text(7)), .external_id = std::string(row.text(8)), .data = std::string(row.text(9))};
  const std::string_view digest = row.blob(10);
  if (digest.size() == lease.digest.size()) std::ranges::copy(digest, lease.digest.begin());
  lease.issued = row.text(11);
  lease.issued_at = row.instant(12);
  lease.expires_at = row.instant(13);
  lease.hard_end = row.instant(14);
  lease.ttl = base::Duration{row.integer(15)};
  if (!row.is_null(16)) lease.due_at = row.instant(16);
  lease.attempts = row.integer(17);
  lease.last_error = row.text(18);
  lease.released = row.integer(19) != 0;
  lease.idempotency_key = row.text(20);
  return lease;
}

auto into(std::vector<Lease>& leases) {
  return [&leases](const Row& row) -> base::Status {
    leases.push_back(lease_of(row));
    return {};
  };
}

// The first name behind all that begin with the prefix; names are bytes.
std::string behind(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xff) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

bool is_in_work(LeaseState state) {
  return state != LeaseState::kActive && !model::is_ended(state);
}

// The values of a query's conditions that are not views of it.
struct Condition {
  Filter filter;
  std::string prefix_end;
  std::vector<Value> states;
};

void add_conditions(const LeaseQuery& query, Condition& condition) {
  Filter& filter = condition.filter;
  if (query.by_name()) {
    if (!query.after_name.empty()) filter.compare("name", ">", value_of(query.after_name));
  } else if (query.after.value != 0) {
    filter.compare("id", ">", value_of(query.after));
  }
  if (query.until.value != 0) filter.compare("id", "<=", value_of(query.until));
  if (query.owner) filter.equals("owner", value_of(*query.owner));
  if (query.provider) filter.equals("provider", value_of(*query.provider));
  if (query.prefix) {
    filter.compare("name", ">=", value_of(*query.prefix));
    condition.prefix_end = behind(*query.prefix);
    if (!condition.prefix_end.empty()) filter.compare("name", "<", value_of(condition.prefix_end));
  }
  for (const LeaseState state : query.states) condition.states.push_back(value_of(state));
  filter.any_of("state", condition.states);
  // Said as lease_in_work says it, so that this index is used.
  if (!query.states.empty() && std::ranges::all_of(query.states, is_in_work)) filter.require("state IN (1, 2, 4, 5)");
  if (query.living_at) filter.compare("expires_at", ">", value_of(*query.living_at));
  if (query.due_at || query.unreleased_due_at) filter.require("state < 6");
  // What was tried in vain is due, although its next try may be later.
  if (query.due_at) filter.compare("CASE WHEN state IN (2, 4) THEN 0 ELSE due_at END", "<=", value_of(*query.due_at));
  if (query.unreleased_due_at) {
    filter.require("released = 0");
    filter.compare("due_at", "<=", value_of(*query.unreleased_due_at));
  }
}

}  // namespace

base::Status LeaseTable::insert(const Lease& lease) {
  const auto inserted = connection_.change(kInsert, {value_of(lease.id),
                                                     value_of(lease.name),
                                                     value_of(lease.owner()),
                                                     value_of(lease.provider()),
                                                     text_or_null(lease.role()),
                                                     value_of(lease.state),
                                                     value_of(lease.end),
                                                     value_of(lease.handle.label),
                                                     text_or_null(lease.handle.external_id),
                                                     value_of(lease.handle.data),
                                                     blob_of(lease.digest),
                                                     text_or_null(lease.issued),
                                                     value_of(lease.issued_at),
                                                     value_of(*lease.expires_at),
                                                     value_of(lease.hard_end),
                                                     value_of(number_of(lease.ttl)),
                                                     value_of(lease.due_at),
                                                     value_of(lease.attempts),
                                                     text_or_null(lease.last_error),
                                                     value_of(std::int64_t{lease.released}),
                                                     text_or_null(lease.idempotency_key)});
  if (!inserted) return base::failure(inserted.error());
  if (*inserted == 0)
    return base::failure({base::ErrorCode::kConflict, "a lease " + lease.name + " exists already", {}});
  return {};
}

base::Result<bool> LeaseTable::change(const Lease& read, const Lease& wanted) {
  return was_there(connection_.change(
      kChange,
      {value_of(wanted.state), value_of(wanted.end), text_or_null(wanted.handle.external_id),
       value_of(wanted.handle.data), blob_of(wanted.digest), text_or_null(wanted.issued), value_of(wanted.issued_at),
       value_of(*wanted.expires_at), value_of(wanted.hard_end), value_of(number_of(wanted.ttl)),
       value_of(wanted.due_at), value_of(wanted.attempts), text_or_null(wanted.last_error),
       value_of(std::int64_t{wanted.released}), text_or_null(wanted.idempotency_key), value_of(read.id),
       value_of(read.state), value_of(*read.expires_at), value_of(read.attempts)}));
}

base::Status LeaseTable::set_secret(const Lease& lease, const base::Secret& value) {
  if (value.empty()) return connection_.execute(kSetSecret, {null_value(), value_of(lease.id)});
  const std::string sealed = sealer_.seal(value.reveal(), context_of(lease));
  return connection_.execute(kSetSecret, {blob_of(sealed), value_of(lease.id)});
}

base::Status LeaseTable::remove(model::LeaseId id) {
  return connection_.execute(kRemove, {value_of(id)});
}

base::Result<std::optional<Lease>> LeaseTable::find_one(const Sql& sql, std::initializer_list<Value> values) const {
  std::optional<Lease> found;
  const auto status = connection_.query(sql, values, [&](const Row& row) -> base::Status {
    found = lease_of(row);
    return {};
  });
  if (!status) return base::failure(status.error());
  return found;
}

base::Result<std::optional<Lease>> LeaseTable::find(model::LeaseId id) const {
  return find_one(kFind, {value_of(id)});
}

base::Result<std::optional<Lease>> LeaseTable::find_by_name(std::string_view name) const {
  return find_one(kFindByName, {value_of(name)});
}

base::Result<std::optional<Lease>> LeaseTable::find_by_label(std::string_view label) const {
  return find_one(kFindByLabel, {value_of(label)});
}

base::Result<std::optional<Lease>> LeaseTable::find_by_key(std::string_view owner,
                                                           std::string_view idempotency_key) const {
  return find_one(kFindByKey, {value_of(owner), value_of(idempotency_key)});
}

base::Result<std::vector<Lease>> LeaseTable::find_by_external_id(std::string_view external_id,
                                                                 std::string_view provider,
                                                                 std::int64_t count_max) const {
  std::vector<Lease> found;
  const auto status = connection_.query(
      kFindByExternalId, {value_of(external_id), text_or_null(provider), value_of(count_max)}, into(found));
  if (!status) return base::failure(status.error());
  return found;
}

base::Result<base::Secret> LeaseTable::secret(const Lease& lease) const {
  std::string sealed;
  const auto status = connection_.query(kSecret, {value_of(lease.id)}, [&](const Row& row) -> base::Status {
    sealed = row.blob(0);
    return {};
  });
  if (!status) return base::failure(status.error());
  if (sealed.empty()) return base::Secret{};
  auto opened = sealer_.open(sealed, context_of(lease));
  if (opened) return opened;
  return base::failure(
      base::internal("the secret of lease " + lease.name +
                     " in the database cannot be opened with this master key: " + opened.error().message));
}

base::Result<std::vector<Lease>> LeaseTable::list(const LeaseQuery& query) const {
  Condition condition;
  add_conditions(query, condition);
  std::vector<Lease> leases;
  const std::string text = std::string(kSelect) + condition.filter.where() +
                           order_and_limit(query.by_name() ? "name" : "id", false, query.count_max, 0);
  if (const auto status = connection_.query_once(text, condition.filter.values(), into(leases)); !status)
    return base::failure(status.error());
  return leases;
}

base::Result<std::int64_t> LeaseTable::count_of(const LeaseQuery& query) const {
  Condition condition;
  add_conditions(query, condition);
  std::int64_t count = 0;
  const auto keep = [&](const Row& row) -> base::Status {
    count = row.integer(0);
    return {};
  };
  if (const auto status = connection_.query_once("SELECT COUNT(*) FROM lease" + condition.filter.where(),
                                                 condition.filter.values(), keep);
      !status)
    return base::failure(status.error());
  return count;
}

base::Result<std::vector<Lease>> LeaseTable::due(std::string_view provider, base::Instant now, bool held,
                                                 std::int64_t count_max) const {
  std::vector<Lease> leases;
  const auto status =
      connection_.query(held ? kDueHeld : kDue, {value_of(provider), value_of(now), value_of(count_max)}, into(leases));
  if (!status) return base::failure(status.error());
  return leases;
}

base::Result<std::optional<base::Instant>> LeaseTable::next_due(std::string_view provider, bool held) const {
  std::optional<base::Instant> next;
  const auto status =
      connection_.query(held ? kNextDueHeld : kNextDue, {value_of(provider)}, [&](const Row& row) -> base::Status {
        if (!row.is_null(0)) next = row.instant(0);
        return {};
      });
  if (!status) return base::failure(status.error());
  return next;
}

base::Status LeaseTable::count(const Lease& lease, std::int64_t by) {
  const std::string role = lease.provider() + "/" + lease.role();
  const std::array<std::pair<LeaseCountKind, std::string_view>, 4> kinds = {
      {{LeaseCountKind::kTotal, ""},
       {LeaseCountKind::kProvider, lease.provider()},
       {LeaseCountKind::kRole, role},
       {LeaseCountKind::kOwner, lease.owner()}}};
  for (const auto& [kind, name] : kinds) {
    if (kind == LeaseCountKind::kRole && lease.role().empty()) continue;
    if (auto counted = connection_.execute(kCount, {value_of(kind), value_of(name), value_of(by)}); !counted)
      return counted;
    if (by > 0) continue;
    if (auto dropped = connection_.execute(kDropCount, {value_of(kind), value_of(name)}); !dropped) return dropped;
  }
  return {};
}

base::Result<std::int64_t> LeaseTable::count_of(LeaseCountKind kind, std::string_view name) const {
  std::int64_t count = 0;
  const auto status =
      connection_.query(kCountOf, {value_of(kind), value_of(name)}, [&](const Row& row) -> base::Status {
        count = row.integer(0);
        return {};
      });
  if (!status) return base::failure(status.error());
  return count;
}

base::Result<std::vector<LeaseCount>> LeaseTable::counts(std::int64_t count_max) const {
  std::vector<LeaseCount> counts;
  const auto status = connection_.query(kCounts, {value_of(count_max)}, [&](const Row& row) -> base::Status {
    counts.push_back({.kind = static_cast<LeaseCountKind>(row.integer(0)),
                      .name = std::string(row.text(1)),
                      .count = row.integer(2)});
    return {};
  });
  if (!status) return base::failure(status.error());
  return counts;
}

base::Result<std::optional<base::Instant>> LeaseTable::oldest_to_take_back(std::string_view provider) const {
  std::optional<base::Instant> oldest;
  const auto status = connection_.query(kOldestToTakeBack, {value_of(provider)}, [&](const Row& row) -> base::Status {
    if (!row.is_null(0)) oldest = row.instant(0);
    return {};
  });
  if (!status) return base::failure(status.error());
  return oldest;
}

base::Result<std::int64_t> LeaseTable::ending_by(std::string_view provider, base::Instant until,
                                                 std::int64_t count_max) const {
  std::int64_t count = 0;
  const auto status = connection_.query(kEndingBy, {value_of(provider), value_of(until), value_of(count_max)},
                                        [&](const Row& row) -> base::Status {
                                          count = row.integer(0);
                                          return {};
                                        });
  if (!status) return base::failure(status.error());
  return count;
}

base::Result<std::vector<std::pair<LeaseState, std::int64_t>>> LeaseTable::counts_in_work(
    std::string_view provider) const {
  std::vector<std::pair<LeaseState, std::int64_t>> counts;
  const auto status = connection_.query(kCountsInWork, {value_of(provider)}, [&](const Row& row) -> base::Status {
    counts.emplace_back(static_cast<LeaseState>(row.integer(0)), row.integer(1));
    return {};
  });
  if (!status) return base::failure(status.error());
  return counts;
}

}  // namespace jeton::store
