#include "leases/revoke_lease.hpp"

#include <utility>

#include "base/log.hpp"
#include "base/time_text.hpp"
#include "leases/lease_records.hpp"
#include "store/submit_for.hpp"
#include "store/transaction.hpp"

namespace jeton::leases {

using base::failure;
using base::Result;

namespace {

std::string shown_time(base::Duration took) {
  return base::format_duration(std::chrono::round<std::chrono::milliseconds>(took));
}

}  // namespace

void RevokeLease::operator()(Who who, LeaseRef which, store::StillWanted still_wanted, Done done) {
  done = told(who.name, std::move(done));
  auto body = [this, who = std::move(who), which = std::move(which)](store::Transaction& transaction) {
    return end(transaction, who, which);
  };
  store::submit_for<Outcome>(store_, std::move(still_wanted), std::move(body),
                             [this, done = std::move(done)](Result<Outcome> ended) mutable {
                               if (!ended || ended->revoked != Revoked::kLater) return done(std::move(ended));
                               take_back(*std::move(ended), std::move(done));
                             });
}

// With a line in the audit log.
RevokeLease::Done RevokeLease::told(std::string caller, Done done) const {
  const base::Tick begun = time_.clock().monotonic();
  return [this, begun, caller = std::move(caller), done = std::move(done)](Result<Outcome> outcome) mutable {
    if (outcome && (outcome->revoked == Revoked::kNow || outcome->revoked == Revoked::kLater)) {
      const bool confirmed = outcome->revoked == Revoked::kNow;
      base::log::info("audit", confirmed ? "lease revoked" : "lease revoked, its provider has not confirmed",
                      {{"caller", caller},
                       {"owner", outcome->lease.owner()},
                       {"lease", outcome->lease.name},
                       {"outcome", confirmed ? std::string_view("success") : outcome->trouble},
                       {"took", shown_time(time_.clock().monotonic() - begun)}});
    }
    done(std::move(outcome));
  };
}

// Claims it, so that no sweep takes it at the same time.
Result<RevokeLease::Outcome> RevokeLease::end(store::Transaction& transaction, const Who& who, const LeaseRef& which) {
  const base::Instant now = time_.now();
  auto found = find_lease(transaction.leases(), who, which, now);
  if (!found) return failure(found.error());
  if (!*found) return Outcome{.revoked = Revoked::kUnknown, .lease = {}, .trouble = {}};
  Outcome outcome{.revoked = Revoked::kLater, .lease = **std::move(found), .trouble = {}};
  if (model::is_ended(outcome.lease.state)) {
    outcome.revoked = Revoked::kBefore;
    return outcome;
  }
  const Revoker* revoker = revokers_.find(outcome.lease.provider());
  const base::Instant due_at = revoker != nullptr ? revoker->claimed_until() : now;
  const auto ended = begin_ending(transaction, outcome.lease, {model::LeaseEnd::kRevoked, due_at, true}, now, who.name);
  if (!ended) return failure(ended.error());
  return outcome;
}

void RevokeLease::take_back(Outcome ended, Done done) {
  if (ended.lease.state == model::LeaseState::kUnknown) {
    ended.trouble = "it may still be being made, and is taken back when that is over";
    return done(std::move(ended));
  }
  Revoker* revoker = revokers_.find(ended.lease.provider());
  if (revoker == nullptr) {
    ended.trouble = "provider " + ended.lease.provider() + " is not configured any more";
    return done(std::move(ended));
  }
  model::Lease lease = ended.lease;
  revoker->revoke_claimed(std::move(lease),
                          [ended = std::move(ended), done = std::move(done)](Result<model::Lease> tried) mutable {
                            // It has ended here whatever comes of it: what is not confirmed now is confirmed later.
                            if (!tried) {
                              ended.trouble = tried.error().message;
                            } else {
                              ended.revoked = model::is_ended(tried->state) ? Revoked::kNow : Revoked::kLater;
                              ended.trouble = tried->last_error;
                              ended.lease = *std::move(tried);
                            }
                            done(std::move(ended));
                          });
}

}  // namespace jeton::leases
