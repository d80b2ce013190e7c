#include "leases/lease_rules.hpp"

#include <gtest/gtest.h>

namespace jeton::leases {
namespace {

using namespace std::chrono_literals;
using model::LeaseState;

const base::Instant kNow{std::chrono::seconds{1'900'000'000}};

model::Lease lease_in(LeaseState state, std::int64_t attempts = 0) {
  model::Lease lease;
  lease.name = "influx/-/x";
  lease.state = state;
  lease.expires_at = kNow + 1h;
  lease.hard_end = kNow + 24h;
  lease.attempts = attempts;
  return lease;
}

Provider::Outcome<void> with(Trouble trouble, std::optional<base::Duration> retry_after = {}) {
  return std::unexpected(Problem{trouble, "no", retry_after});
}

TEST(GrantedTtl, IsCappedAndNeverLengthened) {
  const TtlLimits limits{.by_default = 1h, .maximum = 24h, .zero_allowed = false, .jitter = 0.1};
  EXPECT_EQ(granted_ttl(1h, {}, 0.9).value(), 1h);
  EXPECT_EQ(granted_ttl(48h, {}, 0.0).value(), 24h);
  EXPECT_EQ(granted_ttl(std::chrono::hours{24 * 365 * 100}, {}, 0.0).value(), 24h);
  EXPECT_EQ(granted_ttl(100s, limits, 0.5).value(), 95s);
}

TEST(GrantedTtl, ZeroIsForWhoeverAllowsIt) {
  const auto refused = granted_ttl(0s, {}, 0.0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().where, "ttl");
  EXPECT_TRUE(granted_ttl(0s, {.zero_allowed = true}, 0.0));
  EXPECT_FALSE(granted_ttl(-1ms, {.zero_allowed = true}, 0.0));
}

// Acceptance 8: renew at max - 1 s, at max, after max; increment 0, negative, huge.
TEST(RenewedEnd, CountsFromNowUpToTheHardEnd) {
  const model::Lease lease = lease_in(LeaseState::kActive);
  EXPECT_EQ(renewed_end(lease, 30min, kNow).value(), kNow + 30min) << "it may shorten";
  EXPECT_EQ(renewed_end(lease, 48h, kNow).value(), lease.hard_end);
  EXPECT_EQ(renewed_end(lease, base::Duration::max(), kNow).value(), lease.hard_end) << "nothing wraps";
  EXPECT_EQ(renewed_end(lease, 1h, lease.hard_end - 2s).value(), lease.hard_end);
  for (const base::Instant late : {lease.hard_end - 1s, lease.hard_end, lease.hard_end + 1h}) {
    const auto end = renewed_end(lease, 1h, late);
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, base::ErrorCode::kConflict);
  }
  for (const base::Duration bad : {base::Duration(0s), base::Duration(-1h), base::Duration::min()}) {
    const auto end = renewed_end(lease, bad, kNow);
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().where, "increment");
  }
}

TEST(AfterRevoke, ConfirmedIsRevoked) {
  EXPECT_EQ(after_revoke(lease_in(LeaseState::kRevoking), {}, kNow, kSettleTimeMax, 0.5).state, LeaseState::kRevoked);
  EXPECT_EQ(after_revoke(lease_in(LeaseState::kIrrevocable), {}, kNow, kSettleTimeMax, 0.5).state,
            LeaseState::kRevoked);
}

TEST(AfterRevoke, WhatMayStillBeExecutedIsLookedForTwice) {
  const AfterRevoke after = after_revoke(lease_in(LeaseState::kUnknown), {}, kNow, kSettleTimeMax, 0.5);
  EXPECT_EQ(after.state, LeaseState::kRevoking);
  EXPECT_EQ(after.due_at, kNow + kSettleTimeMax);
}

TEST(AfterRevoke, AProviderThatIsAwayCostsNoAttempt) {
  for (const Trouble trouble : {Trouble::kUnreachable, Trouble::kDenied}) {
    const AfterRevoke after =
        after_revoke(lease_in(LeaseState::kRevoking, kAttemptsMax - 1), with(trouble), kNow, kSettleTimeMax, 0.5);
    EXPECT_EQ(after.state, LeaseState::kRevoking);
    EXPECT_EQ(after.attempts, kAttemptsMax - 1);
    EXPECT_EQ(after.last_error, "no");
  }
}

TEST(AfterRevoke, TransientTroubleDoublesItsPauseAndEndsAsIrrevocable) {
  EXPECT_EQ(after_revoke(lease_in(LeaseState::kRevoking, 0), with(Trouble::kBusy), kNow, kSettleTimeMax, 0.5).due_at,
            kNow + 10s);
  EXPECT_EQ(after_revoke(lease_in(LeaseState::kRevoking, 1), with(Trouble::kBusy), kNow, kSettleTimeMax, 0.5).due_at,
            kNow + 20s);
  EXPECT_EQ(
      after_revoke(lease_in(LeaseState::kRevoking, 2), with(Trouble::kAmbiguous), kNow, kSettleTimeMax, 0.5).due_at,
      kNow + 40s);
  const AfterRevoke last = after_revoke(lease_in(LeaseState::kRevoking, kAttemptsMax - 1), with(Trouble::kAmbiguous),
                                        kNow, kSettleTimeMax, 0.5);
  EXPECT_EQ(last.state, LeaseState::kIrrevocable);
  EXPECT_EQ(last.due_at, kNow + 24h);
}

TEST(AfterRevoke, WhoAsksToWaitMakesNothingIrrevocable) {
  const AfterRevoke after =
      after_revoke(lease_in(LeaseState::kRevoking, 100), with(Trouble::kBusy), kNow, kSettleTimeMax, 0.5);
  EXPECT_EQ(after.state, LeaseState::kRevoking);
  EXPECT_EQ(after.due_at, kNow + kRetryMax);
}

TEST(AfterRevoke, HonoursRetryAfterAndSpreadsPauses) {
  EXPECT_EQ(after_revoke(lease_in(LeaseState::kRevoking), with(Trouble::kBusy, 120s), kNow, kSettleTimeMax, 0.5).due_at,
            kNow + 120s);
  EXPECT_EQ(after_revoke(lease_in(LeaseState::kRevoking), with(Trouble::kBusy, 1s), kNow, kSettleTimeMax, 0.5).due_at,
            kNow + 10s);
  EXPECT_EQ(after_revoke(lease_in(LeaseState::kRevoking), with(Trouble::kBusy), kNow, kSettleTimeMax, 0.0).due_at,
            kNow + 7500ms);
}

TEST(AfterRevoke, RejectedIsIrrevocableAtOnce) {
  const AfterRevoke after =
      after_revoke(lease_in(LeaseState::kRevoking), with(Trouble::kRejected), kNow, kSettleTimeMax, 0.5);
  EXPECT_EQ(after.state, LeaseState::kIrrevocable);
  EXPECT_EQ(after.attempts, 1);
}

TEST(Lives, UntilItsEndAndNotAtIt) {
  const model::Lease lease = lease_in(LeaseState::kActive);
  EXPECT_TRUE(lives(lease, kNow + 1h - 1ns));
  EXPECT_FALSE(lives(lease, kNow + 1h));
  EXPECT_FALSE(lives(lease_in(LeaseState::kRevoking), kNow));
}

}  // namespace
}  // namespace jeton::leases
