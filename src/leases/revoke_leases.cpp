#include "leases/revoke_leases.hpp"

#include <fmt/format.h>

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

// What one commit of a bulk operation did.
struct Piece {
  std::int64_t count = 0;
  model::LeaseId last;    // looked at
  std::string last_name;  // the same
  bool was_last = false;
};

// Does `change` to the leases of one piece; it answers whether it changed one.
template <class Change>
Result<Piece> change_piece(store::Transaction& transaction, store::LeaseQuery query, Change change) {
  query.count_max = kPerCommit;
  auto leases = transaction.leases().list(query);
  if (!leases) return failure(leases.error());
  Piece piece{.count = 0,
              .last = query.after,
              .last_name = {},
              .was_last = static_cast<std::int64_t>(leases->size()) < kPerCommit};
  for (Lease& lease : *leases) {
    piece.last = lease.id;
    piece.last_name = lease.name;
    const Result<bool> changed = change(lease);
    if (!changed) return failure(changed.error());
    if (*changed) ++piece.count;
  }
  return piece;
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

}  // namespace

struct RevokeLeases::Work {
  std::string caller;
  Selection selection;
  Done done;
  model::LeaseId after;
  std::string after_name;
  model::LeaseId until;  // what is created meanwhile is not meant
  std::int64_t count = 0;
};

void RevokeLeases::operator()(const Who& who, Selection selection, Done done) {
  const bool is_some = (selection.prefix && !selection.prefix->empty()) || selection.owner || selection.provider;
  if (!is_some) {
    return done(failure(base::invalid(
        "nothing is selected; expected a prefix of lease names, such as influx/plant/, an owner or a provider",
        "prefix")));
  }
  if (!who.operates) selection.owner = who.name;
  auto work = std::make_shared<Work>();
  work->caller = who.name;
  work->selection = std::move(selection);
  work->done = std::move(done);
  work->until = {store_.last_event().value};
  go_on(work);
}

void RevokeLeases::go_on(const std::shared_ptr<Work>& work) {
  auto body = [this, work](store::Transaction& transaction) {
    const base::Instant now = time_.now();
    store::LeaseQuery query;
    select(work->selection, query);
    query.after = work->after;
    query.after_name = work->after_name;
    query.until = work->until;
    query.states = {LeaseState::kIntent, LeaseState::kUnknown, LeaseState::kActive, LeaseState::kRevoking,
                    LeaseState::kIrrevocable};
    return change_piece(transaction, query, [&](Lease& lease) {
      return begin_ending(transaction, lease, {model::LeaseEnd::kRevoked, now, true}, now, work->caller);
    });
  };
  store::submit_for<Piece>(store_, {}, std::move(body), [this, work](const Result<Piece>& piece) {
    if (!piece) return work->done(failure(piece.error()));
    work->count += piece->count;
    work->after = piece->last;
    work->after_name = piece->last_name;
    if (!piece->was_last) return go_on(work);
    base::log::info("audit", "leases revoked",
                    {{"caller", work->caller},
                     {"selection", shown_selection(work->selection)},
                     {"count", fmt::to_string(work->count)}});
    work->done(work->count);
  });
}

void AbandonLease::operator()(std::string caller, LeaseRef which, std::string reason, base::Instant now, Done done) {
  if (base::is_blank(reason)) {
    return done(failure(base::invalid(
        "reason is missing; say why a credential that may still work is given up, for whoever reads the audit log",
        "reason")));
  }
  auto body = [this, caller, which = std::move(which), reason, now](store::Transaction& transaction) -> Result<Lease> {
    auto found = find_lease(transaction.leases(), {caller, true}, which, now);
    if (!found) return failure(found.error());
    if (!*found) return failure(no_such_lease(which));
    Lease lease = **std::move(found);
    if (model::is_ended(lease.state)) {
      return failure({base::ErrorCode::kConflict,
                      fmt::format("lease {} has ended already: it is {}", lease.name, base::enum_text(lease.state)),
                      {}});
    }
    if (lease.state == LeaseState::kIntent) {
      return failure({base::ErrorCode::kConflict,
                      fmt::format("lease {} is being made at this moment; ask again", lease.name),
                      {}});
    }
    const auto ended =
        end_lease(transaction, lease, {LeaseState::kAbandoned, model::LeaseEnd::kForced, reason}, now, keep_, caller);
    if (!ended) return failure(ended.error());
    return lease;
  };
  store::submit_for<Lease>(store_, {}, std::move(body),
                           [caller, reason, done = std::move(done)](Result<Lease> lease) mutable {
                             if (lease)
                               base::log::warn("audit", "lease given up: its credential may still work",
                                               {{"caller", caller}, {"lease", lease->name}, {"reason", reason}});
                             done(std::move(lease));
                           });
}

struct ReleaseLeases::Work {
  std::string caller;
  RevokeLeases::Selection selection;
  base::Instant now;
  Done done;
  model::LeaseId after;
  std::string after_name;
  std::int64_t count = 0;
};

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
  auto work = std::make_shared<Work>();
  work->caller = std::move(caller);
  work->selection = std::move(selection);
  work->now = now;
  work->done = std::move(done);
  go_on(work);
}

void ReleaseLeases::go_on(const std::shared_ptr<Work>& work) {
  auto body = [work](store::Transaction& transaction) {
    store::LeaseQuery query;
    select(work->selection, query);
    query.after = work->after;
    query.after_name = work->after_name;
    query.unreleased_due_at = work->now;
    return change_piece(transaction, query,
                        [&](Lease& lease) { return release(transaction, lease, work->now, work->caller); });
  };
  store::submit_for<Piece>(store_, {}, std::move(body), [this, work](const Result<Piece>& piece) {
    if (!piece) return work->done(failure(piece.error()));
    work->count += piece->count;
    work->after = piece->last;
    work->after_name = piece->last_name;
    if (!piece->was_last) return go_on(work);
    base::log::info("audit", "held revocations released",
                    {{"caller", work->caller},
                     {"selection", shown_selection(work->selection)},
                     {"count", fmt::to_string(work->count)}});
    work->done(work->count);
  });
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
