#include "leases/revoke_leases.hpp"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "store/submit_for.hpp"
#include "store/transaction.hpp"

namespace jeton::leases {
namespace {

using base::failure;
using base::Result;
using model::Lease;
using model::LeaseState;

constexpr auto kPerCommit = static_cast<std::int64_t>(base::limits::kLeasesPerCommitMax);

void select(const RevokeLeases::Selection& selection, store::LeaseQuery& query) {
  if (selection.prefix && !selection.prefix->empty()) query.prefix = *selection.prefix;
  if (selection.owner) query.owner = *selection.owner;
  if (selection.provider) query.provider = *selection.provider;
}

std::string shown_selection(const RevokeLeases::Selection& selection) {
  std::string out;
  const auto add = [&](std::string_view what, const std::optional<std::string>& value) {
    if (value) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", what, base::shown(*value));
  };
  add("prefix", selection.prefix);
  add("owner", selection.owner);
  add("provider", selection.provider);
  return out.empty() ? "all" : out;
}

/// A change to all leases of a selection, limits::kLeasesPerCommitMax a commit.
struct Bulk {
  store::Store& store;
  std::string caller;
  RevokeLeases::Selection selection;
  /// Sets what the leases have to be besides.
  std::function<void(store::LeaseQuery&)> narrow;
  /// Whether it changed the lease.
  std::function<Result<bool>(store::Transaction&, Lease&)> change;
  std::string_view told_as;  // in the audit log
  RevokeLeases::Done done;
  model::LeaseId after = {};  // was looked at last
  std::string after_name = {};
  std::int64_t count = 0;
};

// What one commit of it did.
struct Piece {
  std::int64_t count = 0;
  model::LeaseId last;  // looked at
  std::string last_name;
  bool was_last = false;
};

Result<Piece> change_piece(store::Transaction& transaction, const Bulk& bulk) {
  store::LeaseQuery query;
  select(bulk.selection, query);
  bulk.narrow(query);
  query.after = bulk.after;
  query.after_name = bulk.after_name;
  query.count_max = kPerCommit;
  auto leases = transaction.leases().list(query);
  if (!leases) return failure(leases.error());
  Piece piece{.count = 0,
              .last = bulk.after,
              .last_name = {},
              .was_last = static_cast<std::int64_t>(leases->size()) < kPerCommit};
  for (Lease& lease : *leases) {
    piece.last = lease.id;
    piece.last_name = lease.name;
    const Result<bool> changed = bulk.change(transaction, lease);
    if (!changed) return failure(changed.error());
    if (*changed) ++piece.count;
  }
  return piece;
}

void go_on(const std::shared_ptr<Bulk>& bulk) {
  auto body = [bulk](store::Transaction& transaction) { return change_piece(transaction, *bulk); };
  store::submit_for<Piece>(bulk->store, {}, std::move(body), [bulk](const Result<Piece>& piece) {
    if (!piece) return bulk->done(failure(piece.error()));
    bulk->count += piece->count;
    bulk->after = piece->last;
    bulk->after_name = piece->last_name;
    if (!piece->was_last) return go_on(bulk);
    base::log::info("audit", bulk->told_as,
                    {{"caller", bulk->caller},
                     {"selection", shown_selection(bulk->selection)},
                     {"count", fmt::to_string(bulk->count)}});
    bulk->done(bulk->count);
  });
}

}  // namespace

void RevokeLeases::operator()(const Who& who, Selection selection, Done done) {
  const bool is_some = (selection.prefix && !selection.prefix->empty()) || selection.owner || selection.provider;
  if (!is_some) {
    return done(failure(base::invalid(
        "nothing is selected; expected a prefix of lease names, such as influx/plant/, an owner or a provider",
        "prefix")));
  }
  if (!who.operates) selection.owner = who.name;
  const auto narrow = [until = model::LeaseId{store_.last_event().value}](store::LeaseQuery& query) {
    query.until = until;  // what is created meanwhile is not meant
    query.states = {LeaseState::kIntent, LeaseState::kUnknown, LeaseState::kActive, LeaseState::kRevoking,
                    LeaseState::kIrrevocable};
  };
  const auto revoke = [&time = time_, caller = who.name](store::Transaction& transaction, Lease& lease) {
    const base::Instant now = time.now();
    return begin_ending(transaction, lease, {model::LeaseEnd::kRevoked, now, true}, now, caller);
  };
  go_on(std::make_shared<Bulk>(Bulk{.store = store_,
                                    .caller = who.name,
                                    .selection = std::move(selection),
                                    .narrow = narrow,
                                    .change = revoke,
                                    .told_as = "leases revoked",
                                    .done = std::move(done)}));
}

namespace {

Result<bool> release(store::Transaction& transaction, Lease& lease, base::Instant now, const std::string& caller) {
  const Lease read = lease;
  lease.released = true;
  const auto changed = transaction.leases().change(read, lease);
  if (changed && *changed)
    transaction.append(now, caller, model::LeaseReleased{lease.id, lease.name, lease.provider()});
  return changed;
}

}  // namespace

void ReleaseLeases::operator()(std::string caller, RevokeLeases::Selection selection, base::Instant now, Done done) {
  const auto narrow = [now](store::LeaseQuery& query) { query.unreleased_due_at = now; };
  const auto let_go = [now, caller](store::Transaction& transaction, Lease& lease) {
    return release(transaction, lease, now, caller);
  };
  go_on(std::make_shared<Bulk>(Bulk{.store = store_,
                                    .caller = std::move(caller),
                                    .selection = std::move(selection),
                                    .narrow = narrow,
                                    .change = let_go,
                                    .told_as = "held revocations released",
                                    .done = std::move(done)}));
}

void ReleaseLeases::one(const std::string& caller, LeaseRef which, base::Instant now, Done done) {
  auto body = [caller, which = std::move(which), now](store::Transaction& transaction) -> Result<std::int64_t> {
    auto found = find_lease(transaction.leases(), {caller, true}, which, now);
    if (!found) return failure(found.error());
    if (!*found || model::is_ended((*found)->state)) return failure(no_such_lease(which));
    if ((*found)->released || !(*found)->due_at || now < *(*found)->due_at) return std::int64_t{0};
    const auto released = release(transaction, **found, now, caller);
    if (!released) return failure(released.error());
    return std::int64_t{*released};
  };
  store::submit_for<std::int64_t>(
      store_, {}, std::move(body),
      [done = std::move(done)](Result<std::int64_t> count) mutable { done(std::move(count)); });
}

}  // namespace jeton::leases
